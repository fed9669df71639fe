package fiberadapter

import (
	"sync"

	"github.com/corsuite/corsuite/core"
	"github.com/gofiber/fiber/v2"
)

// table finds what fiber runs for a method at a path. It asks a shadow of the
// app, which has the same routes, but handlers that only say whose turn it was.
type table struct {
	app     *fiber.App
	size    size
	methods []string
	stack   [][]*entry // for each method, in fiber's order
	shadow  *fiber.App
	lookups sync.Pool // of *lookup
}

// size is another one when an app has more routes.
type size struct {
	handlers uint32
	entries  int
}

func sizeOf(app *fiber.App) size {
	s := size{handlers: app.HandlersCount()}
	for _, routes := range app.Stack() {
		s.entries += len(routes)
	}
	return s
}

func (t *table) upToDate(app *fiber.App) bool {
	return t != nil && t.app == app && t.size == sizeOf(app)
}

func newTable(app *fiber.App, h *hook) *table {
	cfg := app.Config()
	t := &table{app: app, size: sizeOf(app), methods: cfg.RequestMethods, shadow: fiber.New(fiber.Config{
		CaseSensitive: cfg.CaseSensitive, StrictRouting: cfg.StrictRouting, RequestMethods: cfg.RequestMethods,
	})}
	t.shadow.Use(func(*fiber.Ctx) error { return nil }) // ends what no route has ended
	read, shadow := newReader(), t.shadow.Stack()
	read.learn(app, h)
	for i, routes := range app.Stack() {
		entries, copies := make([]*entry, len(routes)), make([]*fiber.Route, len(routes))
		for j, r := range routes {
			entries[j] = read.entry(t.methods[i], r)
			twin := *r // with all that fiber matches by and does not show
			twin.Handlers = []fiber.Handler{entries[j].record}
			copies[j] = &twin
		}
		t.stack = append(t.stack, entries)
		shadow[i] = append(copies, shadow[i]...)
	}
	t.shadow.Handler() // sorts the routes, as fiber does before it serves
	t.lookups.New = func() any { return newLookup(t.shadow) }
	return t
}

// find returns what a request runs. path is what fiber routes by, unescaped if
// the app is configured so.
func (t *table) find(method, path string) found {
	l := t.lookup(path)
	defer t.lookups.Put(l)
	return l.find(method)
}

// trace returns all that matches, what stands behind the end of the chain too.
func (t *table) trace(method, path string) []*entry {
	l := t.lookup(path)
	defer t.lookups.Put(l)
	l.ask(method, true)
	return l.trace
}

// methodsOf returns the methods that policy has at a path.
func (t *table) methodsOf(policy *core.Policy, path string) (methods []string) {
	l := t.lookup(path)
	defer t.lookups.Put(l)
	for _, m := range t.methods {
		if f := l.find(m); f.route != nil && f.policy() == policy {
			methods = append(methods, m)
		}
	}
	return methods
}

func (t *table) lookup(path string) *lookup {
	l, ok := t.lookups.Get().(*lookup)
	if !ok {
		l = newLookup(t.shadow)
	}
	l.ctx.Context().URI().SetPath(path)
	return l
}
