package core

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"time"

	"github.com/corsuite/corsuite/core/internal/journal"
)

// Observation is one CORS decision, for an observer. All fields but Subject have few
// values, and are good labels for metrics.
type Observation struct {
	// Policy is the name that WithName gave.
	Policy string
	// Kind is Actual or Preflight.
	Kind Kind
	// Reason is why the browser blocks the page; ReasonNone if it does not.
	Reason Reason
	// Shadowed is true while there is a candidate ([Policy.Shadow]), and Candidate
	// is what Reason would be with it.
	Shadowed  bool
	Candidate Reason
	// Subject is the origin, method or header that Reason is about, or Candidate if
	// there is no Reason. It is cut short and may be kept. It comes from the request:
	// escape it, and never use it as a metric label.
	Subject string
}

// Allowed reports whether the browser lets the page go on.
func (o Observation) Allowed() bool { return o.Reason == ReasonNone }

// Differs reports whether the candidate would let a page go on that is blocked
// now, or block one that is not.
func (o Observation) Differs() bool {
	return o.Shadowed && o.Allowed() != (o.Candidate == ReasonNone)
}

// WithName names the policy for observers and logs.
func WithName(name string) Option {
	return func(o *options) { o.name = name }
}

// WithObserver calls f once for each CORS decision: for every request with an Origin,
// unless the browser does not look at the CORS headers of the answer. Fetch Metadata
// shows that for a same-origin page, a form and a WebSocket. f gets the request's
// context. It must be safe for concurrent use, and quick, since the request waits for
// it. If it panics, the request goes on, and the logger logs the panic. A nil f is no
// observer.
func WithObserver(f func(ctx context.Context, o Observation)) Option {
	return func(o *options) { o.observer = f }
}

// WithLogger logs why browsers block requests: each cause once a minute, at
// [slog.LevelWarn], with what the owner of the server can change to allow it in
// the attribute "fix". How often a cause came again is logged a minute later. It
// writes at most 16 causes of a kind in a minute, holds no more in memory, and
// never lets a request wait. The attributes are
//
//	policy       the name of WithName, if there is one
//	kind         "actual" or "preflight"
//	reason       Reason's String
//	why          why the browser blocks the page, and what that means for it
//	fix          what to change
//	origin       the page's, escaped and cut short
//	error        the origin function's, if it failed
//	times        how often since then, a minute later; the others are then absent
//	             where they differ
//
// With a candidate ([Policy.Shadow]) it also logs what that would newly block or
// allow. A nil logger is none.
func WithLogger(logger *slog.Logger) Option {
	return func(o *options) { o.logger = logger }
}

const (
	messageBlocked    = "cors: the browser blocks a page"
	messageWouldBlock = "cors: the candidate would block a page"
	messageWouldAllow = "cors: the candidate would allow a page"
	messagePanicked   = "cors: the observer panicked"
)

// watch is the observer's and the logger's part of a policy.
type watch struct {
	journal   *journal.Journal
	candidate atomic.Pointer[state]
}

func (o *options) watched() {
	if o.observer == nil && o.logger == nil {
		return
	}
	o.watch = &watch{journal: journal.New(o.logs)}
}

// logs returns the logger for reports: that of WithLogger, or else the default.
func (o *options) logs() *slog.Logger {
	logger := o.logger
	if logger == nil {
		logger = slog.Default()
	}
	if o.name != "" {
		logger = logger.With("policy", o.name)
	}
	return logger
}

// observe tells the observer and the log of one decision, which has been taken. It
// walks once through what the browser looks at.
func (p *Policy) observe(ctx context.Context, s, candidate *state, r *Request, d Decision, err error, f OriginFunc) {
	if d.Kind() == NotCORS || !r.asksForCORS() || err != nil && ctx.Err() != nil {
		return // no browser looks at the answer, or no page waits for it any more
	}
	stop := s.stop(r, d)
	p.following.see(p, d, stop)
	if !p.Watched() {
		return
	}
	o := &p.options
	seen := Observation{Policy: o.name, Kind: d.Kind(), Reason: stop.Reason}
	if !seen.Allowed() {
		o.log(messageBlocked, r, d, s, stop, err)
	}
	if candidate != nil {
		d, err := candidate.decide(ctx, r, f)
		then := candidate.stop(r, d)
		seen.Shadowed, seen.Candidate = true, then.Reason
		switch {
		case !seen.Differs():
		case seen.Allowed():
			o.log(messageWouldBlock, r, d, candidate, then, err)
			stop = then
		default:
			o.log(messageWouldAllow, r, d, s, stop, nil)
		}
	}
	o.call(ctx, seen, stop)
}

// log notes why a page is blocked, or that a candidate would allow it.
func (o *options) log(message string, r *Request, d Decision, s *state, stop Step, err error) {
	if o.logger == nil {
		return
	}
	o.watch.journal.Note(journal.Kind{Message: message, Reason: stop.Reason.String()}, stop.Subject, func() []slog.Attr {
		attrs := []slog.Attr{
			slog.String("kind", d.Kind().String()),
			slog.String("reason", stop.Reason.String()),
			slog.String("origin", escape(strings.Join(r.Origin, ", "))),
		}
		if message == messageWouldAllow {
			return attrs
		}
		attrs = append(attrs, slog.String("why", stop.why(d.Kind())), slog.String("fix", s.explain(r, d, nil).Fix))
		if err != nil {
			attrs = append(attrs, slog.String("error", escape(err.Error())))
		}
		return attrs
	})
}

// call calls the observer, and recovers from its panic.
func (o *options) call(ctx context.Context, seen Observation, stop Step) {
	if o.observer == nil {
		return
	}
	if stop.Reason != ReasonNone {
		seen.Subject = strings.Clone(cut(stop.Subject))
	}
	returned := false
	defer func() {
		if !returned { // not what recover returns: a panic(nil) may look like none
			p := fmt.Sprint(recover())
			o.watch.journal.Note(journal.Kind{Message: messagePanicked}, p, func() []slog.Attr {
				return []slog.Attr{slog.String("error", escape(p))}
			})
		}
	}()
	o.observer(ctx, seen)
	returned = true
}

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

// see looks at one decision, and at the step at which the browser stops.
func (f *following) see(p *Policy, d Decision, stop Step) {
	switch {
	case f.settled.Load():
	case d.Kind() == Actual:
		f.settled.Store(true)
	case stop.Reason == ReasonNone && f.approved.Load() < approvedUntilReport:
		if f.approved.Add(1) == approvedUntilReport {
			time.AfterFunc(waitBeforeReport, func() { f.report(p) })
		}
	}
}

func (f *following) report(p *Policy) {
	if f.settled.Swap(true) {
		return
	}
	journal.Warn(p.Logger(), "cors: preflights are approved, but no request has reached the policy",
		slog.String("fix", "register the policy before the routes, since the requests of earlier routes may pass it by; ignore this if a test sent the preflights"))
}
