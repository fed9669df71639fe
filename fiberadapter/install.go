package fiberadapter

import (
	"slices"
	"sync"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/nethttp"
	"github.com/gofiber/fiber/v2"
)

// Install puts policy on app, as Use would, and lets the policies of groups, mounted
// apps and single routes answer their own preflights. Call it once, before any policy
// or route; otherwise it panics:
//
//	app := fiber.New()
//	fiberadapter.Install(app, policy)
//	app.Delete("/posts/:id", fiberadapter.Middleware(strict), remove)
//
// The innermost policy on the answer to the actual request answers its preflight,
// and allows the requested method alone. No handler and no middleware after Install
// runs.
//
// If policy is nil, the policies of groups and routes are the only ones. Install
// rejects preflights for other routes with 403, and logs that once for each route. A
// preflight goes on if there is no such route, or if there is an OPTIONS route at the
// path that has no policy either.
//
// # Limits
//
//   - Install does not find a policy inside a function of the user, nor a route for a
//     method that RequestMethods lacks. There policy answers, as with Use. If policy
//     is nil, such a policy may answer a preflight that goes on to an OPTIONS route.
//   - Pass the policies of a route before its other handlers. In any other order, as in
//     app.Put(path, auth, cors, save), fiber may have joined two routes, and Install
//     rejects the preflights.
//   - Handlers of Use count as middleware, which goes on to the route, even if Static
//     has a file there. Without a route, a handler of Use below a path may be a server,
//     such as a proxy or Static. If a policy is behind it, preflights are rejected.
//   - Middleware that changes the path has to be registered before Install.
func Install(app *fiber.App, policy *core.Policy) {
	if app == nil {
		panic("fiberadapter: Install needs an app")
	}
	mounted := func(r fiber.Route) bool { return len(r.Handlers) == 0 }
	if len(app.GetRoutes(true)) != 0 || slices.ContainsFunc(app.GetRoutes(), mounted) {
		panic("fiberadapter: call Install before routes are registered and apps are mounted")
	}
	for _, use := range app.GetRoutes() {
		if slices.ContainsFunc(use.Handlers, func(h fiber.Handler) bool { return middlewareOf(h) != nil }) {
			panic("fiberadapter: the app has a policy already: call Install once, in the place of Use")
		}
	}
	app.Use((&middleware{policy, &routes{rule: nethttp.Registration{Policy: policy}}}).handle)
}

// routes finds the policies of an app's routes.
type routes struct {
	rule  nethttp.Registration
	mu    sync.Mutex
	table *table
}

func (r *routes) resolve(c *fiber.Ctx, method string) (policy *core.Policy, next bool) {
	return r.rule.Resolve(method, func(method string) nethttp.Route { return r.of(c.App()).find(c, method) })
}

// of returns a table of all routes that an app has now.
func (r *routes) of(app *fiber.App) *table {
	r.mu.Lock()
	defer r.mu.Unlock()
	if size := sizeOf(app); r.table == nil || r.table.size != size {
		r.table = newTable(app, size)
	}
	return r.table
}

// size differs once an app has more routes, or a route has more handlers.
type size struct {
	app      *fiber.App
	handlers uint32
	entries  int
}

func sizeOf(app *fiber.App) size {
	s := size{app: app, handlers: app.HandlersCount()}
	for _, stack := range app.Stack() {
		s.entries += len(stack)
	}
	return s
}

// table is a copy of an app's routes without handlers, for fiber to search.
type table struct {
	size     size
	searches map[string]*fiber.App // by method
	entries  map[*fiber.Route]entry
}

func newTable(app *fiber.App, size size) *table {
	t := &table{size, make(map[string]*fiber.App), make(map[*fiber.Route]entry)}
	cfg := app.Config()
	for i, method := range cfg.RequestMethods {
		// A preflight is searched for, so OPTIONS has the routes of method.
		search := fiber.New(fiber.Config{
			CaseSensitive: cfg.CaseSensitive, StrictRouting: cfg.StrictRouting, UnescapePath: cfg.UnescapePath,
			RequestMethods: []string{fiber.MethodOptions},
		})
		search.Use(func(*fiber.Ctx) error { return fiber.ErrNotFound }) // if nothing else matches
		stack := search.Stack()
		last, copies := stack[0], []*fiber.Route(nil)
		for _, route := range app.Stack()[i] {
			stack[0] = []*fiber.Route{route}
			twin := *route // with all that fiber matches by and does not show
			twin.Handlers = nil
			t.entries[&twin] = newEntry(method, route, len(search.GetRoutes(true)) == 0)
			copies = append(copies, &twin)
		}
		stack[0] = append(copies, last...)
		search.Handler() // prepares the search
		t.searches[method] = search
	}
	return t
}

// entry is one entry of fiber's stack: a route, or the handlers of Use for a path.
type entry struct {
	nethttp.Route      // its own policies only, and a name for Use too
	use           bool // it is no route
	answers       bool // it has handlers that may answer
}

const fix = "pass the policy before the other handlers"

func newEntry(method string, route *fiber.Route, use bool) entry {
	e := entry{use: use, Route: nethttp.Route{Name: method + " " + route.Path}}
	if use {
		e.Name = "Use " + route.Path
	}
	for _, h := range route.Handlers {
		switch m := middlewareOf(h); {
		case m == nil:
			e.answers = !use || route.Path != "/" // for all paths, Use has middleware
		case m.policy != nil && e.answers:
			e.Policy, e.Fix = m.policy, fix
		case m.policy != nil:
			e.Policy = m.policy
		}
	}
	return e
}

// find returns what fiber answers a request with that is c's with another method.
// No handler of the app runs.
func (t *table) find(c *fiber.Ctx, method string) (found nethttp.Route) {
	search, ok := t.searches[method]
	if !ok {
		return found
	}
	ctx := search.AcquireCtx(c.Context())
	defer search.ReleaseCtx(ctx)
	if ctx.Path() != c.Path() || ctx.Method() != c.Method() {
		return nethttp.Route{Fix: "before Install, change no method, and the path by c.Path alone"}
	}
	answers := false // a handler of Use may
	for err := ctx.RestartRouting(); err == nil; err = ctx.Next() {
		e := t.entries[ctx.Route()]
		if e.Policy != nil {
			found.Policy = e.Policy
			if answers || e.Fix != "" {
				found.Name, found.Fix = e.Name, fix
			}
		}
		if e.answers && !e.use {
			return nethttp.Route{Policy: found.Policy, Name: e.Name, Fix: e.Fix}
		}
		answers = answers || e.answers
	}
	return found
}
