package echoadapter

import (
	"net/http"
	"slices"
	"sync/atomic"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/nethttp"
	"github.com/labstack/echo/v4"
)

// Preflights lets the policies of groups, hosts and single routes answer their
// own preflights. Call it before any policy, group or route; a second call does
// nothing:
//
//	e := echo.New()
//	echoadapter.Preflights(e)
//
// It uses a middleware that looks up the route a preflight asks about, finds the
// innermost policy in that route's chain, and lets it answer at once: nothing
// else of the chain runs, no handler, no authentication. If the route has no
// policy, the preflight goes on as ever, but only a policy on the Echo itself
// approves it, none that stands elsewhere, and [slog.Default] says once for each
// route that no policy answered.
//
// Preflights learns the routes through e.OnAddRouteHandler. It calls the
// function that stands there; one that you set later has to call Preflights' in
// turn. What it cannot see counts as a route without a policy: routes that were
// added before, those of e.Router().Add, and policies inside a function of your
// own. Nor does echo show what stands on it: a policy of e.Use answers by itself,
// as ever, also where [core.WithRouteMethods] asks for a route's methods, and one
// of e.Pre answers before all others. One value that stands both on the Echo and
// on a group does not approve preflights for a neighbour of the group's routes.
//
// Routes that are added later count from then on; as echo does not lock its
// tree, no request may be served by the same router meanwhile.
func Preflights(e *echo.Echo) {
	if hooked(e) {
		return
	}
	p := &preflights{echo: e, then: e.OnAddRouteHandler, routes: newTable()}
	const problem = "routes were added before Preflights, which does not find their policies"
	p.adopt("", e.Router(), problem, beforePreflights)
	for host, router := range e.Routers() {
		p.adopt(host, router, problem, beforePreflights)
	}
	e.OnAddRouteHandler = p.record
	e.Use(p.wrap)
}

type preflights struct {
	echo   *echo.Echo
	then   func(string, echo.Route, echo.HandlerFunc, []echo.MiddlewareFunc) // may be nil
	routes *table
}

func (p *preflights) record(host string, r echo.Route, h echo.HandlerFunc, chain []echo.MiddlewareFunc) {
	known := &route{chain: registrations(chain)}
	known.whole = len(known.chain) == len(chain) && code(h) == code(echo.NotFoundHandler)
	p.routes.add(routerOf(p.echo, host), host, r, known)
	if p.then != nil {
		p.then(host, r, h, chain)
	}
}

func (p *preflights) wrap(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if method, ok := nethttp.PreflightMethod(c.Request()); ok {
			return p.serve(c, method, next)
		}
		return next(c)
	}
}

func (p *preflights) serve(c echo.Context, method string, next echo.HandlerFunc) error {
	r := c.Request()
	router, path := routerOf(p.echo, r.Host), echo.GetPath(r)
	asked, exists := p.find(router, method, path)
	if policy := asked.policy(); policy != nil {
		var methods func() []string
		if exists {
			methods = func() []string { return p.methods(policy, router, path) }
		}
		nethttp.ServePreflight(policy, c.Response(), r, methods)
		return nil
	}
	passed := new(passage)
	c.Set(passageKey, passed)
	if !exists {
		return next(c) // a 404 or 405, whose chain is the same for every method
	}
	options, own := p.find(router, http.MethodOptions, path)
	if own {
		return next(c)
	}
	passed.stray = options
	err := next(c)
	if !passed.answered.Load() && !asked.reported.Swap(true) {
		reportFallThrough(asked, options)
	}
	return err
}

// methods returns the methods that policy has at a path.
func (p *preflights) methods(policy *core.Policy, router *echo.Router, path string) (methods []string) {
	for _, m := range p.routes.allMethods() {
		if r, exists := p.find(router, m, path); exists && r.policy() == policy {
			methods = append(methods, m)
		}
	}
	return methods
}

// find returns what echo runs for a method at a path: a route or, if none
// exists, the chain that a group has for what is not found. It is nil if echo
// answers by itself.
func (p *preflights) find(router *echo.Router, method, path string) (r *route, exists bool) {
	pattern, handler := match(p.echo, router, method, path)
	switch {
	case pattern == "":
		return nil, false
	case code(handler) != p.routes.code:
		return p.routes.foreign(router, pattern), true
	}
	if r, exists = p.routes.get(router, method, pattern); r == nil {
		p.catchUp(router)
		r, exists = p.routes.get(router, method, pattern)
	}
	return r, exists
}

// catchUp finds the routes of a router that were added behind Preflights' back.
func (p *preflights) catchUp(router *echo.Router) {
	host := ""
	for h, r := range p.echo.Routers() {
		if r == router {
			host = h
		}
	}
	const problem = "routes were added while e.OnAddRouteHandler did not call Preflights', which does not find their policies"
	p.adopt(host, router, problem, displaced)
	p.routes.finish(router)
}

func (p *preflights) adopt(host string, router *echo.Router, problem, fix string) {
	if first, n := p.routes.adopt(host, router, fix); n != 0 {
		report(problem, fix, "route", first, "routes", n)
	}
}

const passageKey = "github.com/corsuite/corsuite/echoadapter"

// passage is what a preflight carries that Preflights let pass.
type passage struct {
	stray    *route // it asks about a route without policy, but leads here; nil if not
	answered atomic.Bool
}

// refuses reports whether m must not approve a preflight, because it does not
// stand on the route that the preflight asks about.
func (s *passage) refuses(m *middleware, c echo.Context) bool {
	return s.stray != nil && (slices.Contains(s.stray.chain, m) || !s.stray.whole && begun(c))
}
