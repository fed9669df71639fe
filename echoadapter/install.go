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

// Install registers policy on e, like Use. Policies of groups, hosts and single routes
// then answer the preflights for their own routes. Call Install once, before any other
// policy, host or route. It panics if e has a host, a route or an Install already:
//
//	e := echo.New()
//	echoadapter.Install(e, policy)
//	e.DELETE("/posts/:id", remove, echoadapter.Middleware(strict))
//
// The innermost policy before the handler of the actual request answers its preflight,
// and allows only the requested method. No handler and no middleware after Install
// runs for a preflight that Install answers.
//
// policy may be nil. Then only the policies of groups, hosts and routes answer
// preflights. Install rejects preflights for routes without a policy with 403, and logs
// this once for each route. A preflight continues to echo if the requested route does
// not exist, or if an OPTIONS route without a policy exists at the path.
//
// Routes may be added later, while echo's router serves no request.
//
// # Limits
//
//   - Install does not find a policy inside a function of yours, or a policy of e.Use,
//     because echo exposes neither. There the argument policy answers, as with Use. If
//     that is nil, Install rejects the preflight, unless it continues to an OPTIONS route.
//   - A policy of e.Pre, or of e.Use before Install, answers all preflights.
//   - Middleware that changes the path must be registered with e.Pre, and must change
//     r.URL in place. echo ignores the path of a new request, such as the one that
//     http.StripPrefix makes.
//   - Install sets e.OnAddRouteHandler, and calls the function that was set before. A
//     function that you set later must call the function of Install.
//   - e.Router().Add does not call OnAddRouteHandler. For its routes the argument policy
//     answers, as with Use. But if another route has the same method and pattern, its
//     policy answers. The same applies to the 404 of a group, such as "/api/*".
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

// installed holds the routes of an Echo with their policies.
type installed struct {
	echo *echo.Echo
	then func(string, echo.Route, echo.HandlerFunc, []echo.MiddlewareFunc) // may be nil

	mu     sync.RWMutex
	routes map[endpoint]nethttp.Route
}

// endpoint identifies a route. The method of a group's 404 is RouteNotFound.
type endpoint struct {
	router          *echo.Router
	method, pattern string
}

// add is the OnAddRouteHandler of the Echo. As in echo, a later route replaces an
// earlier one with the same method and pattern.
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

// router returns the router that echo uses for a host.
func (in *installed) router(host string) *echo.Router {
	if router, ok := in.echo.Routers()[host]; ok {
		return router
	}
	return in.echo.Router()
}

func (in *installed) find(method string, r *http.Request) nethttp.Route {
	router := in.router(r.Host)
	c := in.echo.AcquireContext()
	c.Reset(nil, nil) // a context from the pool has the route of its last request
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
	return nethttp.Route{Name: pattern} // from e.Router().Add, or empty for the 404 of the Echo
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

// code returns the code pointer of a function, or 0 for nil. All method values of one
// method have the same code pointer, and no other function has that pointer.
func code(function any) uintptr { return reflect.ValueOf(function).Pointer() }
