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

// slow is a store that returns an answer only when the test sends one.
type slow struct {
	calls   chan context.Context // the context of each call, sent when the call begins
	answers chan bool
}

func newSlow() slow { return slow{make(chan context.Context, 10), make(chan bool)} }

func (s slow) allow(ctx context.Context, _ core.Origin, _ core.Target) (bool, error) {
	s.calls <- ctx
	select {
	case allowed := <-s.answers:
		return allowed, nil
	case <-ctx.Done():
		return false, ctx.Err()
	}
}

// request calls Allow for the shop in a goroutine, and waits until all goroutines of
// the bubble are blocked.
func request(ctx context.Context, cache *origincache.Cache) *result {
	r := new(result)
	go func() {
		allowed, err := cache.Allow(ctx, shop(), core.Target{})
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

func (r *result) check(t *testing.T, request string, done, allowed bool, err error) {
	t.Helper()
	synctest.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.done != done || r.allowed != allowed || !errors.Is(r.err, err) {
		t.Errorf("%s: done %v, allowed %v, error %v; want %v, %v, %v", request, r.done, r.allowed, r.err, done, allowed, err)
	}
}

func TestConcurrentRequestsShareOneCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newSlow()
		cache := &origincache.Cache{Func: store.allow}
		const requests = 1000
		allowed := make(chan bool, requests)
		for range requests {
			go func() {
				ok, err := cache.Allow(t.Context(), shop(), core.Target{})
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
				t.Fatal("a request is denied, although Func allowed its origin")
			}
		}
	})
}

func TestCallsForTwoOriginsRunConcurrently(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newSlow()
		cache := &origincache.Cache{Func: store.allow}
		first := request(t.Context(), cache)
		go func() {
			if _, err := cache.Allow(t.Context(), core.Origin{Scheme: "https", Host: "shop.example", Port: 8443}, core.Target{}); err != nil {
				t.Error(err)
			}
		}()
		synctest.Wait()
		if n := len(store.calls); n != 2 {
			t.Errorf("%d calls, want 2", n)
		}
		store.answers <- true
		store.answers <- true
		first.check(t, "the first request", true, true, nil)
	})
}

func TestRequestStopsWaitingWhenItsContextEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newSlow()
		cache := &origincache.Cache{Func: store.allow}
		ctx, cancel := context.WithCancel(context.WithValue(t.Context(), slow{}, "from the first request"))
		first := request(ctx, cache)
		second := request(t.Context(), cache)
		call := <-store.calls
		if v := call.Value(slow{}); v != nil {
			t.Errorf("the context of Func has the value %v, want no value of a request", v)
		}

		cancel()
		first.check(t, "the canceled request", true, false, context.Canceled)
		second.check(t, "the second request, before the answer", false, false, nil)
		third := request(t.Context(), cache)
		store.answers <- true
		second.check(t, "the second request", true, true, nil)
		third.check(t, "the third request", true, true, nil)
		if n := len(store.calls); n != 0 {
			t.Errorf("%d more calls, want none", n)
		}
		if call.Err() == nil {
			t.Error("the call has returned, but its context is not canceled and keeps its timer")
		}
	})
}

// If no request waits any more, the call is canceled, and its error is not stored.
func TestCallWithoutWaitingRequestsIsCanceled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newSlow()
		cache := &origincache.Cache{Func: store.allow}
		ctx, cancel := context.WithCancel(t.Context())
		first, second := request(ctx, cache), request(ctx, cache)
		call := <-store.calls
		cancel()
		first.check(t, "the first request", true, false, context.Canceled)
		second.check(t, "the second request", true, false, context.Canceled)
		if call.Err() == nil {
			t.Error("the call continues, although no request waits for it")
		}
		third := request(t.Context(), cache)
		store.answers <- true
		third.check(t, "the third request", true, true, nil)
	})
}

// A call that waits for its turn is not made if no request waits for it any more.
func TestWaitingCallWithoutRequestsIsNotMade(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newSlow()
		cache := &origincache.Cache{Func: store.allow, MaxCalls: 1}
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			if allowed, err := cache.Allow(t.Context(), core.Origin{Scheme: "https", Host: "other.example"}, core.Target{}); !allowed || err != nil {
				t.Error(allowed, err)
			}
		}()
		synctest.Wait()
		waiting := request(ctx, cache)
		cancel()
		waiting.check(t, "the canceled request", true, false, context.Canceled)
		store.answers <- true
		synctest.Wait()
		if n := len(store.calls); n != 1 {
			t.Errorf("%d calls, want 1", n)
		}
	})
}

// A request after Forget does not use the answer of a call that began before Forget.
func TestForgetIgnoresRunningCalls(t *testing.T) {
	forget := func(c *origincache.Cache) { c.Forget("https://shop.example") }
	for name, tt := range map[string]struct {
		forget  func(*origincache.Cache)
		perHost bool
	}{
		"Forget":          {forget, false},
		"Forget per host": {forget, true},
		"Clear":           {(*origincache.Cache).Clear, false},
		"Expire":          {(*origincache.Cache).Expire, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				before, after := make(chan bool), make(chan bool)
				answers := before
				cache := &origincache.Cache{PerHost: tt.perHost, Func: func(context.Context, core.Origin, core.Target) (bool, error) { return <-answers, nil }}
				early := request(t.Context(), cache)
				answers = after
				tt.forget(cache)
				late := request(t.Context(), cache)
				after <- false
				late.check(t, "the request after "+name, true, false, nil)
				before <- true
				early.check(t, "the request before "+name, true, true, nil)
				request(t.Context(), cache).check(t, "a request after both calls", true, false, nil)
			})
		})
	}
}

// When the last request leaves a call from before Forget, the call from after Forget
// continues.
func TestCancelBeforeForgetKeepsTheNewCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newSlow()
		cache := &origincache.Cache{Func: store.allow}
		ctx, cancel := context.WithCancel(t.Context())
		first := request(ctx, cache)
		cache.Forget("https://shop.example")
		second := request(t.Context(), cache)
		cancel()
		first.check(t, "the canceled request", true, false, context.Canceled)
		third := request(t.Context(), cache)
		if n := len(store.calls); n != 2 {
			t.Errorf("%d calls, want 2", n)
		}
		store.answers <- true
		second.check(t, "the second request", true, true, nil)
		third.check(t, "the third request", true, true, nil)
	})
}
