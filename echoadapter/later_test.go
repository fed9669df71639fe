package echoadapter_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/echoadapter"
	"github.com/labstack/echo/v4"
)

// Routes count as soon as they are added. echo itself wants no request to run
// meanwhile, nor a route to have more parameters than those before.
func TestRoutesAddedLater(t *testing.T) {
	w := &world{Echo: echo.New()}
	echoadapter.Preflights(w.Echo)
	expect := func(target, policy string) {
		t.Helper()
		if preflights, ran, actually := w.ask("PUT", target); preflights != policy || actually != policy || ran {
			t.Errorf("%s: the preflight has %q, the response %q, want %q; ran more: %v", target, preflights, actually, policy, ran)
		}
	}
	w.PUT("/posts/:id", w.handle, named("param"))
	expect("/posts/new", "param")
	w.PUT("/posts/new", w.handle, named("static"))
	expect("/posts/new", "static")
	w.PUT("/posts/new", w.handle)
	expect("/posts/new", "")
	w.PUT("/posts/new", w.handle, named("again"))
	expect("/posts/new", "again")
	expect("http://api.test/posts/new", "again")
	w.Host("api.test", named("first")).PUT("/posts/new", w.handle)
	expect("http://api.test/posts/new", "first")
	w.Host("api.test", named("second"))
	expect("http://api.test/posts/new", "second") // of a 404
}

// Preflights may be resolved while routes are added to another host's router,
// which is all that echo's own trees permit.
func TestConcurrency(t *testing.T) {
	e := echo.New()
	echoadapter.Preflights(e)
	e.PUT("/posts/:id", text("post"), named("policy", core.WithRouteMethods()))
	e.PUT("/none/:id", text("none"))
	host := e.Host("api.test")
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 100 {
				for target, status := range map[string]int{"/posts/1": http.StatusNoContent, "/none/1": http.StatusNoContent, "/404": http.StatusNotFound} {
					w := httptest.NewRecorder()
					e.ServeHTTP(w, preflight(target, app, "PUT"))
					if approved := w.Header().Get("Access-Control-Allow-Headers") == "policy"; w.Code != status || approved != (target == "/posts/1") {
						t.Errorf("%s: got %d, approved %v", target, w.Code, approved)
					}
				}
			}
		})
	}
	for i := range 100 {
		host.PUT(fmt.Sprintf("/posts/%d", i), text("post"), named("of-host"))
	}
	all.Wait()
}

// The answer of a policy that wants it names what the route has.
func TestRouteMethods(t *testing.T) {
	policy, err := core.NewPolicy(core.Config{
		AllowOrigins: []string{app}, AllowMethods: []string{"GET", "PUT", "PATCH", "DELETE", "QUERY"},
	}, core.WithRouteMethods())
	if err != nil {
		t.Fatal(err)
	}
	e := echo.New()
	echoadapter.Preflights(e)
	g := e.Group("/api", echoadapter.Middleware(policy))
	g.GET("/posts/:id", text("post"))
	g.PUT("/posts/:name", text("put"), echoadapter.Middleware(policy))
	g.Add("QUERY", "/posts/*", text("queried"))
	g.POST("/posts/:id", text("not listed"))
	g.PATCH("/posts/:id", text("under another policy"), named("other"))
	e.DELETE("/api/posts/:id", text("under none"))
	g.PUT("/users/:id", text("user"))
	for target, want := range map[string]string{
		"/api/posts/1": "GET, PUT, QUERY",
		"/api/users/1": "PUT",
		"/api/none":    "GET, PUT, PATCH, DELETE, QUERY", // no route that has methods
	} {
		w := httptest.NewRecorder()
		e.ServeHTTP(w, preflight(target, app, "PUT"))
		if got := w.Header().Get("Access-Control-Allow-Methods"); got != want {
			t.Errorf("%s: Allow-Methods %q, want %q", target, got, want)
		}
	}
}

// The user's own function is told of every route, as it was before.
func TestOnAddRouteHandler(t *testing.T) {
	e := echo.New()
	var told []string
	tell := func(who string) func(string, echo.Route, echo.HandlerFunc, []echo.MiddlewareFunc) {
		return func(host string, r echo.Route, h echo.HandlerFunc, chain []echo.MiddlewareFunc) {
			told = append(told, fmt.Sprintf("%s: %s %s%s %v %d", who, r.Method, host, r.Path, h != nil, len(chain)))
		}
	}
	e.OnAddRouteHandler = tell("before")
	echoadapter.Preflights(e)
	ours := e.OnAddRouteHandler
	e.OnAddRouteHandler = func(host string, r echo.Route, h echo.HandlerFunc, chain []echo.MiddlewareFunc) {
		tell("after")(host, r, h, chain)
		ours(host, r, h, chain)
	}
	e.Host("api.test").PUT("posts", text("saved"), echoadapter.New(config()))
	if want := []string{"after: PUT api.test/posts true 1", "before: PUT api.test/posts true 1"}; !slices.Equal(told, want) {
		t.Errorf("told %q, want %q", told, want)
	}
	check(t, ask(t, e, preflight("http://api.test/posts", app, "PUT")), http.StatusNoContent, approved)
}

// A context that a lookup has used holds nothing of it.
func TestContextsStayEmpty(t *testing.T) {
	e := echo.New()
	echoadapter.Preflights(e)
	e.PUT("/posts/:id", text("saved"), echoadapter.New(config()))
	e.GET("/other/:id", text("other"))
	for _, target := range []string{"/posts/secret", "/other/secret", "/none"} {
		w := httptest.NewRecorder()
		e.ServeHTTP(w, preflight(target, app, "PUT"))
		for range 4 {
			c := e.AcquireContext()
			if c.Request() != nil {
				continue // echo's own, which it resets when it takes it
			}
			c.SetParamNames("id")
			if c.Path() != "" || c.Param("id") != "" || c.Get(echo.ContextKeyHeaderAllow) != nil {
				t.Errorf("%s: path %q, parameter %q, Allow %v", target, c.Path(), c.Param("id"), c.Get(echo.ContextKeyHeaderAllow))
			}
		}
	}
}
