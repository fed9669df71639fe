package parity

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/origincache"
)

var soak = flag.Duration("soak", time.Minute, "how long TestSoak runs") //nolint:gochecknoglobals // a flag is registered before a test runs

// TestSoak sends hostile and ordinary requests to all routers, while the policy, the candidate
// and the cache change. There are three policies: two with every option, one registered as
// middleware and one by Install, and a plain one with a logger alone. No page may be allowed that is not allowed by the config or
// the origin function, and no tenant may be denied. No handler may panic, and texts, memory,
// calls and goroutines stay bounded.
func TestSoak(t *testing.T) {
	length := *soak
	if testing.Short() {
		length = 2 * time.Second
	}
	t.Run("start", func(t *testing.T) { withoutReloads(t) }) // also starts the frameworks' permanent goroutines
	before, held := len(goroutines()), heap()
	worlds := []*world{newWorld(t, routers(), false), newWorld(t, installed(), true), plainWorld(t, installed())}
	t.Run(length.String(), func(t *testing.T) {
		ctx, stop := context.WithTimeout(t.Context(), length)
		defer stop()
		var all sync.WaitGroup
		for _, w := range worlds {
			all.Go(func() { w.run(ctx, t, stop) })
		}
		all.Wait()
	})
	for _, w := range worlds {
		w.check(t, length)
	}
	waitForGoroutines(t, before)
	if more := heap() - held; more > 8<<20 {
		t.Errorf("after the load, %d bytes are held, want at most 8 MiB", more)
	}
	runtime.KeepAlive(worlds)
}

// check looks at what the world has measured.
func (w *world) check(t *testing.T, length time.Duration) {
	t.Logf("%d ordinary and %d hostile requests, a verdict of at most %d bytes", w.ordinary.Load(), w.hostile.Load(), w.verdict.Load())
	if w.ordinary.Load() < 100 || w.hostile.Load() < 100 {
		t.Error("too few requests")
	}
	if n := w.calls.most.Load(); n == 0 != w.plain || n > maxCalls {
		t.Errorf("the origin function was called %d times at the same time, want at most %d", n, maxCalls)
	}
	if n := w.verdict.Load(); n == 0 && !w.plain || n > 2<<10 {
		t.Errorf("the longest verdict has %d bytes, want at most 2 KiB", n)
	}
	// Each minute, the log has at most 48 causes, and repeats them once with their number.
	if lines, most := w.log.lines.Load(), 128*(int64(length/time.Minute)+2); lines == 0 || lines > most || w.log.longest.Load() > 4<<10 {
		t.Errorf("the log has %d lines of at most %d bytes, want at most %d lines of 4 KiB", lines, w.log.longest.Load(), most)
	}
	if w.log.overrides.Load() == 0 {
		t.Error("the log does not say that a handler sets Access-Control-Allow-Origin itself")
	}
}

func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC() // for pools
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// world is a policy with every option, its servers, and what happens around them.
type world struct {
	policy  *core.Policy
	plain   bool // without an observer, an origin function and candidates
	build   map[string]func(*core.Policy) server
	cache   *origincache.Cache
	calls   struct{ now, most atomic.Int64 }
	verdict atomic.Int64 // the longest, in bytes
	log     soakLog

	switched          atomic.Int64 // counts the calls of Enable: while it is even, the policy is on
	ordinary, hostile atomic.Int64 // requests
}

// configs allow the pages of the first list, and with the second also those of a wildcard.
// The tenants are in the lists of a plain world.
func (w *world) configs() [2]core.Config {
	cfg := core.Config{
		AllowOrigins: []string{"https://app.example.com"}, AllowMethods: []string{"PUT", "DELETE"}, AllowHeaders: []string{"Content-Type", "X-Id"},
		ExposeHeaders: []string{"X-Total"}, AllowCredentials: true, RejectDeniedOrigins: true,
	}
	wider := cfg
	wider.AllowOrigins = []string{"https://app.example.com", "https://*.example.net"}
	wider.RejectDeniedOrigins = false
	wider.AllowMethods, wider.AllowHeaders = []string{"*"}, []string{"*"}
	if w.plain {
		const tenants = "https://tenant-*.example.org"
		cfg.AllowOrigins, wider.AllowOrigins = append(cfg.AllowOrigins, tenants), append(wider.AllowOrigins, tenants)
	}
	return [2]core.Config{cfg, wider}
}

const (
	tenants  = 50
	maxCalls = 16
)

func tenant(i int) string { return fmt.Sprintf("https://tenant-%d.example.org", i) }

// shadowOrigin is allowed by a candidate alone.
const shadowOrigin = "https://evil.example"

// mayAllow reports whether one of the configs or the function allows an origin.
func (w *world) mayAllow(r soakRequest) bool {
	switch {
	case r.origin == "https://app.example.com", strings.HasSuffix(r.origin, ".example.net"):
		return true
	case w.cache.PerHost && r.host != soakHost:
		return false
	}
	return strings.HasPrefix(r.origin, "https://tenant-") && strings.HasSuffix(r.origin, ".example.org")
}

