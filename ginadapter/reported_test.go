package ginadapter_test

import (
	"net/http"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/ginadapter"
	"github.com/gin-gonic/gin"
)

// Set-ups of people whose preflights never reached their policy, with a Group
// where they had put it.
func TestReportedSetUps(t *testing.T) {
	type routes = map[string]string // a method of each path
	for _, test := range []struct {
		report   string
		register func(*gin.Engine, *ginadapter.Resolver, *core.Policy) routes
	}{
		{"gin-contrib/cors 12: OPTIONS of a path that has GET only", func(r *gin.Engine, _ *ginadapter.Resolver, p *core.Policy) routes {
			r.Use(ginadapter.Middleware(p))
			r.GET("/pads/healthcheck", text("healthy"))
			return routes{"/pads/healthcheck": "GET"}
		}},
		{"gin-contrib/cors 35: a group at /", func(r *gin.Engine, cors *ginadapter.Resolver, p *core.Policy) routes {
			cors.Group(r.Group("/"), p, func(g *gin.RouterGroup) {
				g.GET("/", text("ok"))
				g.POST("/", text("ok"))
			})
			return routes{"/": "POST"}
		}},
		{"gin 140: exposed headers on the auth endpoints only", func(r *gin.Engine, cors *ginadapter.Resolver, p *core.Policy) routes {
			r.GET("/posts", text("posts"))
			cors.Group(r.Group("/auth"), p, func(g *gin.RouterGroup) { g.POST("/login", text("welcome")) })
			return routes{"/auth/login": "POST"}
		}},
		{"gin 531: a group and a path with a final slash", func(r *gin.Engine, cors *ginadapter.Resolver, p *core.Policy) routes {
			cors.Group(r.Group("/users"), p, func(g *gin.RouterGroup) { g.GET("/", text("users")) })
			return routes{"/users/": "GET"}
		}},
		{"gin 691: middleware of a group and OPTIONS", func(r *gin.Engine, cors *ginadapter.Resolver, p *core.Policy) routes {
			r.Use(func(c *gin.Context) { c.Header("X-Ran", "global") })
			cors.Group(r.Group("/v2/"), p, func(g *gin.RouterGroup) { g.GET("/normal", text("normal")) })
			return routes{"/v2/normal": "GET"}
		}},
		{"gin 3546: a group made with a block", func(r *gin.Engine, cors *ginadapter.Resolver, p *core.Policy) routes {
			group := r.Group("/group")
			cors.Group(group, p, func(group *gin.RouterGroup) {
				group.POST("/", text("post"))
				group.DELETE("/:id", text("delete"))
			})
			return routes{"/group/": "POST", "/group/1": "DELETE"}
		}},
	} {
		t.Run(test.report, func(t *testing.T) {
			r := gin.New()
			cors := ginadapter.Preflights(r)
			for path, method := range test.register(r, cors, policy(t, config())) {
				check(t, ask(t, r, preflight(path, app, method)), http.StatusNoContent, approved)
				check(t, ask(t, r, preflight(path, other, method)), http.StatusForbidden, refused)
				check(t, ask(t, r, actual(method, path, app)), http.StatusOK, allowed)
			}
		})
	}
}

// rs/cors 102: two groups, two policies.
func TestReportedGroups(t *testing.T) {
	r := gin.New()
	cors := ginadapter.Preflights(r)
	second := config()
	second.AllowOrigins = []string{other}
	cors.Group(r.Group("/1"), policy(t, config()), func(g *gin.RouterGroup) { g.GET("/1", text("ok")) })
	cors.Group(r.Group("/2"), policy(t, second), func(g *gin.RouterGroup) { g.GET("/2", text("ok")) })
	for path, origins := range map[string][2]string{"/1/1": {app, other}, "/2/2": {other, app}} {
		if got := ask(t, r, preflight(path, origins[0], "GET")); got.status != http.StatusNoContent {
			t.Errorf("%s: got %+v", path, got)
		}
		check(t, ask(t, r, preflight(path, origins[1], "GET")), http.StatusForbidden, refused)
	}
}
