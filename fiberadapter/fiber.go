// Package fiberadapter brings a CORS policy to fiber v2.
//
//	app := fiber.New()
//	app.Use(fiberadapter.New(core.Config{
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
// Register the policy on the app, a group or a mounted app, before the routes. fiber
// runs the handlers of a single route only for the route's method, so a preflight does
// not reach them, because its method is OPTIONS. For policies on single routes, and for
// several policies in one app, call [Install] on the app instead of Use:
//
//	registered with                  preflights     actual requests   404 and 405
//	app.Use                          answered       answered          answered
//	Group, group.Use, Use(prefix),   answered       answered          answered below it
//	  Use on an app and Mount
//	a single route                   with Install   answered          missed
//	Use after the routes             answered       missed            answered
//
// If several policies apply to a route, the innermost one sets the headers of actual
// answers. With Install it also answers the preflights, unless it was registered after
// the route; without Install, the outermost one does.
//
// In fiber, Use("/api") also runs for /apiary. An origin function receives the
// UserContext of the request.
//
// Pages on other origins cannot read answers without CORS headers: those that fiber sends
// without middleware, and those of handlers that reset the response. [ErrorHandler] and
// [KeepCORS] add the headers to most of them.
//
// The server finds all lines of a field, so the work for a request grows with its head.
// ReadBufferSize of the fiber.Config, which is 4 KiB by default, bounds that.
package fiberadapter

import (
	"context"
	"errors"
	"net/http"
	"reflect"

	"github.com/corsuite/corsuite/core"
	"github.com/gofiber/fiber/v2"
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
func New(cfg Config, opts ...core.Option) fiber.Handler {
	policy, err := core.NewPolicy(cfg, opts...)
	if err != nil {
		panic(err)
	}
	return Middleware(policy)
}

// Middleware is like [New] for an existing policy. Several routers may share the
// policy, and [core.Policy.Reload] can change it. Middleware panics if policy is nil.
func Middleware(policy *core.Policy) fiber.Handler {
	if policy == nil {
		panic("fiberadapter: Middleware needs a policy")
	}
	return (&middleware{policy: policy}).handle
}

// middleware is a policy that is registered once.
type middleware struct {
	policy *core.Policy // may be nil if routes is set
	routes *routes      // set only by Install
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
	return serve(c, m.policy, &core.Request{Method: c.Method(), Origin: linesOf(c, fiber.HeaderOrigin, mem[:0])})
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
	clearCORS(c, nil)
	c.Status(http.StatusForbidden)
	return nil
}

// serve sets the CORS headers, and calls the next handler unless the answer is complete.
func serve(c *fiber.Ctx, policy *core.Policy, req *core.Request) error {
	ctx := context.Background()
	if policy.NeedsContext() {
		ctx = c.UserContext() // fiber stores a new one, which takes time
	}
	d := policy.Decide(ctx, req, details{c})
	writeHeaders(c, d)
	if status := d.Status(); status != 0 {
		c.Status(status)
		return nil
	}
	if d.OriginAllowed() {
		c.Context().RemoveUserValue(denied{})
		return c.Next()
	}
	c.Context().SetUserValue(denied{}, true)
	// A handler may change the header of the request, and with it the memory of Origin.
	var mem [longestOrigin]byte
	origin := append(mem[:0], req.Origin[0][:min(len(req.Origin[0]), longestOrigin)]...)
	err := c.Next()
	if c.Context().UserValue(denied{}) != nil && allowsOrigin(c) {
		policy.LogOverride(&core.Request{Method: c.Method(), Origin: []string{view(origin)}}, details{c})
	}
	return err
}

// longestOrigin is the number of bytes of an origin that the log needs.
const longestOrigin = 256

// denied marks a request that the innermost policy denies.
type denied struct{}

// middlewareOf returns the receiver of h if h is a middleware.handle. Otherwise it
// returns nil and does not call h.
func middlewareOf(h fiber.Handler) *middleware {
	// All method values of handle have one code pointer, and no other function has it.
	if reflect.ValueOf(h).Pointer() != reflect.ValueOf((*middleware)(nil).handle).Pointer() {
		return nil
	}
	var self selfError
	_ = errors.As(h(nil), &self)
	return self.middleware
}

// selfError carries the receiver from handle to middlewareOf.
type selfError struct{ *middleware }

func (selfError) Error() string { return "fiberadapter: the handler was called without a request" }
