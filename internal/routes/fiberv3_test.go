package routes

import (
	"net/http"
	"strings"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/fiberv3adapter"
	"github.com/gofiber/fiber/v3"
)

func fiberv3Framework() framework {
	return framework{
		name:     "fiberv3",
		settings: []string{"StrictRouting", "CaseSensitive", "UnescapePath", "DisableHeadAutoRegister", "last Use"},
		lacks:    []kind{host},
		methods:  []string{"PURGE"},
		build:    buildFiberv3,
	}
}

func buildFiberv3(s *site) app {
	wares := maker(s, s.fiberv3Policy, func(w ware) any { return s.fiberv3Ware(w) })
	newApp := func() *fiber.App {
		return fiber.New(fiber.Config{
			StrictRouting:           s.setting("StrictRouting"),
			CaseSensitive:           s.setting("CaseSensitive"),
			UnescapePath:            s.setting("UnescapePath"),
			DisableHeadAutoRegister: s.setting("DisableHeadAutoRegister") || s.endsBeforeHead(),
			RequestMethods:          append([]string{"PURGE"}, fiber.DefaultMethods...),
		})
	}
	useBelow := func(r fiber.Router, path string, list []ware) {
		if len(list) != 0 {
			r.Use(append([]any{path}, wares(list)...)...)
		}
	}
	app := newApp()
	useBelow(app, "", s.before)
	if s.version == installed {
		fiberv3adapter.Install(app, s.appPolicy())
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
			r.Use(path, sub)
		},
		route: func(r fiber.Router, e *element) {
			handlers := append(wares(e.wares), func(c fiber.Ctx) error {
				s.ran.unclear = unclearInFiber(e, len(c.Route().Handlers))
				return c.SendString(s.handle(e.number))
			})
			methods := e.methods
			if len(methods) == 0 {
				methods = app.Config().RequestMethods
			}
			r.Add(methods, fiberPattern(e.path), handlers[0], handlers[1:]...)
		},
	}
	b.elements(app, s.elements)
	if s.setting("last Use") {
		app.Use(func(c fiber.Ctx) error { return c.Status(nothing).SendString(s.missing()) })
	}
	return serveFasthttp(app.Handler(), s.ran)
}

func (s *site) fiberv3Ware(w ware) fiber.Handler {
	return func(c fiber.Ctx) error {
		s.ran.below = s.ran.below || c.Route().Path != "/"
		if !s.enter(w, c.Get("Authorization")) {
			return c.SendStatus(http.StatusUnauthorized)
		}
		return c.Next()
	}
}

// fiberv3Policy is fiberPolicy for fiber v3.
func (s *site) fiberv3Policy(p *core.Policy) any {
	h := fiberv3adapter.Middleware(p)
	if s.version == installed {
		return h
	}
	return func(c fiber.Ctx) error {
		s.ran.unclear = s.ran.unclear || s.ran.below
		return h(c)
	}
}
