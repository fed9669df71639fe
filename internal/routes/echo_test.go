package routes

import (
	"net/http"
	"strings"

	"github.com/corsuite/corsuite/echoadapter"
	"github.com/labstack/echo/v4"
)

func echoFramework() framework {
	return framework{
		name:     "echo",
		settings: []string{"RemoveTrailingSlash", "RouteNotFound"},
		lacks:    []kind{useBelow},
		methods:  []string{"PROPFIND", "PURGE"},
		build: func(s *site) app {
			b := echoBuilder{site: s, policies: instances[echo.MiddlewareFunc]{site: s, make: echoadapter.Middleware}}
			return serveHTTP(b.router(), s.ran)
		},
	}
}

type echoBuilder struct {
	*site
	policies instances[echo.MiddlewareFunc]
}

// echoRouter is what *echo.Echo and *echo.Group have in common.
type echoRouter interface {
	Use(...echo.MiddlewareFunc)
	Group(string, ...echo.MiddlewareFunc) *echo.Group
	Add(method, path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) *echo.Route
	Any(path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) []*echo.Route
}

func (b *echoBuilder) router() http.Handler {
	e := echo.New()
	if b.setting("RemoveTrailingSlash") {
		e.Pre(removeTrailingSlash)
	}
	e.Use(b.wares(b.before, true)...)
	if b.line {
		echoadapter.Preflights(e)
	}
	if b.setting("RouteNotFound") {
		e.RouteNotFound("/*", func(c echo.Context) error { return c.String(nothing, b.missing()) })
	}
	b.elements(e, b.set.elements, true)
	b.at = nil
	return e
}

func (b *echoBuilder) elements(r echoRouter, elements []element, atApp bool) {
	for i := range elements {
		b.at = &elements[i]
		b.element(r, &elements[i], atApp)
	}
}

func (b *echoBuilder) element(r echoRouter, e *element, atApp bool) {
	wares := b.wares(e.wares, atApp && e.kind == use)
	var outer []echo.MiddlewareFunc
	if e.outside {
		outer = wares
	}
	var g *echo.Group
	switch e.kind {
	case route:
		h := func(c echo.Context) error { return c.String(http.StatusOK, b.handle(e.number)) }
		if len(e.methods) == 0 {
			r.Any(echoPattern(e.path), h, wares...)
		}
		for _, m := range e.methods {
			r.Add(m, echoPattern(e.path), h, wares...)
		}
		return
	case use:
		r.Use(wares...)
		return
	case host:
		g = r.(*echo.Echo).Host(e.path, outer...)
	case inline:
		g = r.Group("", outer...)
	default:
		g = r.Group(echoPattern(e.path), outer...)
	}
	if !e.outside {
		g.Use(wares...)
	}
	b.elements(g, e.inside, false)
}

func (b *echoBuilder) wares(wares []ware, atApp bool) (list []echo.MiddlewareFunc) {
	for _, w := range wares {
		list = append(list, b.ware(w, atApp))
	}
	return list
}

func (b *echoBuilder) ware(w ware, atApp bool) echo.MiddlewareFunc {
	switch {
	case w.does == policy && atApp:
		return echoadapter.Middleware(b.site.policies[w.number]) // nowhere else: see adapt
	case w.does == policy:
		return b.policies.of(w.number)
	}
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			c.Response().Header().Add("X-Ran", w.String())
			if !b.enter(w, atApp, c.Request().Header.Get("Authorization")) {
				return echo.ErrUnauthorized
			}
			return next(c)
		}
	}
}

// removeTrailingSlash is echo's own in short, whose package needs more modules.
func removeTrailingSlash(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if u := c.Request().URL; len(u.Path) > 1 {
			u.Path, u.RawPath = strings.TrimSuffix(u.Path, "/"), strings.TrimSuffix(u.RawPath, "/")
		}
		return next(c)
	}
}

func echoPattern(pattern string) string {
	return rewrite(pattern, `\:`, func(name, _ string) string { return ":" + name }, func(string) string { return "*" })
}
