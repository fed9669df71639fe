// Package fiberv3adapter brings a CORS policy to fiber v3.
//
//	app := fiber.New()
//	app.Use(fiberv3adapter.New(core.Config{
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
//	  Use on an app that is mounted
//	a single route                   with Install   answered          missed
//	Use after the routes             answered       missed            answered
//
// If several policies apply to a route, the innermost one sets the headers of actual
// answers. With Install it also answers the preflights, unless it was registered after
// the route; without Install, the outermost one does.
//
// fiber registers a HEAD route for each GET route when the app starts, so a policy that
// Use registers after the routes still applies to HEAD. An origin function receives the
// Context of the request.
//
// Pages on other origins cannot read answers without CORS headers: those that fiber sends
// without middleware, such as for an unknown method or the path //, and those of handlers
// that reset the response. [ErrorHandler] and [KeepCORS] add the headers to most of them.
//
// The server finds all lines of a field, so the work for a request grows with its head.
// ReadBufferSize of the fiber.Config, which is 4 KiB by default, bounds that.
package fiberv3adapter

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"sync"

	"github.com/corsuite/corsuite/core"
	"github.com/gofiber/fiber/v3"
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
		panic("fiberv3adapter: Middleware needs a policy")
	}
	return (&middleware{policy: policy}).handle
}

// middleware is a policy that is registered once.
type middleware struct {
	policy   *core.Policy // may be nil if routes is set
	routes   *routes      // set only by Install
	requests sync.Pool    // of *request
}

func (m *middleware) handle(c fiber.Ctx) error {
	if c == nil {
		return selfError{m} // for middlewareOf
	}
	if m.policy == nil && c.Method() != fiber.MethodOptions {
		return c.Next()
	}
	r, ok := m.requests.Get().(*request)
	if !ok {
		r = new(request)
	}
	defer m.requests.Put(r)
	r.read(c)
	policy, next := m.policy, m.policy == nil
	if m.routes != nil {
		if method, ok := r.PreflightMethod(); ok {
			policy, next = m.routes.resolve(c, method)
			r.OneMethod = true
		}
	}
	switch {
	case policy != nil:
		return r.serve(policy)
	case next:
		return c.Next()
	}
	clearCORS(c, nil)
	c.Status(http.StatusForbidden)
	return nil
}

// serve sets the CORS headers, and calls the next handler unless the answer is complete.
func (r *request) serve(policy *core.Policy) error {
	c := r.c
	ctx := context.Background()
	if policy.NeedsContext() {
		ctx = c.Context() // fiber stores a new one, which takes time
	}
	d := policy.Decide(ctx, &r.Request, r)
	r.write(d)
	if status := d.Status(); status != 0 {
		c.Status(status)
		return nil
	}
	if d.OriginAllowed() {
		c.RequestCtx().RemoveUserValue(denied{})
		return c.Next()
	}
	c.RequestCtx().SetUserValue(denied{}, true)
	// A handler may change the header of the request, and with it the memory of Origin.
	r.origin = append(r.origin[:0], r.Origin[0][:min(len(r.Origin[0]), longestOrigin)]...)
	r.Origin = append(r.Origin[:0], view(r.origin))
	err := c.Next()
	// The handler may still use an abandoned request, so a look at it would be a race.
	if !c.IsAbandoned() && c.RequestCtx().UserValue(denied{}) != nil && allowsOrigin(c) {
		policy.LogOverride(&r.Request, r)
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

func (selfError) Error() string { return "fiberv3adapter: the handler was called without a request" }
