package core

import (
	"strconv"
	"strings"

	"github.com/corsuite/corsuite/core/internal/origins"
)

// String returns the verdict as a sentence: why the browser blocks the page, what that
// means for it, and the change that would allow it. Bytes of the request are quoted,
// escaped and cut short.
func (v Verdict) String() string {
	switch {
	case v.Kind == NotCORS:
		return "there is no Origin header, so CORS does not apply"
	case !v.Allowed():
		return Step{Subject: v.Subject, Reason: v.Reason}.why(v.Kind) + "; " + v.Fix
	case v.Kind == Preflight:
		return "the page may send its request"
	default:
		return "the page may read the answer"
	}
}

// why says why the browser stops here, and what that means for the page.
func (s Step) why(kind Kind) string {
	switch {
	case s.Reason.ofNoBrowser():
		return s.sentence()
	case kind == Preflight:
		return s.sentence() + ", so the browser does not send the page's request"
	default:
		return s.sentence() + ", so the page cannot read the answer"
	}
}

// String returns the step as a clause, such as
//
//	the request header "x-debug" is not in AllowHeaders
func (s Step) String() string {
	if s.Reason == ReasonNone {
		return s.Field + " " + quote(s.Subject) + " is allowed"
	}
	return s.sentence()
}

func (s Step) sentence() string {
	subject := quote(s.Subject)
	switch s.Reason {
	case ReasonOriginNotListed:
		return "the origin " + subject + " matches no entry of AllowOrigins"
	case ReasonOriginNull:
		return "the page has the opaque origin null (a sandboxed frame, a file, a data URL, or a redirect), which no list allows"
	case ReasonOriginMalformed:
		return "the Origin header is " + subject + ", which no browser sends"
	case ReasonOriginEmpty:
		return "the Origin header is empty, which no browser sends"
	case ReasonOriginRepeated:
		return "the request has more than one Origin header"
	case ReasonOriginInsecure:
		return "the origin " + subject + " is not encrypted, and the policy allows credentials"
	case ReasonOriginRefused:
		return "the origin function refused " + subject
	case ReasonOriginFuncFailed:
		return "the origin function failed for " + subject
	case ReasonMethodNotListed:
		return "the method " + subject + " is not in AllowMethods"
	case ReasonMethodMalformed:
		return "Access-Control-Request-Method is " + subject + ", which no browser sends"
	case ReasonHeaderNotListed:
		return "the request header " + subject + " is not in AllowHeaders"
	case ReasonHeadersMalformed:
		return "Access-Control-Request-Headers is no list of header names, or longer than any browser's"
	case ReasonCredentialsNotAllowed:
		return "the page sent cookies along, and the policy does not allow credentials"
	default:
		return "the reason is unknown"
	}
}

// longestQuote bounds what is quoted of a request, in bytes.
const longestQuote = 200

// quote cuts short and escapes.
func quote(s string) string {
	quoted := strconv.QuoteToASCII(cut(s))
	if len(s) > longestQuote {
		quoted += "…"
	}
	return quoted
}

// escape is quote without the quotation marks.
func escape(s string) string {
	quoted := strconv.QuoteToASCII(cut(s))
	escaped := quoted[1 : len(quoted)-1]
	if len(s) > longestQuote {
		escaped += "…"
	}
	return escaped
}

func cut(s string) string { return s[:min(len(s), longestQuote)] }

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
	p, ok := origins.Parse(origin)
	switch {
	case !ok:
		return "no entry can list it"
	case s.credentials && !s.insecureAllowed && p.Insecure():
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
