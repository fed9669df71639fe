package core

import (
	"log/slog"
	"sync/atomic"
	"time"
)

// A page sends its request as soon as it has the answer to its preflight.
const (
	approvedUntilReport = 3
	waitBeforeReport    = 10 * time.Second
)

// following notices a policy that approves preflights, although the requests that
// follow never reach it: most routers run middleware for the preflights of all
// routes, but for the requests of those routes only that were registered after it.
type following struct {
	settled  atomic.Bool // a request has followed, or its absence was reported
	approved atomic.Int32
}

// see looks at one decision. It is called until the matter is settled.
func (f *following) see(p *Policy, s *state, r *Request, d Decision) {
	switch {
	case d.Kind() == Actual:
		f.settled.Store(true)
	case d.Kind() == Preflight && f.approved.Load() < approvedUntilReport && s.why(r, d).Reason == ReasonNone:
		if f.approved.Add(1) == approvedUntilReport {
			time.AfterFunc(waitBeforeReport, func() { f.report(p) })
		}
	}
}

func (f *following) report(p *Policy) {
	if f.settled.Swap(true) {
		return
	}
	warn(p.Logger(), "cors: preflights are approved, but no request has reached the policy",
		slog.String("fix", "register the policy before the routes, since the requests of earlier routes may pass it by; ignore this if a test sent the preflights"))
}
