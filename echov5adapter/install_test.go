package echov5adapter_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/corstest"
	"github.com/corsuite/corsuite/core/nethttp"
	"github.com/corsuite/corsuite/echov5adapter"
	"github.com/labstack/echo/v5"
)

func TestInstall(t *testing.T) {
	corstest.RunInstall(t, func(site corstest.Site) corstest.Server {
		e := echo.New()
		echov5adapter.Install(e, site.Policy)
		e.Use(func(next echo.HandlerFunc) echo.HandlerFunc {
			return func(c *echo.Context) (err error) {
				site.Inner(c.Response().Header(), func() { err = next(c) })
				return err
			}
		})
		behind := func(policy *core.Policy) []echo.MiddlewareFunc {
			if policy == nil {
				return nil
			}
			return []echo.MiddlewareFunc{echov5adapter.Middleware(policy)}
		}
		for _, group := range site.Groups {
			g := e.Group(group.Prefix, behind(group.Policy)...)
			for _, route := range group.Routes {
				g.Add(route.Method, route.Path, func(c *echo.Context) error {
					site.Handle(c.Response().Header())
					return c.NoContent(site.Status)
				}, behind(route.Policy)...)
			}
		}
		return corstest.HTTP(e)
	})
}

// The same policy answers the preflight and the actual request: the innermost one, or
// that of Install. Without a policy, the preflight is rejected or continues to echo.
func TestInstallFindsTheInnermostPolicy(t *testing.T) {
	h, other := text(""), first(nothing)
	for name, test := range map[string]struct {
		register func(*echo.Echo)
		answers  map[string]string // by request: a policy, or the result if Install has no policy
	}{
		"routes": {func(e *echo.Echo) {
			e.PUT("/posts/:id", h, named("put"))
			e.PATCH("/posts/:name", h, other, named("outer"), named("patch"), other)
			e.DELETE("/posts/:id", h)
			e.HEAD("/head", h, named("head"))
			e.Add("QUERY", "/query", h, named("query"))
			e.PUT("bare", h, named("bare"))
			e.PUT("/bare/", h, named("slash"))
			e.PUT("//two", h, named("two"))
			e.PUT(`/a\:b`, h, named("colon"))
			e.Any("/any/:id", h, named("any"))
			e.DELETE("/any/:id", h, named("delete"))
		}, map[string]string{
			"PUT /posts/1": "put", "PATCH /posts/1": "patch", "DELETE /posts/1": rejected, "POST /posts/1": continues, "PUT /posts": continues,
			"HEAD /head": "head", "GET /head": continues, "QUERY /query": "query", "query /query": continues,
			"DELETE /any/1": "delete", "PUT /any/1": "any", "BREW /any/1": "any", "OPTIONS /any/1": "any", echo.RouteAny + " /any/1": "any", echo.RouteNotFound + " /any/1": "any",
			"PUT /bare": "bare", "PUT /bare/": "slash", "PUT //bare": continues, "PUT //two": "two", "PUT /two": continues, "PUT /BARE": continues, "PUT /a:b": "colon",
		}},
		"wildcards": {func(e *echo.Echo) {
			e.GET("/a/:id", h, named("param"))
			e.POST("/a/*", h, named("any"))
			e.POST("/a/*", h, named("later"))
		}, map[string]string{"GET /a/1": "param", "POST /a/1": "later", "PUT /a/1": continues, "POST /a/1/2": "later", "GET /a/1/2": "param"}},
		"Any with a policy, beside routes without one": {func(e *echo.Echo) {
			e.Any("/*", h, named("all"))
			e.DELETE("/admin", h)
			e.Group("/api").PUT("/posts/:id", h)
		}, map[string]string{
			"DELETE /admin": rejected, "PUT /api/posts/1": rejected, "PUT /admin": "all", "PUT /1": "all", "PROPFIND /1": "all", "PURGE /1": "all", "OPTIONS /1": "all",
		}},
		"a policy for OPTIONS": {func(e *echo.Echo) {
			e.OPTIONS("/*", h, named("options"))
			e.PUT("/posts", h)
		}, map[string]string{"PUT /posts": rejected, "DELETE /posts": rejected, "PUT /none": rejected}},
		"groups": {func(e *echo.Echo) {
			api := e.Group("/api", named("api"), other)
			api.PUT("/posts", h)
			api.PUT("/posts/:id/comments", h, named("comments"))
			api.StaticFS("/files", fstest.MapFS{"logo.svg": {Data: []byte("<svg/>")}})
			api.Group("/admin", other, named("admin")).PUT("/users", h)
			e.PUT("/apiary", h)
			e.PUT("/api/private", h)
		}, map[string]string{
			"PUT /api/posts": "api", "PUT /api/posts/1%2F2/comments": "comments", "PUT /api/posts/1/2/comments": "api",
			"PUT /api": "api", "PUT /api/none": "api", "PUT /api/../apiary": "api", "PUT /apiary": rejected, "PUT /api/private": rejected,
			"PUT /api%2Fposts": continues, "PUT /%61pi/posts": continues, "DELETE /api/posts": "api", echo.RouteNotFound + " /api/none": "api",
			"GET /api/files/logo.svg": "api", "PUT /api/files/logo.svg": continues, "PUT /api/admin/users": "admin", "PUT /api/admin/none": "admin",
		}},
		"RouteNotFound": {func(e *echo.Echo) {
			e.RouteNotFound("/a/*", h, named("a"))
			e.PUT("/a/posts", h)
			e.GET("/a/*", h, named("get"))
		}, map[string]string{"PUT /a/none": "a", "PUT /a/posts": rejected, "POST /a/posts": "a", "GET /a/none": "get"}},
		"Use on a group after a route": {func(e *echo.Echo) {
			g := e.Group("/api")
			g.PUT("/early", h)
			g.PUT("/again", h)
			g.Use(named("late"))
			g.PUT("/late", h)
			g.PUT("/again", h)
		}, map[string]string{"PUT /api/early": rejected, "PUT /api/late": "late", "PUT /api/again": "late", "PUT /api/none": "late"}},
		"e.Use": {func(e *echo.Echo) {
			e.Use(named("outer-use"), other)
			e.PUT("/posts", h)
			e.PUT("/own", h, named("own"))
			e.Group("/api", named("api")).PUT("/posts", h)
			e.Use(named("use"), other)
		}, map[string]string{"PUT /posts": "use", "PUT /none": "use", "DELETE /posts": "use", "PUT /own": "own", "PUT /api/posts": "api", "PUT /api/none": "api"}},
		"middleware of e.Pre with another request": {func(e *echo.Echo) {
			e.Pre(echo.WrapMiddleware(func(next http.Handler) http.Handler { return http.StripPrefix("/v1", next) }))
			e.PUT("/v1/posts", h, named("old"))
			e.PUT("/posts", h, named("new"))
		}, map[string]string{"PUT /v1/posts": "new"}},
		"middleware of e.Pre that changes the path": {func(e *echo.Echo) {
			e.Pre(first(func(c *echo.Context) { c.Request().URL.Path = strings.TrimPrefix(c.Request().URL.Path, "/v1") }))
			e.PUT("/v1/posts", h, named("old"))
			e.PUT("/posts", h, named("new"))
		}, map[string]string{"PUT /v1/posts": "new"}},
		"#228: two groups, one with a policy": {func(e *echo.Echo) {
			auth, others := e.Group("/auth"), e.Group("/others")
			auth.Use(named("credentials"))
			auth.POST("/authenticate", h)
			others.POST("/posts", h)
		}, map[string]string{"POST /auth/authenticate": "credentials", "POST /others/posts": rejected}},
		"#1040: a policy on a group, and none on the Echo": {func(e *echo.Echo) {
			g := e.Group("/group")
			g.Use(named("group"))
			g.GET("/test", h)
		}, map[string]string{"GET /group/test": "group"}},
		"#2573: a group below a policy on the Echo": {func(e *echo.Echo) {
			e.Group("/api", other).POST("/test", h)
		}, map[string]string{"POST /api/test": rejected}},
		"#2620: a policy for one method of one path": {func(e *echo.Echo) {
			e.GET("/some/path", h, named("path"))
			e.PUT("/some/path", h)
		}, map[string]string{"GET /some/path": "path", "PUT /some/path": rejected}},
		"#2950: the path of a group itself": {func(e *echo.Echo) {
			e.Group("/myroute", named("group")).GET("", h)
		}, map[string]string{"GET /myroute": "group"}},
		"a route of a group below Any outside the group": {func(e *echo.Echo) {
			e.Any("/api/files/*", h)
			e.Group("/api", named("api")).GET("/files/:id", h)
		}, map[string]string{"GET /api/files/1": "api"}},
		"two groups with the same prefix": {func(e *echo.Echo) {
			e.Group("/api", named("api")).GET("/posts", h)
			e.Group("/api", other).GET("/private", h)
			e.Group("/later").GET("/private", h)
			e.Group("/later", named("later")).GET("/posts", h)
		}, map[string]string{"GET /api/posts": "api", "GET /api/private": rejected, "GET /later/private": rejected, "GET /later/none": "later"}},
		"a group without a prefix": {func(e *echo.Echo) {
			e.Group("", named("group")).GET("/posts", h)
			e.GET("/private", h)
		}, map[string]string{"GET /posts": "group", "GET /private": rejected, "GET /none": "group", "PUT /private": "group"}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, app := range []string{"", "app"} {
				e := install(t, app)
				test.register(e)
				for request, want := range test.answers {
					method, target, _ := strings.Cut(request, " ")
					on := want
					if want == rejected || want == continues {
						on = app
					}
					if app != "" {
						want = on
					}
					if got := ask(e, preflight(method, target)); got != want {
						t.Errorf("Install with policy %q, %s: the preflight was answered by %q, want %q", app, request, got, want)
					}
					if got := ask(e, actual(method, target)); got != on {
						t.Errorf("Install with policy %q, %s: the request was answered by %q, want %q", app, request, got, on)
					}
				}
			}
		})
	}
}

