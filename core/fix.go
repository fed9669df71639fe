package core

import (
	"strconv"
	"strings"
)

// mostHeadersInFix is more than any page that means well has missing.
const mostHeadersInFix = 16

// fix says what to change for all steps that the browser stops at.
func (s *state) fix(steps []Step) string {
	var fixes, headers []string
	more := 0
	for i, step := range steps {
		switch {
		case step.Reason == ReasonNone:
		case step.Reason == ReasonHeaderNotListed && step.Subject != wildcard && objectToRequestHeader(step.Subject).code == "":
			if len(headers) == mostHeadersInFix {
				more++
				continue
			}
			headers = append(headers, quote(step.Subject))
		case step.Reason == ReasonHeadersMalformed && i > 0 && steps[i-1].Reason == ReasonHeadersMalformed:
		default:
			fixes = append(fixes, s.fixOf(step))
		}
	}
	if headers != nil {
		fixes = append(fixes, "add "+strings.Join(headers, ", ")+" to AllowHeaders")
	}
	if more != 0 {
		fixes = append(fixes, strconv.Itoa(more)+" more are missing there")
	}
	return strings.Join(fixes, "; ")
}

func (s *state) fixOf(step Step) string {
	if step.Reason.ofNoBrowser() {
		return "look for a proxy or a client that writes " + step.Field + " itself"
	}
	switch step.Reason {
	case ReasonOriginNotListed:
		return s.originFix(step.Subject)
	case ReasonOriginNull:
		return "serve the page from an origin of its own, not from a file, a data URL or a sandboxed frame, and without a redirect between origins"
	case ReasonOriginInsecure:
		return "serve the page with https"
	case ReasonOriginRefused:
		return "let the origin function allow it"
	case ReasonOriginFuncFailed:
		return "see the origin function's error"
	case ReasonMethodNotListed:
		return s.methodFix(step.Subject)
	case ReasonHeaderNotListed:
		return "leave " + quote(step.Subject) + " out of the page's request, which no page may set"
	case ReasonCredentialsNotAllowed:
		if s.anyOrigin {
			return "put " + strconv.QuoteToASCII(step.Subject) + ` in the place of "*" in AllowOrigins; set AllowCredentials to true`
		}
		return "set AllowCredentials to true"
	default:
		return ""
	}
}

// originFix names the entry to add, unless validation would refuse it.
func (s *state) originFix(origin string) string {
	p, ok := parsePattern(origin)
	switch {
	case !ok:
		return "no entry can list it"
	case s.credentials && !s.insecureAllowed && insecure(p.scheme, p.host):
		return "serve the page with https and add that origin to AllowOrigins"
	}
	return "add " + strconv.QuoteToASCII(origin) + " to AllowOrigins" // bounded, since it is valid
}

func (s *state) methodFix(method string) string {
	upper := strings.ToUpper(method)
	switch {
	case upper != method && (s.methods.has(upper) || safelistedMethod(upper)):
		return "write " + quote(upper) + " in the page, for methods are case-sensitive"
	case method == wildcard || objectToMethod(method).code != "":
		return "use another method in the page; AllowMethods cannot list this one"
	}
	return "add " + quote(method) + " to AllowMethods"
}
