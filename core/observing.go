package core

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/corsuite/corsuite/core/internal/journal"
)

const (
	messageBlocked    = "cors: the browser blocks a page"
	messageWouldBlock = "cors: the candidate would block a page"
	messageWouldAllow = "cors: the candidate would allow a page"
	messageIncomplete = "cors: a preflight is incomplete"
	messageOverride   = "cors: a handler sets Access-Control-Allow-Origin itself"
	messageWarning    = "cors: a harmless mistake in the config"
	messagePanicked   = "cors: the observer panicked"
)

// watch is the observer's and the logger's part of a policy.
type watch struct {
	name      string
	observer  func(context.Context, Verdict)
	logger    *slog.Logger     // nil for slog.Default
	journal   *journal.Journal // nil for WithLogger(nil)
	quiet     bool             // without a journal and an observer
	modes     atomic.Uint32
	candidate atomic.Pointer[state]
	shadowing sync.Mutex // of the candidate together with its mode
	following following
	denied    atomic.Pointer[denied] // the last one that was logged
	cookies   sample
}

func (w *watch) begin(o options) {
	w.name, w.observer, w.logger = o.name, o.observer, o.logger
	if o.silent {
		w.logger, w.quiet = slog.New(slog.DiscardHandler), o.observer == nil
	} else {
		w.journal = journal.New(w.logs)
	}
	w.set(observed, o.observer != nil)
	w.set(unsettled, !w.quiet)
}

// logs returns the logger for reports.
func (w *watch) logs() *slog.Logger {
	logger := w.logger
	if logger == nil {
		logger = slog.Default() // of now: a program may set it later
	}
	if w.name != "" {
		logger = logger.With("policy", w.name)
	}
	return logger
}

// The modes of a policy that are not ordinary, as bits of watch.modes. In all but off,
// allowed requests are observed, too.
const (
	off uint32 = 1 << iota
	observed
	shadowed
	unsettled // see following
)

func (w *watch) set(mode uint32, on bool) {
	if on {
		w.modes.Or(mode)
	} else {
		w.modes.And(^mode)
	}
}

func (w *watch) shadow(candidate *state) {
	w.shadowing.Lock()
	defer w.shadowing.Unlock()
	w.candidate.Store(candidate)
	w.set(shadowed, candidate != nil)
}

// concerns reports whether a decision may have something to log.
func (w *watch) concerns(s *state, r *Request, details Details, d Decision) bool {
	switch kind := d.Kind(); {
	case w.quiet:
		return false
	case !d.OriginAllowed():
		return !w.deniedAgain(r, details, d)
	case kind == Preflight:
		return !s.approves(r, d)
	case r.Method == methodOptions:
		return true // it may be an incomplete preflight
	default:
		return kind == Actual && !s.credentials && w.cookies.due() && hasCookies(details)
	}
}

// denied is an origin that the log had in this minute.
type denied struct {
	origin string
	cause  *journal.Cause
}

// deniedAgain counts a request that the log needs no more of than its number: the policy has
// denied the origin in this minute already.
func (w *watch) deniedAgain(r *Request, details Details, d Decision) bool {
	last := w.denied.Load()
	return last != nil && d.reason == ReasonOriginNotListed && r.Origin[0] == last.origin && r.asksForCORS(details) && last.cause.Again()
}

// cookiesLookedFor is the number of allowed requests in a minute in which the policy looks
// for cookies, to log that it does not allow credentials.
const cookiesLookedFor = 64

// sample limits how often something is done in a minute.
type sample struct {
	done atomic.Int32
}

// due reports whether to do it once more.
func (s *sample) due() bool {
	if s.done.Load() >= cookiesLookedFor {
		return false
	}
	if s.done.Add(1) == cookiesLookedFor {
		time.AfterFunc(time.Minute, func() { s.done.Store(0) })
	}
	return true
}

// warn logs the warnings about a Config.
func (w *watch) warn(warnings []Problem) {
	for _, p := range warnings {
		text := p.Error()
		w.journal.Note(journal.Kind{Message: messageWarning}, text, func() []slog.Attr {
			return []slog.Attr{slog.String("warning", text)}
		})
	}
}

