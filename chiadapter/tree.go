package chiadapter

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/go-chi/chi/v5"
)

// tree finds the route of a request in chi's own tree, and that route's chain.
type tree struct {
	router   chi.Routes
	root     atomic.Pointer[level]
	contexts sync.Pool // of *chi.Context
}

// level is what one router shows of its routes. It is immutable; the levels
// below it are read when a request first leads there.
type level struct {
	routes map[endpoint]*route
	mounts map[string]*mount // by the pattern for what is below their path
	none   *route            // for what the router answers with 404 or 405
}

type endpoint struct{ method, pattern string }

type route struct {
	chain
	pattern  string // from the top; empty if there is no route
	reported atomic.Bool
}

func (r *route) exists() bool { return r.pattern != "" }

// mount is what stands at a path for every method and everything below it.
type mount struct {
	route
	router chi.Routes // nil if it is another handler
	below  func() *level
	hidden *route // its own path, if Handle on its pattern hides what stands before that
}

// find returns the route that a method has at a path. Without one, it returns
// what stands before the 404 or 405.
func (t *tree) find(method, path string) *route {
	rctx, ok := t.contexts.Get().(*chi.Context)
	if !ok {
		rctx = chi.NewRouteContext()
	}
	defer func() {
		rctx.Reset()
		t.contexts.Put(rctx)
	}()
	t.router.Find(rctx, method, path)
	if root := t.root.Load(); root != nil {
		if r, known := root.find(rctx, 0, method); known {
			return r
		}
	}
	root := newLevel(t.router, chain{}, "")
	t.root.Store(root)
	r, _ := root.find(rctx, 0, method)
	return r
}

// find follows the patterns that chi has matched, one for each router. It does
// not know a pattern that was added after the level was read.
func (l *level) find(rctx *chi.Context, depth int, method string) (r *route, known bool) {
	if depth == len(rctx.RoutePatterns) {
		return l.none, true
	}
	pattern := rctx.RoutePatterns[depth]
	if r := l.routes[endpoint{method, pattern}]; r != nil {
		return r, true
	}
	m := l.mounts[pattern]
	if m == nil {
		// A mount's own path has patterns beside the one for what is below it.
		// chi shows neither, and looks for no route further in.
		if m = l.mounts[strings.TrimSuffix(pattern, "/")+"/*"]; m == nil {
			return l.none, false
		}
		switch {
		case m.hidden != nil && method != http.MethodOptions:
			return m.hidden, true
		case m.hidden != nil:
			return l.none, true
		case m.router != nil:
			m.router.Find(rctx, method, "/")
		}
	}
	if m.router == nil {
		return &m.route, true
	}
	return m.below().find(rctx, depth+1, method)
}

func newLevel(router chi.Routes, above chain, prefix string) *level {
	above = above.through(router.Middlewares())
	l := &level{make(map[endpoint]*route), make(map[string]*mount), &route{chain: above}}
	for _, r := range router.Routes() {
		pattern := prefix + r.Pattern
		for method, h := range r.Handlers {
			l.routes[endpoint{method, r.Pattern}] = &route{chain: above.to(h), pattern: pattern}
		}
		if all := r.Handlers["*"]; all != nil {
			m := &mount{route: route{chain: above.to(all), pattern: pattern}, router: r.SubRoutes}
			if m.router != nil && r.Handlers[http.MethodConnect] != nil && r.Handlers[http.MethodTrace] != nil {
				m.hidden = &route{pattern: strings.TrimSuffix(pattern, "/*")}
			}
			m.below = sync.OnceValue(func() *level {
				// What stands before a router is passed by preflights too.
				above := m.chain
				above.routers, above.own = slices.Concat(above.routers, above.own), nil
				return newLevel(m.router, above, strings.TrimSuffix(pattern, "/*"))
			})
			l.mounts[r.Pattern] = m
		}
	}
	return l
}
