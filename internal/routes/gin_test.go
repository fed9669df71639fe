package routes

import (
	"net/http"
	"slices"

	"github.com/corsuite/corsuite/core"
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
		build: func(s *site) app {
			b := ginBuilder{site: s, policies: instances[gin.HandlerFunc]{site: s, make: ginadapter.Middleware}}
			return serveHTTP(b.router(), s.ran)
		},
	}
}

// ginGroups is what Preflights returns.
type ginGroups interface {
	Group(*gin.RouterGroup, *core.Policy, func(*gin.RouterGroup))
}

// ginPlain registers policies as users do without the line.
type ginPlain struct{ *ginBuilder }

func (p ginPlain) Group(g *gin.RouterGroup, policy *core.Policy, routes func(*gin.RouterGroup)) {
	number := slices.Index(p.site.policies, policy)
	routes(g.Group("", p.policies.of(number)))
}

type ginBuilder struct {
	*site
	policies instances[gin.HandlerFunc]
	cors     ginGroups
}

func (b *ginBuilder) router() http.Handler {
	r := gin.New()
	r.RedirectTrailingSlash = !b.setting("RedirectTrailingSlash off")
	r.RedirectFixedPath = b.setting("RedirectFixedPath")
	r.HandleMethodNotAllowed = b.setting("HandleMethodNotAllowed")
	r.UseRawPath = b.setting("UseRawPath")
	r.UseEscapedPath = b.setting("UseEscapedPath")
	r.UnescapePathValues = !b.setting("UnescapePathValues off")
	r.RemoveExtraSlash = b.setting("RemoveExtraSlash")
	for _, w := range b.before {
		r.Use(b.ware(w, true))
	}
	b.cors = ginPlain{b}
	if b.line {
		b.cors = ginadapter.Preflights(r)
	}
	if b.setting("NoRoute") {
		r.NoRoute(func(c *gin.Context) { c.String(nothing, b.missing()) })
	}
	b.elements(&r.RouterGroup, b.set.elements, func(wares []ware) {
		for _, w := range wares {
			r.Use(b.ware(w, true))
		}
	})
	b.at = nil
	if b.line {
		settle(b.cors.(*ginadapter.Resolver), r, b.site)
	}
	return r
}

// elements registers them on a group. use is how middleware gets there; nil
// means that a policy takes what comes after into a group of its own.
func (b *ginBuilder) elements(g *gin.RouterGroup, elements []element, atApp func([]ware)) {
	for i := range elements {
		e := &elements[i]
		b.at = e
		switch {
		case e.kind == use && atApp != nil:
			atApp(e.wares)
		case e.kind == use:
			b.under(g, e.wares, func(g *gin.RouterGroup) { b.elements(g, elements[i+1:], nil) })
			return
		case e.kind == route:
			b.under(g, e.wares, func(g *gin.RouterGroup) { b.route(g, e) })
		default:
			if e.kind != inline {
				g := g.Group(ginPattern(e.path))
				b.under(g, e.wares, func(g *gin.RouterGroup) { b.elements(g, e.inside, nil) })
				continue
			}
			b.under(g, e.wares, func(g *gin.RouterGroup) { b.elements(g, e.inside, nil) })
		}
	}
}

// under gives routes a group that has middleware.
func (b *ginBuilder) under(g *gin.RouterGroup, wares []ware, routes func(*gin.RouterGroup)) {
	if len(wares) == 0 {
		routes(g)
		return
	}
	rest := func(g *gin.RouterGroup) { b.under(g, wares[1:], routes) }
	if w := wares[0]; w.does == policy {
		b.cors.Group(g, b.site.policies[w.number], rest)
	} else {
		rest(g.Group("", b.ware(w, false)))
	}
}

func (b *ginBuilder) route(g *gin.RouterGroup, e *element) {
	h := func(c *gin.Context) { c.String(http.StatusOK, b.handle(e.number)) }
	if len(e.methods) == 0 {
		g.Any(ginPattern(e.path), h)
	}
	for _, m := range e.methods {
		g.Handle(m, ginPattern(e.path), h)
	}
}

func (b *ginBuilder) ware(w ware, atApp bool) gin.HandlerFunc {
	if w.does == policy {
		return b.policies.of(w.number)
	}
	return func(c *gin.Context) {
		c.Writer.Header().Add("X-Ran", w.String())
		if !b.enter(w, atApp, c.GetHeader("Authorization")) {
			c.AbortWithStatus(http.StatusUnauthorized)
		}
	}
}

func ginPattern(pattern string) string {
	return rewrite(pattern, `\:`, func(name, _ string) string { return ":" + name }, func(name string) string { return "*" + name })
}
