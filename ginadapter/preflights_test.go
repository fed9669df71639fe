package ginadapter_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/ginadapter"
	"github.com/gin-gonic/gin"
)

// named returns a policy that its answers can be told by.
func named(tb testing.TB, name string, opts ...core.Option) *core.Policy {
	tb.Helper()
	return policy(tb, core.Config{
		AllowOrigins:  []string{app},
		AllowMethods:  []string{"GET", "PUT", "PATCH", "DELETE", "OPTIONS", "PURGE"},
		AllowHeaders:  []string{"X-" + name},
		ExposeHeaders: []string{"X-" + name},
	}, opts...)
}

// policyOf returns the name of the policy that an answer comes from.
func policyOf(cors string) string {
	for line := range strings.Lines(cors) {
		for _, field := range []string{"Access-Control-Allow-Headers: X-", "Access-Control-Expose-Headers: X-"} {
			if name, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), field); ok {
				return name
			}
		}
	}
	return ""
}

// unreachable is a handler or middleware that no preflight may reach.
func unreachable(t *testing.T) gin.HandlerFunc {
	t.Helper()
	return func(c *gin.Context) {
		if c.GetHeader("Access-Control-Request-Method") != "" {
			t.Errorf("a preflight for %s got to the user's code", c.Request.URL)
		}
	}
}

// agree requires that one policy answers a preflight and the actual request;
// "" means none.
func agree(t *testing.T, r http.Handler, method, path, want string) {
	t.Helper()
	asked := ask(t, r, preflight(path, app, method))
	if got := policyOf(asked.cors); got != want || (asked.status == http.StatusNoContent) != (want != "") {
		t.Errorf("the preflight for %s %s was answered by %q: %+v; want %q", method, path, got, asked, want)
	}
	if got := ask(t, r, actual(method, path, app)); policyOf(got.cors) != want {
		t.Errorf("%s %s was answered by %q: %+v; want %q", method, path, policyOf(got.cors), got, want)
	}
	if want != "" {
		check(t, ask(t, r, preflight(path, other, method)), http.StatusForbidden, refused)
	}
}

// levels has policies on every level that gin has.
func levels(t *testing.T) *gin.Engine {
	t.Helper()
	r := gin.New()
	before := r.Group("/before")
	r.GET("/early", unreachable(t))
	cors := ginadapter.Preflights(r)
	h := unreachable(t)
	r.GET("/plain", h)
	r.GET("/posts/new", h)
	cors.Group(&r.RouterGroup, named(t, "route"), func(g *gin.RouterGroup) {
		g.PUT("/plain", unreachable(t), h)
	})
	cors.Group(before, named(t, "before"), func(g *gin.RouterGroup) { g.GET("/:id", h) })
	cors.Group(r.Group("/posts", h), named(t, "posts"), func(g *gin.RouterGroup) {
		g.Use(h)
		g.GET("", h)
		g.GET("/:id", h)
		cors.Group(g.Group("/:id/comments"), named(t, "comments"), func(g *gin.RouterGroup) {
			g.GET("", h)
			g.OPTIONS("", h)
			cors.Group(g, named(t, "delete"), func(g *gin.RouterGroup) { g.DELETE("/:comment", h) })
			g.GET("/:number", h)
		})
		g.Group("/:id/likes").PUT("/mine", h)
		g.DELETE("/:id", h)
	})
	cors.Group(r.Group("/posts"), named(t, "patch"), func(g *gin.RouterGroup) { g.PATCH("/:key", h) })
	cors.Group(r.Group("/any"), named(t, "any"), func(g *gin.RouterGroup) {
		g.Any("/*path", h)
		g.Handle("PURGE", "/*path", h)
	})
	cors.Group(r.Group("/slash/"), named(t, "slash"), func(g *gin.RouterGroup) { g.GET("", h) })
	cors.Group(r.Group("/static"), named(t, "static"), func(g *gin.RouterGroup) { g.Static("/files", ".") })
	r.OPTIONS("/own", text("own"))
	r.PUT("/own", h)
	cors.Group(r.Group(""), named(t, "own"), func(g *gin.RouterGroup) { g.GET("/own", h) })
	return r
}

