package routes

import (
	"net/http"
	"slices"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/fiberadapter"
	"github.com/go-chi/chi/v5"
	"github.com/gofiber/fiber/v2"
)

// This file has everything in which frameworks leave the rule, as the comment of
// their Install says.

// refuseWithoutRoutes panics before a group without routes in chi: such a router runs
// none of its middleware, unless an inline group was ever made on it. chi shows neither.
func refuseWithoutRoutes(e *element) {
	if !hasRoute(e.inside) {
		panic("no middleware would run")
	}
}

func hasRoute(elements []element) bool {
	return slices.ContainsFunc(elements, func(e element) bool { return e.kind == route || hasRoute(e.inside) })
}

// refuseOnMount panics before a route on the pattern of a mount in chi. After Handle,
// chi does not show the middleware before the mount, and GetHead misses a HEAD route.
func refuseOnMount(r chi.Routes, pattern string) {
	if slices.ContainsFunc(r.Routes(), func(at chi.Route) bool { return at.SubRoutes != nil && at.Pattern == pattern }) {
		panic("a mount would be hidden")
	}
}

// seenOnApp returns the middleware that Use puts on an Echo or an Engine after
// Install: neither shows it, so that the policies there do not count.
func (s *site) seenOnApp(list []ware) []ware {
	if s.version != seen {
		return list
	}
	return slices.DeleteFunc(slices.Clone(list), ware.isPolicy)
}

// seenByMux returns the middleware of a place in a http.ServeMux. Install sees the
// policies that are the outermost wrappers of a pattern's handler, and none in a
// mux that is such a handler.
func (s *site) seenByMux(r muxRouter) []ware {
	hidden := 0
	for !r.mounted && hidden < len(r.wares) && r.wares[hidden].isPolicy() {
		hidden++
	}
	return slices.Concat(r.wares[:hidden], s.seenOnApp(r.wares[hidden:]))
}

// mountedMux is, for Install, a handler for all methods like any other.
func (s *site) mountedMux(mux http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.ran.handled = true
		mux.ServeHTTP(w, r)
	})
}

// countsAsGet reports whether a preflight for HEAD counts as one for GET: without a
// route, chi's middleware.GetHead may answer with that of GET.
func (f framework) countsAsGet(q probe, actual answer) bool {
	return f.name == "chi" && q.method == "HEAD" && !actual.ran.handled
}

// runsNoMiddleware reports whether the router answers in front of all middleware, the
// policy of the application included. That still answers the preflight, as with Use.
func (f framework) runsNoMiddleware(q probe, actual answer) bool {
	unknown := !slices.Contains(f.methods, q.method) && !slices.Contains(methods(), q.method)
	return f.redirects(actual) || f.name == "fiber" && unknown // to RequestMethods
}

// redirects reports whether gin answers in front of all middleware, Install included.
func (f framework) redirects(a answer) bool {
	return f.name == "gin" && (a.status == http.StatusMovedPermanently || a.status == http.StatusTemporaryRedirect)
}

// lastGroup is for an empty Group at the end in gin. Group sees "\:" in the patterns of
// all routes before it; for later ones, gin shows ":", which counts as a parameter.
func lastGroup() []ware { return []ware{{policy, 0}} }

// fiberPolicy notes, where Install is not, whether the policy is behind middleware that
// Use has registered below a path: that could be a server, so the 404 is unclear.
func (s *site) fiberPolicy(p *core.Policy) fiber.Handler {
	h := fiberadapter.Middleware(p)
	if s.version == installed {
		return h
	}
	return func(c *fiber.Ctx) error {
		s.ran.unclear = s.ran.unclear || s.ran.below
		return h(c)
	}
}

// unclearInFiber reports whether the handler of an element may have run without a
// policy that its route has. fiber joins the handlers of routes with one method and
// path, and does not show which of them belong together.
func unclearInFiber(e *element, r *fiber.Route) bool {
	others := slices.IndexFunc(e.wares, func(w ware) bool { return !w.isPolicy() })
	return len(r.Handlers) != len(e.wares)+1 || others >= 0 && slices.ContainsFunc(e.wares[others:], ware.isPolicy)
}
