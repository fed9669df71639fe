package core

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"

	"github.com/corsuite/corsuite/core/internal/origins"
)

// Policy is a validated Config together with its prepared answers. Make one
// with [NewPolicy]. It is safe for concurrent use and may be shared by several
// routers.
type Policy struct {
	options   options
	state     atomic.Pointer[state]
	following following
}

// state is everything that [Policy.Reload] replaces; it is immutable.
type state struct {
	config Config
	rules
	answers             answers
	origins             origins.Set
	authorizationListed bool
	insecureAllowed     bool // http origins may have credentials
	reflects            bool // preflights get back the requested method or headers
}

// NewPolicy validates cfg and prepares every answer. The error is a
// [*ConfigError] that names every problem and its correction.
func NewPolicy(cfg Config, opts ...Option) (*Policy, error) {
	p := new(Policy)
	for _, opt := range opts {
		if opt != nil {
			opt(&p.options)
		}
	}
	p.options.watched()
	if err := p.Reload(cfg); err != nil {
		return nil, err
	}
	return p, nil
}

// Reload replaces the policy's Config while it serves. Each request is decided
// by the old Config or by the new one, never by a mixture. If cfg is bad, the
// error is a [*ConfigError] and the old Config stays in force.
func (p *Policy) Reload(cfg Config) error {
	s, err := newState(cfg, p.options)
	if err != nil {
		return err
	}
	p.state.Store(s)
	return nil
}

func newState(cfg Config, o options) (*state, error) {
	var ps problems
	s := new(state)
	patterns, anyOrigin := ps.checkOrigins(&cfg, o.originFunc != nil)
	s.rules = rules{
		anyOrigin:       anyOrigin,
		credentials:     cfg.AllowCredentials,
		methods:         ps.checkMethods(&cfg),
		headers:         ps.checkAllowHeaders(&cfg),
		expose:          ps.checkExposeHeaders(&cfg),
		maxAge:          ps.checkMaxAge(cfg.MaxAge),
		preflightStatus: ps.checkPreflightStatus(cfg.PreflightStatus),
	}
	if err := ps.err(); err != nil {
		return nil, err
	}
	s.config = cfg.clone()
	s.answers = s.rules.answers()
	s.origins = origins.NewSet(patterns, cfg.AllowCredentials && !cfg.DangerouslyAllowPublicSuffixes)
	s.authorizationListed = s.headers.hasFold(authorization)
	s.insecureAllowed = cfg.DangerouslyAllowInsecureOrigins
	s.reflects = s.reflectsMethods() || s.reflectsHeaders()
	return s, nil
}

// Config returns a copy of the Config in force, as it was given.
func (p *Policy) Config() Config { return p.state.Load().config.clone() }

// Decide says how to answer a request. ctx is the request's; only the origin function
// and the observer see it. The cost is bounded, also for a hostile request.
func (p *Policy) Decide(ctx context.Context, r *Request) Decision {
	s, f := p.state.Load(), p.options.originFunc
	var candidate *state
	if p.Watched() {
		if candidate = p.options.watch.candidate.Load(); candidate != nil {
			f = askOnce(f)
		}
	}
	d, err := s.decide(ctx, r, f)
	if p.Watched() || !p.following.settled.Load() {
		p.observe(ctx, s, candidate, r, d, err, f)
	}
	return d
}

// Logger returns the logger for reports about the policy: that of [WithLogger], or
// else [slog.Default], with the name of [WithName]. It is for authors of adapters.
func (p *Policy) Logger() *slog.Logger { return p.options.logs() }

// Watched reports whether the policy has an observer or a logger. Adapters then fill in
// all of a Request.
func (p *Policy) Watched() bool { return p.options.watch != nil }

// Shadow evaluates a candidate beside the Config in force. Answers do not change. The
// observer sees in [Observation] what the candidate would have done, and the logger logs
// which pages it would newly block or allow. So a policy can be made stricter safely:
// shadow the new Config, watch the log, then [Policy.Reload] it.
//
// A nil candidate ends it; Reload does not. If candidate is bad, the error is a
// [*ConfigError]. It is also an error if the policy has neither [WithObserver] nor
// [WithLogger]. In both cases nothing changes.
func (p *Policy) Shadow(candidate *Config) error {
	if p.options.watch == nil {
		return errors.New("a candidate has no effect without an observer or a logger: make the policy with core.WithObserver or core.WithLogger")
	}
	if candidate == nil {
		p.options.watch.candidate.Store(nil)
		return nil
	}
	s, err := newState(*candidate, p.options)
	if err != nil {
		return err
	}
	p.options.watch.candidate.Store(s)
	return nil
}

// Option adds behaviour to a policy, which plain data cannot say. Options hold
// for the policy's life; [Policy.Reload] keeps them.
type Option func(*options)

type options struct {
	originFunc OriginFunc

	name     string
	observer func(context.Context, Observation)
	logger   *slog.Logger
	watch    *watch // nil without an observer and a logger
}
