package fiberadapter

import (
	"slices"
	"strings"
	"unsafe"

	"github.com/corsuite/corsuite/core"
	"github.com/gofiber/fiber/v2"
)

// fields has room for all lines that make a difference: a policy denies two origins or
// methods, and reflects at most 16 lines of headers.
type fields struct {
	origin, method [2]string
	headers        [17]string
}

// asked returns the lines that the policy reads of an OPTIONS request. Their strings
// are the server's memory, which the next request overwrites; the slices are in mem.
func asked(c *fiber.Ctx, mem *fields) (origin, method, headers []string) {
	origin, method, headers = mem.origin[:0], mem.method[:0], mem.headers[:0]
	c.Request().Header.VisitAll(func(key, value []byte) {
		switch name := view(key); {
		case is(name, fiber.HeaderOrigin):
			origin = appendView(origin, value)
		case is(name, fiber.HeaderAccessControlRequestMethod):
			method = appendView(method, value)
		case is(name, fiber.HeaderAccessControlRequestHeaders):
			headers = appendView(headers, value)
		}
	})
	return origin, method, headers
}

// origins returns the lines of Origin, which is all that the policy reads of other
// requests. PeekAll is faster, but it needs normalized names.
func origins(c *fiber.Ctx, values []string) []string {
	h := &c.Request().Header
	if c.App().Server().DisableHeaderNamesNormalizing {
		h.VisitAll(func(key, value []byte) {
			if is(view(key), fiber.HeaderOrigin) {
				values = appendView(values, value)
			}
		})
		return values
	}
	for _, value := range h.PeekAll(fiber.HeaderOrigin) {
		values = appendView(values, value)
	}
	return values
}

// is compares names without case. Nearly all come in canonical form.
func is(name, other string) bool {
	return name == other || len(name) == len(other) && strings.EqualFold(name, other)
}

// appendView drops a value for which there is no room.
func appendView(values []string, value []byte) []string {
	if len(values) < cap(values) {
		values = append(values, view(value))
	}
	return values
}

// writeHeaders copies the headers into the response.
func writeHeaders(c *fiber.Ctx, d core.Decision) {
	h := &c.Response().Header
	var mem [1]string
	vary := d.Vary(clearCORS(c, mem[:0]))
	for i := range d.Len() {
		name, value := d.Header(i)
		h.SetCanonical(bytes(name), bytes(value)) // core has validated it, so no byte needs to be replaced
	}
	if vary != "" {
		h.Add(fiber.HeaderVary, vary)
	}
}

// clearCORS removes CORS headers that are set already, by a policy further out or by
// other code. The innermost policy decides alone: a single Allow-Credentials from
// elsewhere would change what its answer means. It appends Vary's lines to present.
func clearCORS(c *fiber.Ctx, present []string) []string {
	h := &c.Response().Header
	var names []string
	h.VisitAll(func(key, value []byte) {
		switch name := view(key); {
		case isCORS(name):
			names = append(names, strings.Clone(name))
		case is(name, fiber.HeaderVary):
			present = append(present, view(value))
		}
	})
	for _, name := range names {
		h.Del(name)
	}
	return present
}

func isCORS(name string) bool {
	if len(name) < len("Access-Control-") || name[0]|0x20 != 'a' {
		return false
	}
	headers := core.ResponseHeaders()
	return slices.ContainsFunc(headers[:], func(header string) bool { return is(name, header) })
}

// view reads b as a string in place. It is good until b changes.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// bytes reads s in place. The result is never written to.
func bytes(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }
