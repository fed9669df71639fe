// Package echoadapter brings a CORS policy to echo v4.
//
//	e := echo.New()
//	e.Use(echoadapter.New(core.Config{
//		AllowOrigins: []string{"https://app.example.com"},
//	}))
//
// # Where to register
//
// On the Echo, before or after its routes. A group sees only those preflights that
// echo takes for a 404 of the group: none below Static, nor below another wildcard
// that lacks OPTIONS, and those of all groups with its prefix. A single route sees
// none. With [Install] on the Echo, in the place of Use, policies on groups, hosts
// and routes answer their own preflights:
//
//	registered with             preflights                   actual requests   404 and 405
//	e.Use                       answered; none with Install  answered          answered
//	e.Pre                       answered                     answered          answered
//	Group, Host, and Use on     most; all with Install       answered          most
//	  a group before its routes
//	Use on a group after them   most; none with Install      missed            most
//	one route                   none; all with Install       answered          missed
//
// Where several policies are before a route, the innermost is on the answer to the
// actual request. With Install, it answers the preflight too; without, the outermost
// does. Without Install, nothing reports a policy that misses preflights.
package echoadapter

import (
	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/nethttp"
	"github.com/labstack/echo/v4"
)

// Config is [core.Config], so that a simple program imports one package.
type Config = core.Config

// New returns middleware that answers preflights and adds the CORS headers to
// every other answer. It panics if cfg is bad, with a message that lists every
// problem and its correction; use [core.NewPolicy] and [Middleware] for an
// error instead.
func New(cfg Config, opts ...core.Option) echo.MiddlewareFunc {
	policy, err := core.NewPolicy(cfg, opts...)
	if err != nil {
		panic(err)
	}
	return Middleware(policy)
}

// Middleware is [New] for a policy that exists, which several routers may
// share and which can be reloaded.
func Middleware(policy *core.Policy) echo.MiddlewareFunc {
	if policy == nil {
		panic("echoadapter: Middleware needs a policy")
	}
	return (&middleware{nethttp.Registration{Policy: policy}}).wrap
}

// middleware is a policy at one place of an Echo. As an error, it is the answer of a
// route without a handler: that is how Install gets it from a wrap without a request.
type middleware struct{ nethttp.Registration }

func (*middleware) Error() string { return "echoadapter: the route has no handler" }

func (m *middleware) wrap(next echo.HandlerFunc) echo.HandlerFunc {
	if next == nil {
		return func(echo.Context) error { return m }
	}
	return func(c echo.Context) error {
		if !m.Serve(c.Response(), c.Request()) {
			return nil
		}
		return next(c)
	}
}
