package fiberadapter

import (
	"reflect"
	"runtime"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// entry is what is known of one entry of fiber's stack: a route, or what Use has
// registered for a path.
type entry struct {
	name, path string
	use        bool        // it was registered with Use
	hooked     bool        // a hook stands in it
	mine       bool        // the hook that reads stands in it
	early      bool        // a policy stands before the first hook
	last       *middleware // the innermost policy; nil if there is none
	foreign    bool        // handlers that are not ours stand in it, after the hook that reads
	behind     bool        // they stand before last
	after      bool        // they stand after last
	unclear    bool        // requests may end before last
	ends       bool        // no request goes on
	serves     bool        // it serves files, and lets requests for others go on
	files      *middleware // the innermost policy before that, if it has one
}

// record stands in for the entry's handlers.
func (e *entry) record(c *fiber.Ctx) error {
	if l, ok := c.Locals(lookupKey{}).(*lookup); ok && !l.pass(e) {
		return nil
	}
	return c.Next()
}

// reader reads the entries of a stack.
type reader struct {
	scratch *fiber.App
	ctx     *fiber.Ctx         // of a preflight that carries the probes
	hook    *hook              // that reads
	ends    map[handlers][]int // what the hooks have seen
}

func newReader() *reader {
	r := &reader{scratch: fiber.New(), ends: make(map[handlers][]int)}
	r.ctx = newCtx(r.scratch)
	r.ctx.Method(fiber.MethodOptions)
	h := &r.ctx.Request().Header
	h.Set(fiber.HeaderOrigin, "https://probe.invalid")
	h.Set(fiber.HeaderAccessControlRequestMethod, fiber.MethodGet)
	return r
}

// learn takes over what the hooks in an app's stack know, its own and those of
// mounted apps.
func (r *reader) learn(app *fiber.App, h *hook) {
	r.hook = h
	for _, routes := range app.Stack() {
		for _, route := range routes {
			for _, handler := range route.Handlers {
				if told := r.ask(handler).hook; told != nil {
					told.registered.copyTo(r.ends)
				}
			}
		}
	}
}

// entry takes it that middleware goes on, and that the last handler of each
// registration does not.
func (r *reader) entry(method string, route *fiber.Route) *entry {
	e := &entry{name: method + " " + route.Path, path: route.Path, use: r.isUse(route)}
	ends, known := r.ends[handlersOf(route)]
	for i, h := range route.Handlers {
		switch p := r.ask(h); {
		case p.middleware != nil:
			e.last, e.behind, e.after = p.middleware, e.foreign, false
			e.unclear = e.behind && !known
		case p.hook != nil:
			e.early = e.early || e.last != nil && !e.hooked
			e.hooked = true
			if p.hook == r.hook {
				e.mine, e.foreign, e.behind, e.after = true, false, false, false
			}
		default:
			if servesFiles(h) && !e.serves {
				e.serves, e.files = true, e.last
			}
			e.foreign, e.after = true, e.last != nil
			if !e.use && (i == len(route.Handlers)-1 || slices.Contains(ends, i+1)) {
				e.ends = true
				return e
			}
		}
	}
	if e.use && !e.serves {
		e.name = "Use " + route.Path
	}
	return e
}

// isUse tells what Use has registered, which fiber does not show, by its list of
// the other routes.
func (r *reader) isUse(route *fiber.Route) bool {
	r.scratch.Stack()[0] = []*fiber.Route{route}
	return len(r.scratch.GetRoutes(true)) == 0
}

// ask calls a handler if it is ours. A method value shows whose it is by its code;
// which one, only when it is called.
func (r *reader) ask(h fiber.Handler) (p probe) {
	if !isPolicy(h) && !isHook(h) {
		return probe{}
	}
	r.ctx.Locals(tellingKey{}, &p)
	if err := h(r.ctx); err != nil {
		return probe{}
	}
	return p
}

func isPolicy(h fiber.Handler) bool { return code(h) == code((*middleware)(nil).handle) }
func isHook(h fiber.Handler) bool   { return code(h) == code((*hook)(nil).handle) }

// servesFiles recognises a handler of Static by where it was written. It alone
// of what stands in Use's place is a route for certain.
func servesFiles(h fiber.Handler) bool {
	f := runtime.FuncForPC(code(h))
	return f != nil && strings.HasPrefix(f.Name(), "github.com/gofiber/fiber/v2.") && strings.Contains(f.Name(), "registerStatic")
}

func code(h fiber.Handler) uintptr { return reflect.ValueOf(h).Pointer() }
