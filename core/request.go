package core

import "golang.org/x/net/http/httpguts"

// Request holds the parts of an HTTP request that a decision depends on. A field with
// several lines has one element for each line, as the client sent it; do not split or
// trim the values. The policy reads the strings and slices. It neither changes nor keeps
// them.
type Request struct {
	// Method is the request's method, case-sensitively.
	Method string
	// Origin holds the values of all Origin lines. It is empty if there is none. One
	// element that is the empty string is an empty Origin, which is denied.
	Origin []string
	// RequestMethod holds the values of all Access-Control-Request-Method lines. It is
	// needed for OPTIONS only.
	RequestMethod []string
	// RequestHeaders holds the values of all Access-Control-Request-Headers lines. It
	// is needed for OPTIONS only.
	RequestHeaders []string
	// OneMethod makes the answer to a preflight list the requested method alone, if
	// AllowMethods has it. Otherwise the answer lists AllowMethods. A browser applies the
	// answer to all methods of the URL, so set OneMethod where another method of the URL
	// may have another policy.
	OneMethod bool

	// The following fields are needed only if the policy is [Policy.Watched]. No
	// decision depends on them, only verdicts and the log.

	// FetchMode and FetchSite are the values of Sec-Fetch-Mode and Sec-Fetch-Site (Fetch
	// Metadata), and empty if they are absent.
	FetchMode, FetchSite string
	// Cookies is true if there is a Cookie field.
	Cookies bool
}

const methodOptions = "OPTIONS"

func (r *Request) preflight() bool {
	return r.Method == methodOptions && len(r.RequestMethod) != 0
}

// PreflightMethod returns the requested method of a preflight. ok is false for every other
// request, and for a preflight that does not name exactly one token as the method. It is
// for adapters that look up the policy of the actual request.
func (r *Request) PreflightMethod() (method string, ok bool) {
	if !r.preflight() || len(r.Origin) == 0 || len(r.RequestMethod) != 1 {
		return "", false
	}
	method = r.RequestMethod[0]
	return method, httpguts.ValidHeaderFieldName(method)
}

// Kind is the kind of a request in the CORS protocol (Fetch, HTTP requests).
type Kind uint8

const (
	// NotCORS is a request without an Origin field.
	NotCORS Kind = iota
	// Actual is a request with an Origin field that is not a preflight. It goes on to its
	// handler, allowed or not.
	Actual
	// Preflight is OPTIONS with an Origin and an Access-Control-Request-Method field. The
	// browser asks whether it may send the actual request. It does not go on.
	Preflight
)

// String returns "not CORS", "actual" or "preflight".
func (k Kind) String() string {
	switch k {
	case Actual:
		return "actual"
	case Preflight:
		return "preflight"
	default:
		return "not CORS"
	}
}
