package core

import (
	"context"
	"fmt"
	"strings"
)

// decide finds the request's cell in the answer table. The error is that of the
// origin function, which the decision takes into account already.
func (s *state) decide(ctx context.Context, r *Request, f OriginFunc) (Decision, error) {
	goesOn := &s.answers.other
	if r.options() {
		goesOn = &s.answers.options
	}
	allowed, denied := &goesOn.allowed, &goesOn.denied
	switch {
	case len(r.Origin) == 0:
		return goesOn.notCORS.to(r), nil
	case r.preflight():
		allowed, denied = &s.answers.preflight, &s.answers.refused
	case s.anyOrigin:
		// What every origin gets does not vary by Origin, so a cache may hand
		// one page's answer to another: not even a malformed origin changes it.
		return allowed.to(r), nil
	}
	// Most origins that come are listed, and those need no judgement.
	if len(r.Origin) != 1 || !s.origins.listed(r.Origin[0]) {
		if why, err := s.judge(ctx, r, f); why != ReasonNone {
			d := denied.to(r)
			d.reason = why
			return d, err
		}
	}
	if allowed.kind != Preflight || !s.reflects && !r.OneMethod {
		return allowed.to(r), nil
	}
	return s.reflect(r), nil
}

// judge says whether an origin that is not listed is allowed, and why not.
func (s *state) judge(ctx context.Context, r *Request, f OriginFunc) (why Reason, err error) {
	if len(r.Origin) > 1 {
		return ReasonOriginRepeated, nil
	}
	origin := r.Origin[0]
	switch {
	case origin == "":
		return ReasonOriginEmpty, nil
	case s.anyOrigin:
		return ReasonNone, nil
	case !s.origins.hasWildcards() && f == nil:
		return ReasonOriginNotListed, nil // Decision.Reason tells null and malformed apart
	}
	if s.origins.matches(origin) {
		return ReasonNone, nil
	}
	if f == nil {
		return ReasonOriginNotListed, nil
	}
	switch t, ok := cutOrigin(origin); {
	case !ok || !t.valid():
		return ReasonOriginNotListed, nil
	case sendsNull(t.scheme) || webSocket(t.scheme):
		return ReasonOriginMalformed, nil
	case s.credentials && !s.insecureAllowed && insecure(t.scheme, t.host):
		return ReasonOriginInsecure, nil
	}
	return ask(ctx, f, origin)
}

// ask calls the origin function with memory of its own, for a server may reuse
// the request's, and survives its panic.
func ask(ctx context.Context, f OriginFunc, origin string) (why Reason, err error) {
	returned := false
	defer func() {
		if !returned { // not what recover returns: a panic(nil) may look like none
			why, err = ReasonOriginFuncFailed, fmt.Errorf("origin function panicked: %v", recover())
		}
	}()
	t, _ := cutOrigin(strings.Clone(origin))
	allowed, err := f(ctx, t.origin())
	returned = true
	switch {
	case err != nil:
		return ReasonOriginFuncFailed, fmt.Errorf("origin function: %w", err)
	case !allowed:
		return ReasonOriginRefused, nil
	}
	return ReasonNone, nil
}