func newWorld(t *testing.T, build map[string]func(*core.Policy) server, perHost bool) *world {
	w := &world{build: build}
	w.cache = &origincache.Cache{Func: w.ask, PerHost: perHost, AllowedFor: 20 * time.Millisecond, StaleFor: time.Hour, MaxEntries: 500, MaxCalls: maxCalls}
	policy, err := core.NewPolicy(w.configs()[0], core.WithName("soak"), core.WithOriginFunc(w.allow),
		core.WithLogger(slog.New(slog.NewTextHandler(&w.log, nil))),
		core.WithObserver(func(_ context.Context, v core.Verdict) {
			raise(&w.verdict, int64(len(v.String())))
			if rand.IntN(1000) == 0 {
				panic(strings.Repeat("observer", 1000))
			}
		}))
	if err != nil {
		t.Fatal(err)
	}
	w.policy = policy
	return w
}

func plainWorld(t *testing.T, build map[string]func(*core.Policy) server) *world {
	w := &world{build: build, plain: true, cache: new(origincache.Cache)}
	policy, err := core.NewPolicy(w.configs()[0], core.WithName("plain"), core.WithLogger(slog.New(slog.NewTextHandler(&w.log, nil))))
	if err != nil {
		t.Fatal(err)
	}
	w.policy = policy
	return w
}

// allow returns true with each error, which has precedence.
func (w *world) allow(ctx context.Context, o core.Origin, to core.Target) (bool, error) {
	allowed, err := w.cache.Allow(ctx, o, to)
	return allowed || err != nil, err
}

// ask is a database that knows the tenants. With PerHost, it allows them on the host of
// ordinary requests only. For other origins it fails in all ways.
func (w *world) ask(ctx context.Context, o core.Origin, to core.Target) (bool, error) {
	raise(&w.calls.most, w.calls.now.Add(1))
	defer w.calls.now.Add(-1)
	select {
	case <-time.After(time.Millisecond):
	case <-ctx.Done():
	}
	if strings.HasPrefix(o.Host, "tenant-") && strings.HasSuffix(o.Host, ".example.org") {
		return to.Host == "" || to.Host == soakHost, nil
	}
	switch len(o.Host) % 4 {
	case 0:
		return true, fmt.Errorf("no answer about %s", strings.Repeat(o.Host, 1000)) // the error has precedence
	case 1:
		panic(strings.Repeat(o.Host, 1000))
	case 2:
		runtime.Goexit()
	}
	return false, nil
}

func raise(most *atomic.Int64, n int64) {
	for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
	}
}

// soakLog counts lines. It is sometimes slow.
type soakLog struct{ lines, longest, overrides atomic.Int64 }

func (l *soakLog) Write(line []byte) (int, error) {
	if bytes.Contains(line, []byte("a handler sets Access-Control-Allow-Origin itself")) {
		l.overrides.Add(1)
	}
	raise(&l.longest, int64(len(line)))
	if l.lines.Add(1)%10 == 0 {
		<-time.After(time.Millisecond)
	}
	return len(line), nil
}

// run sends requests to each router and to the policy itself, and changes the policy
// meanwhile.
func (w *world) run(ctx context.Context, t *testing.T, stop func()) {
	var all sync.WaitGroup
	send := func(name string, check func(soakRequest) error) {
		for ctx.Err() == nil {
			r, count := ordinaryRequest(), &w.ordinary
			if rand.IntN(4) == 0 {
				r, count = hostileRequest(), &w.hostile
			}
			if err := check(r); err != nil {
				t.Errorf("%s: %v", name, err)
				stop()
			}
			count.Add(1)
		}
	}
	for router, build := range w.build {
		addr := build(w.policy).start(t)
		for range 6 {
			all.Go(func() {
				c := soakClient{addr: addr, world: w}
				defer c.close()
				send(router, c.check)
			})
		}
	}
	all.Go(func() { send("the policy", w.explain) })
	all.Go(func() {
		for i := 0; ctx.Err() == nil; i++ {
			if err := w.change(i); err != nil {
				t.Error(err)
			}
			<-time.After(time.Millisecond)
		}
	})
	all.Wait()
}

// change is one step of what an operator does to the policy.
func (w *world) change(i int) error {
	cfgs := w.configs()
	evil := cfgs[1]
	evil.AllowOrigins = []string{shadowOrigin}
	candidate := []*core.Config{&evil, nil, &cfgs[0]}[i%3]
	if w.plain {
		candidate = nil
	}
	err := errors.Join(w.policy.Reload(cfgs[i%2]), w.policy.Shadow(candidate))
	switch i % 100 {
	case 0:
		w.cache.Clear()
	case 25:
		w.switched.Add(1)
		w.policy.Enable(false)
	case 26:
		w.policy.Enable(true)
		w.switched.Add(1)
	case 50:
		w.cache.Forget(tenant(rand.IntN(tenants)))
	}
	return err
}
