package origincache_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/origincache"
)

// TestFlood sends 12,000 requests with invented origins at the same time, to a database with
// 10 connections and 5 ms for a query. Known tenants are never denied, and wait a small
// multiple of a query.
func TestFlood(t *testing.T) {
	const query = 5 * time.Millisecond
	synctest.Test(t, func(t *testing.T) {
		pool := make(chan struct{}, 10)
		var running, most atomic.Int64
		tenants := make(map[core.Origin]bool)
		cache := &origincache.Cache{AllowedFor: time.Second, Func: func(ctx context.Context, o core.Origin, _ core.Target) (bool, error) {
			n := running.Add(1)
			defer running.Add(-1)
			for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
			}
			select {
			case pool <- struct{}{}:
			case <-ctx.Done():
				return false, ctx.Err()
			}
			<-time.After(query)
			<-pool
			return tenants[o], nil
		}}
		for i := range 20 {
			tenants[core.Origin{Scheme: "https", Host: fmt.Sprintf("tenant-%d.example", i)}] = true
		}
		for o := range tenants {
			if allowed, err := cache.Allow(t.Context(), o, core.Target{}); !allowed || err != nil {
				t.Fatal(allowed, err)
			}
		}
		<-time.After(2 * time.Second) // the answers are too old
		var flood sync.WaitGroup
		for i := range 12_000 {
			flood.Go(func() {
				if allowed, _ := cache.Allow(t.Context(), core.Origin{Scheme: "https", Host: fmt.Sprintf("invented-%d.example", i)}, core.Target{}); allowed {
					t.Errorf("origin %d is allowed", i)
				}
			})
		}
		synctest.Wait()
		var longest atomic.Int64
		var asking sync.WaitGroup
		for o := range tenants {
			asking.Go(func() {
				began := time.Now()
				if allowed, err := cache.Allow(t.Context(), o, core.Target{}); !allowed || err != nil {
					t.Errorf("%v: %v, %v", o, allowed, err)
				}
				for d, l := int64(time.Since(began)), longest.Load(); d > l && !longest.CompareAndSwap(l, d); l = longest.Load() {
				}
			})
		}
		asking.Wait()
		if wait := time.Duration(longest.Load()); wait > 20*query {
			t.Errorf("a tenant waits %v", wait)
		}
		flood.Wait()
		<-time.After(time.Minute) // until the last calls have returned
		if most.Load() > 64 {
			t.Errorf("%d calls of Func at the same time", most.Load())
		}
		t.Logf("a tenant waits %v, and Func is called %d times at the same time", time.Duration(longest.Load()), most.Load())
	})
}

// TestCallsThatHang shows that the limit holds for a Func that ignores its context, and that
// calls that wait for it end after Timeout.
func TestCallsThatHang(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hang := make(chan struct{})
		var calls atomic.Int64
		cache := &origincache.Cache{MaxCalls: 4, Timeout: time.Second, Func: func(context.Context, core.Origin, core.Target) (bool, error) {
			calls.Add(1)
			<-hang
			return true, nil
		}}
		var requests sync.WaitGroup
		for i := range 100 {
			requests.Go(func() {
				began := time.Now()
				allowed, err := cache.Allow(t.Context(), core.Origin{Scheme: "https", Host: "shop.example", Port: uint16(i)}, core.Target{})
				if allowed || err == nil || time.Since(began) != time.Second {
					t.Errorf("request %d: %v, %v after %v", i, allowed, err, time.Since(began))
				}
			})
		}
		requests.Wait()
		if n := calls.Load(); n != 3 { // one of 4 is for known origins
			t.Errorf("%d calls of Func", n)
		}
		close(hang)
		synctest.Wait()
		if allowed, err := cache.Allow(t.Context(), core.Origin{Scheme: "https", Host: "shop.example", Port: 200}, core.Target{}); !allowed || err != nil {
			t.Errorf("afterwards: %v, %v", allowed, err)
		}
	})
}

// TestKnownTenantKeepsItsPlace shows what does not put a tenant behind invented origins: the
// next call for it does not wait.
func TestKnownTenantKeepsItsPlace(t *testing.T) {
	tenant := core.Origin{Scheme: "https", Host: "tenant.example"}
	for name, disturb := range map[string]func(context.Context, *origincache.Cache, *bool){
		"Forget": func(_ context.Context, c *origincache.Cache, _ *bool) { c.Forget(tenant.String()) },
		"Clear":  func(_ context.Context, c *origincache.Cache, _ *bool) { c.Clear() },
		"Expire": func(_ context.Context, c *origincache.Cache, _ *bool) { c.Expire() },
		"an error": func(ctx context.Context, c *origincache.Cache, failing *bool) {
			*failing = true
			if allowed, err := c.Allow(ctx, tenant, core.Target{}); allowed || err == nil {
				t.Error(allowed, err)
			}
			<-time.After(time.Minute)
			*failing = false
		},
	} {
		for _, maxCalls := range []int{2, 3, 4, 5} {
			t.Run(fmt.Sprint(name, maxCalls), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					hang, failing := make(chan struct{}), false
					cache := &origincache.Cache{MaxCalls: maxCalls, AllowedFor: time.Second, Timeout: time.Hour, Func: func(_ context.Context, o core.Origin, _ core.Target) (bool, error) {
						switch {
						case o != tenant:
							<-hang
							return false, nil
						case failing:
							return false, errors.New("connection reset")
						}
						return true, nil
					}}
					ask := func(o core.Origin) (bool, error) { return cache.Allow(t.Context(), o, core.Target{}) }
					if allowed, err := ask(tenant); !allowed || err != nil {
						t.Fatal(allowed, err)
					}
					<-time.After(time.Minute) // the answer is too old
					disturb(t.Context(), cache, &failing)
					var flood sync.WaitGroup
					for i := range 100 {
						flood.Go(func() { _, _ = ask(core.Origin{Scheme: "https", Host: "invented.example", Port: uint16(i + 1)}) })
					}
					synctest.Wait()
					began := time.Now()
					if allowed, err := ask(tenant); !allowed || err != nil || time.Since(began) != 0 {
						t.Errorf("the tenant waits %v: %v, %v", time.Since(began), allowed, err)
					}
					close(hang)
					flood.Wait()
				})
			})
		}
	}
}
