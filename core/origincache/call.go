package origincache

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/corsuite/corsuite/core"
)

// call is a call of Func. The lock of the cache guards all fields except ctx, cancel and
// done. After done is closed, allowed and err do not change.
type call struct {
	ctx     context.Context
	cancel  context.CancelFunc
	done    chan struct{}
	waiting int // the number of requests that wait for the call
	ended   bool
	allowed bool
	err     error
}

// start returns the running call for an origin, or starts one. The caller holds the
// lock.
func (c *Cache) start(o core.Origin) *call {
	if running := c.calls[o]; running != nil {
		return running
	}
	if c.entries == nil {
		c.entries, c.calls = make(map[core.Origin]*entry), make(map[core.Origin]*call)
	}
	if c.began.IsZero() {
		c.began = time.Now()
	}
	started := &call{done: make(chan struct{})}
	started.ctx, started.cancel = context.WithTimeout(context.Background(), c.timeout())
	c.calls[o] = started
	go c.run(o, started)
	return started
}

func (c *Cache) timeout() time.Duration {
	return cmp.Or(max(c.Timeout, 0), 5*time.Second)
}

// run calls Func. The waiting requests get an answer even if Func panics or ends its
// goroutine.
func (c *Cache) run(o core.Origin, call *call) {
	allowed, err := false, errors.New("origincache: Func ended its goroutine")
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("origincache: Func panicked: %v", v)
		}
		c.end(o, call, allowed, err)
		call.cancel()
	}()
	if c.Func == nil {
		err = errors.New("origincache: the Cache has no Func")
		return
	}
	allowed, err = c.Func(call.ctx, o)
}

// end gives the answer to the waiting requests. It does not keep the answer of a call
// that Forget has removed.
func (c *Cache) end(o core.Origin, call *call, allowed bool, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if call.ended {
		return
	}
	call.ended = true
	allowed = allowed && err == nil
	if c.calls[o] == call {
		delete(c.calls, o)
		allowed, err = c.keep(o, allowed, err)
	}
	call.allowed, call.err = allowed, err
	close(call.done)
}

// wait waits for a call on behalf of one request. If Func has not returned when its
// context ends, the first request that observes this ends the call.
func (c *Cache) wait(ctx context.Context, o core.Origin, call *call) (allowed bool, err error) {
	select {
	case <-call.done:
	case <-call.ctx.Done():
		c.end(o, call, false, fmt.Errorf("origincache: Func did not return within %v: %w", c.timeout(), context.DeadlineExceeded))
	case <-ctx.Done():
		c.leave(o, call)
		return false, ctx.Err()
	}
	return call.allowed, call.err
}

// leave removes one waiting request from a call. If no request is left, leave cancels
// the call. Later requests do not join that call, because it is about to fail.
func (c *Cache) leave(o core.Origin, call *call) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if call.waiting--; call.waiting != 0 {
		return
	}
	call.cancel()
	if c.calls[o] == call {
		delete(c.calls, o)
	}
}
