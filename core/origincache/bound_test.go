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

// The letters a to z are allowed origins, A to Z are denied origins, and a dot is a
// call of Clear.
func TestLeastRecentlyUsedEntryIsEvicted(t *testing.T) {
	for _, tt := range []struct{ name, requests, kept, evicted string }{
		{"as many as fit", "abc", "abc", ""},
		{"one more", "abcd", "bcd", "a"},
		{"oldest entry used again", "abcad", "cad", "b"},
		{"newest entry used again", "abccd", "bcd", "a"},
		{"middle entry used again", "abcbde", "bde", "ac"},
		{"denied", "ABCADE", "ADE", "BC"},
		{"allowed, then many denied", "abcABCDEFGHIJ", "abcHIJ", "G"},
		{"cleared", "abc.cba", "abc", ""},
		{"denied, cleared", "ABC.CBA", "ABC", ""},
		{"denied, then many allowed", "ABCabcdefghij", "ABChij", "g"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			calls := 0
			cache := &origincache.Cache{MaxEntries: 3, AllowedFor: time.Hour, RefusedFor: time.Hour, Func: func(_ context.Context, o core.Origin, _ core.Target) (bool, error) {
				calls++
				return o.Host >= "a", nil
			}}
			ask := func(hosts string) {
				calls = 0
				for _, host := range hosts {
					if host == '.' {
						cache.Clear()
						continue
					}
					if allowed, err := cache.Allow(t.Context(), core.Origin{Scheme: "https", Host: string(host)}, core.Target{}); err != nil || allowed != (host >= 'a') {
						t.Fatalf("%c: %v, %v", host, allowed, err)
					}
				}
			}
			ask(tt.requests)
			if ask(tt.kept); calls != 0 {
				t.Errorf("%d calls of Func for origins whose entries should be kept, want none", calls)
			}
			if ask(tt.evicted); calls != len(tt.evicted) {
				t.Errorf("%d calls of Func for origins whose entries should be evicted, want %d", calls, len(tt.evicted))
			}
		})
	}
}

// A new answer replaces the old answer for the same origin, and evicts no other entry.
func TestNewAnswerReplacesTheOldOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var d directory
		cache := &origincache.Cache{Func: d.allow, MaxEntries: 2}
		for range 3 {
			answer{false, nil, 1}.check(t, "no entry, or an expired one", cache, &d)
			pass(10 * time.Second)
		}
		answer{false, nil, 1}.check(t, "expired", cache, &d)
		if _, err := cache.Allow(t.Context(), core.Origin{Scheme: "https", Host: "other.example"}, core.Target{}); err != nil || d.calls() != 1 {
			t.Error("Func was not called once for the other origin:", err)
		}
		answer{false, nil, 0}.check(t, "after the entry of another origin", cache, &d)
	})
}

// An attacker invents 200,000 origins. Func denies half of them, and returns a long
// error for the other half.
func TestInventedOriginsDoNotFillMemory(t *testing.T) {
	real := core.Origin{Scheme: "https", Host: "tenant.example"}
	var calls atomic.Int32
	cache := &origincache.Cache{AllowedFor: time.Hour, RefusedFor: time.Hour, Func: func(_ context.Context, o core.Origin, _ core.Target) (bool, error) {
		switch {
		case o == real:
			calls.Add(1)
			return true, nil
		case o.Port%2 == 0:
			return false, fmt.Errorf("no answer about %v", o)
		}
		return false, nil
	}}
	if allowed, err := cache.Allow(t.Context(), real, core.Target{}); !allowed || err != nil {
		t.Fatal(allowed, err)
	}
	before := heap()
	for i := range 200_000 {
		host := strconv.Itoa(i) + strings.Repeat(".evil", 20)
		if allowed, _ := cache.Allow(t.Context(), core.Origin{Scheme: "https", Host: host, Port: uint16(i)}, core.Target{}); allowed {
			t.Fatalf("%s is allowed", host)
		}
	}
	// Keeping them all would take 60 MB.
	if grown := heap() - before; grown > 8<<20 {
		t.Errorf("the cache takes %d bytes", grown)
	}
	if _, err := cache.Allow(t.Context(), real, core.Target{}); err != nil || calls.Load() != 1 {
		t.Errorf("%d calls of Func for the tenant (%v), want 1: its entry was evicted", calls.Load(), err)
	}
}

