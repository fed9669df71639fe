package ginadapter_test

import (
	"bytes"
	"cmp"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/browser"
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

// levels returns an engine with policies on the engine, groups, nested groups and routes.
func levels(t *testing.T, outer *core.Policy) *gin.Engine {
	t.Helper()
	r, h := gin.New(), unreachable(t)
	cors := ginadapter.Install(r, outer)
	if outer != nil { // otherwise preflights without a route reach these
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
			{"PUT", "/posts/1/comments", ""}, // 404, although the OPTIONS route has a policy
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

// A policy on an OPTIONS route for every path does not answer preflights for routes
// without that policy.
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

// In these issues, preflights did not reach the policy. With Install they do.
func TestSetupsFromIssues(t *testing.T) {
	for report, test := range map[string]struct{ group, method, route, path string }{
		"gin-contrib/cors 12: OPTIONS for a path with only GET": {"/pads", "GET", "/healthcheck", "/pads/healthcheck"},
		"gin-contrib/cors 35: a group at /":                     {"/", "POST", "/", "/"},
		"gin 140: exposed headers only on the auth endpoints":   {"/auth", "PUT", "/login", "/auth/login"},
		"gin 531: a group and a path with a final slash":        {"/users", "GET", "/", "/users/"},
		"gin 691: group middleware and OPTIONS":                 {"/v2/", "GET", "/normal", "/v2/normal"},
		"gin 3546: a group with its routes in a block":          {"/group", "DELETE", "/:id", "/group/1"},
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

// Without a policy and without a route, a preflight continues to gin with its path
// unchanged.
func TestPreflightWithoutRouteContinues(t *testing.T) {
	r := gin.New()
	cors := ginadapter.Install(r, nil)
	cors.Group(&r.RouterGroup, named(t, "root"), func(g *gin.RouterGroup) { g.PUT("/", text("root")) })
	r.PUT("/posts/:id", text("put"))
	r.NoRoute(func(c *gin.Context) { c.String(http.StatusNotFound, c.Request.URL.Path) })
	mux := http.NewServeMux() // sets the Pattern of the request
	mux.Handle("/", r)
	for _, path := range []string{"/none", "/posts/1/"} { // gin would redirect a PUT of the second
		if got := ask(mux, preflight("PUT", path)); got != (answer{http.StatusNotFound, "", path}) {
			t.Errorf("%s: got %+v", path, got)
		}
	}
}

// Install does not know a route that was added after the first preflight, unless a later
// Group lists the routes again.
func TestRouteAfterFirstPreflight(t *testing.T) {
	r := gin.New()
	ginadapter.Install(r, nil)
	agree(t, r, "PUT", "/posts", "")
	r.PUT("/posts", text("posts"))
	if got := ask(r, preflight("PUT", "/posts")); got.status != http.StatusNotFound {
		t.Errorf("got %+v, want 404", got)
	}
}

// Group may add routes after the first preflight.
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
	if got := ask(r, preflight("PUT", "/posts/plain")).policy; got != "all" {
		t.Errorf("the preflight for a route after the first preflight was answered by %q, want all", got)
	}
	group("new", "/posts/new")
	group("late", "/late/:id")
	agree(t, r, "PUT", "/posts/new", "new")
	agree(t, r, "PUT", "/posts/other", "all")
	agree(t, r, "PUT", "/posts/plain", "")
	agree(t, r, "PUT", "/late/1", "late")
}

// The policy of a Group does not apply to routes outside its path, or to routes that were
// added before or after the Group.
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

// gin does not expose the middleware of a route. If a policy was not passed to Group,
// the next policy outside it answers preflights.
func TestPolicyOutsideGroup(t *testing.T) {
	for outer, policy := range map[string]*core.Policy{"": nil, "app": named(t, "app")} {
		r := gin.New()
		cors := ginadapter.Install(r, policy)
		hidden := ginadapter.Middleware(named(t, "hidden"))
		r.PUT("/posts", hidden, text("posts"))
		cors.Group(r.Group("/api"), named(t, "api"), func(g *gin.RouterGroup) { g.PUT("/posts", hidden, text("posts")) })
		for path, want := range map[string]string{"/posts": outer, "/api/posts": "api"} {
			if asked, got := ask(r, preflight("PUT", path)).policy, ask(r, actual("PUT", path)).policy; asked != want || got != "hidden" {
				t.Errorf("%s: the preflight was answered by %q, the request by %q", path, asked, got)
			}
		}
	}
}

func TestPanicMessages(t *testing.T) {
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
					t.Errorf("panicked with %q, want %q", got, want)
				}
			}()
			f(gin.New())
		})
	}
}

