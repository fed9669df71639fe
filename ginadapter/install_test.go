package ginadapter_test

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/corstest"
	"github.com/corsuite/corsuite/ginadapter"
	"github.com/gin-gonic/gin"
)

func TestInstall(t *testing.T) {
	corstest.RunInstall(t, func(site corstest.Site) corstest.Server {
		r := gin.New()
		cors := ginadapter.Install(r, site.Policy)
		r.Use(func(c *gin.Context) { site.Inner(c.Writer.Header(), c.Next) })
		in := func(group *gin.RouterGroup, policy *core.Policy, routes func(*gin.RouterGroup)) {
			if policy == nil {
				routes(group)
				return
			}
			cors.Group(group, policy, routes)
		}
		for _, g := range site.Groups {
			in(r.Group(g.Prefix), g.Policy, func(group *gin.RouterGroup) {
				for _, route := range g.Routes {
					in(group, route.Policy, func(group *gin.RouterGroup) {
						group.Handle(route.Method, route.Path, func(c *gin.Context) {
							site.Handle(c.Writer.Header())
							c.Status(site.Status)
						})
					})
				}
			})
		}
		return corstest.HTTP(r)
	})
}

// levels has policies on all levels of gin.
func levels(t *testing.T, outer *core.Policy) *gin.Engine {
	t.Helper()
	r, h := gin.New(), unreachable(t)
	cors := ginadapter.Install(r, outer)
	if outer != nil { // or else preflights go on where there is no route
		r.Use(h)
		r.NoRoute(h)
	}
	r.GET("/plain", h)
	r.GET("/posts/new", h)
	cors.Group(&r.RouterGroup, named(t, "route"), func(g *gin.RouterGroup) { g.PUT("/plain", h, h) })
	cors.Group(r.Group("/posts", h), named(t, "posts"), func(g *gin.RouterGroup) {
		g.Use(h)
		g.GET("", h)
		g.GET("/:id", h)
		cors.Group(g.Group("/:id/comments"), named(t, "comments"), func(g *gin.RouterGroup) {
			g.GET("", h)
			g.OPTIONS("", h)
			cors.Group(g, named(t, "delete"), func(g *gin.RouterGroup) { g.DELETE("/:comment", h) })
		})
		g.Group("/:id/likes").PUT("/mine", h)
		g.DELETE("/:id", h)
	})
	r.PUT("/posts/:id/plain", h)
	cors.Group(r.Group("/posts"), named(t, "patch"), func(g *gin.RouterGroup) { g.PATCH("/:key", h) })
	cors.Group(r.Group("/any"), named(t, "any"), func(g *gin.RouterGroup) {
		g.Any("/*path", h)
	})
	cors.Group(r.Group("/slash/"), named(t, "slash"), func(g *gin.RouterGroup) { g.GET("", h) })
	cors.Group(r.Group("/static"), named(t, "static"), func(g *gin.RouterGroup) { g.Static("/files", ".") })
	return r
}

func TestInstallOnEveryLevel(t *testing.T) {
	for outer, policy := range map[string]*core.Policy{"": nil, "app": named(t, "app")} {
		r := levels(t, policy)
		for _, test := range []struct{ method, path, policy string }{
			{"GET", "/plain", ""},
			{"PUT", "/plain", "route"},
			{"GET", "/posts", "posts"},
			{"GET", "/posts/1", "posts"},
			{"OPTIONS", "/posts/1", ""},
			{"GET", "/posts/new", ""},
			{"DELETE", "/posts/new", "posts"},
			{"PUT", "/posts/1/plain", ""},
			{"PATCH", "/posts/1", "patch"},
			{"GET", "/posts/1/comments", "comments"},
			{"OPTIONS", "/posts/1/comments", "comments"},
			{"PUT", "/posts/1/comments", ""}, // 404, though OPTIONS has a policy
			{"DELETE", "/posts/1/comments/2", "delete"},
			{"PUT", "/posts/1/likes/mine", "posts"},
			{"PATCH", "/any/thing", "any"},
			{"OPTIONS", "/any/thing", "any"},
			{"GET", "/slash/", "slash"},
			{"GET", "/static/files/gin.go", "static"},
			{"GET", "/none", ""},
		} {
			t.Run(outer+" "+test.method+" "+test.path, func(t *testing.T) {
				agree(t, r, test.method, test.path, cmp.Or(test.policy, outer))
			})
		}
	}
}

// A policy on OPTIONS of every path does not answer for routes that do not have it.
func TestOptionsOfAnotherPolicy(t *testing.T) {
	h := unreachable(t)
	for name, options := range map[string]func(*gin.RouterGroup){
		"Any":       func(g *gin.RouterGroup) { g.Any("/:page", h) },
		"catch-all": func(g *gin.RouterGroup) { g.Match([]string{"GET", "OPTIONS"}, "/*path", h) },
	} {
		t.Run(name, func(t *testing.T) {
			r := gin.New()
			cors := ginadapter.Install(r, nil)
			r.DELETE("/admin", h)
			cors.Group(&r.RouterGroup, named(t, "pages"), options)
			agree(t, r, "DELETE", "/admin", "")
			agree(t, r, "GET", "/pages", "pages")
			agree(t, r, "PATCH", "/a/b", "") // no route
		})
	}
}