// Names of routes in the log come from registrations, so that requests cannot fill the
// log.
func TestInstallLogsEachRouteOnce(t *testing.T) {
	var log bytes.Buffer
	before := slog.Default()
	t.Cleanup(func() { slog.SetDefault(before) })
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	e := install(t, "")
	e.PUT("/posts/:id", text("saved"))
	e.OPTIONS("/policy/*", text("options"), named("options"))
	e.OPTIONS("/all/*", text("options"), named("options"))
	e.Any("/all/*", text("any"))
	if _, err := e.Router().Add(echo.Route{Method: "PUT", Path: "/router/:id", Handler: text("saved")}); err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		for _, r := range []*http.Request{
			preflight("PUT", fmt.Sprintf("/posts/%d", i)), preflight("PUT", fmt.Sprintf("/router/%d", i)),
			preflight(fmt.Sprintf("INVENTED-%d", i), "/policy/1"), preflight(fmt.Sprintf("INVENTED-%d", i), "/all/1"),
		} {
			if got := ask(e, r); got != rejected {
				t.Errorf("%s: the preflight was answered by %q, want %q", r.URL, got, rejected)
			}
		}
	}
	for _, route := range []string{`"PUT /posts/:id"`, `"PUT /router/:id"`, `"OPTIONS /policy/*"`, `"Any /all/*"`} {
		if strings.Count(log.String(), "route="+route+" ") != 1 {
			t.Errorf("the log does not have route=%s exactly once", route)
		}
	}
	if strings.Count(log.String(), "\n") != 4 || t.Failed() {
		t.Errorf("logged\n%s\nwant 4 lines", &log)
	}
}

