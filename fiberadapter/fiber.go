// Package fiberadapter brings a CORS policy to fiber v2.
//
//	app := fiber.New()
//	app.Use(fiberadapter.New(core.Config{
//		AllowOrigins: []string{"https://app.example.com"},
//	}))
//
// # Where to register
//
// On the app, a group, a mounted app or a single route, before the routes. fiber
// runs the handlers of a route for its own method only. A preflight, for which
// there is no OPTIONS route, gets to a policy there with [Preflights], one line on
// the app:
//
//	registered with                  preflights      actual requests   404 and 405
//	app.Use before the routes        answered        answered          answered
//	Group, group.Use, Use(prefix),   answered        answered          answered
//	  Mount of an app with Use
//	on one route                     by Preflights   answered          missed
//	Use after the routes             answered; see   missed            answered
//	                                 below
//
// With that line, the innermost policy answers the preflights for a route, as it
// does the actual requests; without it, the outermost. And with that line, a policy
// that Use has registered after a route refuses the preflights for that route,
// since it misses the actual requests.
//
// A prefix is no path segment: Use("/api") also runs for /apiary.
//
// Some answers fiber gives without any middleware, so that no page on another
// origin can read them: 400 to a method that RequestMethods lack, 413 to a body
// over BodyLimit, 431 to a head over ReadBufferSize. Others start afresh and lose
// every header set before: an ErrorHandler that resets the response, a proxy,
// c.Context().Error, and the 304 of Static. [ErrorHandler] and [KeepCORS] say what
// can be done about it.
//
// An origin function gets the request's UserContext.
package fiberadapter

import (
	"sync/atomic"

	"github.com/corsuite/corsuite/core"
	"github.com/gofiber/fiber/v2"
)

// Config is [core.Config], so that a simple program imports one package.
type Config = core.Config

// New returns middleware that answers preflights and adds the CORS headers to
// every other answer. It panics if cfg is bad, with a message that lists every
// problem and its correction; use [core.NewPolicy] and [Middleware] for an
// error instead.
func New(cfg Config, opts ...core.Option) fiber.Handler {
	policy, err := core.NewPolicy(cfg, opts...)
	if err != nil {
		panic(err)
	}
	return Middleware(policy)
}

// Middleware is [New] for a policy that exists, which several routers may
// share and which can be reloaded.
func Middleware(policy *core.Policy) fiber.Handler {
	return (&middleware{policy: policy}).handle
}

// middleware is one registration of a policy. Its method value can be told from
// other handlers of a route.
type middleware struct {
	policy *core.Policy
	placed atomic.Bool // the place it stands on was looked at
}

func (m *middleware) handle(c *fiber.Ctx) error {
	if !m.placed.Load() {
		m.place(c)
	}
	if c.Method() == fiber.MethodOptions {
		return m.options(c)
	}
	var mem [2]string
	req := core.Request{Method: c.Method(), Origin: origins(c, mem[:0])}
	m.watch(c, &req)
	return respond(c, m.policy.Decide(c.UserContext(), &req))
}

func (m *middleware) options(c *fiber.Ctx) error {
	var mem fields
	req := core.Request{Method: fiber.MethodOptions}
	req.Origin, req.RequestMethod, req.RequestHeaders = asked(c, &mem)
	m.watch(c, &req)
	if len(req.RequestMethod) != 0 {
		switch told := c.Locals(tellingKey{}).(type) {
		case *probe:
			told.middleware = m
			return nil
		case passage:
			if told.stray {
				return respond(c, m.policy.Refuse(c.UserContext(), &req))
			}
		}
	}
	return respond(c, m.policy.Decide(c.UserContext(), &req))
}

// watch fills in what only those who watch the policy are told.
func (m *middleware) watch(c *fiber.Ctx, req *core.Request) {
	if m.policy.Watched() {
		req.FetchMode, req.FetchSite = c.Get("Sec-Fetch-Mode"), c.Get("Sec-Fetch-Site")
		req.Cookies = len(c.Request().Header.Peek(fiber.HeaderCookie)) != 0
	}
}

// respond lets the request go on unless d is the complete answer.
func respond(c *fiber.Ctx, d core.Decision) error {
	writeHeaders(c, d)
	if status := d.Status(); status != 0 {
		c.Status(status)
		return nil
	}
	return c.Next()
}
