package origincache_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/origincache"
)

// directory is a store of tenants that counts how often it is asked, and fails
// when it is told to.
type directory struct {
	mu      sync.Mutex
	tenants map[core.Origin]bool
	err     error
	asked   int
}

func (d *directory) allow(_ context.Context, o core.Origin) (bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.asked++
	return d.tenants[o], d.err
}

// set says whether the tenant is there, and what error hides it.
func (d *directory) set(tenant bool, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.tenants, d.err = map[core.Origin]bool{shop(): tenant}, err
}

// calls returns how often the store was asked since the last look.
func (d *directory) calls() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := d.asked
	d.asked = 0
	return n
}

func shop() core.Origin { return core.Origin{Scheme: "https", Host: "shop.example"} }

// pass lets time go by in a bubble of synctest, where it costs none.
func pass(d time.Duration) { <-time.After(d) }

// answer is what a cache should say about the shop, and how often it should
// have asked since the last look.
type answer struct {
	allowed bool
	err     error
	calls   int
}

func (want answer) check(t *testing.T, when string, cache *origincache.Cache, d *directory) {
	t.Helper()
	allowed, err := cache.Allow(t.Context(), shop())
	synctest.Wait() // for a call that the request did not wait for
	if got := (answer{allowed, err, d.calls()}); got.allowed != want.allowed || !errors.Is(got.err, want.err) || got.calls != want.calls {
		t.Errorf("%s: %+v, want %+v", when, got, want)
	}
}

func TestOriginCacheAsksAgain(t *testing.T) {
	const century = 100 * 365 * 24 * time.Hour
	for _, tt := range []struct {
		name   string
		cache  *origincache.Cache
		tenant bool
		after  time.Duration
		calls  int
	}{
		{"allowed by default", &origincache.Cache{}, true, time.Minute - 1, 0},
		{"allowed by default, over", &origincache.Cache{}, true, time.Minute, 1},
		{"refused by default", &origincache.Cache{}, false, 10*time.Second - 1, 0},
		{"refused by default, over", &origincache.Cache{}, false, 10 * time.Second, 1},
		{"allowed", &origincache.Cache{AllowedFor: time.Hour}, true, time.Hour - 1, 0},
		{"allowed, over", &origincache.Cache{AllowedFor: time.Hour}, true, time.Hour, 1},
		{"refused", &origincache.Cache{RefusedFor: time.Hour}, false, time.Hour - 1, 0},
		{"refused, over", &origincache.Cache{RefusedFor: time.Hour}, false, time.Hour, 1},
		{"allowed for ever", &origincache.Cache{AllowedFor: math.MaxInt64}, true, century, 0},
		{"allowed, never kept", &origincache.Cache{AllowedFor: -1}, true, 1, 1},
		{"refused, never kept", &origincache.Cache{RefusedFor: -time.Hour}, false, 1, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var d directory
				d.set(tt.tenant, nil)
				tt.cache.Func = d.allow
				if _, err := tt.cache.Allow(t.Context(), core.Origin{Scheme: "https", Host: "other.example"}); err != nil || d.calls() != 1 {
					t.Error("the cache did not begin", err)
				}
				pass(time.Second)
				answer{tt.tenant, nil, 1}.check(t, "at first", tt.cache, &d)
				pass(tt.after)
				answer{tt.tenant, nil, tt.calls}.check(t, "later", tt.cache, &d)
			})
		})
	}
}

// A hit does not make an answer last longer.
func TestOriginCacheFollowsTheStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var d directory
		cache := &origincache.Cache{Func: d.allow, AllowedFor: 3 * time.Second, RefusedFor: 2 * time.Second}
		answer{false, nil, 1}.check(t, "no tenant yet", cache, &d)
		d.set(true, nil)
		pass(time.Second)
		answer{false, nil, 0}.check(t, "added a second ago", cache, &d)
		pass(time.Second)
		answer{true, nil, 1}.check(t, "added", cache, &d)
		d.set(false, nil)
		for range 2 {
			pass(time.Second)
			answer{true, nil, 0}.check(t, "just removed", cache, &d)
		}
		pass(time.Second)
		answer{false, nil, 1}.check(t, "removed", cache, &d)
	})
}

func TestOriginCacheWithoutFunc(t *testing.T) {
	if allowed, err := new(origincache.Cache).Allow(t.Context(), shop()); allowed || err == nil || !strings.Contains(err.Error(), "no Func") {
		t.Errorf("%v, %v", allowed, err)
	}
}

func TestOriginCacheForgets(t *testing.T) {
	for name, forget := range map[string]func(*origincache.Cache){
		"Forget": func(c *origincache.Cache) { c.Forget("https://shop.example") },
		"Clear":  (*origincache.Cache).Clear,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var d directory
				cache := &origincache.Cache{Func: d.allow, StaleFor: time.Hour}
				forget(cache) // nothing is known yet
				d.set(true, nil)
				answer{true, nil, 1}.check(t, "a tenant", cache, &d)
				d.set(false, nil)
				forget(cache)
				answer{false, nil, 1}.check(t, "removed", cache, &d)
				d.set(true, nil)
				forget(cache)
				answer{true, nil, 1}.check(t, "added again", cache, &d)

				down := errors.New("the store is down")
				d.set(true, down)
				forget(cache)
				answer{false, down, 1}.check(t, "nothing known", cache, &d)
				d.set(true, nil)
				forget(cache)
				answer{true, nil, 1}.check(t, "no error known either", cache, &d)
			})
		})
	}
}

// Only the origin as it is written means the origin.
func TestOriginCacheForgetsNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var d directory
		d.set(true, nil)
		cache := &origincache.Cache{Func: d.allow}
		answer{true, nil, 1}.check(t, "a tenant", cache, &d)
		for _, other := range []string{
			"", "*", "null", "shop.example", "https://", "https://shop.example/", "http://shop.example",
			"https://shop.example:8443", "https://SHOP.example", "https://*.example",
		} {
			cache.Forget(other)
			answer{true, nil, 0}.check(t, other, cache, &d)
		}
	})
}
