package fiberadapter

import (
	"strings"
	"unsafe"

	"github.com/corsuite/corsuite/core"
	"github.com/gofiber/fiber/v2"
)

// fields holds as many lines of three header fields as make a difference, without
// allocating: more than one origin or method is denied, and no policy says back
// more than 16 lines of headers.
type fields struct {
	origin, method [2]string
	headers        [17]string
}

// asked returns the lines of what the policy reads of an OPTIONS request: Origin
// and the two Access-Control-Request fields. Their strings are the server's memory,
// which the next request overwrites; the slices live in mem.
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
// requests. To find one field, PeekAll is faster, unless fasthttp leaves names as
// they came.
func origins(c *fiber.Ctx, values []string) []string {
	h := &c.Request().Header
	if !c.App().Server().DisableHeaderNamesNormalizing {
		for _, value := range h.PeekAll(fiber.HeaderOrigin) {
			values = appendView(values, value)
		}
		return values
	}
	h.VisitAll(func(key, value []byte) {
		if is(view(key), fiber.HeaderOrigin) {
			values = appendView(values, value)
		}
	})
	return values
}

// is compares names without case. Nearly all come in canonical form.
func is(name, other string) bool {
	return name == other || len(name) == len(other) && strings.EqualFold(name, other)
}

// appendView drops what values have no room for.
func appendView(values []string, value []byte) []string {
	if len(values) == cap(values) {
		return values
	}
	return append(values, view(value))
}

// writeHeaders copies the headers into the response, whose memory is its own.
func writeHeaders(c *fiber.Ctx, d core.Decision) {
	h := &c.Response().Header
	var mem [1]string
	present := clearCORS(c, mem[:0])
	vary := d.Vary(present)
	for i := range d.Len() {
		name, value := d.Header(i)
		h.SetCanonical(bytes(name), bytes(value)) // core has validated it, so no byte needs to be replaced
	}
	switch {
	case vary == "":
	case len(present) == 0:
		h.SetCanonical(bytes(fiber.HeaderVary), bytes(vary))
	default:
		h.Add(fiber.HeaderVary, vary)
	}
}

// clearCORS removes what something further out has set, another policy or a
// stranger's headers: the innermost policy decides alone, and one stray
// Allow-Credentials would change what it says. It appends the Vary lines that are
// there to present, as views.
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

// isCORS compares without case, for fasthttp may leave names as they came.
func isCORS(name string) bool {
	if len(name) < len("Access-Control-") || name[0]|0x20 != 'a' {
		return false
	}
	for _, cors := range core.ResponseHeaders() {
		if is(name, cors) {
			return true
		}
	}
	return false
}

// view reads b as a string in place. It is good until b changes.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// bytes reads s in place. Nobody may write to it.
func bytes(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }
