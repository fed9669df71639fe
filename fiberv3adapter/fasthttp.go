package fiberv3adapter

import (
	"slices"
	"strings"
	"unsafe"

	"github.com/corsuite/corsuite/core"
	"github.com/gofiber/fiber/v3"
)

// request is a request as a policy reads it. Its strings are in the server's memory,
// which the next request overwrites. Its slices are memory for the next request.
type request struct {
	core.Request

	c      fiber.Ctx
	vary   []string // the Vary lines of the response
	origin []byte   // a copy, if the policy denies it
}

// A policy rejects a second origin or method, and reflects at most 32 lines of headers.
const (
	maxLines       = 2
	maxHeaderLines = 33
)

// read reads the fields that the policy needs for c.
func (r *request) read(c fiber.Ctx) {
	r.c, r.OneMethod = c, false
	r.Method = c.Method()
	r.Origin = r.lines(fiber.HeaderOrigin, r.Origin[:0], maxLines)
	r.RequestMethod, r.RequestHeaders = r.RequestMethod[:0], r.RequestHeaders[:0]
	if r.Method == fiber.MethodOptions {
		r.RequestMethod = r.lines(fiber.HeaderAccessControlRequestMethod, r.RequestMethod, maxLines)
		r.RequestHeaders = r.lines(fiber.HeaderAccessControlRequestHeaders, r.RequestHeaders, maxHeaderLines)
	}
}

// lines appends the first lines of a field to values. PeekAll is faster than All, but
// needs normalized names.
func (r *request) lines(name string, values []string, limit int) []string {
	h := &r.c.Request().Header
	if !r.c.App().Server().DisableHeaderNamesNormalizing {
		all := h.PeekAll(name)
		for _, value := range all[:min(len(all), limit)] {
			values = append(values, view(value))
		}
		return values
	}
	for key, value := range h.All() {
		if len(values) < limit && is(view(key), name) {
			values = append(values, view(value))
		}
	}
	return values
}

// Field implements [core.Details], like the two other methods.
func (r *request) Field(name string) string { return view(r.c.Request().Header.Peek(name)) }
func (r *request) Host() string             { return view(r.c.RequestCtx().Host()) }
func (r *request) Path() string             { return view(r.c.RequestCtx().Path()) }

// is compares names without case. It first tries ==, since most names are canonical.
func is(name, other string) bool {
	return name == other || len(name) == len(other) && strings.EqualFold(name, other)
}

// allowsOrigin reports whether the response has Access-Control-Allow-Origin.
func allowsOrigin(c fiber.Ctx) bool {
	for key := range c.Response().Header.All() {
		if is(view(key), fiber.HeaderAccessControlAllowOrigin) {
			return true
		}
	}
	return false
}

// write copies the headers into the response.
func (r *request) write(d core.Decision) {
	h := &r.c.Response().Header
	r.vary = clearCORS(r.c, r.vary[:0])
	vary := d.Vary(r.vary)
	for i := range d.Len() {
		name, value := d.Header(i)
		h.SetCanonical(bytes(name), bytes(value)) // core has validated value, so it has no newline to replace
	}
	switch {
	case vary == "":
	case len(r.vary) == 0:
		h.SetCanonical(bytes(fiber.HeaderVary), bytes(vary))
	default:
		h.Add(fiber.HeaderVary, vary)
	}
}

// clearCORS removes the CORS headers that an outer policy or other code has set, and
// appends the Vary lines to present. The innermost policy decides alone: an
// Allow-Credentials from another source would change the meaning of its answer.
func clearCORS(c fiber.Ctx, present []string) []string {
	h := &c.Response().Header
	var names []string
	for key, value := range h.All() {
		switch name := view(key); {
		case isCORS(name):
			names = append(names, strings.Clone(name))
		case is(name, fiber.HeaderVary):
			present = append(present, view(value))
		}
	}
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
