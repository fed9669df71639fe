package echoadapter

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/corsuite/corsuite/core"
	"github.com/labstack/echo/v4"
)

// table holds what is known of the chains of an Echo's routes. It is safe for
// concurrent use.
type table struct {
	code uintptr // of the functions in which echo keeps a route's chain

	mu      sync.RWMutex
	routes  map[endpoint]*route
	methods []string
	added   int

	finished map[*echo.Router]bool // asked for more routes, at their first preflight
}

// endpoint names a route as echo's routers do: patterns that differ in their
// parameters' names only are routes of their own, until one replaces the other
// in the tree.
type endpoint struct {
	router          *echo.Router
	method, pattern string
}

type route struct {
	name     string
	chain    []*middleware // from the outside in
	whole    bool          // nothing else runs there, in which a policy might hide
	unknown  string        // what to change, if the chain is unknown
	order    int
	reported atomic.Bool
}

// policy returns the innermost one, or nil.
func (r *route) policy() *core.Policy {
	if r == nil || len(r.chain) == 0 {
		return nil
	}
	return r.chain[len(r.chain)-1].policy
}

func newTable() *table {
	e := echo.New()
	e.GET("/", echo.NotFoundHandler)
	_, handler := match(e, e.Router(), http.MethodGet, "/")
	return &table{code: code(handler), routes: make(map[endpoint]*route), finished: make(map[*echo.Router]bool)}
}

// add replaces what the table has for the same method and pattern, as echo does.
func (t *table) add(router *echo.Router, host string, at echo.Route, r *route) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.put(router, host, at, r)
}

func (t *table) put(router *echo.Router, host string, at echo.Route, r *route) {
	t.added++
	r.name, r.order = strings.TrimSpace(at.Method+" "+host+at.Path), t.added
	t.routes[endpoint{router, at.Method, at.Path}] = r
	if !slices.Contains(t.methods, at.Method) {
		t.methods = append(t.methods, at.Method)
	}
}

// get returns the route or, if there is none, what a group has at the pattern
// for requests that are not found. It is nil if the router may have more
// routes, one of which would come first.
func (t *table) get(router *echo.Router, method, pattern string) (r *route, exists bool) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if !t.finished[router] {
		return nil, false
	}
	if r := t.routes[endpoint{router, method, pattern}]; r != nil {
		return r, method != echo.RouteNotFound
	}
	return t.routes[endpoint{router, echo.RouteNotFound, pattern}], false
}

// foreign returns a route that echo's Router was given without its Echo. The
// method is left out, for a page can ask about as many as it likes.
func (t *table) foreign(router *echo.Router, pattern string) *route {
	t.mu.Lock()
	defer t.mu.Unlock()
	r := t.routes[endpoint{router, "", pattern}]
	if r == nil {
		r = &route{unknown: "add it with e.Add instead of e.Router().Add"}
		t.put(router, "", echo.Route{Path: pattern}, r)
	}
	return r
}

// adopt adds a router's routes that the table lacks, without their chains: echo
// shows those only to e.OnAddRouteHandler. It returns the first of them by name,
// and how many they are.
func (t *table) adopt(host string, router *echo.Router, unknown string) (first string, n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, at := range router.Routes() {
		if t.routes[endpoint{router, at.Method, at.Path}] != nil {
			continue
		}
		r := &route{unknown: unknown}
		t.put(router, host, *at, r)
		if n++; n == 1 || r.name < first {
			first = r.name
		}
	}
	return first, n
}

// finish says that the routes of a router are sure from now on.
func (t *table) finish(router *echo.Router) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.finished[router] = true
}

func (t *table) allMethods() []string {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return slices.Clone(t.methods)
}
