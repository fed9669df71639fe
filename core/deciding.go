package core

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/corsuite/corsuite/core/internal/origins"
	"golang.org/x/net/http/httpguts"
)

// state is everything that [Policy.Reload] replaces: a valid Config and what requests need
// of it. It is immutable.
type state struct {
	// Most requests read these.
	origins  origins.Set
	reflects bool // preflights get back the requested method or headers
	rules
	answers answers

	authorizationListed bool
	insecureAllowed     bool // http origins may have credentials
	config              Config
	warnings            []Problem
}

// decide finds the request's cell in the answer table. The error is that of the
// origin function, which the decision takes into account already.
func (s *state) decide(ctx context.Context, r *Request, details Details, f OriginFunc) (Decision, error) {
	goesOn := &s.answers.other
	if r.Method == methodOptions {
		goesOn = &s.answers.optionsRequest
	}
	allowed, denied := &goesOn.allowed, &goesOn.denied
	switch {
	case len(r.Origin) == 0:
		return goesOn.notCORS.to(r), nil
	case r.preflight():
		allowed, denied = &s.answers.preflight, &s.answers.refused
	case s.anyOrigin:
		// The answer does not vary by Origin, so a cache may give one page's answer to
		// another: even a malformed origin must not change it.
		return allowed.to(r), nil
	}
	// Most origins are listed, so they are looked up first.
	if len(r.Origin) != 1 || !s.origins.Listed(r.Origin[0]) {
		if why, err := s.judge(ctx, r, details, f); why != ReasonNone {
			if s.config.RejectDeniedOrigins && denied == &goesOn.denied && !r.sameOrigin(details) {
				denied = &goesOn.rejected
			}
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
func (s *state) judge(ctx context.Context, r *Request, details Details, f OriginFunc) (why Reason, err error) {
	if len(r.Origin) > 1 {
		return ReasonOriginRepeated, nil
	}
	origin := r.Origin[0]
	switch {
	case origin == "":
		return ReasonOriginEmpty, nil
	case s.anyOrigin:
		return ReasonNone, nil
	case !s.origins.HasWildcards() && f == nil:
		return ReasonOriginNotListed, nil // checks distinguish null and malformed
	}
	if s.origins.Matches(origin) {
		return ReasonNone, nil
	}
	if f == nil {
		return ReasonOriginNotListed, nil
	}
	switch t, ok := origins.Cut(origin); {
	case !ok || !t.Valid() && !t.Unlistable():
		return ReasonOriginNotListed, nil
	case s.credentials && !s.insecureAllowed && origins.Insecure(t.Scheme, t.Host):
		return ReasonOriginInsecure, nil
	}
	return ask(ctx, f, origin, details)
}

// Bounds of what the origin function gets, in bytes. A name has at most 253, and a port 5.
const (
	longestTargetHost = 260
	longestTargetPath = 8 << 10
)

// ask calls the origin function and recovers from its panic. The function gets copies,
// since a server may reuse the request's memory.
func ask(ctx context.Context, f OriginFunc, origin string, details Details) (why Reason, err error) {
	returned := false
	defer func() {
		if !returned { // not what recover returns: a panic(nil) may look like none
			why, err = ReasonOriginFuncFailed, fmt.Errorf("origin function panicked: %v", recover())
		}
	}()
	t, _ := origins.Cut(strings.Clone(origin))
	var to Target
	if details != nil {
		host, path := details.Host(), details.Path()
		if len(host) > longestTargetHost || len(path) > longestTargetPath {
			returned = true
			return ReasonOriginFuncFailed, errors.New("the host or the path of the request is too long for the origin function")
		}
		to = Target{strings.ToLower(strings.Clone(host)), strings.Clone(path)}
	}
	allowed, err := f(ctx, Origin{t.Scheme, t.Host, t.PortNumber()}, to)
	returned = true
	switch {
	case err != nil:
		return ReasonOriginFuncFailed, fmt.Errorf("origin function: %w", err)
	case !allowed:
		return ReasonOriginRefused, nil
	}
	return ReasonNone, nil
}

// askOnce returns a function that calls f the first time and then repeats the answer, so
// that a request costs one call even with a candidate. It is for one request, and for use by
// one goroutine.
func askOnce(f OriginFunc) OriginFunc {
	if f == nil {
		return nil
	}
	var asked, allowed bool
	err := errors.New("it has panicked") // until it returns
	return func(ctx context.Context, o Origin, to Target) (bool, error) {
		if !asked {
			asked = true
			allowed, err = f(ctx, o, to)
		}
		return allowed, err
	}
}

// Bounds of what is reflected when the policy allows any method or header with
// credentials. Beyond them nothing is reflected, and the browser blocks the request.
// Pages request some hundred bytes, in one line, which gateways may split into one for each
// name. The bounds are a multiple of that, and limit the cost of a hostile request.
const (
	maxReflectedMethod = 64   // bytes
	maxReflectedBytes  = 1024 // of all lines joined by commas
	maxReflectedNames  = 32   // list elements (RFC 9110 section 5.6.1), empty ones included
	maxReflectedName   = 128  // bytes, with the blanks around it
)

// reflect completes the answer to a preflight with the requested method, headers
// or both. A method that must not be reflected denies the preflight; headers that
// must not are left out, and the browser blocks the request.
func (s *state) reflect(r *Request) Decision {
	d := s.answers.preflight.to(r)
	switch {
	case r.OneMethod && s.allowsMethod(r.RequestMethod):
		d = s.answers.oneMethod.to(r)
	case r.OneMethod:
		d = s.answers.noMethod.to(r)
	case s.reflectsMethods():
		if !reflectsMethod(r.RequestMethod) {
			d = s.answers.refused.to(r)
			d.reason = ReasonMethodMalformed
			return d
		}
	}
	if s.reflectsHeaders() {
		d.headers, d.withheld = reflectHeaders(r.RequestHeaders, s.authorizationListed)
		if d.headers == nil {
			d.len-- // they are the last field
		}
	}
	return d
}

// allowsMethod reports whether AllowMethods covers the requested method.
func (s *state) allowsMethod(lines []string) bool {
	return reflectsMethod(lines) && (s.methods.any || s.methods.has(lines[0]))
}

// reflectsMethod reports whether a preflight asked for one token that is no
// method forbidden to pages.
func reflectsMethod(lines []string) bool {
	return len(lines) == 1 && len(lines[0]) <= maxReflectedMethod && httpguts.ValidHeaderFieldName(lines[0]) &&
		!forbiddenMethod(strings.ToUpper(lines[0]))
}

// reflectHeaders returns the header names that a preflight asked for as one value, which
// is the request's own line if that can be reflected as a whole. The value is nil if there
// is none. withheld says why not all of the names are in it: Authorization has to be listed
// by name, and of lines that are malformed or beyond the bounds, none is reflected.
func reflectHeaders(lines []string, authorizationListed bool) (value *string, withheld Reason) {
	ok, authorizes := scanNames(lines)
	switch {
	case !ok:
		return nil, ReasonHeadersMalformed
	case authorizes && !authorizationListed:
		withheld = ReasonHeaderNotListed
	case len(lines) == 1 && lines[0] != "":
		return &lines[0], ReasonNone
	}
	joined := make([]byte, 0, maxReflectedBytes)
	for _, line := range lines {
		for name := range strings.SplitSeq(line, ",") {
			name = trimBlanks(name)
			if name == "" || withheld != ReasonNone && strings.EqualFold(name, authorization) {
				continue
			}
			if len(joined) != 0 {
				joined = append(joined, ',')
			}
			joined = append(joined, name...)
		}
	}
	if len(joined) == 0 {
		return nil, withheld
	}
	s := string(joined)
	return &s, withheld
}

// scanNames reports whether the lines can be reflected, which means that they are lists of
// tokens within the bounds, and whether Authorization is among the tokens.
func scanNames(lines []string) (ok, authorizes bool) {
	if len(lines) > maxReflectedNames {
		return false, false
	}
	bytes, names := -1, 0 // there is one comma less than lines
	for _, line := range lines {
		if bytes += len(line) + 1; bytes > maxReflectedBytes {
			return false, false
		}
		for name := range strings.SplitSeq(line, ",") {
			if names++; names > maxReflectedNames || len(name) > maxReflectedName {
				return false, false
			}
			if name = trimBlanks(name); name != "" && !httpguts.ValidHeaderFieldName(name) {
				return false, false
			}
			authorizes = authorizes || strings.EqualFold(name, authorization)
		}
	}
	return true, authorizes
}

func trimBlanks(s string) string {
	for s != "" && (s[0] == ' ' || s[0] == '\t') {
		s = s[1:]
	}
	for s != "" && (s[len(s)-1] == ' ' || s[len(s)-1] == '\t') {
		s = s[:len(s)-1]
	}
	return s
}