// heap returns the number of bytes in use.
func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// The documentation of MaxEntries gives the size of an entry.
func TestEntrySize(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const n = 10_000
		cache := &origincache.Cache{Func: func(context.Context, core.Origin, core.Target) (bool, error) { return true, nil }}
		before := heap()
		for i := range n {
			if _, err := cache.Allow(t.Context(), core.Origin{Scheme: "https", Host: fmt.Sprintf("tenant-%05d.shops.example", i)}, core.Target{}); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait() // until the goroutines of the calls have ended
		if size := (heap() - before) / n; size > 350 {
			t.Errorf("an entry takes %d bytes", size)
		}
		cache.Forget("https://tenant.example") // prevents garbage collection of the cache before this line
	})
}

// After a change and Forget, the next request sees the change, even if other requests
// and calls of Clear and Expire run concurrently.
func TestForgetUnderLoad(t *testing.T) {
	var tenants sync.Map
	cache := &origincache.Cache{MaxEntries: 4, AllowedFor: time.Millisecond, StaleFor: time.Hour, Func: func(_ context.Context, o core.Origin, _ core.Target) (bool, error) {
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
				_, _ = cache.Allow(ctx, origin(i%10), core.Target{})
				switch i % 1000 {
				case 0:
					cache.Clear()
				case 500:
					cache.Expire()
				}
			}
		})
	}
	for round := range 2000 {
		o, tenant := origin(1+round%9), round%4 < 2
		tenants.Store(o, tenant)
		cache.Forget(o.String())
		if allowed, err := cache.Allow(ctx, o, core.Target{}); allowed != tenant || err != nil {
			t.Errorf("round %d: %v is %v, %v, want %v", round, o, allowed, err, tenant)
		}
	}
	stop()
	workers.Wait()
}

func TestHitAllocatesNothing(t *testing.T) {
	for _, allows := range []bool{true, false} {
		cache := &origincache.Cache{AllowedFor: time.Hour, RefusedFor: time.Hour, Func: func(context.Context, core.Origin, core.Target) (bool, error) { return allows, nil }}
		ctx, other := t.Context(), core.Origin{Scheme: "https", Host: "other.example"}
		allocs := testing.AllocsPerRun(100, func() { // AllocsPerRun first runs it once without counting, for the misses
			for _, o := range [...]core.Origin{shop(), other} {
				if allowed, err := cache.Allow(ctx, o, core.Target{}); allowed != allows || err != nil {
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
		cache := &origincache.Cache{AllowedFor: time.Hour, Func: func(context.Context, core.Origin, core.Target) (bool, error) { return true, nil }}
		for _, o := range shops {
			if _, err := cache.Allow(b.Context(), o, core.Target{}); err != nil {
				b.Fatal(err)
			}
		}
		return cache
	}
	b.Run("hit", func(b *testing.B) {
		cache, ctx := newCache(b), b.Context()
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			_, _ = cache.Allow(ctx, shops[i%len(shops)], core.Target{})
		}
	})
	b.Run("hit, in parallel", func(b *testing.B) {
		cache, ctx := newCache(b), b.Context()
		b.ReportAllocs()
		b.RunParallel(func(pb *testing.PB) {
			for i := 0; pb.Next(); i++ {
				_, _ = cache.Allow(ctx, shops[i%len(shops)], core.Target{})
			}
		})
	})
	b.Run("miss", func(b *testing.B) {
		cache, ctx := newCache(b), b.Context()
		cache.Clear()
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			_, _ = cache.Allow(ctx, core.Origin{Scheme: "https", Host: "shop.example", Port: uint16(i)}, core.Target{})
		}
	})
	for name, f := range map[string]core.OriginFunc{
		"policy, hit":         newCache(b).Allow,
		"policy, no function": nil,
		"policy, bare function": func(context.Context, core.Origin, core.Target) (bool, error) {
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
				policy.Decide(ctx, &req, nil)
			}
		})
	}
}
