package origincache_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/origincache"
)

// After Expire, the next request calls Func. If Func fails, the old answer is used until
// StaleFor ends, which Expire never extends.
func TestExpire(t *testing.T) {
	down := errors.New("the store is down")
	for name, tenant := range map[string]bool{"allowed": true, "denied": false} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var d directory
				cache := &origincache.Cache{Func: d.allow, AllowedFor: time.Hour, RefusedFor: time.Hour, StaleFor: time.Minute}
				cache.Expire() // the cache is empty
				d.set(tenant, nil)
				answer{tenant, nil, 1}.check(t, "the store answers", cache, &d)

				d.set(!tenant, down)
				pass(time.Second)
				cache.Expire()
				answer{tenant, nil, 1}.check(t, "stale", cache, &d)
				answer{tenant, nil, 0}.check(t, "during the pause", cache, &d)
				pass(30 * time.Second)
				cache.Expire()
				answer{tenant, nil, 1}.check(t, "expired again", cache, &d)
				pass(30*time.Second - 1)
				answer{tenant, nil, 1}.check(t, "a nanosecond before the end of StaleFor", cache, &d)
				pass(1)
				answer{false, down, 1}.check(t, "too old", cache, &d)

				d.set(tenant, nil)
				cache.Expire()
				answer{tenant, nil, 1}.check(t, "the error has expired, too", cache, &d)
				d.set(!tenant, nil)
				cache.Expire()
				answer{!tenant, nil, 1}.check(t, "changed", cache, &d)
			})
		})
	}
}

// Expire ends the pause after an error, and the next request waits for the new answer.
func TestExpireEndsStaleAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var d directory
		cache := &origincache.Cache{Func: d.allow, AllowedFor: -1, StaleFor: time.Hour}
		d.set(true, nil)
		answer{true, nil, 1}.check(t, "a tenant", cache, &d)
		d.set(true, errors.New("the store is down"))
		answer{true, nil, 1}.check(t, "stale", cache, &d)
		d.set(false, nil)
		answer{true, nil, 0}.check(t, "during the pause", cache, &d)
		cache.Expire()
		answer{false, nil, 1}.check(t, "removed while the store was down", cache, &d)
	})
}

// Without StaleFor, an error after Expire denies the origin, although AllowedFor has not
// ended.
func TestExpireWithoutStaleFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var d directory
		cache := &origincache.Cache{Func: d.allow, AllowedFor: time.Hour}
		d.set(true, nil)
		answer{true, nil, 1}.check(t, "a tenant", cache, &d)
		down := errors.New("the store is down")
		d.set(true, down)
		cache.Expire()
		answer{false, down, 1}.check(t, "expired", cache, &d)
	})
}

// A call that began before Expire and fails does not deny a tenant. After Forget it does.
func TestRunningCallFails(t *testing.T) {
	down := errors.New("the store is down")
	for name, tt := range map[string]struct {
		remove  func(*origincache.Cache)
		allowed bool
		err     error
	}{
		"Expire": {(*origincache.Cache).Expire, true, nil},
		"Clear":  {(*origincache.Cache).Clear, false, down},
		"Forget": {func(c *origincache.Cache) { c.Forget(shop().String()) }, false, down},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				answers := make(chan error)
				cache := &origincache.Cache{AllowedFor: -1, StaleFor: time.Hour, Func: func(context.Context, core.Origin, core.Target) (bool, error) {
					err := <-answers
					return err == nil, err
				}}
				first := request(t.Context(), cache)
				answers <- nil
				first.check(t, "a tenant", true, true, nil)
				running := request(t.Context(), cache)
				tt.remove(cache)
				answers <- down
				running.check(t, "the call that fails", true, tt.allowed, tt.err)
			})
		})
	}
}
