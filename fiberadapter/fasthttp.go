package fiberadapter

import (
	"slices"
	"strings"
	"unsafe"

	"github.com/corsuite/corsuite/core"
	"github.com/gofiber/fiber/v2"
)

// fields has room for the field lines that can change a decision: a policy rejects a
// second origin or method, and reflects at most 32 lines of headers.
type fields struct {
	origin, method [2]string
	headers        [33]string
}

// asked returns the field lines of an OPTIONS request that the policy reads. The slices
// are in mem. The strings are in the server's memory, which the next request overwrites.
func asked(c *fiber.Ctx, mem *fields) (origin, method, headers []string) {
	return linesOf(c, fiber.HeaderOrigin, mem.origin[:0]),
		linesOf(c, fiber.HeaderAccessControlRequestMethod, mem.method[:0]),
		linesOf(c, fiber.HeaderAccessControlRequestHeaders, mem.headers[:0])
}

// linesOf appends the lines of a request field to values. PeekAll takes no memory in any
// version of fasthttp, which VisitAll does since 1.69, but it needs normalized names.
func linesOf(c *fiber.Ctx, field string, values []string) []string {
	h := &c.Request().Header
	if c.App().Server().DisableHeaderNamesNormalizing {
		h.VisitAll(func(key, value []byte) {
			if is(view(key), field) {
				values = appendView(values, value)
			}
		})
		return values
	}
	for _, value := range h.PeekAll(field) {
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
func allowsOrigin(c *fiber.Ctx) bool {
	return slices.ContainsFunc(c.Response().Header.PeekKeys(), func(key []byte) bool {
		return is(view(key), fiber.HeaderAccessControlAllowOrigin)
	})
}

// writeHeaders copies the headers into the response.
func writeHeaders(c *fiber.Ctx, d core.Decision) {
	h := &c.Response().Header
	var mem [1]string
	present := clearCORS(c, mem[:0])
	vary := d.Vary(present)
	for i := range d.Len() {
		name, value := d.Header(i)
		h.SetCanonical(bytes(name), bytes(value)) // core has validated value, so it has no newline to replace
	}
	switch {
	case vary == "":
	case len(present) == 0:
		h.SetCanonical(bytes(fiber.HeaderVary), bytes(vary))
	default:
		h.Add(fiber.HeaderVary, vary)
	}
}

// clearCORS removes the CORS headers that an outer policy or other code has set, and
// appends the Vary lines to present. The innermost policy decides alone: an
// Allow-Credentials from another source would change the meaning of its answer.
func clearCORS(c *fiber.Ctx, present []string) []string {
	h := &c.Response().Header
	var cors []string
	var mem [1]string
	vary := mem[:0] // its spellings
	for _, key := range h.PeekKeys() {
		switch name := view(key); {
		case isCORS(name):
			cors = append(cors, strings.Clone(name))
		case is(name, fiber.HeaderVary) && !slices.Contains(vary, name):
			vary = append(vary, name)
		}
	}
	for _, name := range vary {
		for _, line := range h.PeekAll(name) {
			present = append(present, view(line))
		}
	}
	for _, name := range cors {
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
