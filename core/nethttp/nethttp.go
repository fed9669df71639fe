// Package nethttp brings a CORS policy to everything that is built on net/http:
// http.ServeMux, chi and every router whose middleware is a
// func(http.Handler) http.Handler. The adapters for chi, echo and gin use it too.
//
//	handler := nethttp.New(core.Config{
//		AllowOrigins: []string{"https://app.example.com"},
//	})(mux)
//
// # Where to register
//
// Around the whole mux, as above: the policy then answers all preflights and is on
// all answers, 404 and 405 included. On a single pattern with a method, such as
// "GET /posts", it never sees a preflight, since the mux has no handler for OPTIONS
// there. With [Install], policies on patterns answer their own preflights:
//
//	registered                       preflights     actual requests   404 and 405
//	around the mux                   answered       answered          answered
//	on a pattern without a method    answered       answered          answered below it
//	on a pattern with a method       with Install   answered          missed
//
// # For authors of adapters
//
// [Serve] applies a policy to one request. [Registration] also resolves preflights
// for the policies of groups and routes, given a function that looks up a route.
package nethttp

import (
	"net/http"

	"github.com/corsuite/corsuite/core"
)

// Config is [core.Config], so that a simple program imports one package.
type Config = core.Config

// New returns middleware that answers preflights and adds the CORS headers to
// every other answer. It panics if cfg is bad, with a message that lists every
// problem and its correction; use [core.NewPolicy] and [Middleware] for an
// error instead.
func New(cfg Config, opts ...core.Option) func(http.Handler) http.Handler {
	policy, err := core.NewPolicy(cfg, opts...)
	if err != nil {
		panic(err)
	}
	return Middleware(policy)
}

// Middleware is [New] for a policy that exists, which several routers may
// share and which can be reloaded.
func Middleware(policy *core.Policy) func(http.Handler) http.Handler {
	if policy == nil {
		panic("nethttp: Middleware needs a policy")
	}
	return (&Registration{Policy: policy}).Middleware
}

// Serve sets the CORS headers of one answer and reports whether the request
// goes on to its handler. If not, r was a preflight and its answer is complete.
// It neither wraps nor keeps w and r.
func Serve(policy *core.Policy, w http.ResponseWriter, r *http.Request) (next bool) {
	var req core.Request
	gather(&req, policy, r)
	return write(w, policy.Decide(r.Context(), &req))
}

// gather fills in what the policy reads, in place: a Request is large. The keys are
// those that net/http gives to the fields of a request.
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

// writeHeaders makes one array for the values of this answer, and gives each value a
// slice of it without room to grow: a handler that changes or appends to a value in
// place changes nothing else.
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

// clearCORS removes CORS headers that are set already, by a policy further out or
// by other code. The innermost policy decides alone: a single Allow-Credentials
// from elsewhere would change what its answer means.
func clearCORS(h http.Header) {
	for _, name := range core.ResponseHeaders() {
		delete(h, name)
	}
}
