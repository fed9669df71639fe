package core

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"
)

// originCall is a call of an [OriginCache]'s Func and of everyone who waits for
// it. The cache's lock guards all but ctx and done, until done is closed.
type originCall struct {
	ctx     context.Context
	cancel  context.CancelFunc
	done    chan struct{}
	waiting int
	ended   bool
	allowed bool
	err     error
}

// call returns the call that runs for an origin, or starts one. The lock is held.
func (c *OriginCache) call(o Origin) *originCall {
	if call := c.calls[o]; call != nil {
		return call
	}
	if c.entries == nil {
		c.entries, c.calls = make(map[Origin]*originEntry), make(map[Origin]*originCall)
	}
	if c.began.IsZero() {
		c.began = time.Now()
	}
	call := &originCall{done: make(chan struct{})}
	call.ctx, call.cancel = context.WithTimeout(context.Background(), c.timeout())
	c.calls[o] = call
	go c.run(o, call)
	return call
}

func (c *OriginCache) timeout() time.Duration {
	return cmp.Or(max(c.Timeout, 0), 5*time.Second)
}

// run asks Func. However that ends, those who wait hear of it.
func (c *OriginCache) run(o Origin, call *originCall) {
	allowed, err := false, errors.New("it ended its goroutine")
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("it panicked: %v", v)
		}
		c.end(o, call, allowed, err)
		call.cancel()
	}()
	if c.Func == nil {
		err = errors.New("the OriginCache has no Func")
		return
	}
	allowed, err = c.Func(call.ctx, o)
}

// end tells the answer to all who wait. One that Forget has outdated is not kept.
func (c *OriginCache) end(o Origin, call *originCall, allowed bool, err error) {
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

// wait is for one request. Should Func not heed that its time is up, the first
// to notice ends the call in its place.
func (c *OriginCache) wait(ctx context.Context, o Origin, call *originCall) (allowed bool, err error) {
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

// leave takes one request off a call, which nobody needs after the last. A
// request that comes later must not join it, for it is about to fail.
func (c *OriginCache) leave(o Origin, call *originCall) {
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
