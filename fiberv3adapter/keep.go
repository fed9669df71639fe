package fiberv3adapter

import (
	"slices"
	"strings"

	"github.com/corsuite/corsuite/core"
	"github.com/gofiber/fiber/v3"
)

// ErrorHandler returns an error handler that calls next and adds CORS headers to the
// answer, so that pages on other origins can read errors:
//
//	app := fiber.New(fiber.Config{ErrorHandler: fiberv3adapter.ErrorHandler(policy, nil)})
//	app.Use(fiberv3adapter.Middleware(policy))
//
// If a policy has set CORS headers, the answer keeps them, even if next resets the
// response. If fiber rejects a request before any handler runs, policy sets them. A nil
// next is [fiber.DefaultErrorHandler]. policy must not be nil. The handler is safe for
// concurrent use if next is.
//
// # Limits
//
//   - If a mounted app has its own ErrorHandler, wrap that one as well.
//   - If fiber itself rejects a request, such as for BodyLimit, it runs the middleware of
//     Use, and then the error handler. It runs no policy of a single route. So put a policy
//     on the app if pages need the 413 of such a route.
//   - For some answers fiber does not know the Origin, so only a policy that allows every
//     origin sets headers: the 431 for a head over ReadBufferSize, the 408 for a late
//     request, the 400 for an unreadable one, and the 413 for a body without a length.
//   - The 501 for a method that is not in RequestMethods reaches no error handler.
func ErrorHandler(policy *core.Policy, next fiber.ErrorHandler) fiber.ErrorHandler {
	if policy == nil {
		panic("fiberv3adapter: ErrorHandler needs a policy")
	}
	if next == nil {
		next = fiber.DefaultErrorHandler
	}
	return func(c fiber.Ctx, failure error) error {
		before := corsOf(c)
		err := next(c, failure)
		if c.Matched() || c.IsMiddleware() {
			before.restore(c)
			return err
		}
		// c.Method panics if the method is not in RequestMethods. The request is never a
		// preflight here, because an error cannot answer one.
		r := &request{c: c}
		r.Method, r.Origin = view(c.Request().Header.Method()), r.lines(fiber.HeaderOrigin, nil, maxLines)
		r.write(policy.Decide(c.Context(), &r.Request, r))
		return err
	}
}

// CheckOrigin returns a function that reports whether a request comes from the server's own
// origin or from one that the policy allows, such as the Filter of a WebSocket handler. A
// browser does not apply CORS to WebSockets.
//
// The function allows a request without an Origin field, which comes from no browser. It
// calls the origin function of the policy, and logs nothing. It is safe for concurrent use.
//
// # Limits
//
//   - "*" in AllowOrigins allows no request with cookies, since any page could then act as
//     your users.
//   - A browser sends cookies with a WebSocket even if the policy does not allow
//     credentials. So list only origins that you trust with your users.
func CheckOrigin(policy *core.Policy) func(c fiber.Ctx) bool {
	if policy == nil {
		panic("fiberv3adapter: CheckOrigin needs a policy")
	}
	return func(c fiber.Ctx) bool {
		r := new(request)
		r.read(c)
		allowed, _ := policy.CheckOrigin(c.Context(), &r.Request, r)
		return allowed
	}
}

// KeepCORS is middleware that keeps the CORS headers of the policy before it. Use it
// before handlers that reset the response or set CORS headers: fiber's proxies, handlers
// that call c.RequestCtx().Error, and static.New, which resets a 304:
//
//	app.Use(fiberv3adapter.New(cfg))
//	app.Use("/api", fiberv3adapter.KeepCORS, proxy.Balancer(proxy.Config{Servers: servers}))
//
// Without KeepCORS, the page receives the CORS headers of the upstream, even if the
// policy denies the page. Without a policy before KeepCORS, the answer has none. An
// upstream may still reject requests with a foreign Origin. If it uses Origin only for
// that, remove the field from the request before the proxy.
func KeepCORS(c fiber.Ctx) error {
	before := corsOf(c)
	err := c.Next()
	if c.IsAbandoned() { // its answer is complete, and its handler may still run
		return err
	}
	clearLineBreaks(c)
	clearCORS(c, nil)
	before.restore(c)
	return err
}

// clearLineBreaks removes headers with a line break in the value: a browser might read a
// CORS header after it.
func clearLineBreaks(c fiber.Ctx) {
	h := &c.Response().Header
	var names []string
	for key, value := range h.All() {
		if strings.ContainsAny(view(value), "\r\n") {
			names = append(names, string(key))
		}
	}
	for _, name := range names {
		h.Del(name)
	}
}

// kept is a copy of the CORS headers of a response, and of the names in its Vary lines.
type kept struct {
	headers [][2]string
	vary    []string
}

func corsOf(c fiber.Ctx) (k kept) {
	for key, value := range c.Response().Header.All() {
		switch name := view(key); {
		case isCORS(name):
			k.headers = append(k.headers, [2]string{string(key), string(value)})
		case is(name, fiber.HeaderVary):
			for name := range strings.SplitSeq(string(value), ",") {
				k.vary = append(k.vary, strings.TrimSpace(name))
			}
		}
	}
	return k
}

// restore adds the missing Vary names. It adds the CORS headers unless the response has
// an Allow-Origin again.
func (k kept) restore(c fiber.Ctx) {
	h := &c.Response().Header
	if len(h.Peek(fiber.HeaderAccessControlAllowOrigin)) == 0 {
		for _, header := range k.headers {
			h.Set(header[0], header[1])
		}
	}
	present := corsOf(c).vary
	for _, name := range k.vary {
		if !slices.ContainsFunc(present, func(p string) bool { return p == "*" || is(p, name) }) {
			h.Add(fiber.HeaderVary, name)
		}
	}
}
