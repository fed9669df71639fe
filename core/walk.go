package core

import (
	"strings"

	"golang.org/x/net/http/httpguts"
)

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
