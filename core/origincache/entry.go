package origincache

import (
	"cmp"
	"container/list"
	"math"
	"time"
)

// pause is the time after an error of Func in which Func is not called again.
const pause = time.Second

// entry is the answer for one origin, or a place for the next one. Its times count from the first call of the cache.
type entry struct {
	key     key
	allowed bool
	known   bool          // this or an earlier answer allowed the origin
	failing bool          // the last call failed, and the answer is from an earlier call
	err     error         // the error of the last call, if there is no earlier answer
	due     time.Duration // when to call Func again
	good    time.Duration // when the answer is too old to replace an error
	element *list.Element // in Cache.known or Cache.others
}

// keep stores the result of a call, and returns the answer for the waiting requests.
func (c *Cache) keep(k key, allowed bool, err error) (bool, error) {
	old, now := c.entries[k], time.Since(c.began)
	if err != nil && old != nil && now < old.good {
		old.failing = true
		old.due = min(later(now, pause), old.good)
		return old.allowed, nil
	}
	if old != nil {
		c.drop(old)
	}
	e := &entry{key: k, allowed: allowed, known: allowed || err != nil && old != nil && old.known, err: err}
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

// later adds a duration to a time, without overflow. It treats a negative duration as
// zero.
func later(t, d time.Duration) time.Duration {
	return t + min(max(d, 0), math.MaxInt64-t)
}

func (c *Cache) add(e *entry) {
	l := c.list(e)
	if l.Len() >= cmp.Or(max(c.MaxEntries, 0), 10_000) {
		c.drop(l.Back().Value.(*entry))
	}
	c.entries[e.key] = e
	e.element = l.PushFront(e)
}

// forget removes the answer for one origin, and prevents a running call from adding one. An
// entry without an answer remains for an origin that was allowed before. The lock is held.
func (c *Cache) forget(k key) {
	delete(c.calls, k)
	e := c.entries[k]
	switch {
	case e == nil:
	case e.known:
		*e = entry{key: k, known: true, element: e.element} // due now
	default:
		c.drop(e)
	}
}

func (c *Cache) drop(e *entry) {
	delete(c.entries, e.key)
	c.list(e).Remove(e.element)
}

func (c *Cache) list(e *entry) *list.List {
	if e.known {
		return &c.known
	}
	return &c.others
}