func TestPreflights(t *testing.T) {
	r := levels(t)
	for _, test := range []struct{ method, path, policy string }{
		{"GET", "/early", ""},
		{"GET", "/plain", ""},
		{"PUT", "/plain", "route"},
		{"HEAD", "/plain", ""},
		{"GET", "/before/1", "before"},
		{"GET", "/posts", "posts"},
		{"GET", "/posts/1", "posts"},
		{"OPTIONS", "/posts/1", ""},
		{"GET", "/posts/new", ""},
		{"DELETE", "/posts/new", "posts"},
		{"GET", "/posts/newer", "posts"},
		{"HEAD", "/posts/1", ""},
		{"PUT", "/posts/1", ""},
		{"PATCH", "/posts/1", "patch"},
		{"GET", "/posts/1/comments", "comments"},
		{"OPTIONS", "/posts/1/comments", "comments"},
		{"GET", "/posts/1/comments/2", "comments"},
		{"DELETE", "/posts/1/comments/2", "delete"},
		{"PUT", "/posts/1/likes/mine", "posts"},
		{"PUT", "/posts/1/likes/yours", ""},
		{"PURGE", "/any/thing", "any"},
		{"HEAD", "/any/", "any"},
		{"OPTIONS", "/any/thing", "any"},
		{"GET", "/slash/", "slash"},
		{"GET", "/slash", ""},
		{"GET", "/static/files/gin.go", "static"},
		{"HEAD", "/static/files/none", "static"},
		{"GET", "/own", "own"},
		{"GET", "/POSTS", ""},
		{"GET", "/posts/", ""},
		{"GET", "/posts/1/", ""},
		{"GET", "//posts", ""},
		{"GET", "/posts//comments", "comments"},
		{"GET", "/postscript", ""},
		{"GET", "/posts/a%2Fcomments", "comments"},
		{"GET", "/posts/../plain", ""},
		{"GET", "/none", ""},
	} {
		t.Run(test.method+" "+test.path, func(t *testing.T) { agree(t, r, test.method, test.path, test.policy) })
	}
}

// Whatever is not answered by a policy is answered as if the line were not there.
func TestPreflightsLeavesTheRest(t *testing.T) {
	register := func(r *gin.Engine, put gin.IRoutes) {
		r.HandleMethodNotAllowed = true
		put.PUT("/posts", text("put"))
		r.OPTIONS("/posts", text("own"))
		r.GET("/posts", text("get"))
		r.GET("/posts/:id", text("get"))
		r.Any("/any", text("any"))
		r.NoRoute(func(c *gin.Context) { c.String(http.StatusOK, c.Request.URL.Path) })
		r.NoMethod(text("not so"))
	}
	with, without := gin.New(), gin.New()
	register(without, without.Group("", ginadapter.Middleware(named(t, "put"))))
	ginadapter.Preflights(with).Group(&with.RouterGroup, named(t, "put"), func(g *gin.RouterGroup) { register(with, g) })
	for _, r := range []*http.Request{
		actual("GET", "/posts", app), actual("PUT", "/posts", app), actual("DELETE", "/posts", app),
		actual("OPTIONS", "/posts", app), actual("OPTIONS", "/none", app), actual("GET", "/none", app),
		preflight("/posts", app, "no token"), preflight("/any", app, "no token"), preflight("/none", app, "GET"),
		preflight("/posts/", app, "GET"), preflight("/posts", app, "DELETE"), preflight("/posts/1/2", app, "GET"),
		preflight("/posts/1/", app, "GET"), // redirected, if it were GET
	} {
		if got, want := ask(t, with, r), ask(t, without, r); got != want {
			t.Errorf("%s %s: got %+v, want %+v", r.Method, r.URL, got, want)
		}
	}
}

// A route without a policy leaves preflights to an OPTIONS route beside it.
func TestOwnOptionsRoutes(t *testing.T) {
	r := levels(t)
	if got := ask(t, r, preflight("/own", app, "PUT")); got != (answer{http.StatusOK, "", "own"}) {
		t.Errorf("got %+v", got)
	}
	if got := ask(t, r, preflight("/own", app, "GET")); policyOf(got.cors) != "own" || got.body != "" {
		t.Errorf("beside a policy, it answered %+v", got)
	}
	r.Use(ginadapter.New(config())) // which it does not have
	if got := ask(t, r, preflight("/own", app, "DELETE")); got != (answer{http.StatusOK, "", "own"}) {
		t.Errorf("without another route, it answered %+v", got)
	}
}

