// Package nethttp brings a CORS policy to everything that is built on net/http:
// http.ServeMux, chi and every router whose middleware is a
// func(http.Handler) http.Handler. The adapters for gin and echo use [Serve].
//
//	handler := nethttp.New(core.Config{
//		AllowOrigins: []string{"https://app.example.com"},
//	})(mux)
//
// # Where to register
//
// Around the whole mux, as above. A pattern with a method, such as
// "GET /posts", does not match OPTIONS, so CORS on such a route alone never
// sees the preflight; on a subtree without a method ("/api/") it does.
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
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if Serve(policy, w, r) {
				next.ServeHTTP(w, r)
			}
		})
	}
}

// Serve sets the CORS headers of one answer and reports whether the request
// goes on to its handler. If not, r was a preflight and its answer is complete.
// It is for authors of adapters. It neither wraps nor keeps w and r.
func Serve(policy *core.Policy, w http.ResponseWriter, r *http.Request) (next bool) {
	var req core.Request
	gather(&req, policy, r)
	return write(w, policy.Decide(r.Context(), &req))
}

// PreflightMethod returns the method that r asks about if it is a preflight
// ([core.Request.PreflightMethod]).
func PreflightMethod(r *http.Request) (method string, ok bool) {
	if r.Method != http.MethodOptions {
		return "", false
	}
	var req core.Request
	ask(&req, r)
	return req.PreflightMethod()
}

// ServePreflight answers the preflight r by the policy of the route it asks
// about. methods is [core.Request.RouteMethods].
func ServePreflight(policy *core.Policy, w http.ResponseWriter, r *http.Request, methods func() []string) {
	var req core.Request
	gather(&req, policy, r)
	req.RouteMethods = methods
	write(w, policy.Decide(r.Context(), &req))
}

// RefusePreflight refuses the preflight r, as [core.Policy.Refuse] says.
func RefusePreflight(policy *core.Policy, w http.ResponseWriter, r *http.Request) {
	var req core.Request
	gather(&req, policy, r)
	write(w, policy.Refuse(r.Context(), &req))
}

func write(w http.ResponseWriter, d core.Decision) (next bool) {
	writeHeaders(w.Header(), d)
	if status := d.Status(); status != 0 {
		w.WriteHeader(status)
		return false
	}
	return true
}

// gather fills in what the policy reads, in place: a Request is large.
func gather(req *core.Request, policy *core.Policy, r *http.Request) {
	ask(req, r)
	if policy.Watched() {
		req.FetchMode, req.FetchSite = r.Header.Get("Sec-Fetch-Mode"), r.Header.Get("Sec-Fetch-Site")
		req.Cookies = len(r.Header["Cookie"]) != 0
	}
}

// ask fills in what a decision depends on. The keys are those that net/http gives
// to the fields of a request.
func ask(req *core.Request, r *http.Request) {
	req.Method = r.Method
	req.Origin = r.Header["Origin"]
	if r.Method == http.MethodOptions {
		req.RequestMethod = r.Header["Access-Control-Request-Method"]
		req.RequestHeaders = r.Header["Access-Control-Request-Headers"]
	}
}

// writeHeaders gives every value a slice of its own, without room to grow, in
// one array made for this answer: a handler that changes or appends to a value
// in place changes nothing else.
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

// clearCORS removes what something further out has set, another policy or a
// stranger's headers: the innermost policy decides alone, and one stray
// Allow-Credentials would change what it says.
func clearCORS(h http.Header) {
	for _, name := range core.ResponseHeaders() {
		delete(h, name)
	}
}
