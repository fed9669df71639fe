package echov5adapter

import (
	"errors"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/nethttp"
	"github.com/labstack/echo/v5"
)

// Install registers policy on e, like Use. Policies of groups and single routes then
// answer the preflights for their own routes. Call Install once, before any other policy
// or route. It panics if e has a policy or a route already, or is nil:
//
//	e := echo.New()
//	echov5adapter.Install(e, policy)
//	e.DELETE("/posts/:id", remove, echov5adapter.Middleware(strict))
//
// The innermost policy before the handler of the actual request answers its preflight,
// and allows only the requested method. No handler and no middleware after Install
// runs for a preflight that Install answers.
//
// policy may be nil. Then only the policies of groups and routes, and of a later e.Use,
// answer preflights. Install rejects preflights for routes without a policy with 403, and
// logs this once for each route. A preflight continues to echo if the requested route does
// not exist, or if an OPTIONS route without a policy exists at the path.
//
// Routes may be added later, while the Echo serves no request. With a router of
// NewConcurrentRouter, they may be added at any time.
//
// # Limits
//
//   - Install does not find a policy inside a function of yours. There the argument policy
//     answers, as with Use. If that is nil, Install rejects the preflight, unless it
//     continues to an OPTIONS route.
//   - A policy of e.Pre answers all preflights.
//   - Middleware that changes the path must be registered with e.Pre, not with e.Use before
//     Install.
//   - Call Install on each Echo of NewVirtualHostHandler.
//   - Install sets e.OnAddRoute, and calls the function that was set before. A function
//     that you set later must call the function of Install.
//   - e.Router().Add does not call OnAddRoute. For its routes the argument policy answers,
//     as with Use. But if another route has the same method and pattern, its policy answers.
//   - If e.AddRoute returns an error for a route that exists already, the policy of the
//     refused route answers the preflights.
//   - A Router of yours must set the RouteInfo of a request to the method and the path that
//     it received with Add.
func Install(e *echo.Echo, policy *core.Policy) {
	switch {
	case e == nil:
		panic("echov5adapter: Install needs an Echo")
	case slices.ContainsFunc(e.PreMiddlewares(), isPolicy) || slices.ContainsFunc(e.Middlewares(), isPolicy):
		panic("echov5adapter: the Echo has a policy already: call Install once, instead of Use")
	case len(e.Router().Routes()) != 0:
		panic("echov5adapter: call Install before the routes are registered")
	}
	in := &installed{echo: e, then: e.OnAddRoute, policies: make(map[endpoint]*core.Policy)}
	e.OnAddRoute = in.add
	e.Use((&middleware{nethttp.Registration{Policy: policy, Find: in.find}}).wrap)
}

// installed holds the policies of the routes of an Echo.
type installed struct {
	echo *echo.Echo
	then func(echo.Route) error // may be nil

	mu       sync.RWMutex
	policies map[endpoint]*core.Policy // nil for a route without a policy
}

// endpoint identifies a route. The method of a group's 404 is RouteNotFound.
type endpoint struct{ method, pattern string }

// add is the OnAddRoute of the Echo. As in echo, a later route replaces an earlier one
// with the same method and pattern.
func (in *installed) add(route echo.Route) error {
	if in.then != nil {
		if err := in.then(route); err != nil {
			return err
		}
	}
	pattern := "/" + strings.TrimPrefix(route.Path, "/") // as in the RouteInfo of a request
	in.mu.Lock()
	defer in.mu.Unlock()
	in.policies[endpoint{route.Method, pattern}] = innermost(route.Middlewares)
	return nil
}

func (in *installed) find(method string, r *http.Request) nethttp.Route {
	asked := *r
	asked.Method = method
	c := in.echo.AcquireContext()
	defer in.echo.ReleaseContext(c)
	c.Reset(&asked, nil) // a context from the pool has the route of its last request
	in.echo.Router().Route(c)
	at := c.RouteInfo()

	in.mu.RLock()
	policy := in.policies[endpoint{at.Method, at.Path}]
	in.mu.RUnlock()
	if policy == nil {
		policy = innermost(in.echo.Middlewares())
	}
	route := nethttp.Route{Policy: policy}
	switch at.Method {
	case "", echo.RouteNotFound: // the 405 or 404 of the Echo, or the 404 of a group
	case echo.RouteAny:
		route.Name = "Any " + at.Path
	default:
		route.Name = at.Method + " " + at.Path
	}
	return route
}

// innermost returns the last policy of a chain of middleware, or nil.
func innermost(chain []echo.MiddlewareFunc) *core.Policy {
	wrap := code((*middleware)(nil).wrap)
	for _, mw := range slices.Backward(chain) {
		if code(mw) != wrap {
			continue
		}
		var m *middleware
		if errors.As(mw(nil)(nil), &m) {
			return m.Policy
		}
	}
	return nil
}

// isPolicy reports whether mw is from Middleware or Install.
func isPolicy(mw echo.MiddlewareFunc) bool { return code(mw) == code((*middleware)(nil).wrap) }

// code returns the code pointer of middleware. All method values of one method have the
// same code pointer, and no other function has that pointer.
func code(mw echo.MiddlewareFunc) uintptr { return reflect.ValueOf(mw).Pointer() }
