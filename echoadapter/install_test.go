package echoadapter_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/corstest"
	"github.com/corsuite/corsuite/core/nethttp"
	"github.com/corsuite/corsuite/echoadapter"
	"github.com/labstack/echo/v4"
)

func TestInstall(t *testing.T) {
	corstest.RunInstall(t, func(site corstest.Site) corstest.Server {
		e := echo.New()
		echoadapter.Install(e, site.Policy)
		e.Use(func(next echo.HandlerFunc) echo.HandlerFunc {
			return func(c echo.Context) (err error) {
				site.Inner(c.Response().Header(), func() { err = next(c) })
				return err
			}
		})
		behind := func(policy *core.Policy) []echo.MiddlewareFunc {
			if policy == nil {
				return nil
			}
			return []echo.MiddlewareFunc{echoadapter.Middleware(policy)}
		}
		for _, group := range site.Groups {
			g := e.Group(group.Prefix, behind(group.Policy)...)
			for _, route := range group.Routes {
				g.Add(route.Method, route.Path, func(c echo.Context) error {
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
			e.PUT(`/a\:b`, h, named("colon"))
			e.PUT("/nil", h, nil, named("beside-nil")) // panics when it runs
		}, map[string]string{
			"PUT /posts/1": "put", "PATCH /posts/1": "patch", "DELETE /posts/1": rejected, "POST /posts/1": continues, "PUT /posts": continues,
			"HEAD /head": "head", "GET /head": continues, "QUERY /query": "query", "query /query": continues,
			"PUT /bare": "bare", "PUT /bare/": "slash", "PUT //bare": continues, "PUT /BARE": continues, "PUT /a:b": "colon",
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
			"DELETE /admin": rejected, "PUT /api/posts/1": rejected, "PUT /admin": "all", "PUT /1": "all", "PROPFIND /1": "all", "OPTIONS /1": "all",
			"PURGE /1": rejected, // a 405 without a policy
		}},
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
		"hosts": {func(e *echo.Echo) {
			e.PUT("/posts/:id", h)
			e.Host("api.test", named("of-host")).PUT("/posts/:id", h)
			e.Host("open.test").Group("/api", named("group")).PUT("/posts", h)
			e.Host("again.test", named("first")).PUT("/posts/:id", h)
			e.Host("again.test", named("second"))
		}, map[string]string{
			"PUT http://api.test/posts/1": "of-host", "PUT http://api.test/none": "of-host", "PUT http://api.test:80/posts/1": rejected, "PUT /posts/1": rejected,
			"PUT http://open.test/api/posts": "group", "PUT http://open.test/posts/1": continues,
			"PUT http://open.test/api": continues, "PUT /api": "group", // echo registers the 404 of a group on a host for all other hosts
			"PUT http://again.test/posts/1": "second",
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
		"middleware of e.Pre that changes the path": {func(e *echo.Echo) {
			e.Pre(first(func(c echo.Context) { c.Request().URL.Path = strings.TrimPrefix(c.Request().URL.Path, "/v1") }))
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
	e.Host("api.test").PUT("/posts/:id", text("saved"))
	e.Any("/policy/*", text("any"), named("any"))
	e.Router().Add("PUT", "/router/:id", text("saved"))
	for i := range 3 {
		for _, r := range []*http.Request{
			preflight("PUT", fmt.Sprintf("/posts/%d", i)), preflight("PUT", fmt.Sprintf("http://api.test/posts/%d", i)),
			preflight("PUT", fmt.Sprintf("/router/%d", i)), preflight(fmt.Sprintf("INVENTED-%d", i), "/policy/1"),
		} {
			if got := ask(e, r); got != rejected {
				t.Errorf("%s: the preflight was answered by %q, want %q", r.URL, got, rejected)
			}
		}
	}
	for _, route := range []string{`"PUT /posts/:id"`, `"PUT api.test/posts/:id"`, "/router/:id", `"OPTIONS /policy/*"`} {
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
		"e.Use": {func(e *echo.Echo) {
			e.Use(named("use"))
			e.PUT("/api/posts", h)
		}, rejected},
		"e.Router().Add": {func(e *echo.Echo) { e.Router().Add("PUT", "/api/posts", h) }, rejected},
		"e.Router().Add, below a policy for OPTIONS": {func(e *echo.Echo) {
			e.Any("/api/*", h, named("any"))
			e.Router().Add("PUT", "api/posts", h)
		}, rejected},
		"e.Router().Add, replacing a route": {func(e *echo.Echo) {
			e.PUT("/api/posts", h, named("route"))
			e.Router().Add("PUT", "/api/posts", h)
		}, "route"},
		"e.Router().Add, with the pattern of a group's 404": {func(e *echo.Echo) {
			e.Group("/api", named("group"))
			e.Router().Add("PUT", "/api/*", h)
		}, "group"},
		"e.Pre with another request": {func(e *echo.Echo) {
			e.Pre(echo.WrapMiddleware(func(next http.Handler) http.Handler { return http.StripPrefix("/api", next) }))
			e.PUT("/api/posts", h, named("routed"))
			e.PUT("/posts", h, named("looked-up"))
		}, "looked-up"},
		"a later e.OnAddRouteHandler": {func(e *echo.Echo) {
			e.OnAddRouteHandler = func(string, echo.Route, echo.HandlerFunc, []echo.MiddlewareFunc) {}
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

// A policy that is registered before Install answers all preflights.
func TestInstallAfterPolicy(t *testing.T) {
	for name, register := range map[string]func(*echo.Echo, ...echo.MiddlewareFunc){"Use": (*echo.Echo).Use, "Pre": (*echo.Echo).Pre} {
		e := echo.New()
		register(e, named("before"))
		echoadapter.Install(e, nil)
		e.PUT("/posts", text("saved"), named("route"))
		if got := ask(e, preflight("PUT", "/posts")); got != "before" {
			t.Errorf("%s: the preflight was answered by %q, want %q", name, got, "before")
		}
	}
}

func TestInstallPanics(t *testing.T) {
	policy := corstest.Policy(t)
	const early = "echoadapter: call Install before the hosts and routes are registered"
	for name, test := range map[string]struct {
		before func(*echo.Echo)
		want   string
	}{
		"no Echo":       {func(*echo.Echo) { echoadapter.Install(nil, policy) }, "echoadapter: Install needs an Echo"},
		"twice":         {func(e *echo.Echo) { echoadapter.Install(e, nil) }, "echoadapter: the Echo has an Install already: call Install once"},
		"after a route": {func(e *echo.Echo) { e.GET("/", text("posts")) }, early},
		"after a group": {func(e *echo.Echo) { e.Group("/api", named("group")) }, early},
		"after a host":  {func(e *echo.Echo) { e.Host("api.test") }, early},
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if got := recover(); got != test.want {
					t.Errorf("panicked with %v, want %q", got, test.want)
				}
			}()
			e := echo.New()
			test.before(e)
			echoadapter.Install(e, policy)
		})
	}
}

// Install knows a route as soon as it is added. echo requires that no request runs at the
// same time, and that the route does not have more parameters than all earlier routes.
func TestInstallKnowsLaterRoutes(t *testing.T) {
	e := install(t, "app")
	for _, route := range []struct {
		pattern, policy string
		middleware      []echo.MiddlewareFunc
	}{
		{"/posts/:id", "param", []echo.MiddlewareFunc{named("param")}},
		{"/posts/new", "static", []echo.MiddlewareFunc{named("static")}},
		{"/posts/new", "app", nil},
	} {
		e.PUT(route.pattern, text("saved"), route.middleware...)
		for _, r := range []*http.Request{preflight("PUT", "/posts/new"), actual("PUT", "/posts/new")} {
			if got := ask(e, r); got != route.policy {
				t.Errorf("%s was answered by %q, want %q", r.Method, got, route.policy)
			}
		}
	}
}

// Routes may be added to the router of one host while another router serves. echo permits
// no other concurrent registration.
func TestInstallIsSafeForConcurrentUse(t *testing.T) {
	e := install(t, "app")
	e.PUT("/posts/:id", text("post"), named("policy"))
	e.GET("/posts/:id", text("post"))
	host := e.Host("api.test")
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 100 {
				for target, policy := range map[string]string{"/posts/1": "policy", "/none": "app"} {
					if got := ask(e, preflight("PUT", target)); got != policy {
						t.Errorf("%s: the preflight was answered by %q, want %q", target, got, policy)
					}
				}
			}
		})
	}
	for i := range 100 {
		host.PUT(fmt.Sprintf("/posts/%d", i), text("post"), named("of-host"))
	}
	wg.Wait()
}

// Install calls an earlier OnAddRouteHandler for every route. A later function may call
// the function of Install.
func TestOnAddRouteHandler(t *testing.T) {
	e := echo.New()
	var calls []string
	note := func(when string) func(string, echo.Route, echo.HandlerFunc, []echo.MiddlewareFunc) {
		return func(host string, r echo.Route, h echo.HandlerFunc, chain []echo.MiddlewareFunc) {
			calls = append(calls, fmt.Sprintf("%s: %s %s%s %v %d", when, r.Method, host, r.Path, h != nil, len(chain)))
		}
	}
	e.OnAddRouteHandler = note("before")
	echoadapter.Install(e, nil)
	ours := e.OnAddRouteHandler
	e.OnAddRouteHandler = func(host string, r echo.Route, h echo.HandlerFunc, chain []echo.MiddlewareFunc) {
		note("after")(host, r, h, chain)
		ours(host, r, h, chain)
	}
	e.Host("api.test").PUT("posts", text("saved"), named("route"))
	if want := []string{"after: PUT api.test/posts true 1", "before: PUT api.test/posts true 1"}; !slices.Equal(calls, want) {
		t.Errorf("got the calls %q, want %q", calls, want)
	}
	if got := ask(e, preflight("PUT", "http://api.test/posts")); got != "route" {
		t.Errorf("the preflight was answered by %q, want %q", got, "route")
	}
}

// A lookup leaves no data in the contexts of echo's pool.
func TestLookupResetsContext(t *testing.T) {
	e := install(t, "app")
	e.PUT("/posts/:id", text("saved"), named("put"))
	e.GET("/other/:id", text("other"))
	for _, target := range []string{"/posts/secret", "/other/secret", "/none"} {
		ask(e, preflight("PUT", target))
		for range 4 {
			c := e.AcquireContext()
			if c.Request() != nil {
				continue // echo has used this one, and resets it before the next request
			}
			c.SetParamNames("id")
			if c.Path() != "" || c.Param("id") != "" || c.Get(echo.ContextKeyHeaderAllow) != nil {
				t.Errorf("%s: path %q, parameter %q, Allow %v", target, c.Path(), c.Param("id"), c.Get(echo.ContextKeyHeaderAllow))
			}
		}
	}
}
