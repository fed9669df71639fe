package core

import (
	"strings"

	"golang.org/x/net/http/httpguts"
)

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
}

// Details reads the parts of a request that few decisions need, so that an adapter does not
// gather them for each request. The policy calls the methods before Decide returns, and
// keeps none of the strings. Without Details, the other fields of the request count as
// absent, and its host and path as empty.
type Details interface {
	// Field returns the first value of a header field, or "" if it is absent. The name is
	// in canonical form, such as "Sec-Fetch-Site".
	Field(name string) string
	// Host returns the host that the request was sent to, with the port if it has one
	// (RFC 9110 section 7.2).
	Host() string
	// Path returns the path that the request was sent to, decoded, without the query.
	Path() string
}

const methodOptions = "OPTIONS"

// longestOrigin bounds the origins that are compared with the host of a request, in bytes. A
// host has at most 253.
const longestOrigin = 512

func fieldOf(details Details, name string) string {
	if details == nil {
		return ""
	}
	return details.Field(name)
}

func hasCookies(details Details) bool { return fieldOf(details, "Cookie") != "" }

// sameOrigin reports whether the page has the origin of the server. As in net/http's
// CrossOriginProtection, Sec-Fetch-Site decides. A browser sends that field to https and
// loopback only, so without it the host of Origin is compared with that of the request.
func (r *Request) sameOrigin(details Details) bool {
	if details == nil || len(r.Origin) != 1 {
		return false
	}
	switch details.Field("Sec-Fetch-Site") {
	case "":
		if len(r.Origin[0]) > longestOrigin {
			return false
		}
		_, host, found := strings.Cut(r.Origin[0], "://")
		return found && strings.EqualFold(host, details.Host())
	case "same-origin", "none":
		return true
	default:
		return false
	}
}

// asksForCORS is false if the browser ignores the answer's CORS headers: for a page of the
// server's own origin and, as Sec-Fetch-Mode shows, for a form and a WebSocket.
func (r *Request) asksForCORS(details Details) bool {
	if r.preflight() {
		return true
	}
	mode := fieldOf(details, "Sec-Fetch-Mode")
	return (mode == "" || mode == "cors") && !r.sameOrigin(details)
}

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
	method = method[:min(len(method), maxReflectedMethod)] // no policy allows a longer one
	return method, httpguts.ValidHeaderFieldName(method)
}

// Kind is the kind of a request in the CORS protocol (Fetch, HTTP requests).
type Kind uint8

const (
	// NotCORS is a request without an Origin field.
	NotCORS Kind = iota
	// Actual is a request with an Origin field that is not a preflight. It goes on to its
	// handler, allowed or not, unless RejectDeniedOrigins is set.
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
