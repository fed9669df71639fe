package routes

import (
	"net/http"
	"slices"
	"strings"

	"github.com/corsuite/corsuite/ginadapter"
	"github.com/gin-gonic/gin"
	"github.com/go-chi/chi/v5"
)

// This file has everything in which frameworks leave the rules: sets that no
// builder builds, since the line cannot see what it would have to, and answers
// that it cannot change.

// takes reports whether a framework has the like of an element.
func (f framework) takes(e *element) bool {
	if f.name == "chi" && slices.Contains([]kind{group, mount, inline}, e.kind) && !hasRoute(e.inside) {
		// A router without routes runs none of its middleware, unless an inline
		// group was ever made on it. chi shows neither.
		return false
	}
	return !slices.Contains(f.lacks, e.kind)
}

func hasRoute(elements []element) bool {
	return slices.ContainsFunc(elements, func(e element) bool { return e.kind == route || hasRoute(e.inside) })
}

// mounted reports whether something is mounted in chi below a pattern. Handle on
// that pattern would take it from there, and with it what chi shows of the
// mount's middleware, which still stands before the mount's own path.
func mounted(r chi.Routes, pattern string) bool {
	return slices.ContainsFunc(r.Routes(), func(at chi.Route) bool { return at.SubRoutes != nil && at.Pattern == pattern })
}

// adapt changes what stands on an Echo itself, which echo shows nobody: other
// middleware there keeps preflights from a policy further in, and no policy there
// learns the methods of a route. (For the same reason, the builder makes no
// middleware that stands on the Echo and on groups.)
func (f framework) adapt(s *set) {
	if f.name != "echo" {
		return
	}
	alone := true
	s.elements = slices.DeleteFunc(s.elements, func(e element) bool {
		if e.kind != use || len(e.wares) == 0 {
			return false
		}
		w := &e.wares[0]
		if w.does == policy && tellsMethods(mark(w.number)) {
			w.number--
		}
		hidden := w.does == policy && !alone
		alone = alone && w.does == count
		return hidden
	})
}

// unclear reports whether an app to be mounted in fiber needs a line of its own:
// fiber joins the handlers of routes with the same method and path, and only the
// app's own line sees which of them belong together.
func unclear(elements []element) bool {
	return slices.ContainsFunc(elements, func(e element) bool {
		return e.kind == route && len(e.wares) != 0 || e.kind != mount && unclear(e.inside)
	})
}

// settle shows gin's line the routes with "\:", which gin itself shows only
// until it serves.
func settle(cors *ginadapter.Resolver, r *gin.Engine, s *site) {
	if strings.Contains(s.set.String(), `\:`) {
		cors.Group(&r.RouterGroup, s.policies[0], func(*gin.RouterGroup) {})
	}
}

// warm lets gin's line learn what it cannot see: whether a route was registered
// before the engine got a policy. It learns that from the first actual request
// after a preflight.
func (p pair) warm(q probe) {
	if p.name != "gin" || !p.set.late() {
		return
	}
	for _, m := range methods() {
		q.method = m
		p.with(q.preflight())
		p.with(q.actual())
	}
}

// late reports whether a policy comes to the whole application after routes.
func (s *set) late() bool {
	isPolicy := func(w ware) bool { return w.does == policy }
	i := slices.IndexFunc(s.elements, func(e element) bool { return e.kind != use })
	return i >= 0 && slices.ContainsFunc(s.elements[i:], func(e element) bool { return e.kind == use && slices.ContainsFunc(e.wares, isPolicy) })
}

// limited reports whether the line cannot know better. The preflight then has to
// be answered as without it.
func (p pair) limited(q probe, actual, without answer) bool {
	switch p.name {
	case "chi":
		// A method that it does not know gets to no group.
		return !p.known(q.method)
	case "fiber":
		// Middleware may end a request that no route ends, and a method that it
		// does not know gets to no middleware.
		others := len(actual.ran.below) + len(actual.ran.app) - len(p.set.before)
		return !actual.ran.handled && others > 0 || !p.known(q.method)
	case "gin":
		// Its redirects run no middleware.
		return redirects(actual) || redirects(without)
	default:
		return false
	}
}

func redirects(a answer) bool {
	return a.status == http.StatusMovedPermanently || a.status == http.StatusTemporaryRedirect
}
