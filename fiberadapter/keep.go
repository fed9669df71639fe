package fiberadapter

import (
	"slices"
	"strings"

	"github.com/corsuite/corsuite/core"
	"github.com/gofiber/fiber/v2"
)

// ErrorHandler is next, with CORS headers on all its answers, so that a page can
// read an error:
//
//	app := fiber.New(fiber.Config{ErrorHandler: fiberadapter.ErrorHandler(policy, nil)})
//	app.Use(fiberadapter.Middleware(policy))
//
// An answer keeps the headers that a policy has set, even if next resets the
// response. If fiber rejects a request before any handler runs, as with the 413 for a
// body over BodyLimit, policy sets them. A nil next is [fiber.DefaultErrorHandler]. A
// mounted app with another ErrorHandler needs this there as well.
//
// For some answers fiber does not know the Origin, so only a policy that allows every
// origin sets headers: the 431 for a head over ReadBufferSize, the 408 and the 400 for
// a request that is late or cannot be read, the 413 for a body without a length. The
// 400 for a method that RequestMethods lacks reaches no error handler.
func ErrorHandler(policy *core.Policy, next fiber.ErrorHandler) fiber.ErrorHandler {
	if policy == nil {
		panic("fiberadapter: ErrorHandler needs a policy")
	}
	if next == nil {
		next = fiber.DefaultErrorHandler
	}
	return func(c *fiber.Ctx, failure error) error {
		before := corsOf(c)
		err := next(c, failure)
		if len(c.Route().Handlers) != 0 {
			before.restore(c)
			return err
		}
		var mem [2]string
		req := core.Request{Method: c.Method(), Origin: origins(c, mem[:0])} // an error does not answer a preflight
		writeHeaders(c, policy.Decide(c.UserContext(), &req))
		return err
	}
}

// KeepCORS is middleware for handlers that reset the response: fiber's proxies, a
// handler that calls c.Context().Error, the 304 of Static. Handlers behind it neither
// remove the CORS headers of the policy before it nor set others:
//
//	app.Use(fiberadapter.New(cfg))
//	app.Use("/api", fiberadapter.KeepCORS, proxy.Balancer(proxy.Config{Servers: servers}))
//
// Without it, a page gets the CORS headers of the upstream, even a page that the
// policy denies, or none. Without a policy before it, no page can read the answer. An
// upstream may still reject foreign origins; if its answer depends on nothing else,
// remove Origin from the request before the proxy.
func KeepCORS(c *fiber.Ctx) error {
	before := corsOf(c)
	err := c.Next()
	clearCORS(c, nil)
	before.restore(c)
	return err
}

// kept is a copy of a response's CORS headers, and of the names in its Vary lines.
type kept struct {
	headers [][2]string
	vary    []string
}

func corsOf(c *fiber.Ctx) (k kept) {
	c.Response().Header.VisitAll(func(key, value []byte) {
		switch name := view(key); {
		case isCORS(name):
			k.headers = append(k.headers, [2]string{string(key), string(value)})
		case is(name, fiber.HeaderVary):
			for name := range strings.SplitSeq(string(value), ",") {
				k.vary = append(k.vary, strings.TrimSpace(name))
			}
		}
	})
	return k
}

// restore adds what is missing. It adds no CORS header if others were set since.
func (k kept) restore(c *fiber.Ctx) {
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
