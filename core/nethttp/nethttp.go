// Package nethttp applies a CORS policy to net/http: to http.ServeMux, chi and every
// router whose middleware is a func(http.Handler) http.Handler. The adapters for chi,
// echo and gin use it too.
//
//	handler := nethttp.New(core.Config{
//		AllowOrigins: []string{"https://app.example.com"},
//		AllowHeaders: []string{"Content-Type"}, // for JSON
//	})(mux)
//
// If a browser blocks a page, slog.Default has the reason and what to change:
//
//	WARN cors: the browser blocks a page kind=preflight reason=method-not-listed
//	origin=https://app.example.com method=OPTIONS path=/posts/1
//	why="the method \"DELETE\" is not in AllowMethods, so the browser does not send the page's request"
//	fix="add \"DELETE\" to AllowMethods"
//
// [core.WithLogger] chooses another logger or none. The project's documentation has a page
// for each task: https://github.com/corsuite/corsuite/tree/main/docs.
//
// # Where to register
//
// Register the middleware around the whole mux, as above. The policy then answers all
// preflights, and its headers are on all answers, 404 and 405 included. On a pattern
// with a method, such as "GET /posts", it never receives a preflight, because the mux
// has no handler for OPTIONS there. Use [Install] for policies on patterns:
//
//	registered                       preflights     actual requests   404 and 405
//	around the mux                   answered       answered          answered
//	on a pattern without a method    answered       answered          answered below it
//	on a pattern with a method       with Install   answered          missed
//
// # For authors of adapters
//
// [Registration] applies a policy to one request. It also finds the policy of the group or
// route that a preflight is for, with a function of the adapter that looks up a route.
// [Keep] and [Kept.Restore] are for the KeepCORS of an adapter.
package nethttp

import (
	"net/http"
	"strings"

	"github.com/corsuite/corsuite/core"
)

// Config is an alias of [core.Config], so that a simple program imports one package.
type Config = core.Config

// New returns middleware that answers preflights and adds the CORS headers to every
// other answer. The middleware is safe for concurrent use. The options are:
//
//   - [core.WithLogger] logs why browsers block pages to another logger than slog.Default.
//   - [core.WithName] names the policy in logs and verdicts.
//   - [core.WithObserver] calls a function after each CORS decision, for metrics.
//   - [core.WithOriginFunc] calls a function for origins that cfg does not list.
//
// If cfg is invalid, New panics with a [*core.ConfigError], which lists every problem
// and its correction. To get an error instead, use [core.NewPolicy] and [Middleware].
func New(cfg Config, opts ...core.Option) func(http.Handler) http.Handler {
	policy, err := core.NewPolicy(cfg, opts...)
	if err != nil {
		panic(err)
	}
	return Middleware(policy)
}

// Middleware is like [New] for an existing policy. Several routers may share the
// policy, and [core.Policy.Reload] can change it. Middleware panics if policy is nil.
func Middleware(policy *core.Policy) func(http.Handler) http.Handler {
	if policy == nil {
		panic("nethttp: Middleware needs a policy")
	}
	return (&Registration{Policy: policy}).Middleware
}

func serve(policy *core.Policy, w http.ResponseWriter, r *http.Request, oneMethod bool) (next, denied bool) {
	var req core.Request
	gather(&req, r)
	req.OneMethod = oneMethod
	d := policy.Decide(r.Context(), &req, details{r})
	writeHeaders(w.Header(), d)
	if status := d.Status(); status != 0 {
		w.WriteHeader(status)
		return false, false
	}
	return true, !d.OriginAllowed()
}

// gather sets the fields of req that the policy reads. It sets them in place, because a
// Request is large. It reads r.Header by canonical keys, which net/http always uses.
func gather(req *core.Request, r *http.Request) {
	req.Method = r.Method
	req.Origin = r.Header["Origin"]
	if r.Method == http.MethodOptions {
		req.RequestMethod = r.Header["Access-Control-Request-Method"]
		req.RequestHeaders = r.Header["Access-Control-Request-Headers"]
	}
}

// details reads a request. As a single pointer, it becomes an interface without memory.
type details struct{ r *http.Request }

func (d details) Field(name string) string {
	if values := d.r.Header[name]; len(values) != 0 {
		return values[0]
	}
	return ""
}

func (d details) Host() string { return d.r.Host }

func (d details) Path() string {
	if d.r.URL == nil {
		return ""
	}
	return d.r.URL.Path
}

// writeHeaders allocates one array for the values of this answer. Each value is a slice
// of it without spare capacity, so a handler that changes or appends to one value
// changes no other value.
func writeHeaders(h http.Header, d core.Decision) {
	var present []string
	inner := len(h) != 0 // an outer policy may have set a header
	if inner {
		clearCORS(h)
		present = h["Vary"]
	}
	n, vary := d.Len(), d.Vary(present)
	size := n
	if vary != "" {
		size++
	}
	values := newValues(size)
	for i := range n {
		name, value := d.Header(i)
		values[i] = value
		h[name] = values[i : i+1 : i+1]
	}
	switch {
	case vary == "":
	case len(present) == 0:
		values[n] = vary
		h["Vary"] = values[n : n+1 : n+1]
	default:
		h["Vary"] = append(present[:len(present):len(present)], vary)
	}
	if inner && n != 0 && d.Status() == 0 {
		name, value := d.Header(0)
		h[name] = []string{value, mark}[:1]
	}
}

// newValues is make([]string, n). The runtime allocates an array of a known size faster.
func newValues(n int) []string {
	switch n {
	case 1:
		return new([1]string)[:]
	case 2:
		return new([2]string)[:]
	case 3:
		return new([3]string)[:]
	case 4:
		return new([4]string)[:]
	case 5:
		return new([5]string)[:]
	default:
		return make([]string, n)
	}
}

// mark is behind the end of the first header of an inner policy. By the mark, an outer
// policy recognises the header. A handler that appends to the header overwrites the mark
// and nothing else.
const mark = "corsuite"

// clearCORS removes the CORS headers that an outer policy or other code has set, in any
// spelling. The innermost policy decides alone: an Allow-Credentials from another source
// would change the meaning of its answer.
func clearCORS(h http.Header) {
	for name := range h {
		if isCORS(name) {
			delete(h, name)
		}
	}
}

const prefix = "Access-Control-"

func isCORS(name string) bool {
	if len(name) < len(prefix) || name[0]|0x20 != 'a' {
		return false
	}
	for _, header := range core.ResponseHeaders() {
		if strings.EqualFold(name, header) {
			return true
		}
	}
	return false
}
