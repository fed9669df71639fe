package fiberadapter

import (
	"slices"
	"strings"
	"unsafe"

	"github.com/corsuite/corsuite/core"
	"github.com/gofiber/fiber/v2"
)

// fields has room for the field lines that can change a decision: a policy rejects a
// second origin or method, and reflects at most 128 lines of headers.
type fields struct {
	origin, method [2]string
	headers        [129]string
}

// asked returns the field lines of an OPTIONS request that the policy reads. The slices
// are in mem. The strings are in the server's memory, which the next request overwrites.
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

// origins appends the Origin lines to values. For methods other than OPTIONS, the policy
// reads no other field. PeekAll is faster than VisitAll, but needs normalized names.
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

// is compares names without case. It first tries ==, since most names are canonical.
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

// details reads a request in place. As a single pointer, it becomes an interface without
// memory.
type details struct{ c *fiber.Ctx }

func (d details) Field(name string) string { return d.c.Get(name) }
func (d details) Host() string             { return view(d.c.Context().Host()) }
func (d details) Path() string             { return view(d.c.Context().Path()) }

// allowsOrigin reports whether the response has Access-Control-Allow-Origin.
func allowsOrigin(c *fiber.Ctx) (allows bool) {
	c.Response().Header.VisitAll(func(key, _ []byte) {
		allows = allows || is(view(key), fiber.HeaderAccessControlAllowOrigin)
	})
	return allows
}

// writeHeaders copies the headers into the response.
func writeHeaders(c *fiber.Ctx, d core.Decision) {
	h := &c.Response().Header
	var mem [1]string
	vary := d.Vary(clearCORS(c, mem[:0]))
	for i := range d.Len() {
		name, value := d.Header(i)
		h.SetCanonical(bytes(name), bytes(value)) // core has validated value, so it has no newline to replace
	}
	if vary != "" {
		h.Add(fiber.HeaderVary, vary)
	}
}

// clearCORS removes the CORS headers that an outer policy or other code has set, and
// appends the Vary lines to present. The innermost policy decides alone: an
// Allow-Credentials from another source would change the meaning of its answer.
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

// isCORS also recognises a name with blanks before the colon, which browsers ignore.
func isCORS(name string) bool {
	if len(name) < len("Access-Control-") || name[0]|0x20 != 'a' {
		return false
	}
	name = strings.TrimRight(name, " \t")
	headers := core.ResponseHeaders()
	return slices.ContainsFunc(headers[:], func(header string) bool { return is(name, header) })
}

// view returns b as a string without a copy. The string is valid until b changes.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// bytes returns s as a slice without a copy. The caller must not write to it.
func bytes(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }
