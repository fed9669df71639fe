package core

import (
	"cmp"
	"math"
	"time"
)

// originPause is how long a function that has failed is left alone.
const originPause = time.Second

// originEntry is what an [OriginCache] knows about one origin. Times count from
// the cache's beginning.
type originEntry struct {
	origin  Origin
	allowed bool
	failing bool          // the last call failed, and the answer is of one before
	err     error         // of the last call, where there is no answer
	due     time.Duration // when to ask again
	good    time.Duration // until when the answer may stand in for an error

	newer, older *originEntry
}

// keep remembers how a call has ended, and returns what those who wait are told.
func (c *OriginCache) keep(o Origin, allowed bool, err error) (bool, error) {
	old, now := c.entries[o], time.Since(c.began)
	if err != nil && old != nil && now < old.good {
		old.failing = true
		old.due = min(later(now, originPause), old.good)
		return old.allowed, nil
	}
	if old != nil {
		c.drop(old)
	}
	e := &originEntry{origin: o, allowed: allowed, err: err}
	switch {
	case err != nil:
		e.due = later(now, originPause)
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

// later adds a duration that may be anything to a time.
func later(t, d time.Duration) time.Duration {
	return t + min(max(d, 0), math.MaxInt64-t)
}

func (c *OriginCache) add(e *originEntry) {
	l := c.list(e)
	if l.len >= cmp.Or(max(c.MaxEntries, 0), 10_000) {
		c.drop(l.oldest)
	}
	c.entries[e.origin] = e
	l.push(e)
}

func (c *OriginCache) drop(e *originEntry) {
	delete(c.entries, e.origin)
	c.list(e).remove(e)
}

func (c *OriginCache) list(e *originEntry) *originList {
	if e.allowed {
		return &c.allowed
	}
	return &c.others
}

// originList has its entries in the order of their last use.
type originList struct {
	newest, oldest *originEntry
	len            int
}

func (l *originList) push(e *originEntry) {
	e.newer, e.older = nil, l.newest
	if l.newest == nil {
		l.oldest = e
	} else {
		l.newest.newer = e
	}
	l.newest = e
	l.len++
}

func (l *originList) remove(e *originEntry) {
	if e.newer == nil {
		l.newest = e.older
	} else {
		e.newer.older = e.older
	}
	if e.older == nil {
		l.oldest = e.newer
	} else {
		e.older.newer = e.newer
	}
	l.len--
}

func (l *originList) touch(e *originEntry) {
	if l.newest != e {
		l.remove(e)
		l.push(e)
	}
}
