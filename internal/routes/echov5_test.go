package routes

import (
	"cmp"
	"net/http"
	"strings"

	"github.com/corsuite/corsuite/echov5adapter"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/labstack/echo/v5"
)

func echov5Framework() framework {
	return framework{
		name: "echov5",
		settings: []string{
			"StripSlashes", "StripVersion", "RouteNotFound", "NoGroupAutoRegister404Routes", "AutoHandleHEAD",
			"UseEscapedPathForMatching", "AllowOverwritingRoute off",
		},
		lacks:   []kind{useBelow},
		methods: []string{"PROPFIND", "PURGE"},
		build:   buildEchov5,
	}
}

// echov5Router is an *echo.Echo or an *echo.Group.
type echov5Router interface {
	Use(...echo.MiddlewareFunc)
	Group(string, ...echo.MiddlewareFunc) *echo.Group
	Add(method, path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) echo.RouteInfo
	Any(path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) echo.RouteInfo
}

func buildEchov5(s *site) app {
	wares := maker(s, echov5adapter.Middleware, s.echov5Ware)
	e, hosts := s.newEchov5(wares), make(map[string]*echo.Echo) // as of echo.NewVirtualHostHandler
	b := builder[echov5Router]{
		site: s,
		use: func(r echov5Router, _ string, list []ware, rest func(echov5Router)) {
			r.Use(wares(list)...)
			rest(r)
		},
		group: func(r echov5Router, at *element, outer []ware, inside func(echov5Router)) {
			switch at.kind {
			case host:
				if hosts[at.path] == nil {
					hosts[at.path] = s.newEchov5(wares)
				}
				hosts[at.path].Use(wares(outer)...)
				inside(hosts[at.path])
			case inline:
				inside(r.Group("", wares(outer)...))
			default:
				inside(r.Group(echoPattern(at.path), wares(outer)...))
			}
		},
		route: func(r echov5Router, at *element) {
			h := func(c *echo.Context) error { return c.String(http.StatusOK, s.handle(at.number)) }
			if len(at.methods) == 0 {
				r.Any(echoPattern(at.path), h, wares(at.wares)...)
			}
			for _, m := range at.methods {
				r.Add(m, echoPattern(at.path), h, wares(at.wares)...)
			}
		},
	}
	b.elements(e, s.elements)
	return serveHTTP(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		cmp.Or(hosts[r.Host], e).ServeHTTP(w, r)
	}), s.ran)
}

func (s *site) newEchov5(wares func([]ware) []echo.MiddlewareFunc) *echo.Echo {
	router := echo.NewRouter(echo.RouterConfig{
		AllowOverwritingRoute:     !s.setting("AllowOverwritingRoute off"),
		UseEscapedPathForMatching: s.setting("UseEscapedPathForMatching"),
		AutoHandleHEAD:            s.setting("AutoHandleHEAD"),
	})
	e := echo.NewWithConfig(echo.Config{Router: router, NoGroupAutoRegister404Routes: s.setting("NoGroupAutoRegister404Routes")})
	if s.setting("StripSlashes") {
		e.Pre(echo.WrapMiddleware(middleware.StripSlashes))
	}
	if s.setting("StripVersion") {
		e.Pre(stripVersion)
	}
	e.Use(wares(s.before)...)
	if s.version == installed {
		echov5adapter.Install(e, s.appPolicy())
	} else {
		e.Use(wares(s.app)...)
	}
	if s.setting("RouteNotFound") {
		e.RouteNotFound("/*", func(c *echo.Context) error { return c.String(nothing, s.missing()) })
	}
	return e
}

// stripVersion removes a prefix from the path, in a new request.
func stripVersion(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c *echo.Context) error {
		r := c.Request().Clone(c.Request().Context())
		r.URL.Path = strings.TrimPrefix(r.URL.Path, "/api/v1")
		r.URL.RawPath = strings.TrimPrefix(r.URL.RawPath, "/api/v1")
		c.SetRequest(r)
		return next(c)
	}
}

func (s *site) echov5Ware(w ware) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c *echo.Context) error {
			if !s.enter(w, c.Request().Header.Get("Authorization")) {
				return echo.ErrUnauthorized
			}
			return next(c)
		}
	}
}
