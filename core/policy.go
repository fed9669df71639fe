package core

import (
	"context"
	"errors"
	"log/slog"
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
// correction.
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
	return nil
}

// Config returns a copy of the Config in force, as it was given.
func (p *Policy) Config() Config { return p.state.Load().config.clone() }

// Decide returns how to answer a request (Fetch, HTTP responses). It passes ctx, which is
// the request's, to the origin function and to the observer.
//
// # Limits
//
//   - Time and memory are bounded, for every request.
//   - An error or a panic of the origin function denies the origin.
//   - r must stay unchanged as long as the Decision is used. One Request may be decided
//     several times.
func (p *Policy) Decide(ctx context.Context, r *Request) Decision {
	s, f := p.state.Load(), p.originFunc
	candidate := p.watch.candidate.Load()
	if candidate != nil {
		f = askOnce(f)
	}
	d, err := s.decide(ctx, r, f)
	if p.watch.needs() {
		p.observe(ctx, s, candidate, r, d, err, f)
	}
	return d
}

// observe passes the verdict on a decision d of s to the log and to the observer. It walks
// once through the checks of the browser.
func (p *Policy) observe(ctx context.Context, s, candidate *state, r *Request, d Decision, err error, f OriginFunc) {
	if d.Kind() == NotCORS || !r.asksForCORS() || err != nil && ctx.Err() != nil {
		return // no browser looks at the answer, or no page waits for it any more
	}
	w, stop := &p.watch, s.stop(r, d)
	w.following.see(w, d, stop)
	if !w.watched() {
		return
	}
	seen := Verdict{PolicyName: w.name, Kind: d.Kind(), Reason: stop.reason, Err: err}
	if !seen.Allowed() {
		w.log(messageBlocked, r, d, s, stop, err)
	}
	if candidate != nil {
		d, err := candidate.decide(ctx, r, f)
		then := candidate.stop(r, d)
		seen.Shadowed, seen.Candidate = true, then.reason
		switch {
		case !seen.Differs():
		case seen.Allowed():
			w.log(messageWouldBlock, r, d, candidate, then, err)
			stop = then
		default:
			w.log(messageWouldAllow, r, d, s, stop, nil)
		}
	}
	w.call(ctx, seen, stop)
}

// Explain decides like [Policy.Decide] and returns the decision's meaning for the page,
// with the fix. It also checks a preflight's method and headers, as the browser does when
// it has the answer.
//
// # Limits
//
//   - Explain is for people: it costs more than Decide, and it calls the origin function
//     once more.
//   - It does not call the observer, and it logs nothing.
//   - It knows the policy only. A handler or a proxy may change the answer afterwards.
func (p *Policy) Explain(ctx context.Context, r *Request) Verdict {
	s := p.state.Load()
	d, err := s.decide(ctx, r, p.originFunc)
	v := s.verdict(r, d, err)
	v.PolicyName = p.watch.name
	v.Fix = s.fix(r, d)
	return v
}

// Logger returns the logger for reports about the policy: that of [WithLogger], or else
// [slog.Default], with the name of [WithName]. It is for authors of adapters.
func (p *Policy) Logger() *slog.Logger { return p.watch.logs() }

// Watched reports whether the policy has an observer or a logger. Adapters then fill in
// all fields of a [Request].
func (p *Policy) Watched() bool { return p.watch.watched() }

// Shadow evaluates a candidate beside the Config in force. Answers do not change. The
// observer sees in its [Verdict] what the candidate would have done, and the logger logs
// which pages it would newly block or allow. So a policy can be made stricter safely:
// shadow the new Config, watch the log, then [Policy.Reload] it.
//
// A nil candidate ends the evaluation; Reload does not. The error is a [*ConfigError] if
// candidate is bad. It is another error if the policy has neither [WithObserver] nor
// [WithLogger]. In both cases nothing changes.
//
// # Limits
//
// The origin function is called once for each request, not twice. Its answer counts for
// both configs.
func (p *Policy) Shadow(candidate *Config) error {
	if !p.Watched() {
		return errors.New("a candidate has no effect without an observer or a logger: make the policy with core.WithObserver or core.WithLogger")
	}
	if candidate == nil {
		p.watch.candidate.Store(nil)
		return nil
	}
	s, err := newState(*candidate, p.originFunc != nil)
	if err != nil {
		return err
	}
	p.watch.candidate.Store(s)
	return nil
}
