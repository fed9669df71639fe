// Package origincache remembers the answers of an origin function, so that the
// function may ask a database.
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
// All requests with one origin share one call of Func. A request stops waiting when its
// context ends, which does not affect the others; when no request waits any more, the
// context of Func ends.
//
// An error or a panic of Func is the answer to all requests that wait for it. For a
// second after that, Func is not called again about that origin: requests get the same
// error, or the last answer without an error if StaleFor permits.
//
// A Cache runs no goroutine but the calls of Func. The zero value is ready for use once
// Func is set. It is safe for concurrent use; its fields must not change once it is in
// use, and it must not be copied.
type Cache struct {
	// Func is asked about an origin whose answer is not known; without it, every
	// origin is denied. Its answer is for every request with that origin, so its
	// context has none of a request's values. It should return when its context
	// ends, and log its errors: StaleFor can hide them from everything else.
	Func core.OriginFunc

	// AllowedFor is how long an answer that allows an origin is kept. A tenant that is
	// removed elsewhere stays allowed for that long. Zero means one minute; a negative
	// value disables caching.
	AllowedFor time.Duration

	// RefusedFor is how long an answer that denies an origin is kept. A tenant that is
	// added elsewhere stays denied for that long. Zero means ten seconds; a negative
	// value disables caching.
	RefusedFor time.Duration

	// StaleFor is how much longer an answer is used while Func fails. A request waits
	// for the first failure; the next ones get the old answer at once, while Func is
	// tried again once a second. Zero or a negative value means that an error denies
	// the origin.
	StaleFor time.Duration

	// Timeout is how long a call of Func may take until it counts as failed. Zero or a
	// negative value means five seconds.
	Timeout time.Duration

	// MaxEntries is how many allowed origins are kept, and how many others. The two
	// are counted apart, so that invented origins cannot evict tenants. The least
	// recently used entry is evicted first. An entry takes about 350 bytes. Zero or a
	// negative value means 10,000.
	MaxEntries int

	mu      sync.Mutex
	began   time.Time // the entries' times count from here
	entries map[core.Origin]*entry
	allowed list.List // of *entry, the most recently used first
	others  list.List
	calls   map[core.Origin]*call
}

// Allow is a [core.OriginFunc]: it returns the answer of Func, or one that it has kept.
// The error is Func's or, if ctx ends first, that of ctx.
func (c *Cache) Allow(ctx context.Context, o core.Origin) (allowed bool, err error) {
	c.mu.Lock()
	e, now := c.entries[o], time.Since(c.began)
	if e == nil || now >= e.due {
		call := c.start(o)
		if e == nil || !e.failing || now >= e.good {
			call.waiting++
			c.mu.Unlock()
			return c.wait(ctx, o, call)
		}
	}
	c.list(e).MoveToFront(e.element)
	allowed, err = e.allowed, e.err
	c.mu.Unlock()
	return allowed, err
}

// Forget removes the answer about an origin, so that the next request asks Func. The
// answers of calls that run already are not kept, so a tenant that was removed before
// Forget is denied afterwards. The origin is written as [core.Origin.String] does.
func (c *Cache) Forget(origin string) {
	t, ok := origins.Cut(origin)
	if !ok {
		return
	}
	o := core.Origin{Scheme: t.Scheme, Host: t.Host, Port: t.PortNumber()}
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.calls, o)
	if e := c.entries[o]; e != nil {
		c.drop(e)
	}
}

// Clear removes the answers about all origins, as [Cache.Forget] does for one.
func (c *Cache) Clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.entries, c.calls = nil, nil
	c.allowed.Init()
	c.others.Init()
}
