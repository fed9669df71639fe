package routes

import (
	"net/http"

	"github.com/corsuite/corsuite/echoadapter"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/labstack/echo/v4"
)

func echoFramework() framework {
	return framework{
		name:     "echo",
		settings: []string{"StripSlashes", "RouteNotFound"},
		lacks:    []kind{useBelow},
		methods:  []string{"PROPFIND", "PURGE"},
		build:    buildEcho,
	}
}

// echoRouter is an *echo.Echo or an *echo.Group.
type echoRouter interface {
	Use(...echo.MiddlewareFunc)
	Group(string, ...echo.MiddlewareFunc) *echo.Group
	Add(method, path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) *echo.Route
	Any(path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) []*echo.Route
}

func buildEcho(s *site) app {
	wares := maker(s, echoadapter.Middleware, s.echoWare)
	e := echo.New()
	if s.setting("StripSlashes") {
		e.Pre(echo.WrapMiddleware(middleware.StripSlashes))
	}
	e.Use(wares(s.before)...)
	if s.version == installed {
		echoadapter.Install(e, s.appPolicy())
	} else {
		e.Use(wares(s.app)...)
	}
	if s.setting("RouteNotFound") {
		e.RouteNotFound("/*", func(c echo.Context) error { return c.String(nothing, s.missing()) })
	}
	b := builder[echoRouter]{
		site: s,
		use: func(r echoRouter, _ string, list []ware, rest func(echoRouter)) {
			if r == e {
				list = s.seenOnApp(list)
			}
			r.Use(wares(list)...)
			rest(r)
		},
		group: func(r echoRouter, at *element, outer []ware, inside func(echoRouter)) {
			switch at.kind {
			case host:
				inside(e.Host(at.path, wares(outer)...))
			case inline:
				inside(r.Group("", wares(outer)...))
			default:
				inside(r.Group(echoPattern(at.path), wares(outer)...))
			}
		},
		route: func(r echoRouter, at *element) {
			h := func(c echo.Context) error { return c.String(http.StatusOK, s.handle(at.number)) }
			if len(at.methods) == 0 {
				r.Any(echoPattern(at.path), h, wares(at.wares)...)
			}
			for _, m := range at.methods {
				r.Add(m, echoPattern(at.path), h, wares(at.wares)...)
			}
		},
	}
	b.elements(e, s.elements)
	return serveHTTP(e, s.ran)
}

func (s *site) echoWare(w ware) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if !s.enter(w, c.Request().Header.Get("Authorization")) {
				return echo.ErrUnauthorized
			}
			return next(c)
		}
	}
}

func echoPattern(pattern string) string { return rewrite(pattern, "/:$1", "/*") }
