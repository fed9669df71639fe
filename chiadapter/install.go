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

// Install puts policy on r, as Use would, and lets the policies of groups and single
// routes answer their own preflights. Call it once, on the top router, before any
// policy or route. It panics if the router has a policy or a route already:
//
//	r := chi.NewRouter()
//	chiadapter.Install(r, policy)
//	r.With(chiadapter.Middleware(strict)).Delete("/posts/{id}", remove)
//
// The innermost policy on the answer to the actual request answers its preflight,
// and allows the requested method alone. No handler and no middleware after Install
// runs.
//
// If policy is nil, the policies of groups and routes are the only ones. Install
// rejects preflights for other routes with 403, and logs that once for each route. A
// preflight goes on if there is no such route, or if there is an OPTIONS route at the
// path that has no policy either.
//
// # Limits
//
//   - Register all routes before the first request. Preflights for routes that are
//     added later are rejected, or answered by the policy that their path had before.
//   - Install does not find a policy inside a function of the user, around a handler
//     that is given to Mount, or before the NotFound or the MethodNotAllowed of an inline group. There policy
//     answers, as with Use. If policy is nil, such a policy may answer a preflight that
//     goes on to an OPTIONS route or to the 404.
//   - chi runs no middleware of a mounted router without routes, but Install counts its
//     policies for its 404.
//   - Preflights for a router that is given to Handle or Method are rejected: use Mount.
//   - Middleware that changes the path has to be registered before Install.
//   - A HEAD request without a route counts as a GET request, since chi's
//     middleware.GetHead may turn it into one.
//   - Handle on the pattern of a mount hides the middleware before the mount's own
//     path. Preflights for that path are rejected.
func Install(r chi.Router, policy *core.Policy) {
	if r == nil {
		panic("chiadapter: Install needs a router")
	}
	if len(r.Routes()) != 0 {
		panic("chiadapter: call Install before the routes are registered")
	}
	if installed(r) || innermost(nil, r.Middlewares()) != nil {
		panic("chiadapter: the router has a policy already: call Install once, in the place of Use")
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

// find returns what a router answers with to a method at a path.
func find(r chi.Routes, root *level, method, path string) nethttp.Route {
	rctx := chi.NewRouteContext()
	r.Find(rctx, method, path)
	return root.find(rctx, 0, method)
}

// level is what one router shows of its routes.
type level struct {
	routes map[endpoint]nethttp.Route
	mounts map[string]mount // by the pattern for what is below their path
	none   nethttp.Route    // its 404 or 405
}

type endpoint struct{ method, pattern string }

// mount is a handler for every method at a path and below it.
type mount struct {
	nethttp.Route

	router chi.Routes // nil if it is no router
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
			case r.Handlers[http.MethodTrace] != nil: // Handle has all methods below the path
				m.Fix = "do not use Handle on the pattern of a mount"
			default:
				m.router, m.level = r.SubRoutes, newLevel(r.SubRoutes, route.Policy, strings.TrimSuffix(name, "/*"))
			}
			l.mounts[r.Pattern] = m
		}
	}
	return l
}

// find follows the patterns that chi has matched, one for each router.
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
		// Mount("/a", h) registers "/a/*" and also "/a" and "/a/". chi does not show
		// the last two, and its Find stops at them.
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

// innermost returns the last policy of a router's or a route's middlewares, or else
// the one further out.
func innermost(outer *core.Policy, middlewares chi.Middlewares) *core.Policy {
	for _, mw := range middlewares {
		if reg := nethttp.RegistrationOf(mw); reg != nil && reg.Policy != nil {
			outer = reg.Policy
		}
	}
	return outer
}

// before returns the innermost policy before an endpoint, or how to register it.
func before(h http.Handler, outer *core.Policy) (policy *core.Policy, fix string) {
	for {
		switch at := h.(type) {
		case *chi.ChainHandler:
			outer = innermost(outer, at.Middlewares)
			h = at.Endpoint
		case *nethttp.Handler:
			outer = cmp.Or(at.Policy, outer) // after nethttp.Install(mux, nil), it is nil
			h = at.Next
		case chi.Routes:
			return nil, "give a router to Mount, and not to Handle or Method"
		default:
			return outer, ""
		}
	}
}

// routePath returns the path by which chi will route r.
func routePath(r *http.Request) string {
	if rctx := chi.RouteContext(r.Context()); rctx != nil && rctx.RoutePath != "" {
		return rctx.RoutePath
	}
	return urlPath(r)
}

func urlPath(r *http.Request) string {
	return cmp.Or(r.URL.RawPath, r.URL.Path, "/")
}
