package fiberadapter

import (
	"strings"
	"unsafe"

	"github.com/corsuite/corsuite/core"
	"github.com/gofiber/fiber/v2"
)

// fields holds the values of three header fields without allocating, as long as
// each has the one line that browsers send.
type fields [3][1]string

// mostLines is more than a policy says back, so the rest makes no difference.
const mostLines = 17

// request gathers what the policy reads. Its strings are the server's memory,
// which the next request overwrites; its slices live in mem.
func request(c *fiber.Ctx, mem *fields) (r core.Request) {
	r.Method = c.Method()
	r.Origin = views(mem[0][:0], lines(c, fiber.HeaderOrigin))
	if r.Method == fiber.MethodOptions {
		r.RequestMethod = views(mem[1][:0], lines(c, fiber.HeaderAccessControlRequestMethod))
		r.RequestHeaders = views(mem[2][:0], lines(c, fiber.HeaderAccessControlRequestHeaders))
	}
	return r
}

// lines returns the value of each line of a request's field.
func lines(c *fiber.Ctx, name string) [][]byte {
	if c.App().Server().DisableHeaderNamesNormalizing {
		return linesOfAnyCase(c, name)
	}
	return c.Request().Header.PeekAll(name)
}

// linesOfAnyCase finds the lines that PeekAll misses while fasthttp leaves the
// names of fields as they came.
func linesOfAnyCase(c *fiber.Ctx, name string) (values [][]byte) {
	c.Request().Header.VisitAll(func(key, value []byte) {
		if strings.EqualFold(view(key), name) {
			values = append(values, value)
		}
	})
	return values
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
		case strings.EqualFold(name, fiber.HeaderVary):
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
		if strings.EqualFold(name, cors) {
			return true
		}
	}
	return false
}

// views reads the values in place. Its slice lives in mem if they have room there.
func views(mem []string, values [][]byte) []string {
	values = values[:min(len(values), mostLines)]
	if len(values) > cap(mem) {
		mem = make([]string, 0, len(values))
	}
	for _, v := range values {
		mem = append(mem, view(v))
	}
	return mem
}

// view reads b as a string in place. It is good until b changes.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// bytes reads s in place. Nobody may write to it.
func bytes(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }
