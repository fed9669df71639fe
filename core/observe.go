package core

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
)

// Observation is one CORS decision, as an observer is told of it. All but Subject
// have few values, and are good labels for metrics.
type Observation struct {
	// Policy is the name that WithName gave.
	Policy string
	// Kind is Actual or Preflight.
	Kind Kind
	// Reason is why the browser will keep the page from going on; ReasonNone if it
	// will not.
	Reason Reason
	// Shadowed is true while there is a candidate ([Policy.Shadow]), and Candidate
	// is what Reason would be with it.
	Shadowed  bool
	Candidate Reason
	// Subject is the origin, method or header that Reason is about, or Candidate if
	// there is no Reason. It is cut short and may be kept. Whoever sends requests
	// chooses it: escape it, and make it no label.
	Subject string
}

// Allowed reports whether the browser lets the page go on.
func (o Observation) Allowed() bool { return o.Reason == ReasonNone }

// Differs reports whether the candidate would let a page go on that is blocked
// now, or block one that is not.
func (o Observation) Differs() bool {
	return o.Shadowed && o.Allowed() != (o.Candidate == ReasonNone)
}

// WithName names the policy in what observers and logs are told.
func WithName(name string) Option {
	return func(o *options) { o.name = name }
}

// WithObserver calls f once for each CORS decision: for every request with an Origin, unless its browser says that it does not ask for
// CORS (Fetch Metadata: a page of the server's own, a form, a WebSocket). f gets
// the request's context. It must be safe for concurrent use. It runs before the
// request goes on, so it should be quick; if it panics, the request goes on none
// the less, and the logger is told. Without an observer and a logger, decisions
// cost nothing more. A nil f is none.
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
//	why          what stands in the way, and what the browser does
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

// watch is who is told of decisions.
type watch struct {
	journal   *journal
	candidate atomic.Pointer[state]
}

func (o *options) watched() {
	if o.observer == nil && o.logger == nil {
		return
	}
	o.watch = &watch{journal: newJournal(o.log)}
}

// log returns the logger for reports: that of WithLogger, or else the default.
func (o *options) log() *slog.Logger {
	logger := o.logger
	if logger == nil {
		logger = slog.Default()
	}
	if o.name != "" {
		logger = logger.With("policy", o.name)
	}
	return logger
}

// decideWatched is decide, and tells of it.
func (s *state) decideWatched(ctx context.Context, r *Request, o *options) Decision {
	f, candidate := o.originFunc, o.watch.candidate.Load()
	if candidate != nil {
		f = askOnce(f)
	}
	d, err := s.decide(ctx, r, f)
	if d.Kind() == NotCORS || !r.asksForCORS() || err != nil && ctx.Err() != nil {
		return d // nobody asks, or nobody waits for the answer any more
	}
	stops := s.why(r, d)
	seen := Observation{Policy: o.name, Kind: d.Kind(), Reason: stops.Reason}
	if !seen.Allowed() {
		o.logBlocked(messageBlocked, s, r, d, stops, err)
	}
	if candidate != nil {
		own := *r // deciding writes to a Request, and d depends on r
		d, err := candidate.decide(ctx, &own, f)
		then := candidate.why(&own, d)
		seen.Shadowed, seen.Candidate = true, then.Reason
		switch {
		case !seen.Differs():
		case seen.Allowed():
			o.logBlocked(messageWouldBlock, candidate, &own, d, then, err)
			stops = then
		default:
			o.logAllowed(r, seen)
		}
	}
	o.observe(ctx, seen, stops)
	return d
}

func (o *options) logBlocked(message string, s *state, r *Request, d Decision, stops Step, err error) {
	if o.logger == nil {
		return
	}
	o.watch.journal.note(kindOfCause{message, stops.Reason}, stops.Subject, func() []slog.Attr {
		v := s.explain(r, d, err)
		attrs := append(about(r, v.Kind, v.Reason), slog.String("why", v.why()), slog.String("fix", v.Fix))
		if v.Err != nil {
			attrs = append(attrs, slog.String("error", escape(v.Err.Error())))
		}
		return attrs
	})
}

func (o *options) logAllowed(r *Request, seen Observation) {
	if o.logger == nil {
		return
	}
	o.watch.journal.note(kindOfCause{messageWouldAllow, seen.Reason}, r.Origin[0], func() []slog.Attr {
		return about(r, seen.Kind, seen.Reason)
	})
}

func about(r *Request, kind Kind, reason Reason) []slog.Attr {
	return []slog.Attr{
		slog.String("kind", kind.String()),
		slog.String("reason", reason.String()),
		slog.String("origin", escape(strings.Join(r.Origin, ", "))),
	}
}

// observe calls the observer, and survives its panic.
func (o *options) observe(ctx context.Context, seen Observation, stops Step) {
	if o.observer == nil {
		return
	}
	if stops.Reason != ReasonNone {
		seen.Subject = strings.Clone(cut(stops.Subject))
	}
	returned := false
	defer func() {
		if !returned { // not what recover returns: a panic(nil) may look like none
			p := fmt.Sprint(recover())
			o.watch.journal.note(kindOfCause{message: messagePanicked}, p, func() []slog.Attr {
				return []slog.Attr{slog.String("error", escape(p))}
			})
		}
	}()
	o.observer(ctx, seen)
	returned = true
}

// askOnce spares the origin function a second question about one request.
func askOnce(f OriginFunc) OriginFunc {
	if f == nil {
		return nil
	}
	var asked, allowed bool
	err := errors.New("it has panicked") // until it returns
	return func(ctx context.Context, o Origin) (bool, error) {
		if !asked {
			asked = true
			allowed, err = f(ctx, o)
		}
		return allowed, err
	}
}
