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

const (
	messageBlocked    = "cors: the browser blocks a page"
	messageWouldBlock = "cors: the candidate would block a page"
	messageWouldAllow = "cors: the candidate would allow a page"
	messagePanicked   = "cors: the observer panicked"
)

// watch is the observer's and the logger's part of a policy.
type watch struct {
	name      string
	observer  func(context.Context, Verdict)
	logger    *slog.Logger
	journal   *journal.Journal
	candidate atomic.Pointer[state]
	following following
}

func (w *watch) begin(o options) {
	w.name, w.observer, w.logger = o.name, o.observer, o.logger
	w.journal = journal.New(w.logs)
}

func (w *watch) watched() bool { return w.observer != nil || w.logger != nil }

// logs returns the logger for reports: that of WithLogger, or else the default.
func (w *watch) logs() *slog.Logger {
	logger := w.logger
	if logger == nil {
		logger = slog.Default()
	}
	if w.name != "" {
		logger = logger.With("policy", w.name)
	}
	return logger
}

// needs reports whether decisions have to be observed.
func (w *watch) needs() bool { return w.watched() || !w.following.settled.Load() }

// log notes why a page is blocked, or that a candidate would allow it.
func (w *watch) log(message string, r *Request, d Decision, s *state, stop check, err error) {
	if w.logger == nil {
		return
	}
	w.journal.Note(journal.Kind{Message: message, Reason: stop.reason.String()}, stop.subject, func() []slog.Attr {
		attrs := []slog.Attr{
			slog.String("kind", d.Kind().String()),
			slog.String("reason", stop.reason.String()),
			slog.String("origin", escape(strings.Join(r.Origin, ", "))),
		}
		if message == messageWouldAllow {
			return attrs
		}
		attrs = append(attrs, slog.String("why", stop.why(d.Kind())), slog.String("fix", s.fix(r, d)))
		if err != nil {
			attrs = append(attrs, slog.String("error", escape(err.Error())))
		}
		return attrs
	})
}

// call calls the observer, and recovers from its panic.
func (w *watch) call(ctx context.Context, seen Verdict, stop check) {
	if w.observer == nil {
		return
	}
	if stop.reason != ReasonNone {
		seen.Subject = copyStart(stop.subject)
	}
	returned := false
	defer func() {
		if !returned { // not what recover returns: a panic(nil) may look like none
			p := fmt.Sprint(recover())
			w.journal.Note(journal.Kind{Message: messagePanicked}, p, func() []slog.Attr {
				return []slog.Attr{slog.String("error", escape(p))}
			})
		}
	}()
	w.observer(ctx, seen)
	returned = true
}

// A page sends its request as soon as it has the answer to its preflight.
const (
	approvedUntilReport = 3
	waitBeforeReport    = 10 * time.Second
)

// following notices a policy that approves preflights, but receives none of the requests
// that follow. Most routers run middleware for the preflights of all routes, but only for
// the requests of the routes that are registered after it.
type following struct {
	settled  atomic.Bool // a request has followed, or its absence was reported
	approved atomic.Int32
}

// see counts one decision. stop is the first check that fails.
func (f *following) see(w *watch, d Decision, stop check) {
	switch {
	case f.settled.Load():
	case d.Kind() == Actual:
		f.settled.Store(true)
	case stop.reason == ReasonNone && f.approved.Load() < approvedUntilReport:
		if f.approved.Add(1) == approvedUntilReport {
			time.AfterFunc(waitBeforeReport, func() { f.report(w) })
		}
	}
}

func (f *following) report(w *watch) {
	if f.settled.Swap(true) {
		return
	}
	journal.Warn(w.logs(), "cors: preflights are approved, but no request has reached the policy",
		slog.String("fix", "register the policy before the routes, since the requests of earlier routes may pass it by; ignore this if a test sent the preflights"))
}
