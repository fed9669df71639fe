package core

import (
	"strings"

	"golang.org/x/net/http/httpguts"
)

// Request is what a decision depends on. Its strings and slices are read, never
// changed or kept. One Request is for one decision.
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

	// What follows is needed if the policy is [Policy.Watched]: no decision
	// depends on it, only what is said about one.

	// FetchMode and FetchSite are the values of Sec-Fetch-Mode and Sec-Fetch-Site.
	// Cookies is whether there is a Cookie field.
	FetchMode, FetchSite string
	Cookies              bool

	// For a Decision that reflects what was requested.
	reflectedMethod, reflectedHeaders string
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

// Decision says how to answer one request: which headers to set, and whether
// the answer ends there. It is a small value that refers to answers prepared
// by [NewPolicy] and to the [Request], and is good as long as that is.
type Decision struct {
	answer  *answer
	request *Request
	reason  Reason
	len     uint8
}

// Kind returns what the request is.
func (d Decision) Kind() Kind { return d.answer.kind }

// Status returns the status of the complete answer to a preflight, which has no
// body, and 0 for every other request, which goes on to its handler.
func (d Decision) Status() int { return d.answer.status }

// Reason says why the origin is denied. [Policy.Explain] looks at method and
// headers too, which do not change the answer.
func (d Decision) Reason() Reason {
	if d.reason == ReasonOriginNotListed {
		return whyNotListed(d.request.Origin[0])
	}
	return d.reason
}

// Len returns the number of CORS headers to set. Vary does not count.
func (d Decision) Len() int { return int(d.len) }

// Header returns the i-th CORS header to set, 0 <= i < Len. The names are in
// canonical form and differ. The values are validated: they hold no byte that
// could end a field line.
func (d Decision) Header(i int) (name, value string) {
	f := &d.answer.fields[i]
	switch f.from {
	case fromOrigin:
		return f.name, d.request.Origin[0]
	case reflectedMethod:
		return f.name, d.request.reflectedMethod
	case reflectedHeaders:
		return f.name, d.request.reflectedHeaders
	default:
		return f.name, f.value
	}
}

// Vary returns the value of the Vary field line to add to an answer that has
// the given Vary lines already (RFC 9110 section 12.5.5): the request headers
// that the decision depended on, without those that are named already. It is
// empty if nothing has to be added.
func (d Decision) Vary(present []string) string {
	if len(present) == 0 || d.answer.vary == "" {
		return d.answer.vary
	}
	return d.answer.missing(present)
}

// missing leaves out of Vary what its lines name already.
func (a *answer) missing(present []string) string {
	missing := ""
	for name, rest := "", a.vary; rest != ""; {
		if name, rest, _ = strings.Cut(rest, ", "); varies(present, name) {
			continue
		}
		if missing != "" {
			missing += ", "
		}
		missing += name
	}
	return missing
}

// varies reports whether Vary lines name a header or everything.
func varies(lines []string, name string) bool {
	for _, line := range lines {
		for member := range strings.SplitSeq(line, ",") {
			if member = strings.Trim(member, " \t"); member == "*" || strings.EqualFold(member, name) {
				return true
			}
		}
	}
	return false
}