// These are the limits in the documentation of Install. Each case sends a preflight for
// PUT /api/posts.
func TestLimitsOfInstall(t *testing.T) {
	policy, err := core.NewPolicy(config("net-http"))
	if err != nil {
		t.Fatal(err)
	}
	h := text("")
	add := func(e *echo.Echo, pattern string) {
		if _, err := e.Router().Add(echo.Route{Method: "PUT", Path: pattern, Handler: h}); err != nil {
			t.Error(err)
		}
	}
	for name, test := range map[string]struct {
		register func(*echo.Echo)
		want     string // if Install has no policy
	}{
		"a function around a policy": {func(e *echo.Echo) {
			e.PUT("/api/posts", h, func(next echo.HandlerFunc) echo.HandlerFunc { return named("inside")(next) })
		}, rejected},
		"a function around a policy, beside an OPTIONS route": {func(e *echo.Echo) {
			e.OPTIONS("/api/posts", h)
			e.PUT("/api/posts", h, func(next echo.HandlerFunc) echo.HandlerFunc { return named("inside")(next) })
		}, continues},
		"middleware of net/http": {func(e *echo.Echo) {
			e.PUT("/api/posts", h, echo.WrapMiddleware(nethttp.Middleware(policy)))
		}, rejected},
		"a policy in a handler": {func(e *echo.Echo) { e.PUT("/api/posts", named("inside")(h)) }, rejected},
		"e.Router().Add":        {func(e *echo.Echo) { add(e, "/api/posts") }, rejected},
		"e.Router().Add, below a policy for OPTIONS": {func(e *echo.Echo) {
			e.Any("/api/*", h, named("any"))
			add(e, "api/posts")
		}, rejected},
		"e.Router().Add, replacing a route": {func(e *echo.Echo) {
			e.PUT("/api/posts", h, named("route"))
			add(e, "/api/posts")
		}, "route"},
		"a route without a handler, which echo refuses": {func(e *echo.Echo) {
			e.PUT("/api/posts", h)
			if _, err := e.AddRoute(echo.Route{Method: "PUT", Path: "/api/posts", Middlewares: []echo.MiddlewareFunc{named("refused")}}); err == nil {
				t.Error("echo added a route without a handler")
			}
		}, "refused"},
		"e.Pre": {func(e *echo.Echo) {
			e.Pre(named("pre"))
			e.PUT("/api/posts", h, named("route"))
		}, "pre"},
		"a later e.OnAddRoute": {func(e *echo.Echo) {
			e.OnAddRoute = func(echo.Route) error { return nil }
			e.PUT("/api/posts", h, named("route"))
		}, rejected},
	} {
		for _, app := range []string{"", "app"} {
			e := install(t, app)
			test.register(e)
			want := test.want
			if (want == rejected || want == continues) && app != "" {
				want = app
			}
			if got := ask(e, preflight("PUT", "/api/posts")); got != want {
				t.Errorf("Install with policy %q, %s: the preflight was answered by %q, want %q", app, name, got, want)
			}
		}
	}
}

