package chiadapter

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/nethttp"
	"github.com/go-chi/chi/v5"
)

// Install registers policy on r, like Use. Policies of groups and single routes then
// answer the preflights for their own routes. Call Install once, on the top router,
// before any policy or route. It panics if r has one already, or is nil:
//
//	r := chi.NewRouter()
//	chiadapter.Install(r, policy)
//	r.With(chiadapter.Middleware(strict)).Delete("/posts/{id}", remove)
//
// The innermost policy before the handler of the actual request answers its preflight,
// and allows only the requested method. No handler and no middleware after Install
// runs for a preflight that Install answers.
//
// policy may be nil. Then only the policies of groups and routes answer preflights.
// Install rejects preflights for routes without a policy with 403, and logs this once
// for each route. A preflight continues to chi if the requested route does not exist,
// or if an OPTIONS route without a policy exists at the path.
//
// # Limits
//
//   - Register all routes before the first request. Install rejects preflights for later
//     routes, or the policy that their path had before answers.
//   - Install does not find a policy inside a function of yours, or around a handler that
//     is passed to Mount. It does not find one before the NotFound or MethodNotAllowed of
//     an inline group. There the argument policy answers, as with Use. If that is nil,
//     such a policy may answer a preflight that continues to chi.
//   - If a mounted router has no routes, chi does not run its middleware for its 404,
//     but the policies of that middleware answer preflights.
//   - Install rejects preflights for a router that is passed to Handle or Method. Use
//     Mount instead.
//   - Middleware that changes the path must be registered before Install.
//   - A HEAD request without a route counts as a GET request, since chi's
//     middleware.GetHead may turn it into one.
//   - If Handle has the pattern of a mount, chi hides the middleware for the path of the
//     mount itself. Install rejects preflights for this path.
func Install(r chi.Router, policy *core.Policy) {
	if r == nil {
		panic("chiadapter: Install needs a router")
	}
	if len(r.Routes()) != 0 {
		panic("chiadapter: call Install before the routes are registered")
	}
	if installed(r) || innermost(nil, r.Middlewares()) != nil {
		panic("chiadapter: the router has a policy already: call Install once, instead of Use")
	}
	root := sync.OnceValue(func() *level { return newLevel(r, nil, "") })
	reg := &nethttp.Registration{Policy: policy, Find: func(method string, req *http.Request) nethttp.Route {
		path := routePath(req)
		route := find(r, root(), method, path)
		if method == http.MethodHead && route.Name == "" {
			return find(r, root(), http.MethodGet, path)
		}
		return route
	}}
	r.Use(reg.Middleware)
}

// installed reports whether Install was called for a router.
func installed(r chi.Routes) bool {
	return slices.ContainsFunc(r.Middlewares(), func(mw func(http.Handler) http.Handler) bool {
		reg := nethttp.RegistrationOf(mw)
		return reg != nil && reg.Find != nil
	})
}

// find returns the route of r for a method and a path.
func find(r chi.Routes, root *level, method, path string) nethttp.Route {
	rctx := chi.NewRouteContext()
	r.Find(rctx, method, path)
	return root.find(rctx, 0, method)
}

// level holds the routes of one router with their policies.
type level struct {
	routes map[endpoint]nethttp.Route
	mounts map[string]mount // keys are patterns such as "/admin/*"
	none   nethttp.Route    // the router's 404 or 405
}

type endpoint struct{ method, pattern string }

// mount is a handler for every method at a path and below it.
type mount struct {
	nethttp.Route

	router chi.Routes // nil if the handler is not a router
	level  *level     // of router
}

func newLevel(router chi.Routes, outer *core.Policy, prefix string) *level {
	outer = innermost(outer, router.Middlewares())
	l := &level{make(map[endpoint]nethttp.Route), make(map[string]mount), nethttp.Route{Policy: outer}}
	for _, r := range router.Routes() {
		name := prefix + r.Pattern
		for method, h := range r.Handlers {
			route := nethttp.Route{Name: method + " " + name}
			route.Policy, route.Fix = before(h, outer)
			if method != "*" {
				l.routes[endpoint{method, r.Pattern}] = route
				continue
			}
			m := mount{Route: route}
			switch {
			case r.SubRoutes == nil:
			case r.Handlers[http.MethodTrace] != nil: // Handle registers all methods, TRACE too
				m.Fix = "do not use Handle on the pattern of a mount"
			default:
				m.router, m.level = r.SubRoutes, newLevel(r.SubRoutes, route.Policy, strings.TrimSuffix(name, "/*"))
			}
			l.mounts[r.Pattern] = m
		}
	}
	return l
}

// find follows the patterns that chi has matched: one for each nested router.
func (l *level) find(rctx *chi.Context, depth int, method string) nethttp.Route {
	if depth == len(rctx.RoutePatterns) {
		return l.none
	}
	pattern := rctx.RoutePatterns[depth]
	if route, ok := l.routes[endpoint{method, pattern}]; ok {
		return route
	}
	m, ok := l.mounts[pattern]
	if !ok {
		// Mount("/a", h) registers "/a/*", "/a" and "/a/". chi does not list the last two,
		// and its Find does not continue into the mounted router there.
		if m, ok = l.mounts[strings.TrimSuffix(pattern, "/")+"/*"]; !ok {
			return nethttp.Route{Name: method + " " + pattern, Fix: "register all routes before the first request"}
		}
		if m.router != nil {
			m.router.Find(rctx, method, "/")
		}
	}
	if m.router == nil {
		return m.Route
	}
	return m.level.find(rctx, depth+1, method)
}

// innermost returns the last policy in middlewares, or outer if there is none.
func innermost(outer *core.Policy, middlewares chi.Middlewares) *core.Policy {
	for _, mw := range middlewares {
		if reg := nethttp.RegistrationOf(mw); reg != nil && reg.Policy != nil {
			outer = reg.Policy
		}
	}
	return outer
}

// before returns the innermost policy around h. If h hides its policies, before returns
// a Fix for nethttp.Route instead.
func before(h http.Handler, outer *core.Policy) (policy *core.Policy, fix string) {
	for {
		switch at := h.(type) {
		case *chi.ChainHandler:
			outer = innermost(outer, at.Middlewares)
			h = at.Endpoint
		case *nethttp.Handler:
			outer = cmp.Or(at.Policy, outer) // at.Policy is nil for nethttp.Install(mux, nil)
			h = at.Next
		case chi.Routes:
			return nil, "pass a router to Mount, not to Handle or Method"
		default:
			return outer, ""
		}
	}
}

// routePath returns the path that chi will use to route r.
func routePath(r *http.Request) string {
	if rctx := chi.RouteContext(r.Context()); rctx != nil && rctx.RoutePath != "" {
		return rctx.RoutePath
	}
	return urlPath(r)
}

func urlPath(r *http.Request) string {
	return cmp.Or(r.URL.RawPath, r.URL.Path, "/")
}
