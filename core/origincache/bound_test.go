package origincache_test

import (
	"context"
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/origincache"
)

// TestOriginCacheDropsTheLeastUsed names the allowed origins a to z, the others A
// to Z, and Clear a dot.
func TestOriginCacheDropsTheLeastUsed(t *testing.T) {
	for _, tt := range []struct{ name, asked, known, gone string }{
		{"as many as fit", "abc", "abc", ""},
		{"one more", "abcd", "bcd", "a"},
		{"used again", "abcad", "cad", "b"},
		{"the newest used again", "abccd", "bcd", "a"},
		{"the one in the middle used again", "abcbde", "bde", "ac"},
		{"others", "ABCADE", "ADE", "BC"},
		{"both", "abcABCDEFGHIJ", "abcHIJ", "G"},
		{"cleared", "abc.cba", "abc", ""},
		{"others cleared", "ABC.CBA", "ABC", ""},
		{"both, the other way", "ABCabcdefghij", "ABChij", "g"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			asked := 0
			cache := &origincache.Cache{MaxEntries: 3, AllowedFor: time.Hour, RefusedFor: time.Hour, Func: func(_ context.Context, o core.Origin) (bool, error) {
				asked++
				return o.Host >= "a", nil
			}}
			ask := func(hosts string) {
				asked = 0
				for _, host := range hosts {
					if host == '.' {
						cache.Clear()
						continue
					}
					if allowed, err := cache.Allow(t.Context(), core.Origin{Scheme: "https", Host: string(host)}); err != nil || allowed != (host >= 'a') {
						t.Fatalf("%c: %v, %v", host, allowed, err)
					}
				}
			}
			ask(tt.asked)
			if ask(tt.known); asked != 0 {
				t.Errorf("asked %d times about what should be known", asked)
			}
			if ask(tt.gone); asked != len(tt.gone) {
				t.Errorf("asked %d times about what should be gone, want %d", asked, len(tt.gone))
			}
		})
	}
}

// An answer takes the place of the one before, and not of another origin's.
func TestOriginCacheReplacesAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var d directory
		cache := &origincache.Cache{Func: d.allow, MaxEntries: 2}
		for range 3 {
			answer{false, nil, 1}.check(t, "known for ten seconds", cache, &d)
			pass(10 * time.Second)
		}
		answer{false, nil, 1}.check(t, "known", cache, &d)
		if _, err := cache.Allow(t.Context(), core.Origin{Scheme: "https", Host: "other.example"}); err != nil || d.calls() != 1 {
			t.Error("the other was not asked about", err)
		}
		answer{false, nil, 0}.check(t, "known beside another", cache, &d)
	})
}

// TestOriginCacheStaysSmall lets an attacker invent a million origins, which
// end refused, or in an error as long as they are.
func TestOriginCacheStaysSmall(t *testing.T) {
	real := core.Origin{Scheme: "https", Host: "tenant.example"}
	var asked atomic.Int32
	cache := &origincache.Cache{AllowedFor: time.Hour, RefusedFor: time.Hour, Func: func(_ context.Context, o core.Origin) (bool, error) {
		switch {
		case o == real:
			asked.Add(1)
			return true, nil
		case o.Port%2 == 0:
			return false, fmt.Errorf("no answer about %v", o)
		}
		return false, nil
	}}
	if allowed, err := cache.Allow(t.Context(), real); !allowed || err != nil {
		t.Fatal(allowed, err)
	}
	before := heap()
	for i := range 200_000 {
		host := strconv.Itoa(i) + strings.Repeat(".evil", 20)
		if allowed, _ := cache.Allow(t.Context(), core.Origin{Scheme: "https", Host: host, Port: uint16(i)}); allowed {
			t.Fatalf("%s is allowed", host)
		}
	}
	// Keeping them all would take 60 MB.
	if grown := heap() - before; grown > 8<<20 {
		t.Errorf("the cache takes %d bytes", grown)
	}
	if _, err := cache.Allow(t.Context(), real); err != nil || asked.Load() != 1 {
		t.Errorf("the tenant was asked for %d times (%v): its entry did not survive", asked.Load(), err)
	}
}

// heap returns what is in use.
func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// TestOriginCacheEntrySize holds what the documentation says of an entry, for
// origins of ordinary length.
func TestOriginCacheEntrySize(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const n = 10_000
		cache := &origincache.Cache{Func: func(context.Context, core.Origin) (bool, error) { return true, nil }}
		before := heap()
		for i := range n {
			if _, err := cache.Allow(t.Context(), core.Origin{Scheme: "https", Host: fmt.Sprintf("tenant-%05d.shops.example", i)}); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait() // until nothing is left of the calls
		if size := (heap() - before) / n; size > 300 {
			t.Errorf("an entry takes %d bytes", size)
		}
		cache.Forget("https://tenant.example") // the cache is in use until here
	})
}

