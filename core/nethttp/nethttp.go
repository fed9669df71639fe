// Package nethttp applies a CORS policy to net/http: to http.ServeMux, chi and every
// router whose middleware is a func(http.Handler) http.Handler. The adapters for chi,
// echo and gin use it too.
//
//	handler := nethttp.New(core.Config{
//		AllowOrigins: []string{"https://app.example.com"},
//	})(mux)
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
// [Serve] applies a policy to one request. [Registration] also finds the policy of the
// group or route that a preflight is for. It needs a function of the adapter that looks
// up a route.
package nethttp

import (
	"net/http"

	"github.com/corsuite/corsuite/core"
)

// Config is an alias of [core.Config], so that a simple program imports one package.
type Config = core.Config

// New returns middleware that answers preflights and adds the CORS headers to every
// other answer. The middleware is safe for concurrent use. The options are:
//
//   - [core.WithLogger] logs why browsers block pages.
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

// Serve sets the CORS headers of one answer and reports whether the caller must call
// the next handler. If next is false, r was a preflight and its answer is complete.
// Serve does not wrap w, and keeps neither w nor r.
func Serve(policy *core.Policy, w http.ResponseWriter, r *http.Request) (next bool) {
	var req core.Request
	gather(&req, policy, r)
	return write(w, policy.Decide(r.Context(), &req))
}

// gather sets the fields of req that the policy reads. It sets them in place, because a
// Request is large. It reads r.Header by canonical keys, which net/http always uses.
func gather(req *core.Request, policy *core.Policy, r *http.Request) {
	req.Method = r.Method
	req.Origin = r.Header["Origin"]
	if r.Method == http.MethodOptions {
		req.RequestMethod = r.Header["Access-Control-Request-Method"]
		req.RequestHeaders = r.Header["Access-Control-Request-Headers"]
	}
	if policy.Watched() {
		req.FetchMode, req.FetchSite = r.Header.Get("Sec-Fetch-Mode"), r.Header.Get("Sec-Fetch-Site")
		req.Cookies = len(r.Header["Cookie"]) != 0
	}
}

func write(w http.ResponseWriter, d core.Decision) (next bool) {
	writeHeaders(w.Header(), d)
	if status := d.Status(); status != 0 {
		w.WriteHeader(status)
		return false
	}
	return true
}

// writeHeaders allocates one array for all values of this answer. Each value is a slice
// of it without spare capacity, so a handler that changes or appends to one value
// changes no other value.
func writeHeaders(h http.Header, d core.Decision) {
	var present []string
	if len(h) != 0 {
		clearCORS(h)
		present = h["Vary"]
	}
	n, vary := d.Len(), d.Vary(present)
	if vary != "" && len(present) == 0 {
		n++
	}
	values := make([]string, n)
	for i := range d.Len() {
		name, value := d.Header(i)
		values[i] = value
		h[name] = values[i : i+1 : i+1]
	}
	switch {
	case vary == "":
	case len(present) == 0:
		values[n-1] = vary
		h["Vary"] = values[n-1 : n : n]
	default:
		h["Vary"] = append(present[:len(present):len(present)], vary)
	}
}

// clearCORS removes the CORS headers that an outer policy or other code has set. The
// innermost policy decides alone: an Allow-Credentials from another source would change
// the meaning of its answer.
func clearCORS(h http.Header) {
	for _, name := range core.ResponseHeaders() {
		delete(h, name)
	}
}
