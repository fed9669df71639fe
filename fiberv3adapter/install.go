package fiberv3adapter

import (
	"slices"
	"sync"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/nethttp"
	"github.com/gofiber/fiber/v3"
)

// Install registers policy on app, like Use. Policies of groups, mounted apps and single
// routes then answer the preflights for their own routes. Call Install once, before any
// policy or route. It panics if app has one already, or is nil:
//
//	app := fiber.New()
//	fiberv3adapter.Install(app, policy)
//	app.Delete("/posts/:id", fiberv3adapter.Middleware(strict), remove)
//
// The innermost policy before the handler of the actual request answers its preflight,
// and allows only the requested method. No handler and no middleware after Install
// runs for a preflight that Install answers.
//
// policy may be nil. Then only the policies of groups and routes answer preflights.
// Install rejects preflights for routes without a policy with 403, and logs this once
// for each route. A preflight continues to fiber if the requested route does not exist,
// or if an OPTIONS route without a policy exists at the path.
//
// Routes may be added or removed later, while fiber serves no request.
//
// # Limits
//
//   - Install does not find a policy inside a function of yours. There the argument policy
//     answers, as with Use. If that is nil, such a policy may answer a preflight that
//     continues to an OPTIONS route.
//   - Pass the policy of a route before its other handlers. Otherwise Install rejects the
//     preflights: fiber joins routes of one path, so in app.Put(path, auth, cors, save),
//     auth may be the handler of an earlier route.
//   - If a route matches, Install assumes that handlers of Use call the next handler, even
//     static.New with a file at the path, RouteChain(path).All, and a last Use, which comes
//     before the HEAD routes that fiber registers. If no route matches, a handler of Use
//     below a path may answer, such as a proxy. If a policy is after it, Install rejects
//     preflights.
//   - Middleware that changes the path must be registered before Install.
func Install(app *fiber.App, policy *core.Policy) {
	if app == nil {
		panic("fiberv3adapter: Install needs an app")
	}
	mounted := func(r fiber.Route) bool { return len(r.Handlers) == 0 }
	if len(app.GetRoutes(true)) != 0 || slices.ContainsFunc(app.GetRoutes(), mounted) {
		panic("fiberv3adapter: call Install before routes are registered and apps are mounted")
	}
	for _, use := range app.GetRoutes() {
		if slices.ContainsFunc(use.Handlers, func(h fiber.Handler) bool { return middlewareOf(h) != nil }) {
			panic("fiberv3adapter: the app has a policy already: call Install once, instead of Use")
		}
	}
	app.Use((&middleware{policy: policy, routes: &routes{rule: nethttp.Registration{Policy: policy}}}).handle)
}

// routes finds the policies of an app's routes.
type routes struct {
	rule  nethttp.Registration
	mu    sync.Mutex
	table *table
}

func (r *routes) resolve(c fiber.Ctx, method string) (policy *core.Policy, next bool) {
	return r.rule.Resolve(method, func(method string) nethttp.Route { return r.of(c.App()).find(c, method) })
}

// of returns a table of the routes that app has now.
func (r *routes) of(app *fiber.App) *table {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.table == nil || !r.table.current(app) {
		r.table = newTable(app)
	}
	return r.table
}

// table is a copy of an app's routes without handlers, in which fiber can search.
type table struct {
	handlers uint32                // the number of handlers in the app
	ends     []end                 // of the app's stack, by method
	searches map[string]*fiber.App // by method
	entries  map[*fiber.Route]entry
}

// end changes when routes are added to a method, or removed. The pointer to the last route
// is not that of a later one, because this is a reference to it.
type end struct {
	length int
	last   *fiber.Route
}

func endOf(routes []*fiber.Route) (e end) {
	if e.length = len(routes); e.length != 0 {
		e.last = routes[e.length-1]
	}
	return e
}

// current reports whether the table has the routes of app. No two apps have the same routes:
// each copies those of a mounted app.
func (t *table) current(app *fiber.App) bool {
	if t.handlers != app.HandlersCount() {
		return false
	}
	for i, routes := range app.Stack() {
		if t.ends[i] != endOf(routes) {
			return false
		}
	}
	return true
}

func newTable(app *fiber.App) *table {
	t := &table{handlers: app.HandlersCount(), searches: make(map[string]*fiber.App), entries: make(map[*fiber.Route]entry)}
	cfg := app.Config()
	for i, method := range cfg.RequestMethods {
		// The search is for a preflight, so the routes of method are registered for OPTIONS.
		search := fiber.New(fiber.Config{
			CaseSensitive: cfg.CaseSensitive, StrictRouting: cfg.StrictRouting, UnescapePath: cfg.UnescapePath,
			RequestMethods: []string{fiber.MethodOptions},
		})
		search.Use(func(fiber.Ctx) error { return fiber.ErrNotFound }) // if no route matches
		stack := search.Stack()
		last, copies := stack[0], []*fiber.Route(nil)
		for _, route := range app.Stack()[i] {
			stack[0] = []*fiber.Route{route}
			twin := *route // also copies the private fields that fiber matches with
			twin.Handlers = []fiber.Handler{found}
			t.entries[&twin] = newEntry(method, route, len(search.GetRoutes(true)) == 0)
			copies = append(copies, &twin)
		}
		stack[0] = append(copies, last...)
		search.Handler() // builds the search tree
		t.searches[method] = search
		t.ends = append(t.ends, endOf(app.Stack()[i]))
	}
	return t
}

// found ends one step of a search.
func found(fiber.Ctx) error { return nil }

// entry is one entry of fiber's stack: a route, or the handlers of one call of Use.
type entry struct {
	nethttp.Route      // Policy is one of this entry only; Name is set for Use too
	use           bool // registered with Use
	answers       bool // has handlers that may answer
}

const fix = "pass the policy before the other handlers"

func newEntry(method string, route *fiber.Route, use bool) entry {
	e := entry{use: use, Route: nethttp.Route{Name: method + " " + route.Path}}
	if use {
		e.Name = "Use " + route.Path
	}
	if len(route.Handlers) == 0 { // fiber calls no further handler
		return entry{answers: true, Route: e.Route}
	}
	for _, h := range route.Handlers {
		switch m := middlewareOf(h); {
		case m == nil:
			e.answers = !use || route.Path != "/" // Use for all paths registers middleware
		case m.policy != nil && e.answers:
			e.Policy, e.Fix = m.policy, fix
		case m.policy != nil:
			e.Policy = m.policy
		}
	}
	return e
}

// find returns the route that fiber would run for c with the given method. It runs no
// handler of the app.
func (t *table) find(c fiber.Ctx, method string) (found nethttp.Route) {
	search, ok := t.searches[method]
	if !ok {
		return found
	}
	const unclear = "in middleware before Install, do not change the method, and change the path only with c.Path"
	if view(c.Request().Header.Method()) != fiber.MethodOptions {
		return nethttp.Route{Fix: unclear}
	}
	defer c.SetContext(c.Context()) // AcquireCtx removes it
	ctx := search.AcquireCtx(c.RequestCtx())
	defer search.ReleaseCtx(ctx)
	if ctx.Path() != c.Path() {
		return nethttp.Route{Fix: unclear}
	}
	answers := false // whether a handler of Use may answer
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
