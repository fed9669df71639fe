package core

import (
	"context"
	"strings"

	"github.com/corsuite/corsuite/core/internal/origins"
)

// Decision says how to answer one request: which headers to set, and whether
// the answer ends there. It is a small value that refers to answers prepared
// by [NewPolicy] and to the [Request], and is good as long as that is.
type Decision struct {
	answer  *answer
	request *Request
	headers []string // the reflected value: a slice, so that the Request need not escape
	reason  Reason
	len     uint8
}

// Kind returns what the request is.
func (d Decision) Kind() Kind { return d.answer.kind }

// Status returns the status of the complete answer to a preflight, which has no
// body, and 0 for every other request, which goes on to its handler.
func (d Decision) Status() int { return d.answer.status }

// Reason says why the origin is denied. [Policy.Explain] looks at method and
// headers too, which do not change the answer.
func (d Decision) Reason() Reason {
	if d.reason == ReasonOriginNotListed {
		return whyNotListed(d.request.Origin[0])
	}
	return d.reason
}

// Len returns the number of CORS headers to set. Vary does not count.
func (d Decision) Len() int { return int(d.len) }

// Header returns the i-th CORS header to set, 0 <= i < Len. The names are in
// canonical form and differ. The values are validated: they hold no byte that
// could end a field line.
func (d Decision) Header(i int) (name, value string) {
	f := &d.answer.fields[i]
	switch f.from {
	case fromOrigin:
		return f.name, d.request.Origin[0]
	case reflectedMethod:
		return f.name, d.request.RequestMethod[0]
	case reflectedHeaders:
		return f.name, d.headers[0]
	default:
		return f.name, f.value
	}
}

// Vary returns the value of the Vary field line to add to an answer that has
// the given Vary lines already (RFC 9110 section 12.5.5): the request headers
// that the decision depended on, without those that are named already. It is
// empty if nothing has to be added.
func (d Decision) Vary(present []string) string {
	if len(present) == 0 || d.answer.vary == "" {
		return d.answer.vary
	}
	return d.answer.missing(present)
}

// missing leaves out of Vary what its lines name already.
func (a *answer) missing(present []string) string {
	missing := ""
	for name, rest := "", a.vary; rest != ""; {
		if name, rest, _ = strings.Cut(rest, ", "); varies(present, name) {
			continue
		}
		if missing != "" {
			missing += ", "
		}
		missing += name
	}
	return missing
}

// varies reports whether Vary lines name a header or everything.
func varies(lines []string, name string) bool {
	for _, line := range lines {
		for member := range strings.SplitSeq(line, ",") {
			if member = strings.Trim(member, " \t"); member == "*" || strings.EqualFold(member, name) {
				return true
			}
		}
	}
	return false
}

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
		// The answer does not vary by Origin, so a cache may give one page's answer to
		// another: even a malformed origin must not change it.
		return allowed.to(r), nil
	}
	// Most origins are listed, so they are looked up first.
	if len(r.Origin) != 1 || !s.origins.Listed(r.Origin[0]) {
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
	case !s.origins.HasWildcards() && f == nil:
		return ReasonOriginNotListed, nil // Decision.Reason tells null and malformed apart
	}
	if s.origins.Matches(origin) {
		return ReasonNone, nil
	}
	if f == nil {
		return ReasonOriginNotListed, nil
	}
	switch t, ok := origins.Cut(origin); {
	case !ok || !t.Valid():
		return ReasonOriginNotListed, nil
	case origins.SendsNull(t.Scheme) || origins.WebSocket(t.Scheme):
		return ReasonOriginMalformed, nil
	case s.credentials && !s.insecureAllowed && origins.Insecure(t.Scheme, t.Host):
		return ReasonOriginInsecure, nil
	}
	return ask(ctx, f, origin)
}
