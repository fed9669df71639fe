package routes

import (
	"net/http"
	"slices"
	"strings"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/fiberadapter"
	"github.com/go-chi/chi/v5"
	"github.com/gofiber/fiber/v2"
)

// This file has the exceptions of each framework from the rules. The documentation of
// each Install lists them.

// refuseWithoutRoutes panics for a chi group without routes, so that the set does not
// contain it. Such a router runs its middleware only if an inline group was made on it,
// and chi does not expose this.
func refuseWithoutRoutes(e *element) {
	if !hasRoute(e.inside) {
		panic("chi would not run the middleware of a router without routes")
	}
}

func hasRoute(elements []element) bool {
	return slices.ContainsFunc(elements, func(e element) bool { return e.kind == route || hasRoute(e.inside) })
}

// refuseOnMount panics for a chi route with the pattern of a mount, so that the set does
// not contain it. After Handle with this pattern, chi does not expose the middleware before
// the mount, and GetHead does not find a HEAD route.
func refuseOnMount(r chi.Routes, pattern string) {
	if slices.ContainsFunc(r.Routes(), func(at chi.Route) bool { return at.SubRoutes != nil && at.Pattern == pattern }) {
		panic("the route would hide a mount")
	}
}

// seenOnApp removes policies from middleware that Use registers on an Echo of echo v4 or on
// an Engine after Install. Neither exposes them, so Install does not find them.
func (s *site) seenOnApp(list []ware) []ware {
	if s.version != seen {
		return list
	}
	return slices.DeleteFunc(slices.Clone(list), ware.isPolicy)
}

// seenByMux returns the middleware of a pattern of http.ServeMux. Install finds policies
// that are the outermost wrappers of the handler, and none inside a mounted mux.
func (s *site) seenByMux(r muxRouter) []ware {
	hidden := 0
	for !r.mounted && hidden < len(r.wares) && r.wares[hidden].isPolicy() {
		hidden++
	}
	return slices.Concat(r.wares[:hidden], s.seenOnApp(r.wares[hidden:]))
}

// mountedMux records that a mounted mux ran: for Install, it is an ordinary handler for
// all methods.
func (s *site) mountedMux(mux http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.ran.handled = true
		mux.ServeHTTP(w, r)
	})
}

// countsAsGet reports whether a preflight for HEAD counts as one for GET. In chi, HEAD
// without a route may reach the route of GET, by middleware.GetHead.
func (f framework) countsAsGet(q probe, actual answer) bool {
	return f.name == "chi" && q.method == "HEAD" && !actual.ran.handled
}

// runsNoMiddleware reports whether the router answers the actual request without
// middleware. The policy of the application still answers its preflight, as with Use.
func (f framework) runsNoMiddleware(q probe, actual answer) bool {
	unknown := !slices.Contains(f.methods, q.method) && !slices.Contains(methods(), q.method)
	return f.redirects(actual) || strings.HasPrefix(f.name, "fiber") && unknown // not in RequestMethods
}

// redirects reports whether a is a redirect of gin, for which no middleware runs.
func (f framework) redirects(a answer) bool {
	return f.name == "gin" && (a.status == http.StatusMovedPermanently || a.status == http.StatusTemporaryRedirect)
}

// lastGroup returns the policy of an empty Group after all routes in gin. Group reads "\:"
// in the patterns of earlier routes. For later routes Install would read ":".
func lastGroup() []ware { return []ware{{policy, 0}} }

// endsBeforeHead reports whether a last Use answers before the HEAD routes that fiber v3
// registers itself. Install assumes that handlers of Use call the next handler.
func (s *site) endsBeforeHead() bool { return s.setting("last Use") }

// runsNoUse reports whether fiber v3 runs no middleware of Use, so not that of Install
// either: if it ignores final slashes, a path that has only slashes is empty.
func (t trio) runsNoUse(q probe) bool {
	path, _, _ := strings.Cut(q.target, "?")
	if slices.Contains(t.set.settings, "UnescapePath") {
		path = strings.NewReplacer("%2F", "/", "%2f", "/").Replace(path)
	}
	return t.name == "fiberv3" && len(path) > 1 && strings.Trim(path, "/") == "" && !slices.Contains(t.set.settings, "StrictRouting")
}

// fiberPolicy records, without Install, that a policy ran after middleware below a path.
// Such middleware may answer itself, so Install may reject preflights without a route.
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

// unclearInFiber reports whether Install cannot know which policy the handler of an element
// has. fiber joins routes with the same method and path, and does not expose which of these
// handlers belong together.
func unclearInFiber(e *element, handlers int) bool {
	others := slices.IndexFunc(e.wares, func(w ware) bool { return !w.isPolicy() })
	return handlers != len(e.wares)+1 || others >= 0 && slices.ContainsFunc(e.wares[others:], ware.isPolicy)
}