// Middleware that changes the path must be registered with e.Pre. With e.Use before Install,
// it changes the path after echo has found the route, and Install finds another one.
func TestInstallAfterChangeOfPath(t *testing.T) {
	e := echo.New()
	e.Use(first(func(c *echo.Context) { c.Request().URL.Path = "/posts" }))
	echov5adapter.Install(e, nil)
	e.PUT("/v1/posts", text("saved"), named("routed"))
	e.PUT("/posts", text("saved"), named("looked-up"))
	for _, r := range []*http.Request{actual("PUT", "/v1/posts"), preflight("PUT", "/v1/posts")} {
		want := map[string]string{"PUT": "routed", "OPTIONS": "looked-up"}[r.Method]
		if got := ask(e, r); got != want {
			t.Errorf("%s was answered by %q, want %q", r.Method, got, want)
		}
	}
}

func TestInstallPanics(t *testing.T) {
	policy := corstest.Policy(t)
	const (
		early = "echov5adapter: call Install before the routes are registered"
		twice = "echov5adapter: the Echo has a policy already: call Install once, instead of Use"
	)
	for name, test := range map[string]struct {
		before func(*echo.Echo)
		want   string
	}{
		"no Echo":       {func(*echo.Echo) { echov5adapter.Install(nil, policy) }, "echov5adapter: Install needs an Echo"},
		"twice":         {func(e *echo.Echo) { echov5adapter.Install(e, nil) }, twice},
		"after e.Use":   {func(e *echo.Echo) { e.Use(first(nothing), named("use"), first(nothing)) }, twice},
		"after e.Pre":   {func(e *echo.Echo) { e.Pre(named("pre")) }, twice},
		"after a route": {func(e *echo.Echo) { e.GET("/", text("posts")) }, early},
		"after a group": {func(e *echo.Echo) { e.Group("/api", named("group")) }, early},
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if got := recover(); got != test.want {
					t.Errorf("panicked with %v, want %q", got, test.want)
				}
			}()
			e := echo.New()
			test.before(e)
			echov5adapter.Install(e, policy)
		})
	}
}
