package core

import (
	"context"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// Verdict is a decision in words: what a browser will make of the answer. It
// holds its own copy of the request's bytes and may be kept, but for Decision.
type Verdict struct {
	// Decision is what [Policy.Decide] returns for the same request. It is good
	// as long as the request's strings are.
	Decision Decision
	// Reason is why the browser will keep the page from reading the answer or,
	// for a preflight, from sending its request. ReasonNone means it will not.
	Reason Reason
	// Subject is the origin, method or header that Reason is about, as the
	// request has it: escape it before you show it.
	Subject string
	// Fix says which change of the Config would allow it; it is empty where
	// none can or should. It may quote the Subject, escaped.
	Fix string
	// Err is the error of the origin function.
	Err error
}

// Allowed reports whether the browser lets the page go on.
func (v Verdict) Allowed() bool { return v.Reason == ReasonNone }

// Explain decides like [Policy.Decide] and looks at a preflight's method and
// headers too, as the browser does with the answer. It is for people: it costs
// more than Decide and asks the origin function once more.
func (p *Policy) Explain(ctx context.Context, r *Request) Verdict {
	s := p.state.Load()
	own := *r // deciding writes to a Request, and r may have been decided already
	r = &own
	d, err := s.decide(ctx, r, p.options.originFunc)
	v := Verdict{Decision: d, Reason: d.Reason(), Subject: strings.Join(r.Origin, ", "), Err: err}
	switch {
	case v.Reason == ReasonOriginNotListed:
		v.Fix = s.originFix(v.Subject)
	case v.Reason == ReasonMethodMalformed:
		v.Subject = strings.Join(r.RequestMethod, ", ")
	case v.Reason == ReasonNone && d.Kind() == Preflight:
		s.explainMethod(&v, r.RequestMethod)
		if v.Reason == ReasonNone {
			s.explainHeaders(&v, r.RequestHeaders)
		}
	}
	if v.Reason == ReasonNone {
		v.Subject = ""
	}
	v.Subject = strings.Clone(v.Subject) // a server may reuse the request's memory
	return v
}

// originFix names the entry to add, unless validation would refuse it.
func (s *state) originFix(origin string) string {
	p, ok := parsePattern(origin)
	switch {
	case !ok:
		return ""
	case s.credentials && !s.insecureAllowed && insecure(p.scheme, p.host):
		return "serve the page with https and add that origin to AllowOrigins"
	}
	return "add " + quote(origin) + " to AllowOrigins"
}

// explainMethod follows Fetch, CORS-preflight fetch, where it compares methods.
func (s *state) explainMethod(v *Verdict, lines []string) {
	method := strings.Join(lines, ", ")
	v.Subject = method
	switch {
	case len(lines) != 1 || !httpguts.ValidHeaderFieldName(method):
		v.Reason = ReasonMethodMalformed
	case s.methods.any || safelistedMethod(method) || s.methods.has(method):
	default:
		v.Reason = ReasonMethodNotListed
		if method != wildcard && objectToMethod(method).code == "" {
			v.Fix = "add " + quote(method) + " to AllowMethods"
		}
	}
}

// explainHeaders follows Fetch, CORS-preflight fetch, where it compares header
// names, and stops at the first that is missing.
func (s *state) explainHeaders(v *Verdict, lines []string) {
	if !withinBounds(lines) {
		v.Reason, v.Subject = ReasonHeadersMalformed, ""
		return
	}
	for _, line := range lines {
		for name := range strings.SplitSeq(line, ",") {
			name = strings.Trim(name, " \t")
			switch {
			case name == "", s.headers.hasFold(name):
				continue
			case !httpguts.ValidHeaderFieldName(name):
				v.Reason = ReasonHeadersMalformed
			case s.headers.any && !strings.EqualFold(name, authorization):
				continue
			default:
				v.Reason = ReasonHeaderNotListed
				if name != wildcard && objectToRequestHeader(name).code == "" {
					v.Fix = "add " + quote(name) + " to AllowHeaders"
				}
			}
			v.Subject = name
			return
		}
	}
}
