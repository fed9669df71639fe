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

// directory is a store of tenants. It counts its calls, and returns err with each
// answer.
type directory struct {
	mu      sync.Mutex
	tenants map[core.Origin]bool
	err     error
	called  int
}

func (d *directory) allow(_ context.Context, o core.Origin, _ core.Target) (bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.called++
	return d.tenants[o], d.err
}

// set sets whether the shop is a tenant, and the error of the next calls.
func (d *directory) set(tenant bool, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.tenants, d.err = map[core.Origin]bool{shop(): tenant}, err
}

// calls returns the number of calls since the last call of calls.
func (d *directory) calls() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := d.called
	d.called = 0
	return n
}

func shop() core.Origin { return core.Origin{Scheme: "https", Host: "shop.example"} }

// pass advances the fake clock of a synctest bubble.
func pass(d time.Duration) { <-time.After(d) }

// answer is the wanted result of Allow for the shop, and the wanted number of calls of
// the store since the last check.
type answer struct {
	allowed bool
	err     error
	calls   int
}

func (want answer) check(t *testing.T, when string, cache *origincache.Cache, d *directory) {
	t.Helper()
	allowed, err := cache.Allow(t.Context(), shop(), core.Target{})
	synctest.Wait() // until a call in the background has returned
	if got := (answer{allowed, err, d.calls()}); got.allowed != want.allowed || !errors.Is(got.err, want.err) || got.calls != want.calls {
		t.Errorf("%s: %+v, want %+v", when, got, want)
	}
}

func TestAnswersExpire(t *testing.T) {
	const century = 100 * 365 * 24 * time.Hour
	for _, tt := range []struct {
		name   string
		cache  *origincache.Cache
		tenant bool
		after  time.Duration
		calls  int
	}{
		{"allowed by default", &origincache.Cache{}, true, time.Minute - 1, 0},
		{"allowed by default, expired", &origincache.Cache{}, true, time.Minute, 1},
		{"denied by default", &origincache.Cache{}, false, 10*time.Second - 1, 0},
		{"denied by default, expired", &origincache.Cache{}, false, 10 * time.Second, 1},
		{"allowed", &origincache.Cache{AllowedFor: time.Hour}, true, time.Hour - 1, 0},
		{"allowed, expired", &origincache.Cache{AllowedFor: time.Hour}, true, time.Hour, 1},
		{"denied", &origincache.Cache{RefusedFor: time.Hour}, false, time.Hour - 1, 0},
		{"denied, expired", &origincache.Cache{RefusedFor: time.Hour}, false, time.Hour, 1},
		{"allowed, never expires", &origincache.Cache{AllowedFor: math.MaxInt64}, true, century, 0},
		{"allowed, not cached", &origincache.Cache{AllowedFor: -1}, true, 1, 1},
		{"denied, not cached", &origincache.Cache{RefusedFor: -time.Hour}, false, 1, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var d directory
				d.set(tt.tenant, nil)
				tt.cache.Func = d.allow
				if _, err := tt.cache.Allow(t.Context(), core.Origin{Scheme: "https", Host: "other.example"}, core.Target{}); err != nil || d.calls() != 1 {
					t.Error("the first call of the cache failed:", err)
				}
				pass(time.Second)
				answer{tt.tenant, nil, 1}.check(t, "at first", tt.cache, &d)
				pass(tt.after)
				answer{tt.tenant, nil, tt.calls}.check(t, "later", tt.cache, &d)
			})
		})
	}
}

// A cache hit does not extend the lifetime of an answer.
func TestCacheFollowsTheStore(t *testing.T) {
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

func TestCacheWithoutFunc(t *testing.T) {
	if allowed, err := new(origincache.Cache).Allow(t.Context(), shop(), core.Target{}); allowed || err == nil || !strings.Contains(err.Error(), "no Func") {
		t.Errorf("got %v, %v, want an error about Func", allowed, err)
	}
}

func TestForgetRemovesAnswersAndErrors(t *testing.T) {
	for name, forget := range map[string]func(*origincache.Cache){
		"Forget": func(c *origincache.Cache) { c.Forget("https://shop.example") },
		"Clear":  (*origincache.Cache).Clear,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var d directory
				cache := &origincache.Cache{Func: d.allow, StaleFor: time.Hour}
				forget(cache) // the cache is empty
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
				answer{false, down, 1}.check(t, "no answer to replace the error", cache, &d)
				d.set(true, nil)
				forget(cache)
				answer{true, nil, 1}.check(t, "the error is removed too", cache, &d)
			})
		})
	}
}

// Forget compares origins exactly: other spellings and patterns remove nothing.
func TestForgetKeepsOtherOrigins(t *testing.T) {
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
