package origincache

import (
	"cmp"
	"container/list"
	"math"
	"time"

	"github.com/corsuite/corsuite/core"
)

// pause is how long a function that has failed is not called again.
const pause = time.Second

// entry is the answer about one origin. Times count from the cache's first call.
type entry struct {
	origin  core.Origin
	allowed bool
	failing bool          // the last call failed, and the answer is of one before
	err     error         // of the last call, if there is no answer
	due     time.Duration // when to ask again
	good    time.Duration // until then, the answer is used in place of an error
	element *list.Element // in its list
}

// keep stores the result of a call, and returns the answer to those who wait.
func (c *Cache) keep(o core.Origin, allowed bool, err error) (bool, error) {
	old, now := c.entries[o], time.Since(c.began)
	if err != nil && old != nil && now < old.good {
		old.failing = true
		old.due = min(later(now, pause), old.good)
		return old.allowed, nil
	}
	if old != nil {
		c.drop(old)
	}
	e := &entry{origin: o, allowed: allowed, err: err}
	switch {
	case err != nil:
		e.due = later(now, pause)
	case allowed:
		e.due = later(now, cmp.Or(c.AllowedFor, time.Minute))
		e.good = later(e.due, c.StaleFor)
	default:
		e.due = later(now, cmp.Or(c.RefusedFor, 10*time.Second))
		e.good = later(e.due, c.StaleFor)
	}
	c.add(e)
	return allowed, err
}

// later adds any duration to a time, without overflow.
func later(t, d time.Duration) time.Duration {
	return t + min(max(d, 0), math.MaxInt64-t)
}

func (c *Cache) add(e *entry) {
	l := c.list(e)
	if l.Len() >= cmp.Or(max(c.MaxEntries, 0), 10_000) {
		c.drop(l.Back().Value.(*entry))
	}
	c.entries[e.origin] = e
	e.element = l.PushFront(e)
}

func (c *Cache) drop(e *entry) {
	delete(c.entries, e.origin)
	c.list(e).Remove(e.element)
}

func (c *Cache) list(e *entry) *list.List {
	if e.allowed {
		return &c.allowed
	}
	return &c.others
}
