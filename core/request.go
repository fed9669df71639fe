package core

import "golang.org/x/net/http/httpguts"

// Request is what a decision depends on. Its strings and slices are read, never
// changed or kept.
type Request struct {
	// Method is the request's method.
	Method string
	// Origin holds the value of every Origin field line; nil if there is none.
	Origin []string
	// RequestMethod holds the value of every Access-Control-Request-Method
	// field line. It is needed for OPTIONS only.
	RequestMethod []string
	// RequestHeaders holds the value of every Access-Control-Request-Headers
	// field line. It is needed for OPTIONS only.
	RequestHeaders []string
	// OneMethod makes the answer to a preflight allow the requested method alone,
	// if AllowMethods has it. A browser keeps an answer for the whole URL, so this
	// is for routers in which another method at that URL may have another policy.
	OneMethod bool

	// The following fields are needed if the policy is [Policy.Watched]. No decision
	// depends on them, only observations and the log.

	// FetchMode and FetchSite are the values of Sec-Fetch-Mode and Sec-Fetch-Site.
	// Cookies is whether there is a Cookie field.
	FetchMode, FetchSite string
	Cookies              bool
}

func (r *Request) options() bool   { return r.Method == "OPTIONS" }
func (r *Request) preflight() bool { return r.options() && len(r.RequestMethod) != 0 }

// PreflightMethod returns the method that a preflight asks about. It is false
// for every other request, and for a preflight that does not name one method.
func (r *Request) PreflightMethod() (method string, ok bool) {
	if !r.preflight() || len(r.Origin) == 0 || len(r.RequestMethod) != 1 {
		return "", false
	}
	method = r.RequestMethod[0]
	return method, httpguts.ValidHeaderFieldName(method)
}

// Kind is what a request is to the CORS protocol (Fetch, HTTP requests).
type Kind uint8

const (
	// NotCORS is a request without an Origin field.
	NotCORS Kind = iota
	// Actual is a CORS request that is no preflight. It goes on to its handler.
	Actual
	// Preflight is a browser's question whether it may send the actual request.
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
