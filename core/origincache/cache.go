// Package origincache remembers the answers of an origin function, so that the
// function may ask a database.
//
//	cache := &origincache.Cache{
//		Func: func(ctx context.Context, o core.Origin, _ core.Target) (bool, error) {
//			return tenants.Has(ctx, o.String())
//		},
//		StaleFor: time.Hour, // while the database fails
//	}
//	policy, err := core.NewPolicy(cfg, core.WithOriginFunc(cache.Allow))
//
// A hostile client can send any origin. The cache bounds how many calls of the function run
// at the same time, and how many answers are kept.
package origincache

import (
	"container/list"
	"context"
	"sync"
	"time"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/internal/origins"
)

// Cache remembers the answers of a [core.OriginFunc]. Its method Allow is the function
// for [core.WithOriginFunc]:
//
//	cache := &origincache.Cache{Func: tenants.Allow, StaleFor: time.Hour}
//	policy, err := core.NewPolicy(cfg, core.WithOriginFunc(cache.Allow))
//
// Concurrent requests with the same origin share one call of Func. A request stops
// waiting when its context ends; the other requests continue to wait. When no request
// waits, the context of Func ends.
//
// If Func returns an error or panics, all waiting requests get an error. For the next
// second, Func is not called again for that origin: requests get the same error, or an
// older answer if StaleFor permits that.
//
// A Cache has no goroutines except those that call Func. The zero value is ready for
// use when Func is set. A Cache is safe for concurrent use. Its fields must not change
// after the first use, and it must not be copied.
type Cache struct {
	// Func is called for an origin that has no entry. If Func is nil, every origin is
	// denied. The answer is used for all requests with that origin, so the context of
	// Func has no values from a request. Func should return when its context ends. It
	// should also log its errors, because StaleFor can hide them from the callers.
	//
	// The Target has no path. It has the host only with PerHost.
	Func core.OriginFunc

	// PerHost keeps one answer for each origin and each host that requests are sent to,
	// for a Func that allows other origins on another host. A client can invent hosts, so
	// let the server or a proxy reject unknown ones.
	PerHost bool

	// AllowedFor is how long an answer that allows an origin is kept. A tenant that is
	// removed elsewhere stays allowed for that long. Zero means one minute; a negative
	// value disables caching.
	AllowedFor time.Duration

	// RefusedFor is how long an answer that denies an origin is kept. A tenant that is
	// added elsewhere stays denied for that long. Zero means ten seconds; a negative
	// value disables caching.
	RefusedFor time.Duration

	// StaleFor is how much longer an answer is used while Func fails. Requests wait for
	// the first call that fails. Later requests get the old answer without waiting, and Func
	// is called again at most once a second. Zero or a negative value means that an
	// error denies the origin.
	StaleFor time.Duration

	// Timeout is how long a call of Func may take before it counts as an error. Zero or
	// a negative value means five seconds.
	Timeout time.Duration

	// MaxEntries is the maximum number of entries for origins that Func has allowed in its
	// last answer without an error, and the maximum number of other entries. They are
	// counted separately, so that invented origins cannot evict tenants. The least recently
	// used entry is evicted first. An entry takes about 350 bytes. Zero or a negative value
	// means 10,000.
	MaxEntries int

	// MaxCalls is the maximum number of calls of Func that run at the same time, also if
	// Func ignores its context. Other calls wait, and Timeout includes the wait. A quarter
	// of the calls, and at least one, is reserved for origins that were allowed before, so
	// that invented origins delay tenants little. The value 1 reserves none. Zero or a
	// negative value means 64. A value near the number of connections to a database keeps
	// the waits of tenants short.
	MaxCalls int

	mu      sync.Mutex
	began   time.Time // the time of the first call; the times of entries count from it
	entries map[key]*entry
	known   list.List // of *entry, the most recently used first: origins that were allowed before
	others  list.List
	calls   map[key]*call

	running, unknown              int       // calls of Func, and those among them for new origins
	waitingKnown, waitingForFirst list.List // of *call, for origins that were allowed before, and for others
}

// key is what an entry is for. Without PerHost, the host is empty.
type key struct {
	origin core.Origin
	host   string
}

// Allow is a [core.OriginFunc]. It returns the cached answer or calls Func. The error is
// that of Func or, if ctx ends first, that of ctx.
func (c *Cache) Allow(ctx context.Context, o core.Origin, to core.Target) (allowed bool, err error) {
	k := key{origin: o}
	if c.PerHost {
		k.host = to.Host
	}
	c.mu.Lock()
	e, now := c.entries[k], time.Since(c.began)
	if e == nil || now >= e.due {
		call := c.start(k)
		if e == nil || !e.failing || now >= e.good {
			call.waiting++
			c.mu.Unlock()
			return c.wait(ctx, call)
		}
	}
	c.list(e).MoveToFront(e.element)
	allowed, err = e.allowed, e.err
	c.mu.Unlock()
	return allowed, err
}

// Forget removes the answers for an origin, for every host, so that the next request calls
// Func. It also prevents running calls from adding an answer, so a tenant that was removed
// before Forget is denied after it. The origin must have the form of [core.Origin.String];
// for any other string, Forget does nothing.
//
// An origin that was allowed before keeps its entry, without an answer. So the next call for
// it may use what MaxCalls reserves.
func (c *Cache) Forget(origin string) {
	t, ok := origins.Cut(origin)
	if !ok {
		return
	}
	o := core.Origin{Scheme: t.Scheme, Host: t.Host, Port: t.PortNumber()}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.PerHost {
		c.forget(key{origin: o})
		return
	}
	for k := range c.calls {
		if k.origin == o {
			delete(c.calls, k)
		}
	}
	for k := range c.entries {
		if k.origin == o {
			c.forget(k)
		}
	}
}

// Clear removes the answers for all origins, as [Cache.Forget] does for one.
func (c *Cache) Clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.calls)
	for k := range c.entries {
		c.forget(k)
	}
}

// Expire ends AllowedFor and RefusedFor for all answers, so that the next request for each
// origin calls Func. In contrast to [Cache.Clear], it keeps the answers for StaleFor: while
// Func fails, an origin that was allowed stays allowed. Call Expire when changes may have
// been missed, for instance after the connection that announces them was lost. It also
// prevents running calls from adding an answer, since theirs may be from before the change.
//
// Expire never extends how long an answer is used.
func (c *Cache) Expire() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.calls)
	now := time.Since(c.began)
	for _, e := range c.entries {
		e.failing = false // the next request waits for the new answer
		e.due = min(e.due, now)
		e.good = min(e.good, later(now, c.StaleFor))
	}
}
