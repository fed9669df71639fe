package core

// Decision is the answer to one request: the headers to set, and whether the request ends
// there. An adapter writes it in this order:
//
//  1. remove the CORS headers ([ResponseHeaders]) that the response has already;
//  2. set each [Decision.Header];
//  3. add one Vary line with the value of [Decision.Vary], unless it is empty;
//  4. if [Decision.Status] is not 0, send that status without a body, and call no handler;
//  5. if [Decision.OriginAllowed] is false, and the handler has set
//     Access-Control-Allow-Origin, call [Policy.LogOverride].
//
// A Decision refers to the [Request]: do not change or reuse the Request while you use the
// Decision. Clone header values that must outlive the memory of the request.
type Decision struct {
	// Four fields and four words at most, so that the compiler can keep it in registers.
	answer  *answer
	request *Request
	headers *string // the reflected value
	outcome
}

type outcome struct {
	reason   Reason // why the origin is denied
	withheld Reason // why requested headers are not reflected
	len      uint8
}

// Kind returns what the request is.
func (d Decision) Kind() Kind { return d.answer.kind }

// Status returns the status of the answer if the request ends here. For a preflight it is
// PreflightStatus of the Config, or 403 if the origin is denied. For an actual request from
// a denied origin it is 403 with RejectDeniedOrigins. It is 0 if the request goes on to its
// handler.
func (d Decision) Status() int { return d.answer.status }

// OriginAllowed reports whether the policy allows the origin. It is true for a request that
// is not CORS. The browser may still block a preflight because of its method or headers:
// [Policy.Explain] tells.
func (d Decision) OriginAllowed() bool { return d.reason == ReasonNone }

// Len returns the number of CORS headers to set. Vary does not count.
func (d Decision) Len() int { return int(d.len) }

// Header returns the i-th CORS header to set, 0 <= i < Len. The names are in canonical
// form, and no name occurs twice. The values are valid field values (RFC 9110 section
// 5.5): they hold no CR, LF or NUL.
func (d Decision) Header(i int) (name, value string) {
	f := &d.answer.fields[i]
	switch f.from {
	case fromOrigin:
		return f.name, d.request.Origin[0]
	case reflectedMethod:
		return f.name, d.request.RequestMethod[0]
	case reflectedHeaders:
		return f.name, *d.headers
	default:
		return f.name, f.value
	}
}

// Vary returns the value of the Vary line to add to a response that has the given Vary
// lines already (RFC 9110 section 12.5.5). It lists the request headers that the decision
// depended on, without those that the lines list. It is empty if nothing has to be added,
// for instance because a line is "*".
func (d Decision) Vary(present []string) string {
	if len(present) == 0 || d.answer.vary == "" {
		return d.answer.vary
	}
	return d.answer.missing(present)
}

func (a *answer) to(r *Request) Decision {
	return Decision{answer: a, request: r, outcome: outcome{len: uint8(len(a.fields))}}
}
