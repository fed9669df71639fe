package core

import "strconv"

// String returns the verdict as a sentence, with the change that would allow
// what was refused. Bytes of the request are quoted, escaped and cut short.
func (v Verdict) String() string {
	s := v.sentence()
	if v.Fix != "" {
		s += "; " + v.Fix
	}
	return s
}

func (v Verdict) sentence() string {
	subject := quote(v.Subject)
	switch v.Reason {
	case ReasonNone:
		return v.allowedSentence()
	case ReasonOriginNotListed:
		return "the origin " + subject + " matches no entry of AllowOrigins"
	case ReasonOriginNull:
		return "the page has the opaque origin null (a sandboxed frame, a file, a data URL, or a redirect), which no list allows"
	case ReasonOriginMalformed:
		return "the Origin header is " + subject + ", which no browser sends"
	case ReasonOriginEmpty:
		return "the Origin header is empty, which no browser sends"
	case ReasonOriginRepeated:
		return "the request has more than one Origin header; a proxy may have added one"
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
	case ReasonRouteWithoutPolicy:
		return "the policy does not stand on the route that the preflight asks about"
	}
	return "reason unknown"
}

func (v Verdict) allowedSentence() string {
	switch v.Decision.Kind() {
	case Preflight:
		return "the page may send its request"
	case Actual:
		return "the page may read the answer"
	default:
		return "there is no Origin header, so CORS does not apply"
	}
}

// longestQuote bounds what is quoted of a request.
const longestQuote = 200

func quote(s string) string {
	if len(s) > longestQuote {
		return strconv.QuoteToASCII(s[:longestQuote]) + "…"
	}
	return strconv.QuoteToASCII(s)
}