// A policy that preflights would get to, but not the requests they ask about,
// refuses them.
func TestStrayPreflights(t *testing.T) {
	for _, test := range []struct {
		name     string
		register func(*gin.Engine, *ginadapter.Resolver)
	}{
		{"NoRoute", func(r *gin.Engine, _ *ginadapter.Resolver) { r.NoRoute(ginadapter.New(config())) }},
		{"another engine", func(r *gin.Engine, _ *ginadapter.Resolver) {
			inner := gin.New()
			inner.Use(ginadapter.New(config()))
			r.NoRoute(gin.WrapH(inner))
		}},
		{"HandleContext", func(r *gin.Engine, cors *ginadapter.Resolver) {
			cors.Group(&r.RouterGroup, policy(t, config()), func(g *gin.RouterGroup) { g.PUT("/other", text("other")) })
			r.NoRoute(func(c *gin.Context) {
				if c.Request.URL.Path != "/other" {
					c.Request.URL.Path = "/other"
					r.HandleContext(c)
				}
			}, ginadapter.New(config()))
		}},
		{"on the engine after routes that the line or a Group has seen", func(r *gin.Engine, cors *ginadapter.Resolver) {
			cors.Group(&r.RouterGroup, policy(t, config()), func(*gin.RouterGroup) {})
			r.Use(ginadapter.New(config()))
		}},
		{"wrapped", func(r *gin.Engine, _ *ginadapter.Resolver) {
			wrapped := ginadapter.New(config())
			r.Use(func(c *gin.Context) { wrapped(c) })
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := gin.New()
			r.PUT("/early", text("plain"))
			cors := ginadapter.Preflights(r)
			r.PUT("/plain", text("plain"))
			test.register(r, cors)
			for _, path := range []string{"/early", "/plain"} {
				check(t, ask(t, r, preflight(path, app, "PUT")), http.StatusForbidden, refused)
				check(t, ask(t, r, actual("PUT", path, app)), http.StatusOK, "")
			}
		})
	}
}

// On the engine, the last policy is the innermost.
func TestPoliciesOnTheEngine(t *testing.T) {
	r := gin.New()
	cors := ginadapter.Preflights(r)
	r.Use(unreachable(t), ginadapter.Middleware(named(t, "outer")), ginadapter.Middleware(named(t, "inner")))
	r.GET("/plain", text("plain"))
	r.OPTIONS("/options", text("options"))
	cors.Group(r.Group("/api"), named(t, "api"), func(g *gin.RouterGroup) { g.PUT("/posts", text("posts")) })
	agree(t, r, "GET", "/plain", "inner")
	agree(t, r, "PUT", "/api/posts", "api")
	agree(t, r, "GET", "/api/posts", "inner") // 404
	agree(t, r, "OPTIONS", "/options", "inner")
}

func TestRouteMethods(t *testing.T) {
	r := gin.New()
	cors := ginadapter.Preflights(r)
	r.Use(ginadapter.Middleware(named(t, "engine", core.WithRouteMethods())))
	r.PATCH("/posts/:id", text("patch"))
	cors.Group(&r.RouterGroup, named(t, "narrow", core.WithRouteMethods()), func(g *gin.RouterGroup) {
		g.GET("/posts/:id", text("get"))
		g.PUT("/posts/:id", text("put"))
		g.POST("/posts/:id", text("post")) // AllowMethods lacks it
		g.Any("/any", text("any"))
		g.POST("/only", text("post"))
	})
	cors.Group(&r.RouterGroup, named(t, "other"), func(g *gin.RouterGroup) { g.DELETE("/posts/:key", text("delete")) })
	for _, test := range []struct{ method, path, want string }{
		{"PUT", "/posts/1", "GET, PUT"},
		{"GET", "/posts/1", "GET, PUT"},
		{"PATCH", "/posts/1", "PATCH"},
		{"PATCH", "/any", "DELETE, GET, OPTIONS, PATCH, PUT"},
		{"POST", "/only", ""},
		{"DELETE", "/posts/1", "GET, PUT, PATCH, DELETE, OPTIONS, PURGE"}, // other lists all it allows
		{"PURGE", "/posts/1", "GET, PUT, PATCH, DELETE, OPTIONS, PURGE"},  // as without a route
	} {
		cors := ask(t, r, preflight(test.path, app, test.method)).cors
		_, methods, _ := strings.Cut(cors, "Access-Control-Allow-Methods: ")
		if methods, _, _ = strings.Cut(methods, "\n"); methods != test.want {
			t.Errorf("%s %s: Allow-Methods %q, want %q", test.method, test.path, methods, test.want)
		}
	}
}
