package routes

import (
	"net/http"
	"reflect"
	"slices"

	"github.com/corsuite/corsuite/ginadapter"
	"github.com/gin-gonic/gin"
)

func ginFramework() framework {
	return framework{
		name: "gin",
		settings: []string{
			"RedirectTrailingSlash off", "RedirectFixedPath", "HandleMethodNotAllowed", "UseRawPath",
			"UseEscapedPath", "UnescapePathValues off", "RemoveExtraSlash", "NoRoute",
		},
		lacks:   []kind{host, useBelow},
		methods: []string{"PURGE"},
		build:   buildGin,
	}
}

func buildGin(s *site) app {
	wares := maker(s, ginadapter.Middleware, s.ginWare)
	r := gin.New()
	r.RedirectTrailingSlash = !s.setting("RedirectTrailingSlash off")
	r.RedirectFixedPath = s.setting("RedirectFixedPath")
	r.HandleMethodNotAllowed = s.setting("HandleMethodNotAllowed")
	r.UseRawPath = s.setting("UseRawPath")
	if field := reflect.ValueOf(r).Elem().FieldByName("UseEscapedPath"); field.IsValid() { // since gin 1.12
		field.SetBool(s.setting("UseEscapedPath"))
	}
	r.UnescapePathValues = !s.setting("UnescapePathValues off")
	r.RemoveExtraSlash = s.setting("RemoveExtraSlash")
	r.Use(wares(s.before)...)
	under := func(g *gin.RouterGroup, list []ware, routes func(*gin.RouterGroup)) {
		routes(g.Group("", wares(list)...))
	}
	if s.version == installed {
		cors := ginadapter.Install(r, s.appPolicy())
		under = func(g *gin.RouterGroup, list []ware, routes func(*gin.RouterGroup)) {
			i := slices.IndexFunc(list, ware.isPolicy)
			if i < 0 {
				routes(g.Group("", wares(list)...))
				return
			}
			cors.Group(g.Group("", wares(list[:i])...), s.policies[list[i].number], func(g *gin.RouterGroup) { under(g, list[i+1:], routes) })
		}
	} else {
		r.Use(wares(s.app)...)
	}
	if s.setting("NoRoute") {
		r.NoRoute(func(c *gin.Context) { c.String(nothing, s.missing()) })
	}
	b := builder[*gin.RouterGroup]{
		site: s,
		use: func(g *gin.RouterGroup, _ string, list []ware, rest func(*gin.RouterGroup)) {
			if g != &r.RouterGroup {
				under(g, list, rest)
				return
			}
			r.Use(wares(s.seenOnApp(list))...)
			rest(g)
		},
		group: func(g *gin.RouterGroup, e *element, outer []ware, inside func(*gin.RouterGroup)) {
			if e.kind != inline {
				g = g.Group(ginPattern(e.path))
			}
			under(g, outer, inside)
		},
		route: func(g *gin.RouterGroup, e *element) {
			under(g, e.wares, func(g *gin.RouterGroup) {
				h := func(c *gin.Context) { c.String(http.StatusOK, s.handle(e.number)) }
				if len(e.methods) == 0 {
					g.Any(ginPattern(e.path), h)
				}
				for _, m := range e.methods {
					g.Handle(m, ginPattern(e.path), h)
				}
			})
		},
	}
	b.elements(&r.RouterGroup, s.elements)
	under(&r.RouterGroup, lastGroup(), func(*gin.RouterGroup) {})
	return serveHTTP(r, s.ran)
}

func (s *site) ginWare(w ware) gin.HandlerFunc {
	return func(c *gin.Context) {
		if !s.enter(w, c.GetHeader("Authorization")) {
			c.AbortWithStatus(http.StatusUnauthorized)
		}
	}
}

func ginPattern(pattern string) string { return rewrite(pattern, "/:$1", "/*$1") }
