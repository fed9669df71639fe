package origincache

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/corsuite/corsuite/core"
)

// call is a call of Func and the number of requests that wait for it. The cache's lock
// guards all but ctx and done, until done is closed.
type call struct {
	ctx     context.Context
	cancel  context.CancelFunc
	done    chan struct{}
	waiting int
	ended   bool
	allowed bool
	err     error
}

// start returns the call that runs for an origin, or starts one. The lock is held.
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

// run asks Func. All who wait get an answer, however that ends.
func (c *Cache) run(o core.Origin, call *call) {
	allowed, err := false, errors.New("it ended its goroutine")
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("it panicked: %v", v)
		}
		c.end(o, call, allowed, err)
		call.cancel()
	}()
	if c.Func == nil {
		err = errors.New("the Cache has no Func")
		return
	}
	allowed, err = c.Func(call.ctx, o)
}

// end gives the answer to all who wait. An answer from before a Forget is not kept.
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

// wait is for one request. If Func does not return when its time is over, the first
// request to notice ends the call.
func (c *Cache) wait(ctx context.Context, o core.Origin, call *call) (allowed bool, err error) {
	select {
	case <-call.done:
	case <-call.ctx.Done():
		c.end(o, call, false, fmt.Errorf("no answer within %v: %w", c.timeout(), context.DeadlineExceeded))
	case <-ctx.Done():
		c.leave(o, call)
		return false, ctx.Err()
	}
	return call.allowed, call.err
}

// leave takes one request off a call. The last one ends the call, and no later request
// may join it, because it is about to fail.
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
