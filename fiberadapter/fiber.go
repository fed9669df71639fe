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
// runs the handlers of a route for its own method only, so a preflight, for which
// there is no OPTIONS route, never gets there. With [Install] on the app, in the
// place of Use, policies on groups and routes answer their own preflights:
//
//	registered with                  preflights     actual requests   404 and 405
//	app.Use                          answered       answered          answered
//	Group, group.Use, Use(prefix),   answered       answered          answered below it
//	  Use on an app and Mount
//	a single route                   with Install   answered          missed
//	Use after the routes             answered       missed            answered
//
// Where several policies are before a route, the innermost is on the answer to the
// actual request. With Install, it answers the preflight too, and a policy that is
// registered after the route does not; without, the outermost answers.
//
// A prefix is no path segment: Use("/api") also runs for /apiary. An origin function
// receives the UserContext of the request.
//
// Some answers have no CORS headers, so that no page on another origin can read them:
// those that fiber sends without middleware, and those of handlers that reset the
// response. [ErrorHandler] and [KeepCORS] help with most of them.
package fiberadapter

import (
	"errors"
	"net/http"
	"reflect"

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
	if policy == nil {
		panic("fiberadapter: Middleware needs a policy")
	}
	return (&middleware{policy: policy}).handle
}

// middleware is a policy at one place of an app.
type middleware struct {
	policy *core.Policy // may be nil if routes is set
	routes *routes      // set by Install alone
}

func (m *middleware) handle(c *fiber.Ctx) error {
	switch {
	case c == nil:
		return selfError{m} // for middlewareOf
	case c.Method() == fiber.MethodOptions:
		return m.options(c)
	case m.policy == nil:
		return c.Next()
	}
	var mem [2]string
	return serve(c, m.policy, &core.Request{Method: c.Method(), Origin: origins(c, mem[:0])})
}

func (m *middleware) options(c *fiber.Ctx) error {
	var mem fields
	req := core.Request{Method: fiber.MethodOptions}
	req.Origin, req.RequestMethod, req.RequestHeaders = asked(c, &mem)
	policy, next := m.policy, m.policy == nil
	if method, ok := req.PreflightMethod(); ok && m.routes != nil {
		policy, next = m.routes.resolve(c, method)
		req.OneMethod = true
	}
	switch {
	case policy != nil:
		return serve(c, policy, &req)
	case next:
		return c.Next()
	}
	c.Status(http.StatusForbidden)
	return nil
}

// serve sets the CORS headers, and goes on unless the answer is complete.
func serve(c *fiber.Ctx, policy *core.Policy, req *core.Request) error {
	if policy.Watched() {
		req.FetchMode, req.FetchSite = c.Get("Sec-Fetch-Mode"), c.Get("Sec-Fetch-Site")
		req.Cookies = len(c.Request().Header.Peek(fiber.HeaderCookie)) != 0
	}
	d := policy.Decide(c.UserContext(), req)
	writeHeaders(c, d)
	if status := d.Status(); status != 0 {
		c.Status(status)
		return nil
	}
	return c.Next()
}

// middlewareOf returns nil for handlers of others, which it does not call.
func middlewareOf(h fiber.Handler) *middleware {
	// All method values of one method share their code, and no other function has it.
	if reflect.ValueOf(h).Pointer() != reflect.ValueOf((*middleware)(nil).handle).Pointer() {
		return nil
	}
	var self selfError
	_ = errors.As(h(nil), &self)
	return self.middleware
}

// selfError is how a middleware shows which one it is.
type selfError struct{ *middleware }

func (selfError) Error() string { return "fiberadapter: the handler was called without a request" }