// log notes why a page is blocked, or that a candidate would allow it.
func (w *watch) log(message string, r *Request, details Details, d Decision, s *state, failed check, err error) {
	cause := w.journal.Note(journal.Kind{Message: message, Reason: failed.reason.String()}, failed.subject, func() []slog.Attr {
		line := []slog.Attr{
			slog.String("kind", d.Kind().String()),
			slog.String("reason", failed.reason.String()),
		}
		line = append(line, attrs(r, details)...)
		if message == messageWouldAllow {
			return line
		}
		line = append(line, slog.String("why", failed.why(d.Kind())), slog.String("fix", s.fix(r, hasCookies(details), d)))
		if err != nil {
			line = append(line, slog.String("error", escape(err.Error())))
		}
		return line
	})
	if cause != nil && message == messageBlocked && d.reason == ReasonOriginNotListed && len(r.Origin[0]) <= longestQuote {
		w.denied.Store(&denied{strings.Clone(r.Origin[0]), cause})
	}
}

// attrs describes the request in a log line.
func attrs(r *Request, details Details) []slog.Attr {
	described := []slog.Attr{slog.String("origin", escape(few(r.Origin))), slog.String("method", escape(r.Method))}
	if details != nil {
		described = append(described, slog.String("path", escape(details.Path())))
	}
	return described
}

// logIncomplete notes an OPTIONS request that has some, but not all fields of a preflight.
// So the policy did not take it for one.
func (w *watch) logIncomplete(r *Request, details Details) {
	var missing string
	switch asks := len(r.RequestMethod) != 0 || len(r.RequestHeaders) != 0; {
	case len(r.Origin) == 0 && (asks || fieldOf(details, "Sec-Fetch-Mode") == "cors"):
		missing = fieldOrigin
	case len(r.Origin) != 0 && asks: // with a requested method it would be a preflight
		missing = fieldRequestMethod
	default:
		return
	}
	w.journal.Note(journal.Kind{Message: messageIncomplete, Reason: missing}, "", func() []slog.Attr {
		return append(attrs(r, details),
			slog.String("why", "the request lacks "+missing+", so the policy does not take it for a preflight, and the browser blocks the page"),
			slog.String("fix", "configure the proxy or CDN in front to forward Origin, Access-Control-Request-Method and Access-Control-Request-Headers"))
	})
}

func (w *watch) logOverride(r *Request, details Details) {
	if len(r.Origin) == 0 {
		return
	}
	w.journal.Note(journal.Kind{Message: messageOverride}, r.Origin[0], func() []slog.Attr {
		return append(attrs(r, details),
			slog.String("why", "the policy denies the origin, but a handler or an upstream behind it sets Access-Control-Allow-Origin, so the page may read the answer"),
			slog.String("fix", "register KeepCORS of the adapter after the policy, or remove the header from the handler"))
	})
}

// call calls the observer, and recovers from its panic.
func (w *watch) call(ctx context.Context, seen Verdict, failed check) {
	if w.observer == nil {
		return
	}
	seen.Subject = copyStart(failed.subject)
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
// the requests of the routes that are registered after it. The mode unsettled ends when a
// request has followed, or when its absence was reported.
type following struct{ approved atomic.Int32 }

// see counts one decision and the first check that fails.
func (f *following) see(w *watch, d Decision, failed check) {
	switch {
	case w.modes.Load()&unsettled == 0:
	case d.Kind() == Actual:
		w.set(unsettled, false)
	case failed.reason == ReasonNone && f.approved.Load() < approvedUntilReport:
		if f.approved.Add(1) == approvedUntilReport {
			time.AfterFunc(waitBeforeReport, func() { f.report(w) })
		}
	}
}

func (f *following) report(w *watch) {
	if w.modes.And(^unsettled)&unsettled == 0 {
		return
	}
	journal.Warn(w.logs(), "cors: preflights are approved, but no request has reached the policy",
		slog.String("fix", "register the policy before the routes, since the requests of earlier routes may pass it by; ignore this if a test sent the preflights"))
}
