package echov5adapter_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/corsuite/corsuite/echov5adapter"
	"github.com/labstack/echo/v5"
)

// Install knows a route as soon as it is added, and forgets it when it is removed.
func TestInstallKnowsLaterRoutes(t *testing.T) {
	e := install(t, "app")
	for _, change := range []struct {
		pattern, policy string // pattern is empty for no route
		middleware      []echo.MiddlewareFunc
	}{
		{"/posts/:id", "param", []echo.MiddlewareFunc{named("param")}},
		{"/posts/new", "static", []echo.MiddlewareFunc{named("static")}},
		{"/posts/new", "app", nil},
		{"", "param", nil},
		{"/:a/:b", "param", []echo.MiddlewareFunc{named("two-parameters")}},
		{"/posts/new", "again", []echo.MiddlewareFunc{named("again")}},
	} {
		if change.pattern != "" {
			e.PUT(change.pattern, text("saved"), change.middleware...)
		} else if err := e.Router().Remove("PUT", "/posts/new"); err != nil {
			t.Fatal(err)
		}
		for _, r := range []*http.Request{preflight("PUT", "/posts/new"), actual("PUT", "/posts/new")} {
			if got := ask(e, r); got != change.policy {
				t.Errorf("%s was answered by %q, want %q", r.Method, got, change.policy)
			}
		}
	}
}

// With a router of NewConcurrentRouter, routes may be added while the Echo serves.
func TestInstallIsSafeForConcurrentUse(t *testing.T) {
	e := echo.NewWithConfig(echo.Config{Router: echo.NewConcurrentRouter(echo.NewRouter(echo.RouterConfig{}))})
	echov5adapter.Install(e, policyOf(t, "app"))
	e.PUT("/posts/:id", text("post"), named("policy"))
	e.GET("/posts/:id", text("post"))
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
		e.PUT(fmt.Sprintf("/later/%d", i), text("post"), named("later"))
		if got := ask(e, preflight("PUT", fmt.Sprintf("/later/%d", i))); got != "later" {
			t.Errorf("the preflight for a later route was answered by %q, want %q", got, "later")
		}
	}
	wg.Wait()
}

// The same policy answers the preflight and the actual request with every RouterConfig.
func TestInstallWithOtherRouters(t *testing.T) {
	for name, test := range map[string]struct {
		config  echo.RouterConfig
		answers map[string]string // by request
	}{
		"default":                   {echo.RouterConfig{}, map[string]string{"HEAD /posts/1": "app", "PUT /a%2Fb": "app", "PUT /a/b": "path"}},
		"AutoHandleHEAD":            {echo.RouterConfig{AutoHandleHEAD: true}, map[string]string{"HEAD /posts/1": "get", "GET /posts/1": "get"}},
		"UseEscapedPathForMatching": {echo.RouterConfig{UseEscapedPathForMatching: true}, map[string]string{"PUT /a%2Fb": "path", "PUT /a/b": "path"}},
		"handlers": {echo.RouterConfig{NotFoundHandler: text("404"), MethodNotAllowedHandler: text("405"), OptionsMethodHandler: text("options")},
			map[string]string{"PUT /none": "app", "PUT /posts/1": "app", "GET /posts/1": "get"}},
	} {
		e := echo.NewWithConfig(echo.Config{Router: echo.NewRouter(test.config)})
		echov5adapter.Install(e, policyOf(t, "app"))
		e.GET("/posts/:id", text("post"), named("get"))
		e.PUT("/a/b", text("path"), named("path"))
		for request, want := range test.answers {
			method, target, _ := strings.Cut(request, " ")
			for _, r := range []*http.Request{preflight(method, target), actual(method, target)} {
				if got := ask(e, r); got != want {
					t.Errorf("%s, %s: %s was answered by %q, want %q", name, request, r.Method, got, want)
				}
			}
		}
	}
}

// hostRouter is a router of the user. It has no routes for one host.
type hostRouter struct{ echo.Router }

func (r hostRouter) Route(c *echo.Context) echo.HandlerFunc {
	if c.Request().Host == "none.test" {
		return func(*echo.Context) error { return echo.ErrNotFound }
	}
	return r.Router.Route(c)
}

// Install asks the router of the user, with all that the request has. If that router sets no
// route, there is none, even if the context from the pool has the route of an old request.
func TestInstallWithRouterOfUser(t *testing.T) {
	e := echo.NewWithConfig(echo.Config{Router: hostRouter{echo.NewRouter(echo.RouterConfig{})}})
	echov5adapter.Install(e, policyOf(t, "app"))
	e.PUT("/posts", text("saved"), named("route"))
	for host, want := range map[string]string{"api.test": "route", "none.test": "app"} {
		for _, r := range []*http.Request{preflight("PUT", "http://"+host+"/posts"), actual("PUT", "http://"+host+"/posts")} {
			for _, c := range []*echo.Context{e.AcquireContext(), e.AcquireContext(), e.AcquireContext()} {
				c.InitializeRoute(&echo.RouteInfo{Method: "PUT", Path: "/posts"}, new(echo.PathValues))
				e.ReleaseContext(c)
			}
			if got := ask(e, r); got != want {
				t.Errorf("%s, host %s: answered by %q, want %q", r.Method, host, got, want)
			}
		}
	}
}

// Install calls an earlier OnAddRoute for every route, and adds no route that it refuses. A
// later function may call the function of Install.
func TestOnAddRoute(t *testing.T) {
	var calls []string
	refused := errors.New("refused")
	note := func(when string) func(echo.Route) error {
		return func(r echo.Route) error {
			calls = append(calls, fmt.Sprintf("%s: %s %s %v %d", when, r.Method, r.Path, r.Handler != nil, len(r.Middlewares)))
			if r.Name == when {
				return refused
			}
			return nil
		}
	}
	e := echo.NewWithConfig(echo.Config{OnAddRoute: note("before")})
	echov5adapter.Install(e, nil)
	ours := e.OnAddRoute
	e.OnAddRoute = func(r echo.Route) error {
		if err := note("after")(r); err != nil {
			return err
		}
		return ours(r)
	}
	e.Group("/api").PUT("/posts", text("saved"), named("route"))
	if want := []string{"after: PUT /api/posts true 1", "before: PUT /api/posts true 1"}; !slices.Equal(calls, want) {
		t.Errorf("got the calls %q, want %q", calls, want)
	}
	for _, by := range []string{"before", "after"} {
		route := echo.Route{Method: "PUT", Path: "/api/posts", Name: by, Handler: text("refused"), Middlewares: []echo.MiddlewareFunc{named("refused")}}
		if _, err := e.AddRoute(route); !errors.Is(err, refused) {
			t.Errorf("AddRoute returned %v, want the error of %s", err, by)
		}
	}
	for _, r := range []*http.Request{preflight("PUT", "/api/posts"), actual("PUT", "/api/posts")} {
		if got := ask(e, r); got != "route" {
			t.Errorf("%s was answered by %q, want %q", r.Method, got, "route")
		}
	}
}
