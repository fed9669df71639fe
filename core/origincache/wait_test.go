package origincache_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/origincache"
)

// slow is a store whose answers a test gives, one call after the other.
type slow struct {
	calls   chan context.Context // of each call, as it begins
	answers chan bool
}

func newSlow() slow { return slow{make(chan context.Context, 10), make(chan bool)} }

func (s slow) allow(ctx context.Context, _ core.Origin) (bool, error) {
	s.calls <- ctx
	select {
	case allowed := <-s.answers:
		return allowed, nil
	case <-ctx.Done():
		return false, ctx.Err()
	}
}

// request asks a cache about the shop in a goroutine, and waits until nothing
// moves any more.
func request(ctx context.Context, cache *origincache.Cache) *result {
	r := new(result)
	go func() {
		allowed, err := cache.Allow(ctx, shop())
		r.mu.Lock()
		defer r.mu.Unlock()
		r.done, r.allowed, r.err = true, allowed, err
	}()
	synctest.Wait()
	return r
}

type result struct {
	mu      sync.Mutex
	done    bool
	allowed bool
	err     error
}

func (r *result) check(t *testing.T, who string, done, allowed bool, err error) {
	t.Helper()
	synctest.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.done != done || r.allowed != allowed || !errors.Is(r.err, err) {
		t.Errorf("%s: done %v, allowed %v, error %v; want %v, %v, %v", who, r.done, r.allowed, r.err, done, allowed, err)
	}
}

func TestOriginCacheCallsOnceForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newSlow()
		cache := &origincache.Cache{Func: store.allow}
		const requests = 1000
		allowed := make(chan bool, requests)
		for range requests {
			go func() {
				ok, err := cache.Allow(t.Context(), shop())
				allowed <- ok && err == nil
			}()
		}
		synctest.Wait()
		if n := len(store.calls); n != 1 {
			t.Errorf("%d calls, want 1", n)
		}
		store.answers <- true
		for range requests {
			if !<-allowed {
				t.Fatal("one of them is refused")
			}
		}
	})
}

// Two origins are two calls, which do not wait for each other.
func TestOriginCacheCallsForEachOrigin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newSlow()
		cache := &origincache.Cache{Func: store.allow}
		first := request(t.Context(), cache)
		go func() {
			if _, err := cache.Allow(t.Context(), core.Origin{Scheme: "https", Host: "shop.example", Port: 8443}); err != nil {
				t.Error(err)
			}
		}()
		synctest.Wait()
		if n := len(store.calls); n != 2 {
			t.Errorf("%d calls, want 2", n)
		}
		store.answers <- true
		store.answers <- true
		first.check(t, "the first", true, true, nil)
	})
}

func TestOriginCacheLetsRequestsGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newSlow()
		cache := &origincache.Cache{Func: store.allow}
		ctx, cancel := context.WithCancel(context.WithValue(t.Context(), slow{}, "of the first"))
		first := request(ctx, cache)
		second := request(t.Context(), cache)
		call := <-store.calls
		if v := call.Value(slow{}); v != nil {
			t.Errorf("the call for both has a value %v", v)
		}

		cancel()
		first.check(t, "who gave up", true, false, context.Canceled)
		second.check(t, "who waits", false, false, nil)
		third := request(t.Context(), cache)
		store.answers <- true
		second.check(t, "who waited", true, true, nil)
		third.check(t, "who came later", true, true, nil)
		if n := len(store.calls); n != 0 {
			t.Errorf("%d calls more", n)
		}
		if call.Err() == nil {
			t.Error("the context of a call that has ended holds its timer")
		}
	})
}

// A client that asks and goes away costs nobody anything: its call ends, and
// how it ended is not remembered.
func TestOriginCacheEndsCallsThatNobodyNeeds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newSlow()
		cache := &origincache.Cache{Func: store.allow}
		ctx, cancel := context.WithCancel(t.Context())
		first, second := request(ctx, cache), request(ctx, cache)
		call := <-store.calls
		cancel()
		first.check(t, "the first", true, false, context.Canceled)
		second.check(t, "the second", true, false, context.Canceled)
		if call.Err() == nil {
			t.Error("the call goes on for nobody")
		}
		third := request(t.Context(), cache)
		store.answers <- true
		third.check(t, "who came later", true, true, nil)
	})
}

// Who comes after Forget is told what is known after Forget, though a call from
// before has yet to answer.
func TestOriginCacheForgetsCalls(t *testing.T) {
	for name, forget := range map[string]func(*origincache.Cache){
		"Forget": func(c *origincache.Cache) { c.Forget("https://shop.example") },
		"Clear":  (*origincache.Cache).Clear,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				before, after := make(chan bool), make(chan bool)
				answers := before
				cache := &origincache.Cache{Func: func(context.Context, core.Origin) (bool, error) { return <-answers, nil }}
				early := request(t.Context(), cache)
				answers = after
				forget(cache)
				late := request(t.Context(), cache)
				after <- false
				late.check(t, "after it", true, false, nil)
				before <- true
				early.check(t, "before it", true, true, nil)
				request(t.Context(), cache).check(t, "later", true, false, nil)
			})
		})
	}
}

func TestOriginCacheForgetsCallsThatWereLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newSlow()
		cache := &origincache.Cache{Func: store.allow}
		ctx, cancel := context.WithCancel(t.Context())
		first := request(ctx, cache)
		cache.Forget("https://shop.example")
		second := request(t.Context(), cache)
		cancel()
		first.check(t, "who gave up", true, false, context.Canceled)
		third := request(t.Context(), cache)
		if n := len(store.calls); n != 2 {
			t.Errorf("%d calls, want 2", n)
		}
		store.answers <- true
		second.check(t, "who still waits", true, true, nil)
		third.check(t, "who came later", true, true, nil)
	})
}