// If preflights do not reach a policy, the policy logs this once.
func TestUnreachedPolicyIsLogged(t *testing.T) {
	const unknown, unreached = `"cors: Install does not know this policy"`, `"cors: preflights do not reach the policy of a group or a route"`
	get := func(g gin.IRoutes) { g.GET("/posts/:id", text("post")) }
	inner := func(r *gin.Engine, cors gin.HandlerFunc) {
		engine := gin.New()
		get(engine.Use(cors))
		r.GET("/", text("outer"))
		r.PUT("/posts/:id", text("outer"))
		r.NoRoute(gin.WrapH(engine))
	}
	var log bytes.Buffer
	logger := core.WithLogger(slog.New(slog.NewTextHandler(&log, nil)))
	other := func(*gin.Context) {}
	itself := func(r *gin.Engine) http.Handler { return r }
	wrapped := func(r *gin.Engine) http.Handler { return http.HandlerFunc(r.ServeHTTP) }
	for name, test := range map[string]struct {
		register func(*gin.Engine, gin.HandlerFunc)
		handler  func(*gin.Engine) http.Handler // of the server
		want     string
	}{
		"Group": {func(r *gin.Engine, _ gin.HandlerFunc) {
			ginadapter.Install(r, nil).Group(&r.RouterGroup, named(t, "group", logger), func(g *gin.RouterGroup) { get(g) })
		}, itself, ""},
		"Install, and Use on the engine": {func(r *gin.Engine, cors gin.HandlerFunc) { ginadapter.Install(r, nil); r.Use(cors); get(r) }, itself, unknown},
		"Install, and Use on a group": {func(r *gin.Engine, cors gin.HandlerFunc) {
			ginadapter.Install(r, corstest.Policy(t))
			get(r.Group("", cors))
		}, itself, unknown},
		"Use inside Group": {func(r *gin.Engine, cors gin.HandlerFunc) {
			ginadapter.Install(r, nil).Group(&r.RouterGroup, corstest.Policy(t), func(g *gin.RouterGroup) { get(g.Group("", cors)) })
		}, itself, unknown},
		"on the engine":                       {func(r *gin.Engine, cors gin.HandlerFunc) { r.Use(cors); get(r) }, itself, ""},
		"on the engine and a group":           {func(r *gin.Engine, cors gin.HandlerFunc) { r.Use(cors, other); get(r.Group("", cors)) }, itself, ""},
		"for missing paths":                   {func(r *gin.Engine, cors gin.HandlerFunc) { r.NoRoute(cors); get(r) }, itself, ""},
		"on a group":                          {func(r *gin.Engine, cors gin.HandlerFunc) { r.Use(other); get(r.Group("", cors)) }, itself, unreached},
		"on a group, wrapped in a handler":    {func(r *gin.Engine, cors gin.HandlerFunc) { get(r.Group("", cors)) }, wrapped, ""},
		"on a route":                          {func(r *gin.Engine, cors gin.HandlerFunc) { r.GET("/posts/:id", cors, text("post")) }, itself, unreached},
		"on a group, OPTIONS of another path": {func(r *gin.Engine, cors gin.HandlerFunc) { g := r.Group("", cors); get(g); g.OPTIONS("/users") }, itself, unreached},
		"on a group with OPTIONS":             {func(r *gin.Engine, cors gin.HandlerFunc) { g := r.Group("", cors); get(g); g.OPTIONS("/posts/:id") }, itself, ""},
		"on a group with OPTIONS /*":          {func(r *gin.Engine, cors gin.HandlerFunc) { g := r.Group("", cors); get(g); g.OPTIONS("/*all") }, itself, ""},
		"on a group with PUT /*":              {func(r *gin.Engine, cors gin.HandlerFunc) { g := r.Group("", cors); get(g); g.PUT("/*all") }, itself, unreached},
		"on another engine":                   {inner, itself, ""},
		"on another engine, Install":          {func(r *gin.Engine, cors gin.HandlerFunc) { ginadapter.Install(r, nil); inner(r, cors) }, itself, ""},
	} {
		t.Run(name, func(t *testing.T) {
			log.Reset()
			r := gin.New()
			test.register(r, ginadapter.New(core.Config{AllowOrigins: []string{corstest.Page}}, logger))
			client := open(t, test.handler(r))
			for _, path := range []string{"/none", "/posts/1", "/posts/2"} {
				if outcome := client.Fetch(browser.Request{URL: path}); outcome.Step == browser.StepNetwork {
					t.Error(outcome.Reason)
				}
			}
			got, lines := log.String(), min(len(test.want), 1)
			if strings.Count(got, "level=WARN") != lines || !strings.Contains(got, test.want) || strings.Count(got, `route="GET /posts/:id" fix=`) != lines {
				t.Errorf("logged\n%s\nwant %s", got, test.want)
			}
		})
	}
}

func TestInstallIsSafeForConcurrentUse(t *testing.T) {
	r := levels(t, named(t, "app"))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for _, path := range []string{"/plain", "/posts/1", "/none"} {
				for _, method := range []string{"GET", "PUT"} {
					r.ServeHTTP(httptest.NewRecorder(), preflight(method, path))
					r.ServeHTTP(httptest.NewRecorder(), actual(method, path))
				}
			}
		})
	}
	wg.Wait()
}
