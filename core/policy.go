package core

import (
	"context"
	"log/slog"
	"sync/atomic"
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
	rules
	answers             answers
	origins             originSet
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
	s.answers = s.rules.answers()
	s.origins = newOriginSet(patterns, cfg.AllowCredentials && !cfg.DangerouslyAllowPublicSuffixes)
	s.authorizationListed = s.headers.hasFold(authorization)
	s.insecureAllowed = cfg.DangerouslyAllowInsecureOrigins
	s.reflects = s.reflectsMethods() || s.reflectsHeaders()
	return s, nil
}

// Decide says how to answer a request. ctx is the request's; only the origin
// function sees it. What it costs does not depend on what a hostile request
// holds.
func (p *Policy) Decide(ctx context.Context, r *Request) Decision {
	s := p.state.Load()
	var d Decision
	if p.Watched() {
		d = s.decideWatched(ctx, r, &p.options)
	} else {
		d, _ = s.decide(ctx, r, p.options.originFunc) // Explain and the logger tell the function's error
	}
	if !p.following.settled.Load() {
		p.following.see(p, s, r, d)
	}
	return d
}

// Logger returns the logger for reports about the policy: that of [WithLogger], or
// else [slog.Default], with the name of [WithName]. It is for authors of adapters.
func (p *Policy) Logger() *slog.Logger { return p.options.log() }

// Watched reports whether decisions are told to somebody: to an observer or to a
// log. Adapters then fill in all of a Request.
func (p *Policy) Watched() bool { return p.options.watch != nil }
