package core

import (
	"context"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// Verdict is a decision in words: what a browser will make of the answer. It
// holds its own copy of the request's bytes and may be kept.
type Verdict struct {
	// Kind is what the request is.
	Kind Kind
	// Reason is why the browser will keep the page from reading the answer or,
	// for a preflight, from sending its request: that of the first step that has
	// one. ReasonNone means it will not.
	Reason Reason
	// Subject is the origin, method or header that Reason is about, as the
	// request has it: escape it before you show it.
	Subject string
	// Fix says what to change so that the browser lets the page go on, in all
	// steps. It quotes names of the request, escaped. It is empty if the browser lets
	// the page go on.
	Fix string
	// Steps are what the browser looks at, in its order, also those behind the
	// one that it stops at. They are empty if CORS does not apply.
	Steps []Step
	// Err is the error of the origin function.
	Err error
}

// Step is one thing that a browser looks at in an answer.
type Step struct {
	// Field is the request header field that the step is about.
	Field string
	// Subject is the origin, method or header name, as the request has it: escape
	// it before you show it.
	Subject string
	// Reason is why the browser stops here; ReasonNone if it does not.
	Reason Reason
}

// Allowed reports whether the browser lets the page go on.
func (v Verdict) Allowed() bool { return v.Reason == ReasonNone }

// Explain decides like [Policy.Decide] and looks at a preflight's method and
// headers too, as the browser does with the answer. It is for people: it costs
// more than Decide, asks the origin function once more, and tells no observer.
func (p *Policy) Explain(ctx context.Context, r *Request) Verdict {
	s := p.state.Load()
	d, err := s.decide(ctx, r, p.options.originFunc)
	return s.explain(r, d, err)
}

// mostSteps is more than any browser takes: one for each header that it asks for.
const mostSteps = 64

func (s *state) explain(r *Request, d Decision, err error) Verdict {
	v := Verdict{Kind: d.Kind(), Err: err}
	s.walk(r, d, func(step Step) (more bool) {
		step.Subject = strings.Clone(step.Subject) // a server may reuse the request's memory
		if v.Reason == ReasonNone {
			v.Reason, v.Subject = step.Reason, step.Subject
		}
		v.Steps = append(v.Steps, step)
		return len(v.Steps) < mostSteps
	})
	if v.Reason == ReasonNone {
		v.Subject = ""
	}
	v.Fix = s.fix(v.Steps)
	return v
}

// stop returns the first step at which the browser stops. Its subject is the request's.
func (s *state) stop(r *Request, d Decision) (stop Step) {
	s.walk(r, d, func(step Step) (more bool) {
		stop = step
		return step.Reason == ReasonNone
	})
	if stop.Reason == ReasonNone {
		return Step{}
	}
	return stop
}

// The request fields that a browser's steps are about.
const (
	fieldOrigin         = "Origin"
	fieldRequestMethod  = "Access-Control-Request-Method"
	fieldRequestHeaders = "Access-Control-Request-Headers"
	fieldCookie         = "Cookie"
)

// Bounds of a list of header names that is looked at to say more about an answer.
// No browser's list comes near.
const (
	maxWalkedHeaders = 16 << 10 // bytes, over all lines
	maxWalkedLines   = 1000
)

// walk goes through what a browser looks at in the answer d, in its order, until
// visit wants no more. It follows Fetch, CORS check and CORS-preflight fetch.
func (s *state) walk(r *Request, d Decision, visit func(Step) (more bool)) {
	if d.Kind() == NotCORS {
		return
	}
	origin := Step{Field: fieldOrigin, Subject: r.Origin[0]}
	if len(r.Origin) > 1 {
		origin.Subject = strings.Join(r.Origin, ", ")
	}
	if why := d.Reason(); why.aboutOrigin() {
		origin.Reason = why
	}
	switch more := visit(origin); {
	case !more:
	case d.Kind() == Preflight:
		s.walkPreflight(r, visit)
	case r.Cookies && r.asksForCORS() && !s.credentials:
		visit(Step{fieldCookie, r.Origin[0], ReasonCredentialsNotAllowed})
	}
}

func (s *state) walkPreflight(r *Request, visit func(Step) (more bool)) {
	method := Step{Field: fieldRequestMethod, Subject: strings.Join(r.RequestMethod, ", ")}
	switch {
	case len(r.RequestMethod) != 1 || !httpguts.ValidHeaderFieldName(method.Subject):
		method.Reason = ReasonMethodMalformed
	case s.methods.any && s.credentials && !reflectsMethod(r.RequestMethod):
		method.Reason = ReasonMethodMalformed
	case !s.methods.any && !safelistedMethod(method.Subject) && !s.methods.has(method.Subject):
		method.Reason = ReasonMethodNotListed
	}
	if visit(method) {
		s.walkHeaders(r.RequestHeaders, visit)
	}
}

func (s *state) walkHeaders(lines []string, visit func(Step) (more bool)) {
	lineBound, byteBound := maxWalkedLines, maxWalkedHeaders
	if s.reflectsHeaders() {
		lineBound, byteBound = maxReflectedLines, maxReflectedHeaders
	}
	if !withinBounds(lines, lineBound, byteBound) {
		visit(Step{Field: fieldRequestHeaders, Reason: ReasonHeadersMalformed})
		return
	}
	for _, line := range lines {
		for name := range strings.SplitSeq(line, ",") {
			if name = strings.Trim(name, " \t"); name == "" {
				continue
			}
			header := Step{Field: fieldRequestHeaders, Subject: name}
			switch {
			case s.headers.hasFold(name):
			case !httpguts.ValidHeaderFieldName(name):
				header.Reason = ReasonHeadersMalformed
			case !s.headers.any || strings.EqualFold(name, authorization):
				header.Reason = ReasonHeaderNotListed
			}
			if !visit(header) {
				return
			}
		}
	}
}

// asksForCORS is false if the browser says that it will not look at the answer's
// CORS headers: for a page of the server's own origin, a form, a WebSocket (Fetch
// Metadata, Sec-Fetch-Mode and Sec-Fetch-Site).
func (r *Request) asksForCORS() bool {
	return r.preflight() || (r.FetchMode == "" || r.FetchMode == "cors") && r.FetchSite != "same-origin"
}
