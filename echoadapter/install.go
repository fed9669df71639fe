package echoadapter

import (
	"errors"
	"net/http"
	"reflect"
	"slices"
	"sync"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/nethttp"
	"github.com/labstack/echo/v4"
)

// Install puts policy on e, as Use would, and lets the policies of groups, hosts and
// single routes answer their own preflights. Call it once, before any other policy,
// host or route. It panics if e has a host, a route or an Install already:
//
//	e := echo.New()
//	echoadapter.Install(e, policy)
//	e.DELETE("/posts/:id", remove, echoadapter.Middleware(strict))
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
// Routes may be added later, while echo's router serves no request.
//
// # Limits
//
//   - Install does not find a policy inside a function of the user, nor a policy of
//     e.Use, which echo does not show. There policy answers, as with Use alone. If
//     policy is nil, the preflight is rejected, unless it goes on to an OPTIONS route.
//   - A policy of e.Pre, or of e.Use before Install, answers all preflights.
//   - Middleware that changes the path has to be registered with e.Pre, and to change
//     r.URL in place. echo does not route by a new request, as http.StripPrefix makes it.
//   - Install sets e.OnAddRouteHandler, and calls the function that was set before. A
//     function that is set later has to call the one of Install.
//   - e.Router().Add does not call it. For such a route, policy answers, as with Use
//     alone. Do not give it the method and pattern of another route, nor the pattern of
//     a group's 404, such as "/api/*": the policy there would answer.
func Install(e *echo.Echo, policy *core.Policy) {
	switch {
	case e == nil:
		panic("echoadapter: Install needs an Echo")
	case code(e.OnAddRouteHandler) == code((*installed)(nil).add):
		panic("echoadapter: the Echo has an Install already: call Install once")
	case len(e.Routes()) != 0 || len(e.Routers()) != 0:
		panic("echoadapter: call Install before the hosts and routes are registered")
	}
	in := &installed{echo: e, then: e.OnAddRouteHandler, routes: make(map[endpoint]nethttp.Route)}
	e.OnAddRouteHandler = in.add
	e.Use((&middleware{nethttp.Registration{Policy: policy, Find: in.find}}).wrap)
}

// installed is what Install knows of an Echo.
type installed struct {
	echo *echo.Echo
	then func(string, echo.Route, echo.HandlerFunc, []echo.MiddlewareFunc) // may be nil

	mu     sync.RWMutex
	routes map[endpoint]nethttp.Route
}

// endpoint is a route as echo's routers find it. The method of a 404 is RouteNotFound.
type endpoint struct {
	router          *echo.Router
	method, pattern string
}

// add is the OnAddRouteHandler. A later route replaces an earlier one, as in echo.
func (in *installed) add(host string, r echo.Route, h echo.HandlerFunc, chain []echo.MiddlewareFunc) {
	route := nethttp.Route{Policy: innermost(chain)}
	if r.Method != echo.RouteNotFound {
		route.Name = r.Method + " " + host + r.Path
	}
	in.mu.Lock()
	in.routes[endpoint{in.router(host), r.Method, r.Path}] = route
	in.mu.Unlock()
	if in.then != nil {
		in.then(host, r, h, chain)
	}
}

// router returns the router that echo takes for a host.
func (in *installed) router(host string) *echo.Router {
	if router, ok := in.echo.Routers()[host]; ok {
		return router
	}
	return in.echo.Router()
}

func (in *installed) find(method string, r *http.Request) nethttp.Route {
	router := in.router(r.Host)
	c := in.echo.AcquireContext()
	c.Reset(nil, nil) // echo's contexts keep the route of their last request
	router.Find(method, echo.GetPath(r), c)
	pattern, lacksMethod := c.Path(), c.Get(echo.ContextKeyHeaderAllow) != nil
	c.Reset(nil, nil)
	in.echo.ReleaseContext(c)
	if lacksMethod {
		return nethttp.Route{}
	}
	in.mu.RLock()
	defer in.mu.RUnlock()
	for _, method := range [...]string{method, echo.RouteNotFound} {
		if route, ok := in.routes[endpoint{router, method, pattern}]; ok {
			return route
		}
	}
	return nethttp.Route{Name: pattern} // of e.Router().Add, or empty for the 404 of the Echo
}

// innermost returns the last policy of a route's middleware, or nil.
func innermost(chain []echo.MiddlewareFunc) *core.Policy {
	for _, mw := range slices.Backward(chain) {
		if code(mw) != code((*middleware)(nil).wrap) {
			continue
		}
		var m *middleware
		if errors.As(mw(nil)(nil), &m) {
			return m.Policy
		}
	}
	return nil
}

// code tells the method values of this package from other functions: all values of
// one method share their code, and no other function has it. It is 0 for nil.
func code(function any) uintptr { return reflect.ValueOf(function).Pointer() }