// Set-ups of users whose preflights did not reach their policy.
func TestReportedSetUps(t *testing.T) {
	for report, test := range map[string]struct{ group, method, route, path string }{
		"gin-contrib/cors 12: OPTIONS of a path that has GET only": {"/pads", "GET", "/healthcheck", "/pads/healthcheck"},
		"gin-contrib/cors 35: a group at /":                        {"/", "POST", "/", "/"},
		"gin 140: exposed headers on the auth endpoints only":      {"/auth", "PUT", "/login", "/auth/login"},
		"gin 531: a group and a path with a final slash":           {"/users", "GET", "/", "/users/"},
		"gin 691: middleware of a group and OPTIONS":               {"/v2/", "GET", "/normal", "/v2/normal"},
		"gin 3546: a group made with a block":                      {"/group", "DELETE", "/:id", "/group/1"},
	} {
		t.Run(report, func(t *testing.T) {
			r := gin.New()
			cors := ginadapter.Install(r, nil)
			r.Use(func(c *gin.Context) { c.Header("X-Ran", "global") })
			r.GET("/posts", text("posts"))
			cors.Group(r.Group(test.group), named(t, "group"), func(g *gin.RouterGroup) { g.Handle(test.method, test.route, text("ok")) })
			agree(t, r, test.method, test.path, "group")
			agree(t, r, "GET", "/posts", "")
		})
	}
}

// Without a policy and without a route, a preflight goes on with its own path.
func TestPreflightGoesOn(t *testing.T) {
	r := gin.New()
	cors := ginadapter.Install(r, nil)
	cors.Group(&r.RouterGroup, named(t, "root"), func(g *gin.RouterGroup) { g.PUT("/", text("root")) })
	r.PUT("/posts/:id", text("put"))
	r.NoRoute(func(c *gin.Context) { c.String(http.StatusNotFound, c.Request.URL.Path) })
	mux := http.NewServeMux() // which sets the pattern of the request
	mux.Handle("/", r)
	for _, path := range []string{"/none", "/posts/1/"} { // redirected, if it were PUT
		if got := ask(mux, preflight(path, app, "PUT")); got != (answer{http.StatusNotFound, "", path}) {
			t.Errorf("%s: got %+v", path, got)
		}
	}
}

// Group may add routes after the first preflight, while no request is served.
func TestGroupAfterFirstPreflight(t *testing.T) {
	r := gin.New()
	cors := ginadapter.Install(r, nil)
	group := func(name, pattern string) {
		cors.Group(&r.RouterGroup, named(t, name), func(g *gin.RouterGroup) { g.PUT(pattern, text(name)) })
	}
	group("all", "/posts/:id")
	agree(t, r, "PUT", "/posts/new", "all")
	agree(t, r, "PUT", "/late/1", "")
	r.PUT("/posts/plain", text("plain"))
	group("new", "/posts/new")
	group("late", "/late/:id")
	agree(t, r, "PUT", "/posts/new", "new")
	agree(t, r, "PUT", "/posts/other", "all")
	agree(t, r, "PUT", "/posts/plain", "")
	agree(t, r, "PUT", "/late/1", "late")
}

// A route outside of a group's path does not get its policy, nor does a later one.
func TestRoutesBesideGroup(t *testing.T) {
	r := gin.New()
	cors := ginadapter.Install(r, nil)
	r.PUT("/api/before", text("before"))
	cors.Group(r.Group("/api"), named(t, "api"), func(g *gin.RouterGroup) {
		r.PUT("/apiary", text("other group"))
		cors.Group(r.Group("/api/third"), named(t, "third"), func(g *gin.RouterGroup) { g.PUT("", text("other Group")) })
		g.PUT("", text("api"))
	})
	r.PUT("/api/after", text("after"))
	for path, want := range map[string]string{
		"/apiary": "", "/api/third": "third", "/api": "api", "/api/before": "", "/api/after": "",
	} {
		agree(t, r, "PUT", path, want)
	}
}

func TestPanicsInWords(t *testing.T) {
	install := func(*gin.Engine) *ginadapter.Groups { return ginadapter.Install(gin.New(), nil) }
	none := func(*gin.RouterGroup) {}
	for want, f := range map[string]func(*gin.Engine){
		"Middleware needs a policy":                     func(*gin.Engine) { ginadapter.Middleware(nil) },
		"Install needs an engine":                       func(*gin.Engine) { ginadapter.Install(nil, nil) },
		"call Install before the routes are registered": func(r *gin.Engine) { ginadapter.Install(r.GET("/", text("")).(*gin.Engine), nil) },
		"the engine has a policy already":               func(r *gin.Engine) { ginadapter.Install(r.Use(cors(t)).(*gin.Engine), nil) },
		"call Install once":                             func(r *gin.Engine) { ginadapter.Install(r, nil); ginadapter.Install(r, nil) },
		"Group needs a group, a policy and a function":  func(r *gin.Engine) { install(r).Group(nil, corstest.Policy(t), none) },
		"Group needs a group, a policy and":             func(r *gin.Engine) { ginadapter.Install(r, nil).Group(&r.RouterGroup, nil, none) },
		"Group needs a group, a policy":                 func(r *gin.Engine) { ginadapter.Install(r, nil).Group(&r.RouterGroup, corstest.Policy(t), nil) },
		"Group needs a group that was made after":       func(r *gin.Engine) { g := r.Group("/"); ginadapter.Install(r, nil).Group(g, corstest.Policy(t), none) },
		"Group needs a group that was made after Install, from the same engine": func(r *gin.Engine) {
			ginadapter.Install(r, nil)
			install(r).Group(&r.RouterGroup, corstest.Policy(t), none)
		},
	} {
		t.Run(want, func(t *testing.T) {
			defer func() {
				if got, _ := recover().(string); !strings.HasPrefix(got, "ginadapter: ") || !strings.Contains(got, want) {
					t.Errorf("panicked with %q", got)
				}
			}()
			f(gin.New())
		})
	}
}