// Whoever forgets an origin after a change sees the change at once, whatever
// other requests, calls and changes run meanwhile.
func TestOriginCacheUnderLoad(t *testing.T) {
	var tenants sync.Map
	cache := &origincache.Cache{MaxEntries: 4, AllowedFor: time.Millisecond, StaleFor: time.Hour, Func: func(_ context.Context, o core.Origin) (bool, error) {
		allowed, _ := tenants.Load(o)
		runtime.Gosched()
		if o.Port == 0 {
			panic("boom")
		}
		return allowed == true, nil
	}}
	origin := func(i int) core.Origin { return core.Origin{Scheme: "https", Host: "tenant.example", Port: uint16(i)} }
	ctx, stop := context.WithCancel(t.Context())
	var workers sync.WaitGroup
	for range 8 {
		workers.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				_, _ = cache.Allow(ctx, origin(i%10))
				if i%1000 == 0 {
					cache.Clear()
				}
			}
		})
	}
	for round := range 2000 {
		o, tenant := origin(1+round%9), round%4 < 2
		tenants.Store(o, tenant)
		cache.Forget(o.String())
		if allowed, err := cache.Allow(ctx, o); allowed != tenant || err != nil {
			t.Errorf("round %d: %v is %v, %v, want %v", round, o, allowed, err, tenant)
		}
	}
	stop()
	workers.Wait()
}

func TestOriginCacheHitAllocatesNothing(t *testing.T) {
	for _, allows := range []bool{true, false} {
		cache := &origincache.Cache{AllowedFor: time.Hour, RefusedFor: time.Hour, Func: func(context.Context, core.Origin) (bool, error) { return allows, nil }}
		ctx, other := t.Context(), core.Origin{Scheme: "https", Host: "other.example"}
		allocs := testing.AllocsPerRun(100, func() { // and once before, for the misses
			for _, o := range [...]core.Origin{shop(), other} {
				if allowed, err := cache.Allow(ctx, o); allowed != allows || err != nil {
					t.Errorf("%v: %v, %v", o, allowed, err)
				}
			}
		})
		if allocs != 0 {
			t.Errorf("allowed %v: %v allocations", allows, allocs)
		}
	}
}

func BenchmarkOriginCache(b *testing.B) {
	shops := make([]core.Origin, 1000)
	for i := range shops {
		shops[i] = core.Origin{Scheme: "https", Host: fmt.Sprintf("shop-%d.tenant.example", i)}
	}
	newCache := func(b *testing.B) *origincache.Cache {
		cache := &origincache.Cache{AllowedFor: time.Hour, Func: func(context.Context, core.Origin) (bool, error) { return true, nil }}
		for _, o := range shops {
			if _, err := cache.Allow(b.Context(), o); err != nil {
				b.Fatal(err)
			}
		}
		return cache
	}
	b.Run("hit", func(b *testing.B) {
		cache, ctx := newCache(b), b.Context()
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			_, _ = cache.Allow(ctx, shops[i%len(shops)])
		}
	})
	b.Run("hit, in parallel", func(b *testing.B) {
		cache, ctx := newCache(b), b.Context()
		b.ReportAllocs()
		b.RunParallel(func(pb *testing.PB) {
			for i := 0; pb.Next(); i++ {
				_, _ = cache.Allow(ctx, shops[i%len(shops)])
			}
		})
	})
	b.Run("miss", func(b *testing.B) {
		cache, ctx := newCache(b), b.Context()
		cache.Clear()
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			_, _ = cache.Allow(ctx, core.Origin{Scheme: "https", Host: "shop.example", Port: uint16(i)})
		}
	})
	for name, f := range map[string]core.OriginFunc{
		"policy, hit":         newCache(b).Allow,
		"policy, no function": nil,
		"policy, bare function": func(context.Context, core.Origin) (bool, error) {
			return true, nil
		},
	} {
		b.Run(name, func(b *testing.B) {
			policy, err := core.NewPolicy(core.Config{AllowOrigins: []string{"https://app.example.com"}}, core.WithOriginFunc(f))
			if err != nil {
				b.Fatal(err)
			}
			ctx, req := b.Context(), core.Request{Method: "GET", Origin: []string{shops[7].String()}}
			b.ReportAllocs()
			for b.Loop() {
				policy.Decide(ctx, &req)
			}
		})
	}
}
