// Package echoadapter brings a CORS policy to echo v4.
//
//	e := echo.New()
//	e.Use(echoadapter.New(core.Config{
//		AllowOrigins: []string{"https://app.example.com"},
//	}))
//
// # Where to register
//
// On the Echo, before or after the routes. A group answers the preflights of
// its routes only as far as echo's RouteNotFound reaches: not below Static or
// another wildcard for some methods only, nor below a wildcard outside the
// group, nor where two groups share a prefix, where the later one answers for
// both. A single route never sees them:
//
//	registered with           preflights   actual requests   404 and 405
//	e.Use, e.Pre              answered     answered          answered
//	Group, g.Use before the   most         answered          most
//	  group's routes
//	g.Use after them          most         missed            most
//	on one route              missed       answered          missed
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
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if !nethttp.Serve(policy, c.Response(), c.Request()) {
				return nil
			}
			return next(c)
		}
	}
}