func TestReports(t *testing.T) {
	const unknown, unreached = `"cors: Install does not know this policy"`, `"cors: preflights never reach a policy on a group or a route"`
	put := func(g gin.IRoutes) { g.PUT("/posts/:id", text("post")) }
	cors := func() gin.HandlerFunc {
		return ginadapter.Middleware(named(t, "cors", core.WithLogger(slog.Default())))
	}
	inner := func(r *gin.Engine) {
		engine := gin.New()
		put(engine.Use(cors()))
		r.GET("/", text("outer"))
		r.NoRoute(gin.WrapH(engine))
	}
	for name, test := range map[string]struct {
		register func(*gin.Engine)
		want     string
	}{
		"Group": {func(r *gin.Engine) {
			ginadapter.Install(r, nil).Group(&r.RouterGroup, corstest.Policy(t), func(g *gin.RouterGroup) { put(g) })
		}, ""},
		"Install, and Use on the engine": {func(r *gin.Engine) { ginadapter.Install(r, nil); r.Use(cors()); put(r) }, unknown},
		"Install, and Use on a group":    {func(r *gin.Engine) { ginadapter.Install(r, corstest.Policy(t)); put(r.Group("", cors())) }, unknown},
		"Use inside Group": {func(r *gin.Engine) {
			ginadapter.Install(r, nil).Group(&r.RouterGroup, corstest.Policy(t), func(g *gin.RouterGroup) { put(g.Group("", cors())) })
		}, unknown},
		"on the engine":              {func(r *gin.Engine) { r.Use(cors()); put(r) }, ""},
		"on the engine and a group":  {func(r *gin.Engine) { r.Use(cors()); put(r.Group("", cors())) }, ""},
		"for missing paths":          {func(r *gin.Engine) { r.NoRoute(cors()); put(r) }, ""},
		"on a group":                 {func(r *gin.Engine) { put(r.Group("", cors())) }, unreached},
		"on a route":                 {func(r *gin.Engine) { r.PUT("/posts/:id", cors(), text("post")) }, unreached},
		"on a group with OPTIONS":    {func(r *gin.Engine) { g := r.Group("", cors()); put(g); g.OPTIONS("/posts/:id") }, ""},
		"on a group with OPTIONS /*": {func(r *gin.Engine) { g := r.Group("", cors()); put(g); g.OPTIONS("/*all") }, ""},
		"on another engine":          {inner, ""},
		"on another engine, Install": {func(r *gin.Engine) { ginadapter.Install(r, nil); inner(r) }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			log := logged(t)
			r := gin.New()
			test.register(r)
			server := &http.Server{Handler: r}
			for _, path := range []string{"/none", "/posts/1", "/posts/2"} {
				req := actual("PUT", path, app)
				ask(r, req.WithContext(context.WithValue(req.Context(), http.ServerContextKey, server)))
			}
			got, lines := log.String(), min(len(test.want), 1)
			if strings.Count(got, "\n") != lines || !strings.Contains(got, test.want) || strings.Count(got, `route="PUT /posts/:id" fix=`) != lines {
				t.Errorf("logged\n%s\nwant %s", got, test.want)
			}
		})
	}
}

// Behind another handler, preflights may reach the policy.
func TestNoReportBehindHandler(t *testing.T) {
	log := logged(t)
	r := gin.New()
	r.Group("", cors(t)).PUT("/posts/:id", text("post"))
	req := actual("PUT", "/posts/1", app)
	ask(r, req.WithContext(context.WithValue(req.Context(), http.ServerContextKey, &http.Server{Handler: http.HandlerFunc(r.ServeHTTP)})))
	if log.Len() != 0 {
		t.Errorf("logged %s", log)
	}
}

func TestInstallConcurrently(t *testing.T) {
	r := levels(t, named(t, "app"))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for _, path := range []string{"/plain", "/posts/1", "/none"} {
				for _, method := range []string{"GET", "PUT"} {
					r.ServeHTTP(httptest.NewRecorder(), preflight(path, app, method))
					r.ServeHTTP(httptest.NewRecorder(), actual(method, path, app))
				}
			}
		})
	}
	wg.Wait()
}
