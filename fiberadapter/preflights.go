package fiberadapter

import (
	"sync"
	"sync/atomic"

	"github.com/corsuite/corsuite/core"
	"github.com/gofiber/fiber/v2"
)

// Preflights lets the policies of single routes answer their own preflights, and
// the innermost where there are several. Call it once, on the app, before any
// policy or route:
//
//	app := fiber.New()
//	fiberadapter.Preflights(app)
//
// It uses a middleware that looks up the route a preflight asks about, finds the
// innermost policy in that route's chain, and lets it answer at once: nothing
// else of the chain runs, no handler, no authentication. If the route has no
// policy, the preflight goes on as ever, but no policy that stands elsewhere
// approves it, and [slog.Default] says so once for each route. So it does, when
// the app listens, of a policy that Use registers after all of its routes. Where
// the app has an OPTIONS route of its own, and no policy for the route, nothing
// changes.
//
// Middleware counts as going on; a request ends with the last handler of its route,
// or with a file that Static has. As middleware may also be a server of its own,
// such as a proxy, a preflight without a route goes on as ever, too, unless nothing
// but policies stands before. A policy inside a function of your own is not found,
// and what changes the path of requests has to stand before Preflights.
//
// On a mounted app, Preflights cannot tell one route with a handler, a policy and
// another handler from a second route for the same method and path, which fiber
// joins to the first and never gets to. There, a policy behind another handler
// approves nothing until you call Preflights on that app, too, before its routes.
//
// Routes that are added later count as soon as fiber serves them, from the next
// call of app.Handler on, or earlier; as fiber does not lock its routes, no request
// may be served meanwhile.
func Preflights(app *fiber.App) {
	h := &hook{registered: registrations{app: app, ends: make(map[*fiber.Route][]int)}}
	app.Hooks().OnRoute(h.registered.add)
	app.Hooks().OnListen(func(fiber.ListenData) error {
		h.table(app)
		return nil
	})
	app.Use(h.handle)
}

// hook is the middleware of one call of Preflights.
type hook struct {
	registered registrations
	current    atomic.Pointer[table]
	reading    sync.Mutex
	reported   sync.Map // names of routes
}

func (h *hook) handle(c *fiber.Ctx) error {
	if c.Method() != fiber.MethodOptions {
		return c.Next()
	}
	var mem fields
	req := core.Request{Method: c.Method()}
	req.Origin, req.RequestMethod, req.RequestHeaders = asked(c, &mem)
	method, ok := req.PreflightMethod()
	if !ok {
		return c.Next()
	}
	switch told := c.Locals(tellingKey{}).(type) {
	case *probe:
		told.hook = h
		return nil
	case passage:
		if told.hook != h {
			return c.Next() // a mounted app's own has nothing to add
		}
	}
	return h.preflight(c, req, method)
}

func (h *hook) preflight(c *fiber.Ctx, req core.Request, method string) error {
	t, path := h.table(c.App()), c.Path()
	asked := t.find(method, path)
	policy := asked.policy()
	own := func() bool { return t.find(fiber.MethodOptions, path).route != nil }
	p := passage{hook: h}
	switch {
	case asked.route != nil && policy != nil:
		req.RouteMethods = func() []string { return t.methodsOf(policy, path) }
		return respond(c, policy.Decide(c.UserContext(), &req))
	case asked.route == nil && policy != nil && asked.certain && !own():
		return respond(c, policy.Decide(c.UserContext(), &req))
	case asked.route != nil && !own():
		p.stray = true
		h.reportFallThrough(t, asked.route, method, path)
	}
	c.Locals(tellingKey{}, p)
	return c.Next()
}

// table returns what is known of an app's routes, anew if there are more.
func (h *hook) table(app *fiber.App) *table {
	t := h.current.Load()
	if t.upToDate(app) {
		return t
	}
	t, read := h.read(app)
	if read {
		h.reportPlaces(t)
	}
	return t
}

func (h *hook) read(app *fiber.App) (t *table, read bool) {
	h.reading.Lock()
	defer h.reading.Unlock()
	if t = h.current.Load(); t.upToDate(app) {
		return t, false
	}
	t = newTable(app, h)
	h.current.Store(t)
	return t, true
}

// tellingKey is where a preflight carries what a handler of ours has to know of
// it: a *probe, or a passage.
type tellingKey struct{}

// probe asks a handler of ours which it is.
type probe struct {
	middleware *middleware
	hook       *hook
}

// passage is what a hook has let pass. A stray asks about a route that has no
// policy, but fiber takes it to where the path leads for OPTIONS, maybe through
// another's.
type passage struct {
	hook  *hook
	stray bool
}
