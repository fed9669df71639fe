// Package echov5adapter brings a CORS policy to echo v5.
//
//	e := echo.New()
//	e.Use(echov5adapter.New(core.Config{
//		AllowOrigins: []string{"https://app.example.com"},
//		AllowHeaders: []string{"Content-Type"}, // for JSON
//	}))
//
// If a browser blocks a page, slog.Default has the reason and what to change:
//
//	WARN cors: the browser blocks a page kind=preflight reason=method-not-listed
//	origin=https://app.example.com method=OPTIONS path=/posts/1
//	why="the method \"DELETE\" is not in AllowMethods, so the browser does not send the page's request"
//	fix="add \"DELETE\" to AllowMethods"
//
// [core.WithLogger] chooses another logger or none. The project's documentation has a page
// for each task: https://github.com/corsuite/corsuite/tree/main/docs.
//
// # Where to register
//
// Register the policy on the Echo, before or after its routes. The middleware of a
// group receives a preflight only if echo answers it with the 404 of the group. This is
// not so below Static or another wildcard without OPTIONS, and a group has no 404 with
// NoGroupAutoRegister404Routes. Groups with the same prefix share one 404. The middleware
// of a single route receives no preflights. For policies on groups and routes, call
// [Install] on the Echo instead of Use:
//
//	registered with             preflights               actual requests   404 and 405
//	e.Use, e.Pre                answered                 answered          answered
//	Group, and Use on a group   most; all with Install   answered          most
//	  before its routes
//	Use on a group after them   most; none with Install  missed            most
//	one route                   none; all with Install   answered          missed
//
// An Echo of NewVirtualHostHandler runs no middleware for the hosts of its map. Register a
// policy on the Echo of each host.
//
// If several policies apply to a route, the innermost one sets the headers of actual
// answers. With Install it also answers the preflights; without Install, the outermost
// one does. Without Install, nothing logs that preflights do not reach a policy.
package echov5adapter

import (
	"net/http"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/nethttp"
	"github.com/labstack/echo/v5"
)

// Config is an alias of [core.Config], so that a simple program imports one package.
type Config = core.Config

// New returns middleware that answers preflights and adds the CORS headers to every
// other answer. The middleware is safe for concurrent use. The options are:
//
//   - [core.WithLogger] logs why browsers block pages to another logger than slog.Default.
//   - [core.WithName] names the policy in logs and verdicts.
//   - [core.WithObserver] calls a function after each CORS decision, for metrics.
//   - [core.WithOriginFunc] calls a function for origins that cfg does not list.
//
// If cfg is invalid, New panics with a [*core.ConfigError], which lists every problem
// and its correction. To get an error instead, use [core.NewPolicy] and [Middleware].
func New(cfg Config, opts ...core.Option) echo.MiddlewareFunc {
	policy, err := core.NewPolicy(cfg, opts...)
	if err != nil {
		panic(err)
	}
	return Middleware(policy)
}

// Middleware is like [New] for an existing policy. Several routers may share the
// policy, and [core.Policy.Reload] can change it. Middleware panics if policy is nil.
func Middleware(policy *core.Policy) echo.MiddlewareFunc {
	if policy == nil {
		panic("echov5adapter: Middleware needs a policy")
	}
	return (&middleware{nethttp.Registration{Policy: policy}}).wrap
}

// middleware is a policy that is registered once. It implements error so that Install
// can get it from its method value wrap without a request: see innermost.
type middleware struct{ nethttp.Registration }

func (*middleware) Error() string { return "echov5adapter: the route has no handler" }

func (m *middleware) wrap(next echo.HandlerFunc) echo.HandlerFunc {
	if next == nil {
		return func(*echo.Context) error { return m }
	}
	return func(c *echo.Context) error {
		w, r := c.Response(), c.Request()
		goesOn, denied := m.Serve(w, r)
		if !goesOn {
			return nil
		}
		err := next(c)
		if denied {
			m.Handled(w, r)
		}
		return err
	}
}

// KeepCORS is middleware for handlers that write CORS headers themselves or replace Vary,
// such as a reverse proxy. Register it after the policy, for instance with
//
//	e.Group("/files", echov5adapter.KeepCORS, middleware.Proxy(balancer))
//
// It works as [nethttp.KeepCORS], which has the details.
func KeepCORS(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c *echo.Context) (err error) {
		nethttp.KeepCORS(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			c.SetResponse(w)
			err = next(c)
		})).ServeHTTP(c.Response(), c.Request())
		return err
	}
}
