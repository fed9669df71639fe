package fiberadapter

import (
	"strings"

	"github.com/corsuite/corsuite/core"
	"github.com/gofiber/fiber/v2"
)

// ErrorHandler is next, with CORS headers on all that it answers, so that a page
// can read an error:
//
//	app := fiber.New(fiber.Config{ErrorHandler: fiberadapter.ErrorHandler(policy, nil)})
//	app.Use(fiberadapter.Middleware(policy))
//
// An answer keeps the headers that a policy has given it, even if next resets the
// response. What no handler has seen gets those of policy, such as the 413 for a
// body over BodyLimit. A nil next is [fiber.DefaultErrorHandler]. It is safe for
// concurrent use if next is. A mounted app that has an ErrorHandler of its own needs
// this there as well.
//
// Some answers only a policy that allows every origin can help, for their Origin is
// not known: the 431 for a head over ReadBufferSize, the 408 and the 400 for a
// request that does not come in time or cannot be read, the 413 for a body that did
// not tell its length. And the 400 for a method that RequestMethods lack gets to no
// error handler.
func ErrorHandler(policy *core.Policy, next fiber.ErrorHandler) fiber.ErrorHandler {
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
		req := core.Request{Method: c.Method(), Origin: origins(c, mem[:0])} // an error is no answer to a preflight
		writeHeaders(c, policy.Decide(c.UserContext(), &req))
		return err
	}
}

// KeepCORS is middleware for what starts the response afresh: fiber's proxies, a
// handler that calls c.Context().Error, the 304 of Static. What stands behind it
// neither removes the CORS headers of the policy before it nor sets others:
//
//	app.Use(fiberadapter.New(cfg))
//	app.Use("/api", fiberadapter.KeepCORS, proxy.Balancer(proxy.Config{Servers: servers}))
//
// Without it, a page gets what an upstream says about CORS, even one that the
// policy denies, or nothing. Where no policy stands before it, no page gets in. An
// upstream that refuses foreign origins still does; if its answer depends on nothing
// else, remove Origin from the request before the proxy.
func KeepCORS(c *fiber.Ctx) error {
	before := corsOf(c)
	err := c.Next()
	clearCORS(c, nil)
	before.restore(c)
	return err
}

// kept is what a response says about CORS, in memory of its own.
type kept struct {
	headers [][2]string
	vary    []string
}

func corsOf(c *fiber.Ctx) (k kept) {
	c.Response().Header.VisitAll(func(key, value []byte) {
		switch name := view(key); {
		case isCORS(name):
			k.headers = append(k.headers, [2]string{string(key), string(value)})
		case strings.EqualFold(name, fiber.HeaderVary):
			k.vary = append(k.vary, string(value))
		}
	})
	return k
}

// restore puts back what is lost, unless somebody has decided anew.
func (k kept) restore(c *fiber.Ctx) {
	h := &c.Response().Header
	if len(h.Peek(fiber.HeaderAccessControlAllowOrigin)) == 0 {
		for _, header := range k.headers {
			h.Set(header[0], header[1])
		}
	}
	present := corsOf(c).vary
	for _, line := range k.vary {
		for name := range strings.SplitSeq(line, ",") {
			if name = strings.TrimSpace(name); !names(present, name) {
				h.Add(fiber.HeaderVary, name)
			}
		}
	}
}

// names reports whether Vary lines name a header or everything.
func names(vary []string, header string) bool {
	for _, line := range vary {
		for name := range strings.SplitSeq(line, ",") {
			if name = strings.TrimSpace(name); name == "*" || strings.EqualFold(name, header) {
				return true
			}
		}
	}
	return false
}
