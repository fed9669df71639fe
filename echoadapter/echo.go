// Package echoadapter brings a CORS policy to echo v4.
//
//	e := echo.New()
//	e.Use(echoadapter.New(core.Config{
//		AllowOrigins: []string{"https://app.example.com"},
//	}))
//
// # Where to register
//
// On the Echo, before or after the routes; or, after one line that comes first
// ([Preflights]), on whatever the policy is for:
//
//	e := echo.New()
//	echoadapter.Preflights(e)
//	api := e.Group("/api", echoadapter.New(cfg))
//
// Without that line, a group answers the preflights of its routes only as far as
// echo's RouteNotFound reaches: not below Static or another wildcard for some
// methods only, nor below a wildcard outside the group, nor where two groups
// share a prefix, where the later one answers for both. A single route never
// sees them. With it, a policy answers the preflights of those requests whose
// answers it is on:
//
//	registered with           preflights              actual     404 and 405
//	                          alone      Preflights   requests
//	e.Use, e.Pre              answered   answered     answered   answered
//	Group, g.Use before the   most       answered     answered   most
//	  group's routes
//	g.Use after them          most       missed       missed     most
//	on one route              missed     answered     answered   missed
//
// Without the line, little can be seen from within echo: [slog.Default] says so
// when a policy on a route serves its first request, if no preflight could reach
// it. A group's policy that misses some is not reported.
package echoadapter

import (
	"net/http"
	"sync/atomic"

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
	return (&middleware{policy: policy}).wrap
}

// middleware is one registration of a policy. Its method value can be told from
// other functions in a route's chain.
type middleware struct {
	policy *core.Policy
	placed atomic.Bool // the place it stands on was looked at
	early  atomic.Bool // it was reported to stand before Preflights
}

func (m *middleware) wrap(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		switch {
		case r.Method == http.MethodOptions:
			if m.stops(c) {
				return nil
			}
		case !m.placed.Load():
			m.place(c)
		}
		if !nethttp.Serve(m.policy, c.Response(), r) {
			return nil
		}
		return next(c)
	}
}
