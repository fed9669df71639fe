package nethttp

import (
	"log/slog"
	"net/http"
	"reflect"
	"sync"
	"sync/atomic"

	"github.com/corsuite/corsuite/core"
)

// Registration is one policy at one place of a router. It is for authors of
// adapters. The zero value with a Policy is middleware; with Find, it is the
// middleware of an adapter's Install. It is safe for concurrent use, and must not
// be copied after its first use.
type Registration struct {
	// Policy is the policy. It may be nil if Find is set.
	Policy *core.Policy

	// Find looks up the route for the path of r and the given method. It runs no
	// handler and does not change r. It must be safe for
	// concurrent use, and bounded by the length of r's path and of method, which
	// come from the request.
	Find func(method string, r *http.Request) Route

	// First is called with the first request, if it is set. An adapter can report
	// there that preflights do not reach the policy.
	First func(r *http.Request)

	served   atomic.Bool
	reported sync.Map // names of routes
}

// Route is what a router answers a request with: a route, or its 404 or 405.
type Route struct {
	// Policy is the innermost policy that Find sees before the route. It is nil if
	// Registration.Policy is the only one, or if there is none.
	Policy *core.Policy

	// Name tells how the route was registered, such as "PUT /posts/{id}", for
	// reports. There are as many names as registrations. It is empty for a 404 or
	// 405.
	Name string

	// Fix is set if a policy may be before the route, but cannot be found: it says
	// how to register the route instead. Preflights for the route are rejected.
	Fix string
}

// Serve sets the CORS headers of one answer and reports whether the request
// goes on to its handler. If not, r was a preflight and its answer is complete.
func (reg *Registration) Serve(w http.ResponseWriter, r *http.Request) (next bool) {
	if reg.First != nil && !reg.served.Load() && !reg.served.Swap(true) {
		reg.First(r)
	}
	if reg.Find != nil && r.Method == http.MethodOptions {
		if method, ok := preflightMethod(r); ok {
			return reg.preflight(w, r, method)
		}
	}
	return reg.Policy == nil || Serve(reg.Policy, w, r)
}

func preflightMethod(r *http.Request) (method string, ok bool) {
	req := core.Request{Method: r.Method, Origin: r.Header["Origin"], RequestMethod: r.Header["Access-Control-Request-Method"]}
	return req.PreflightMethod()
}

func (reg *Registration) preflight(w http.ResponseWriter, r *http.Request, method string) (next bool) {
	policy, next := reg.Resolve(method, func(method string) Route { return reg.Find(method, r) })
	switch {
	case policy != nil:
		var req core.Request
		gather(&req, policy, r)
		req.OneMethod = true
		write(w, policy.Decide(r.Context(), &req))
	case !next:
		w.WriteHeader(http.StatusForbidden)
	}
	return next
}

// Resolve returns the policy that answers a preflight, by one rule: the innermost
// policy on the answer to the actual request answers its preflight.
//
// Without such a policy, next reports whether the preflight goes on. It goes on to the
// user's OPTIONS route, or to the router's 404 or 405, as if there were no Install, but
// only if no policy is before those: that policy would approve a route that it is not
// on. Otherwise the preflight is rejected with 403, and logged once for each route.
//
// Preflights that name no single method are not resolved: no browser sends them.
func (reg *Registration) Resolve(method string, find func(method string) Route) (policy *core.Policy, next bool) {
	route := find(method)
	switch {
	case route.Fix != "":
		reg.report(route.Name, "Install cannot tell which policy is on the route", route.Fix)
		return nil, false
	case route.Policy != nil:
		return route.Policy, false
	case reg.Policy != nil:
		return reg.Policy, false
	}
	options := find(http.MethodOptions)
	free, exists := options.Policy == nil && options.Fix == "", options.Name != ""
	if free && (exists || route.Name == "") {
		return nil, true
	}
	if route.Name == "" {
		route.Name = options.Name
	}
	reg.report(route.Name, "no policy is on the route", "if pages on other origins need the route, put a policy on it or pass one to Install")
	return nil, false
}

func (reg *Registration) report(route, why, fix string) {
	if _, reported := reg.reported.LoadOrStore(route, true); reported {
		return
	}
	logger := slog.Default()
	if reg.Policy != nil {
		logger = reg.Policy.Logger()
	}
	logger.Warn("cors: a preflight was rejected", "route", route, "why", why, "fix", fix)
}

// Middleware returns next behind the policy, as a [*Handler].
func (reg *Registration) Middleware(next http.Handler) http.Handler { return &Handler{reg, next} }

// Handler is a handler behind a policy.
type Handler struct {
	*Registration

	Next http.Handler
}

// ServeHTTP serves one request.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if h.Serve(w, r) {
		h.Next.ServeHTTP(w, r)
	}
}

// RegistrationOf returns the registration whose Middleware a router was given, and
// nil for other middleware, which it does not call.
func RegistrationOf(middleware func(http.Handler) http.Handler) *Registration {
	// All method values of one method share their code, and no other function has it.
	if reflect.ValueOf(middleware).Pointer() != reflect.ValueOf((*Registration)(nil).Middleware).Pointer() {
		return nil
	}
	handler, ok := middleware(nil).(*Handler)
	if !ok {
		return nil
	}
	return handler.Registration
}
