package main

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/corsuite/corsuite/core"
)

// store keeps tenants and their origins. A store is safe for concurrent use.
type store interface {
	// allow reports whether an origin belongs to a tenant. It is a [core.OriginFunc].
	allow(ctx context.Context, o core.Origin, to core.Target) (bool, error)
	// set replaces the origins of a tenant. If origins is empty, it removes the tenant. It
	// returns all origins that may have changed. set does not validate origins.
	set(ctx context.Context, tenant string, origins []string) (changed []string, err error)
	// follow passes the policy that is kept in the store to f, and then each change that
	// another program makes. A store that has no other programs returns. Any other store
	// returns when ctx ends.
	follow(ctx context.Context, f follower)
	// stats reports whether changes reach the follower, and the number of calls of a database
	// server.
	stats() (following bool, calls int64)
	close() error
}

// follower is notified of changes in a store.
type follower interface {
	// Forget is called when an origin has changed.
	Forget(origin string)
	// Expire is called when any origin may have changed.
	Expire()
	// reload is called with the policy that is kept in the store, in the JSON of configfile.
	// The text is empty if the store keeps none.
	reload(version int64, text string)
}

// takenError is the error for an origin of another tenant.
type takenError string

func (e takenError) Error() string { return string(e) + " belongs to another tenant" }

// failures logs that a store could not answer, once a minute. A line for each failure would
// allow any client to fill the log.
type failures struct {
	log  *slog.Logger
	next atomic.Int64 // when to log again, in Unix seconds
}

func (f *failures) report(err error) {
	now, next := time.Now().Unix(), f.next.Load()
	if err != nil && now >= next && f.next.CompareAndSwap(next, now+60) {
		f.log.Error("could not read the tenants; only cached origins are allowed", "error", err)
	}
}
