package routes

import (
	"net/http"
	"slices"
	"strings"

	"github.com/corsuite/corsuite/fiberadapter"
	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

func fiberFramework() framework {
	return framework{
		name:     "fiber",
		settings: []string{"StrictRouting", "CaseSensitive", "UnescapePath", "last Use"},
		lacks:    []kind{host},
		methods:  []string{"PURGE"},
		build:    buildFiber,
	}
}

func buildFiber(s *site) app {
	wares := maker(s, s.fiberPolicy, s.fiberWare)
	newApp := func() *fiber.App {
		return fiber.New(fiber.Config{
			DisableStartupMessage: true,
			StrictRouting:         s.setting("StrictRouting"),
			CaseSensitive:         s.setting("CaseSensitive"),
			UnescapePath:          s.setting("UnescapePath"),
			RequestMethods:        append([]string{"PURGE"}, fiber.DefaultMethods...),
		})
	}
	useBelow := func(r fiber.Router, path string, list []ware) {
		arguments := []any{path}
		for _, h := range wares(list) {
			arguments = append(arguments, h)
		}
		if len(list) != 0 {
			r.Use(arguments...)
		}
	}
	app := newApp()
	useBelow(app, "", s.before)
	if s.version == installed {
		fiberadapter.Install(app, s.appPolicy())
	} else {
		useBelow(app, "", s.app)
	}
	var prefix string
	mounted := make(map[string]bool)
	b := builder[fiber.Router]{
		site: s,
		use: func(r fiber.Router, below string, list []ware, rest func(fiber.Router)) {
			useBelow(r, fiberPattern(below), list)
			rest(r)
		},
		group: func(r fiber.Router, e *element, outer []ware, inside func(fiber.Router)) {
			path := fiberPattern(e.path)
			defer func(outer string) { prefix = outer }(prefix)
			prefix += path
			if e.kind != mount {
				inside(r.Group(path, wares(outer)...))
				return
			}
			at := strings.TrimRight(prefix, "/")
			if mounted[at] {
				panic("fiber keeps only one of two apps that are mounted at the same path")
			}
			mounted[at] = true
			useBelow(r, path, outer)
			sub := newApp()
			inside(sub)
			r.Mount(path, sub)
		},
		route: func(r fiber.Router, e *element) {
			path, handlers := fiberPattern(e.path), wares(e.wares)
			handlers = append(handlers, func(c *fiber.Ctx) error {
				s.ran.unclear = unclearInFiber(e, len(c.Route().Handlers))
				return c.SendString(s.handle(e.number))
			})
			if len(e.methods) == 0 {
				r.All(path, handlers...)
			}
			for _, m := range e.methods {
				if m == fiber.MethodGet {
					r.Get(path, handlers...) // registers HEAD too
				} else {
					r.Add(m, path, handlers...)
				}
			}
		},
	}
	b.elements(app, s.elements)
	if s.setting("last Use") {
		app.Use(func(c *fiber.Ctx) error { return c.Status(nothing).SendString(s.missing()) })
	}
	return serveFasthttp(app.Handler(), s.ran)
}

func (s *site) fiberWare(w ware) fiber.Handler {
	return func(c *fiber.Ctx) error {
		s.ran.below = s.ran.below || c.Route().Path != "/"
		if !s.enter(w, c.Get("Authorization")) {
			return c.SendStatus(http.StatusUnauthorized)
		}
		return c.Next()
	}
}

func fiberPattern(pattern string) string { return rewrite(pattern, "/:$1$2", "/*") }

func serveFasthttp(handler fasthttp.RequestHandler, ran *trace) app {
	return func(q request) (a answer) {
		*ran = trace{}
		defer func() { a.ran, a.panicked = *ran, recover() }()
		ctx := new(fasthttp.RequestCtx)
		ctx.Request.Header.SetMethod(q.method)
		ctx.Request.SetRequestURI(q.target)
		ctx.Request.Header.SetHost(q.host)
		for field := range slices.Chunk(q.header, 2) {
			ctx.Request.Header.Add(field[0], field[1])
		}
		handler(ctx)
		a = answer{status: ctx.Response.StatusCode(), header: make(http.Header), body: string(ctx.Response.Body())}
		for name, value := range ctx.Response.Header.All() {
			a.header.Add(string(name), string(value))
		}
		return a
	}
}
