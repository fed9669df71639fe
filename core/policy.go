package core

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync/atomic"
)

// Policy is a validated [Config] with its prepared answers. Make one with [NewPolicy];
// the zero Policy is not usable. All methods are safe for concurrent use, and several
// routers may share one Policy.
type Policy struct {
	originFunc OriginFunc
	state      atomic.Pointer[state]
	watch      watch
}

// NewPolicy validates cfg and prepares every answer, so that a request costs little. It
// copies cfg. A nil Option is ignored.
//
// If cfg is bad, the error is a [*ConfigError]. It has every problem of cfg, each with its
// correction. Entries of cfg that are harmless mistakes are logged, see [Policy.Warnings].
func NewPolicy(cfg Config, opts ...Option) (*Policy, error) {
	var o options
	for _, opt := range opts {
		if opt != nil {
			opt(&o)
		}
	}
	p := &Policy{originFunc: o.originFunc}
	p.watch.begin(o)
	if err := p.Reload(cfg); err != nil {
		return nil, err
	}
	return p, nil
}

// Reload replaces the Config while the policy serves. Each request is decided by the old
// Config or by the new one, never by a mixture. The options and a candidate
// ([Policy.Shadow]) stay.
//
// If cfg is bad, the error is a [*ConfigError], and the old Config stays in force.
//
// # Limits
//
// A browser keeps the answer to a preflight for MaxAge. So a page that the new Config
// denies may send requests for that long, but it cannot read their answers.
func (p *Policy) Reload(cfg Config) error {
	s, err := newState(cfg, p.originFunc != nil)
	if err != nil {
		return err
	}
	p.state.Store(s)
	p.watch.warn(s.warnings)
	return nil
}

// Config returns a copy of the Config in force, as it was given.
func (p *Policy) Config() Config { return p.state.Load().config.clone() }

// Warnings returns the entries of the Config in force that have no effect, such as "Origin"
// in AllowHeaders, or less effect than expected. The logger, if there is one, logs them, too.
func (p *Policy) Warnings() []Problem { return slices.Clone(p.state.Load().warnings) }

// Enable turns the policy off and on while it serves. A policy is on from the start. While
// it is off, Decide adds no header and ends no request. Use this in place of a condition
// around the middleware, since the Install of an adapter cannot see through a function that
// wraps the middleware.
//
// # Limits
//
//   - Install treats a policy that is off as absent: it lets the policy that was passed to
//     Install answer preflights or, without one, rejects them.
//   - Explain and CheckOrigin answer as if the policy were on.
func (p *Policy) Enable(on bool) { p.watch.set(off, !on) }

// Enabled reports whether the policy is on.
func (p *Policy) Enabled() bool { return p.watch.modes.Load()&off == 0 }

// Decide returns how to answer a request (Fetch, HTTP responses). It passes ctx, which is
// the request's, to the origin function and to the observer. details may be nil.
//
// # Limits
//
//   - Decide needs bounded time and memory for every request, apart from the origin function
//     and the observer.
//   - An error or a panic of the origin function denies the origin.
//   - Do not change or reuse r while you use the Decision. One Request may be decided
//     several times.
func (p *Policy) Decide(ctx context.Context, r *Request, details Details) Decision {
	s := p.state.Load()
	if p.watch.modes.Load() != 0 {
		return p.decideWatched(ctx, s, r, details)
	}
	d, err := s.decide(ctx, r, details, p.originFunc)
	if p.watch.concerns(s, r, details, d) {
		p.observe(ctx, s, nil, r, details, d, err, nil)
	}
	return d
}

// decideWatched is Decide in any of the modes that are not ordinary.
func (p *Policy) decideWatched(ctx context.Context, s *state, r *Request, details Details) Decision {
	if p.watch.modes.Load()&off != 0 {
		return s.answers.off.to(r)
	}
	f, candidate := p.originFunc, p.watch.candidate.Load()
	if candidate != nil {
		f = askOnce(f)
	}
	d, err := s.decide(ctx, r, details, f)
	if !p.watch.quiet {
		p.observe(ctx, s, candidate, r, details, d, err, f)
	}
	return d
}

// NeedsContext reports whether Decide passes its context to an origin function or to an
// observer. It is for adapters whose router makes a context only when it is asked for one;
// without a need, they may pass [context.Background].
func (p *Policy) NeedsContext() bool { return p.originFunc != nil || p.watch.observer != nil }

