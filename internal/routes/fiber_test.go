package routes

import (
	"net/http"
	"slices"
	"strings"

	"github.com/corsuite/corsuite/fiberadapter"
	"github.com/gofiber/fiber/v2"
)

func fiberFramework() framework {
	return framework{
		name:     "fiber",
		settings: []string{"StrictRouting", "CaseSensitive", "UnescapePath", "last Use"},
		lacks:    []kind{host},
		methods:  []string{"PURGE"},
		build: func(s *site) app {
			b := fiberBuilder{site: s, mounted: make(map[string]bool), policies: instances[fiber.Handler]{site: s, make: fiberadapter.Middleware}}
			return serveFiber(b.app(), s.ran)
		},
	}
}

type fiberBuilder struct {
	*site
	policies instances[fiber.Handler]
	mounted  map[string]bool
}

func (b *fiberBuilder) newApp() *fiber.App {
	return fiber.New(fiber.Config{
		DisableStartupMessage: true,
		StrictRouting:         b.setting("StrictRouting"),
		CaseSensitive:         b.setting("CaseSensitive"),
		UnescapePath:          b.setting("UnescapePath"),
		RequestMethods:        append([]string{"PURGE"}, fiber.DefaultMethods...),
	})
}

func (b *fiberBuilder) app() *fiber.App {
	app := b.newApp()
	for _, w := range b.before {
		app.Use(b.ware(w, true))
	}
	if b.line {
		fiberadapter.Preflights(app)
	}
	b.elements(app, b.set.elements, true, "")
	b.at = nil
	if b.setting("last Use") {
		app.Use(func(c *fiber.Ctx) error { return c.Status(nothing).SendString(b.missing()) })
	}
	return app
}

func (b *fiberBuilder) elements(r fiber.Router, elements []element, atApp bool, prefix string) {
	for i := range elements {
		b.at = &elements[i]
		b.element(r, &elements[i], atApp, prefix)
	}
}

func (b *fiberBuilder) element(r fiber.Router, e *element, atApp bool, prefix string) {
	wares := b.wares(e.wares, atApp && e.kind == use)
	switch e.kind {
	case route:
		b.route(r, e, wares)
	case use:
		b.use(r, "", wares)
	case useBelow:
		b.use(r, fiberPattern(e.path), wares)
	case mount:
		prefix = strings.TrimRight(prefix+fiberPattern(e.path), "/")
		if b.mounted[prefix] {
			panic("fiber forgets one of two apps that are mounted at one path")
		}
		b.mounted[prefix] = true
		sub := b.newApp()
		if b.line && unclear(e.inside) {
			fiberadapter.Preflights(sub)
		}
		if e.outside {
			b.use(r, fiberPattern(e.path), wares)
		} else {
			b.use(sub, "", wares)
		}
		b.elements(sub, e.inside, false, prefix)
		b.at = e
		r.Mount(fiberPattern(e.path), sub)
	default:
		path := ""
		if e.kind == group {
			path = fiberPattern(e.path)
		}
		var g fiber.Router
		if e.outside {
			g = r.Group(path, wares...)
		} else {
			g = r.Group(path)
			b.use(g, "", wares)
		}
		b.elements(g, e.inside, false, prefix+path)
	}
}

func (b *fiberBuilder) use(r fiber.Router, path string, wares []fiber.Handler) {
	if len(wares) == 0 {
		return
	}
	arguments := []any{path}
	for _, w := range wares {
		arguments = append(arguments, w)
	}
	r.Use(arguments...)
}

func (b *fiberBuilder) route(r fiber.Router, e *element, wares []fiber.Handler) {
	h := func(c *fiber.Ctx) error { return c.SendString(b.handle(e.number)) }
	handlers := slices.Concat(wares, []fiber.Handler{h})
	if len(e.methods) == 0 {
		r.All(fiberPattern(e.path), handlers...)
	}
	for _, m := range e.methods {
		if m == fiber.MethodGet {
			r.Get(fiberPattern(e.path), handlers...) // HEAD too
		} else {
			r.Add(m, fiberPattern(e.path), handlers...)
		}
	}
}

func (b *fiberBuilder) wares(wares []ware, atApp bool) (list []fiber.Handler) {
	for _, w := range wares {
		list = append(list, b.ware(w, atApp))
	}
	return list
}

func (b *fiberBuilder) ware(w ware, atApp bool) fiber.Handler {
	if w.does == policy {
		return b.policies.of(w.number)
	}
	return func(c *fiber.Ctx) error {
		c.Append("X-Ran", w.String())
		if !b.enter(w, atApp, c.Get("Authorization")) {
			return c.SendStatus(http.StatusUnauthorized)
		}
		return c.Next()
	}
}

func fiberPattern(pattern string) string {
	return rewrite(pattern, `\:`, func(name, kind string) string { return ":" + name + kind }, func(string) string { return "*" })
}

// newArgument makes what a function takes: fiber's handler takes a type of
// fasthttp, which this module does not require itself.
func newArgument[T any](func(*T)) *T { return new(T) }

func serveFiber(a *fiber.App, ran *trace) app {
	handler := a.Handler()
	return func(q request) (a answer) {
		*ran = trace{}
		defer func() { a.ran, a.panicked = *ran, recover() }()
		ctx := newArgument(handler)
		ctx.Request.Header.SetMethod(q.method)
		ctx.Request.SetRequestURI(q.target)
		ctx.Request.Header.SetHost(q.host)
		for _, field := range q.header {
			ctx.Request.Header.Add(field[0], field[1])
		}
		handler(ctx)
		a = answer{status: ctx.Response.StatusCode(), header: make(http.Header), body: string(ctx.Response.Body())}
		ctx.Response.Header.VisitAll(func(name, value []byte) { a.header.Add(string(name), string(value)) })
		return a
	}
}
