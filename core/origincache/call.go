package origincache

import (
	"cmp"
	"container/list"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/corsuite/corsuite/core"
)

// call is a call of Func. The lock of the cache guards all fields except ctx, cancel and
// done. After done is closed, allowed and err do not change.
type call struct {
	key     key
	known   bool          // the origin was allowed before
	element *list.Element // in a list of the cache until Func is called
	ctx     context.Context
	cancel  context.CancelFunc
	done    chan struct{}
	waiting int // the number of requests that wait for the call
	ended   bool
	allowed bool
	err     error
}

// start returns the call for an origin, or makes one. The caller holds the lock.
func (c *Cache) start(k key) *call {
	if running := c.calls[k]; running != nil {
		return running
	}
	if c.entries == nil {
		c.entries, c.calls = make(map[key]*entry), make(map[key]*call)
	}
	if c.began.IsZero() {
		c.began = time.Now()
	}
	e := c.entries[k]
	started := &call{key: k, known: e != nil && e.known, done: make(chan struct{})}
	started.ctx, started.cancel = context.WithTimeout(context.Background(), c.timeout())
	c.calls[k] = started
	started.element = c.queue(started).PushBack(started)
	c.next()
	return started
}

func (c *Cache) queue(call *call) *list.List {
	if call.known {
		return &c.waitingKnown
	}
	return &c.waitingForFirst
}

// next runs as many of the waiting calls as it may. The caller holds the lock.
func (c *Cache) next() {
	limit := cmp.Or(max(c.MaxCalls, 0), 64)
	reserved := min(max(1, limit/4), limit-1)
	for c.running < limit {
		element := c.waitingKnown.Front()
		if element == nil && c.unknown < limit-reserved {
			element = c.waitingForFirst.Front()
		}
		if element == nil {
			return
		}
		call := element.Value.(*call)
		c.unqueue(call)
		c.running++
		if !call.known {
			c.unknown++
		}
		go c.run(call)
	}
}

func (c *Cache) unqueue(call *call) {
	if call.element != nil {
		c.queue(call).Remove(call.element)
		call.element = nil
	}
}

// ran makes room for another call.
func (c *Cache) ran(call *call) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.running--
	if !call.known {
		c.unknown--
	}
	c.next()
}

func (c *Cache) timeout() time.Duration {
	return cmp.Or(max(c.Timeout, 0), 5*time.Second)
}

// run calls Func. The waiting requests get an answer even if Func panics or ends its
// goroutine.
func (c *Cache) run(call *call) {
	allowed, err := false, errors.New("origincache: Func ended its goroutine")
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("origincache: Func panicked: %v", v)
		}
		c.end(call, allowed, err)
		call.cancel()
		c.ran(call)
	}()
	if c.Func == nil {
		err = errors.New("origincache: the Cache has no Func")
		return
	}
	allowed, err = c.Func(call.ctx, call.key.origin, core.Target{Host: call.key.host})
}

// end gives the answer to the waiting requests. It does not keep the answer of a call
// that Forget or Expire has removed.
func (c *Cache) end(call *call, allowed bool, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if call.ended {
		return
	}
	call.ended = true
	c.unqueue(call)
	allowed = allowed && err == nil
	if c.calls[call.key] == call {
		delete(c.calls, call.key)
		allowed, err = c.keep(call.key, allowed, err)
	} else if e := c.entries[call.key]; err != nil && e != nil && time.Since(c.began) < e.good {
		allowed, err = e.allowed, nil // Expire keeps answers for calls that fail
	}
	call.allowed, call.err = allowed, err
	close(call.done)
}

// wait waits for a call on behalf of one request. If Func has not returned when its
// context ends, the first request that observes this ends the call.
func (c *Cache) wait(ctx context.Context, call *call) (allowed bool, err error) {
	select {
	case <-call.done:
	case <-call.ctx.Done():
		c.end(call, false, fmt.Errorf("origincache: Func did not return within %v: %w", c.timeout(), context.DeadlineExceeded))
	case <-ctx.Done():
		c.leave(call)
		return false, ctx.Err()
	}
	return call.allowed, call.err
}

// leave removes one waiting request from a call. If no request is left, leave cancels
// the call. Later requests do not join that call, because it is about to fail.
func (c *Cache) leave(call *call) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if call.waiting--; call.waiting != 0 {
		return
	}
	call.cancel()
	c.unqueue(call)
	if c.calls[call.key] == call {
		delete(c.calls, call.key)
	}
}
