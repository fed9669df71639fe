package origincache_test

import (
	"context"
	"errors"
	"math"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/origincache"
)

func TestErrorPausesCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var d directory
		cache := &origincache.Cache{Func: d.allow}
		down := errors.New("the store is down")
		d.set(true, down)
		answer{false, down, 1}.check(t, "first failure", cache, &d)
		pass(time.Second - 1)
		answer{false, down, 0}.check(t, "during the pause", cache, &d)
		pass(1)
		answer{false, down, 1}.check(t, "second failure", cache, &d)
		d.set(true, nil)
		answer{false, down, 0}.check(t, "during the second pause", cache, &d)
		pass(time.Second)
		answer{true, nil, 1}.check(t, "recovered", cache, &d)
		d.set(true, down)
		pass(time.Minute)
		answer{false, down, 1}.check(t, "no stale answer without StaleFor", cache, &d)
	})
}

func TestStaleAnswersReplaceErrors(t *testing.T) {
	for name, tenant := range map[string]bool{"allowed": true, "denied": false} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var d directory
				cache := &origincache.Cache{Func: d.allow, AllowedFor: time.Minute, RefusedFor: time.Minute, StaleFor: 3500 * time.Millisecond}
				down := errors.New("the store is down")
				d.set(tenant, nil)
				answer{tenant, nil, 1}.check(t, "the store answers", cache, &d)
				d.set(!tenant, down)
				pass(time.Minute)
				answer{tenant, nil, 1}.check(t, "stale", cache, &d)
				answer{tenant, nil, 0}.check(t, "during the pause", cache, &d)
				pass(time.Second)
				answer{tenant, nil, 1}.check(t, "still stale", cache, &d)

				d.set(tenant, nil)
				pass(time.Second)
				answer{tenant, nil, 1}.check(t, "a stale answer while the store recovers", cache, &d)
				pass(time.Minute - 1)
				answer{tenant, nil, 0}.check(t, "recovered", cache, &d)

				d.set(!tenant, down)
				pass(1)
				for range 3 {
					answer{tenant, nil, 1}.check(t, "stale again", cache, &d)
					pass(time.Second)
				}
				answer{tenant, nil, 1}.check(t, "stale for the last time", cache, &d)
				pass(500*time.Millisecond - 1)
				answer{tenant, nil, 0}.check(t, "a nanosecond before the end of StaleFor", cache, &d)
				pass(1)
				answer{false, down, 1}.check(t, "too old", cache, &d)
				d.set(!tenant, nil)
				pass(time.Second)
				answer{!tenant, nil, 1}.check(t, "recovered and changed", cache, &d)
			})
		})
	}
}

// If AllowedFor and RefusedFor disable caching, answers are still kept to replace
// errors for StaleFor.
func TestStaleAnswersWithoutCaching(t *testing.T) {
	down := errors.New("the store is down")
	for name, tt := range map[string]struct {
		good time.Duration
		want answer
	}{
		"for a minute": {time.Minute, answer{false, down, 1}},
		"without end":  {math.MaxInt64, answer{true, nil, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var d directory
				cache := &origincache.Cache{Func: d.allow, AllowedFor: -time.Hour, RefusedFor: -time.Hour, StaleFor: tt.good}
				for _, tenant := range []bool{false, true} {
					d.set(tenant, nil)
					answer{tenant, nil, 1}.check(t, "the store answers", cache, &d)
				}
				d.set(false, down)
				pass(time.Minute - time.Second)
				answer{true, nil, 1}.check(t, "stale", cache, &d)
				pass(time.Second)
				tt.want.check(t, "a minute old", cache, &d)
			})
		})
	}
}

// If the store hangs, one request waits for the timeout. The later requests get the
// stale answer without waiting.
func TestStaleAnswersDoNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hangs := false
		cache := &origincache.Cache{StaleFor: time.Hour, Func: func(ctx context.Context, _ core.Origin, _ core.Target) (bool, error) {
			if hangs {
				<-ctx.Done()
			}
			return true, ctx.Err()
		}}
		ask := func(when string, wait time.Duration) {
			began := time.Now()
			if allowed, err := cache.Allow(t.Context(), shop(), core.Target{}); !allowed || err != nil || time.Since(began) != wait {
				t.Errorf("%s: %v, %v after %v; want an answer after %v", when, allowed, err, time.Since(began), wait)
			}
		}
		ask("the store answers", 0)
		pass(time.Minute)
		hangs = true
		ask("the store hangs", 5*time.Second)
		for range 20 {
			ask("during the pause, or while another call hangs", 0)
			pass(time.Second)
		}
		synctest.Wait()
		hangs = false
		pass(10 * time.Second)
		ask("the store is called again in the background", 0)
		synctest.Wait()
		pass(time.Minute - 1)
		hangs = true
		ask("the store has recovered", 0)
	})
}

func TestTimeout(t *testing.T) {
	for _, tt := range []struct {
		name          string
		timeout, want time.Duration
	}{
		{"default", 0, 5 * time.Second},
		{"negative", -1, 5 * time.Second},
		{"set", time.Second, time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				answers := make(chan bool)
				calls := 0
				cache := &origincache.Cache{Timeout: tt.timeout, Func: func(context.Context, core.Origin, core.Target) (bool, error) {
					calls++
					return <-answers, nil // it ignores its context
				}}
				began := time.Now()
				allowed, err := cache.Allow(t.Context(), shop(), core.Target{})
				if allowed || !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != tt.want {
					t.Errorf("%v, %v after %v, want an error after %v", allowed, err, time.Since(began), tt.want)
				}
				answers <- true
				synctest.Wait()
				if allowed, err := cache.Allow(t.Context(), shop(), core.Target{}); allowed || err == nil || calls != 1 {
					t.Errorf("%v, %v after %d calls, want the error of the first call: its answer came after the timeout", allowed, err, calls)
				}
			})
		})
	}
}

func TestFuncPanicsExitsOrFails(t *testing.T) {
	for name, tt := range map[string]struct {
		f    core.OriginFunc
		want string
	}{
		"a panic": {func(context.Context, core.Origin, core.Target) (bool, error) { panic("boom") }, "boom"},
		"runtime.Goexit": {func(context.Context, core.Origin, core.Target) (bool, error) {
			runtime.Goexit()
			return true, nil
		}, "ended"},
		"an error with true": {func(context.Context, core.Origin, core.Target) (bool, error) { return true, errors.New("boom") }, "boom"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				started, fails := make(chan struct{}), true
				cache := &origincache.Cache{Func: func(ctx context.Context, o core.Origin, to core.Target) (bool, error) {
					if <-started; fails {
						return tt.f(ctx, o, to)
					}
					return true, nil
				}}
				var errs []string
				results := make(chan string)
				for range 10 {
					go func() {
						allowed, err := cache.Allow(t.Context(), shop(), core.Target{})
						if allowed || err == nil {
							t.Errorf("got %v, %v, want false and an error", allowed, err)
							err = errors.New("no error")
						}
						results <- err.Error()
					}()
				}
				synctest.Wait()
				close(started)
				for range 10 {
					errs = append(errs, <-results)
				}
				if all := strings.Join(errs, "\n"); strings.Count(all, tt.want) != 10 {
					t.Errorf("the waiting requests got\n%s\nwant %q in each error", all, tt.want)
				}
				fails = false
				pass(time.Second)
				if allowed, err := cache.Allow(t.Context(), shop(), core.Target{}); !allowed || err != nil {
					t.Errorf("after the pause: %v, %v, want true without an error", allowed, err)
				}
			})
		})
	}
}
