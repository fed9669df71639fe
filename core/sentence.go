package core

import "strconv"

// String returns the verdict as a sentence: what stands in the way, what the
// browser does, and the change that would allow it. Bytes of the request are
// quoted, escaped and cut short.
func (v Verdict) String() string {
	switch {
	case v.Kind == NotCORS:
		return "there is no Origin header, so CORS does not apply"
	case !v.Allowed():
		return v.why() + "; " + v.Fix
	case v.Kind == Preflight:
		return "the page may send its request"
	default:
		return "the page may read the answer"
	}
}

// why says what stands in the way, and what the browser does.
func (v Verdict) why() string {
	s := Step{Subject: v.Subject, Reason: v.Reason}.sentence()
	switch {
	case v.Reason.ofNoBrowser():
		return s
	case v.Kind == Preflight:
		return s + ", so the browser does not send the page's request"
	default:
		return s + ", so the page cannot read the answer"
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

// escape is quote without the quotation marks, for what stands alone.
func escape(s string) string {
	quoted := strconv.QuoteToASCII(cut(s))
	escaped := quoted[1 : len(quoted)-1]
	if len(s) > longestQuote {
		escaped += "…"
	}
	return escaped
}

func cut(s string) string { return s[:min(len(s), longestQuote)] }
