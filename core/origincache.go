package core

import (
	"context"
	"sync"
	"time"
)

// OriginCache remembers what an [OriginFunc] answers, so that the function may
// ask a database. Its method Allow is the function for [WithOriginFunc]:
//
//	cache := &core.OriginCache{Func: tenants.Allow, StaleFor: time.Hour}
//	policy, err := core.NewPolicy(cfg, core.WithOriginFunc(cache.Allow))
//
// However many requests wait for one origin, Func is called once at a time for
// it. A request gives up when its own context ends, which harms no other; when
// the last has given up, Func's context ends.
//
// An error or a panic of Func is the answer for everyone who waits for it.
// Func is then left alone about that origin for a second, which gets the same
// error, or the last answer that was no error if StaleFor permits.
//
// Nothing runs in the background but a call of Func that a request has started.
// The zero value is ready once Func is set. It is safe for concurrent use; its
// fields must not change once it is in use, and it must not be copied.
type OriginCache struct {
	// Func is asked about an origin whose answer is not known; without it, every
	// origin is denied. Its answer is for every request with that origin, so its
	// context has none of a request's values. It should return when its context
	// ends, and log its errors: those that StaleFor covers up show nowhere else.
	Func OriginFunc

	// AllowedFor is for how long an origin that is allowed is not asked about
	// again. This is how long a tenant who was removed elsewhere can go on. 0
	// means one minute; a negative value, that each request asks.
	AllowedFor time.Duration

	// RefusedFor is the same for an origin that is refused: how long a tenant who
	// was added elsewhere may have to wait. 0 means ten seconds; a negative
	// value, that each request asks.
	RefusedFor time.Duration

	// StaleFor is for how much longer an answer is good while Func fails. A
	// request waits for the first failure only: then it gets the old answer while
	// Func is tried again, once a second at most. 0 means that an error denies
	// the origin; so does a negative value.
	StaleFor time.Duration

	// Timeout is how long a call of Func may take, after which it has failed. 0
	// means five seconds; so does a negative value.
	Timeout time.Duration

	// MaxEntries is how many allowed origins are remembered and, apart from them,
	// how many others, so that invented origins drive no tenant out. The one that
	// was longest not asked for goes first. An entry takes about 300 bytes. 0
	// means 10,000; so does a negative value.
	MaxEntries int

	mu      sync.Mutex
	began   time.Time // what the entries' times count from
	entries map[Origin]*originEntry
	allowed originList
	others  originList
	calls   map[Origin]*originCall
}

// Allow is an [OriginFunc]: what Func answers, or has answered a while ago. The
// error is Func's or, if ctx ends first, that of ctx.
func (c *OriginCache) Allow(ctx context.Context, o Origin) (allowed bool, err error) {
	c.mu.Lock()
	e, now := c.entries[o], time.Since(c.began)
	if e == nil || now >= e.due {
		call := c.call(o)
		if e == nil || !e.failing || now >= e.good {
			call.waiting++
			c.mu.Unlock()
			return c.wait(ctx, o, call)
		}
	}
	c.list(e).touch(e)
	allowed, err = e.allowed, e.err
	c.mu.Unlock()
	return allowed, err
}

// Forget makes the next request with an origin ask Func, and drops what calls
// that run already will answer: whoever has removed a tenant and calls Forget
// knows that it is refused from then on. The origin is written as
// [Origin.String] does.
func (c *OriginCache) Forget(origin string) {
	t, ok := cutOrigin(origin)
	if !ok {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.calls, t.origin())
	if e := c.entries[t.origin()]; e != nil {
		c.drop(e)
	}
}

// Clear forgets every origin, as [OriginCache.Forget] does one.
func (c *OriginCache) Clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.entries, c.calls = nil, nil
	c.allowed, c.others = originList{}, originList{}
}
