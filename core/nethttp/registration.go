package nethttp

import (
	"log/slog"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/internal/journal"
)

// Registration is one policy that is registered once in a router. It is for authors of
// adapters. With only Policy set, it is ordinary middleware. With Find set, it is the
// middleware of an adapter's Install. It is safe for concurrent use; its fields must
// not change and it must not be copied after its first use.
type Registration struct {
	// Policy is the registered policy. It may be nil if Find is set.
	Policy *core.Policy

	// Find looks up the route for the path of r and the given method. It must not run a
	// handler or change r. It must be safe for concurrent use. Its cost must be at most
	// proportional to the lengths of the path and the method, because a client chooses
	// both.
	Find func(method string, r *http.Request) Route

	// First, if set, is called once, with the first request. An adapter can use it to
	// report that preflights do not reach the policy.
	First func(r *http.Request)

	served   atomic.Bool
	reported sync.Map // names of routes
}

// Route is the result of Find: the route that answers a request, or the router's 404
// or 405.
type Route struct {
	// Policy is the innermost policy that Find sees before the route, without
	// Registration.Policy. It is nil if there is none.
	Policy *core.Policy

	// Name is how the route was registered, such as "PUT /posts/{id}", for the log. It
	// must not depend on the request, so that the number of names is bounded. It is
	// empty for a 404 or 405.
	Name string

	// Fix is set if there may be a policy before the route that Find cannot see. It
	// says how to register the route instead. Preflights for the route are rejected.
	Fix string
}

// Serve sets the CORS headers of one answer. It does not wrap w, and keeps neither w nor r.
//
// If next is true, the caller must call the next handler. Otherwise the answer is complete.
// If denied is true, the policy denies the origin. If both are true, the caller must call
// Handled after the handler.
func (reg *Registration) Serve(w http.ResponseWriter, r *http.Request) (next, denied bool) {
	if reg.First != nil && !reg.served.Load() && !reg.served.Swap(true) {
		reg.First(r)
	}
	if reg.Find != nil && r.Method == http.MethodOptions {
		if method, ok := preflightMethod(r); ok {
			return reg.preflight(w, r, method), false
		}
	}
	if reg.Policy == nil {
		return true, false
	}
	return serve(reg.Policy, w, r, false)
}

// Handled looks at the answer of a handler to a request that the policy denies. If the
// handler has set Access-Control-Allow-Origin, it logs that the page may read the answer.
func (reg *Registration) Handled(w http.ResponseWriter, r *http.Request) {
	for name, values := range w.Header() { // a handler may set the map itself, in any spelling
		if len(values) == 0 || marked(values) || !strings.EqualFold(name, "Access-Control-Allow-Origin") {
			continue
		}
		var req core.Request
		gather(&req, r)
		reg.Policy.LogOverride(&req, details{r})
		return
	}
}

func marked(values []string) bool {
	return cap(values) == 2 && len(values) == 1 && values[:2][1] == mark
}

func preflightMethod(r *http.Request) (method string, ok bool) {
	req := core.Request{Method: r.Method, Origin: r.Header["Origin"], RequestMethod: r.Header["Access-Control-Request-Method"]}
	return req.PreflightMethod()
}

func (reg *Registration) preflight(w http.ResponseWriter, r *http.Request, method string) (next bool) {
	policy, next := reg.Resolve(method, func(method string) Route { return reg.Find(method, r) })
	switch {
	case policy != nil:
		serve(policy, w, r, true)
	case !next:
		clearCORS(w.Header())
		w.WriteHeader(http.StatusForbidden)
	}
	return next
}

// Resolve returns the policy that answers a preflight for method. That is the innermost
// policy before the route that answers the actual request, or Registration.Policy.
//
// If there is no such policy, policy is nil. In two cases next is then true, and the
// preflight continues to the router, as without Install:
//
//   - There is an OPTIONS route, and no policy is before it. Such a policy would approve
//     a route that it is not on.
//   - There is neither a route for method nor an OPTIONS route, and no policy is before
//     the router's 404 or 405.
//
// Otherwise, and always if Route.Fix is set, the caller must reject the preflight with
// 403. Resolve logs this once for each route.
//
// Only call Resolve for a preflight with exactly one Access-Control-Request-Method, as
// [core.Request.PreflightMethod] reports. Browsers send no others.
func (reg *Registration) Resolve(method string, find func(method string) Route) (policy *core.Policy, next bool) {
	route := find(method)
	switch {
	case route.Fix != "":
		reg.report(route.Name, "Install cannot tell which policy is on the route", route.Fix)
		return nil, false
	case enabled(route.Policy):
		return route.Policy, false
	case enabled(reg.Policy):
		return reg.Policy, false
	}
	options := find(http.MethodOptions)
	free, exists := !enabled(options.Policy) && options.Fix == "", options.Name != ""
	if free && (exists || route.Name == "") {
		return nil, true
	}
	if route.Name == "" {
		route.Name = options.Name
	}
	reg.report(route.Name, "no policy is on the route", "if pages on other origins need the route, put a policy on it or pass one to Install")
	return nil, false
}

// enabled reports whether there is a policy. One that is off counts as none.
func enabled(policy *core.Policy) bool { return policy != nil && policy.Enabled() }

func (reg *Registration) report(route, why, fix string) {
	if _, reported := reg.reported.LoadOrStore(route, true); reported {
		return
	}
	logger := slog.Default()
	if reg.Policy != nil {
		logger = reg.Policy.Logger()
	}
	journal.Warn(logger, "cors: a preflight was rejected", slog.String("route", route), slog.String("why", why), slog.String("fix", fix))
}

// Middleware returns a [*Handler] that applies the policy and calls next.
func (reg *Registration) Middleware(next http.Handler) http.Handler { return &Handler{reg, next} }

// Handler applies the policy of a Registration before it calls Next.
type Handler struct {
	*Registration

	Next http.Handler
}

// ServeHTTP implements [http.Handler].
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	next, denied := h.Serve(w, r)
	if !next {
		return
	}
	h.Next.ServeHTTP(w, r)
	if denied {
		h.Handled(w, r)
	}
}

// RegistrationOf returns the registration whose method Middleware is the argument. For
// other middleware it returns nil, and does not call it.
func RegistrationOf(middleware func(http.Handler) http.Handler) *Registration {
	// All method values of one method have the same code pointer, and no other function
	// has that pointer.
	if reflect.ValueOf(middleware).Pointer() != reflect.ValueOf((*Registration)(nil).Middleware).Pointer() {
		return nil
	}
	handler, ok := middleware(nil).(*Handler)
	if !ok {
		return nil
	}
	return handler.Registration
}