// observe passes the verdict on a decision d of s to the log and to the observer. It finds
// why the browser would block the page, once for each Config.
func (p *Policy) observe(ctx context.Context, s, candidate *state, r *Request, details Details, d Decision, err error, f OriginFunc) {
	if r.Method == methodOptions && d.Kind() != Preflight {
		p.watch.logIncomplete(r, details)
	}
	if d.Kind() == NotCORS || !r.asksForCORS(details) || err != nil && ctx.Err() != nil {
		return // no browser looks at the answer, or no page waits for it any more
	}
	cookies := d.Kind() == Actual && (d.OriginAllowed() || candidate != nil) && hasCookies(details)
	w, failed := &p.watch, s.failedCheck(r, cookies, d)
	w.following.see(w, d, failed)
	v := Verdict{PolicyName: w.name, Kind: d.Kind(), Reason: failed.reason, Err: err}
	if !v.Allowed() {
		w.log(messageBlocked, r, details, d, s, failed, err)
	}
	if candidate != nil {
		d, err := candidate.decide(ctx, r, details, f)
		then := candidate.failedCheck(r, cookies, d)
		v.Shadowed, v.Candidate = true, then.reason
		switch {
		case !v.Differs():
		case v.Allowed():
			w.log(messageWouldBlock, r, details, d, candidate, then, err)
			failed = then // the Config in force has none for the observer
		default:
			w.log(messageWouldAllow, r, details, d, s, failed, nil)
		}
	}
	w.call(ctx, v, failed)
}

// Explain decides like [Policy.Decide] and returns the decision's meaning for the page,
// with the fix. It also checks a preflight's method and headers, as the browser does when
// it has the answer. details may be nil; then the verdict knows no cookies.
//
// # Limits
//
//   - Explain is for people: it costs more than Decide, and it calls the origin function
//     once more.
//   - It does not call the observer, and it logs nothing.
//   - Of a preflight, it looks at the first 32 requested headers and 1 KiB.
//   - It knows the policy only. A handler or a proxy may change the answer afterwards.
func (p *Policy) Explain(ctx context.Context, r *Request, details Details) Verdict {
	s := p.state.Load()
	d, err := s.decide(ctx, r, details, p.originFunc)
	cookies := hasCookies(details) && r.asksForCORS(details)
	v := s.verdict(r, cookies, d, err)
	v.PolicyName = p.watch.name
	v.Fix = s.fix(r, cookies, d)
	return v
}

// CheckOrigin reports whether to trust the origin of a request. It is for WebSocket upgrades
// and CSRF protection, to which a browser does not apply CORS. It calls the origin function,
// but neither the observer nor the logger.
//
// It allows the server's own origin, the origins that the policy allows, and a request
// without an Origin field. credentials reports whether the origin may also send cookies and
// read the answer; it is false if allowed is false.
//
// # Limits
//
//   - Browsers send Origin with WebSockets, POST, PUT and DELETE, but not with every GET of
//     another origin. So a GET must not change state.
//   - "*" in AllowOrigins allows no request that has cookies. A browser sends cookies with a
//     WebSocket without asking, so any page could act as your users. If details is nil,
//     cookies are not seen.
func (p *Policy) CheckOrigin(ctx context.Context, r *Request, details Details) (allowed, credentials bool) {
	s := p.state.Load()
	switch {
	case len(r.Origin) == 0 || r.sameOrigin(details):
		return true, true
	case s.anyOrigin:
		return len(r.Origin) == 1 && !hasCookies(details), false
	}
	if len(r.Origin) == 1 && s.origins.Listed(r.Origin[0]) {
		return true, s.credentials
	}
	why, _ := s.judge(ctx, r, details, p.originFunc)
	return why == ReasonNone, why == ReasonNone && s.credentials
}

// Logger returns the logger for reports about the policy: that of [WithLogger], with the
// name of [WithName]. It is for authors of adapters.
func (p *Policy) Logger() *slog.Logger { return p.watch.logs() }

// LogOverride logs that a handler has allowed an origin that the policy denies. The page may
// then read the answer. It is for adapters, which look at the answer when the handler has
// returned.
func (p *Policy) LogOverride(r *Request, details Details) { p.watch.logOverride(r, details) }

// Shadow evaluates a candidate beside the Config in force. Answers do not change. The
// observer sees in its [Verdict] what the candidate would have done, and the logger logs
// which pages it would newly block or allow. So a policy can be made stricter safely:
// shadow the new Config, watch the log, then [Policy.Reload] it.
//
// A nil candidate ends the evaluation; Reload does not. The error is a [*ConfigError] if
// candidate is bad. It is another error if the policy has no observer and its
// logger is nil. In both cases nothing changes.
//
// # Limits
//
// The origin function is called once for each request, not twice. Its answer counts for
// both configs.
func (p *Policy) Shadow(candidate *Config) error {
	switch {
	case candidate == nil:
		p.watch.shadow(nil)
		return nil
	case p.watch.quiet:
		return errors.New("a candidate has no effect without an observer or a logger: make the policy with core.WithObserver, or without core.WithLogger(nil)")
	}
	s, err := newState(*candidate, p.originFunc != nil)
	if err != nil {
		return err
	}
	p.watch.shadow(s)
	return nil
}
