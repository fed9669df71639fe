package echoadapter_test

import (
	"net/http"
	"testing"
	"testing/fstest"

	"github.com/corsuite/corsuite/echoadapter"
	"github.com/labstack/echo/v4"
)

// Preflights and actual requests take the same way, whatever echo makes of it.
func TestAgreement(t *testing.T) {
	w := &world{Echo: echo.New()}
	echoadapter.Preflights(w.Echo)
	w.GET("/names/:id", w.handle, named("get"))
	w.PUT("/names/:name", w.handle, named("put"))
	w.GET("/a/:id", w.handle, named("param"))
	w.POST("/a/*", w.handle, named("any"))
	w.GET("/Case", w.handle, named("upper"))
	w.GET("/case", w.handle, named("lower"))
	w.GET("/slash", w.handle, named("bare"))
	w.GET("/slash/", w.handle, named("slash"))
	w.HEAD("/head", w.handle, named("head"))
	w.Add("QUERY", "/query", w.handle, named("query"))
	w.Any("/all/*", w.handle, named("all"))
	api := w.Group("/api", named("api"), w.auth)
	api.PUT("/posts", w.handle)
	api.PUT("/posts/:id/comments", w.handle, named("comments"))
	api.StaticFS("/files", fstest.MapFS{"logo.svg": {Data: []byte("<svg/>")}})
	api.Group("/admin", w.auth, named("admin")).PUT("/users", w.handle)
	host := w.Host("api.test", named("of-host"))
	host.PUT("/names/:id", w.handle)
	w.PUT("/apiary", w.handle)

	for _, test := range []struct{ method, target, policy string }{
		{"GET", "/names/1", "get"},
		{"PUT", "/names/1", "put"},
		{"DELETE", "/names/1", ""},
		{"GET", "/a/1", "param"},
		{"POST", "/a/1", "any"},
		{"PUT", "/a/1", ""},
		{"POST", "/a/1/2", "any"},
		{"GET", "/a/1/2", "param"},
		{"GET", "/case", "lower"},
		{"GET", "/Case", "upper"},
		{"GET", "/CASE", ""},
		{"GET", "/slash", "bare"},
		{"GET", "/slash/", "slash"},
		{"GET", "//slash", ""},
		{"HEAD", "/head", "head"},
		{"HEAD", "/case", ""},
		{"QUERY", "/query", "query"},
		{"query", "/query", ""},
		{"NONE", "/query", ""},
		{"PROPFIND", "/all/1", "all"},
		{"OPTIONS", "/all/1", "all"},
		{"PUT", "/api/posts", "api"},
		{"PUT", "/api%2Fposts", ""},
		{"PUT", "/%61pi/posts", ""},
		{"PUT", "/api/../apiary", "api"},
		{"PUT", "/apiary", ""},
		{"PUT", "/api", "api"},
		{"PUT", "/api/posts/1%2F2/comments", "comments"},
		{"PUT", "/api/posts/1/2/comments", "api"},
		{"GET", "/api/files/logo.svg", "api"},
		{"PUT", "/api/files/logo.svg", ""},
		{"PUT", "/api/admin/users", "admin"},
		{"PUT", "/api/admin/none", "admin"},
		{"PUT", "http://api.test/names/1", "of-host"},
		{"PUT", "http://api.test:80/names/1", "put"},
		{"PUT", "http://api.test/none", "of-host"},
		{echo.RouteNotFound, "/api/none", "api"},
	} {
		preflights, ran, actually := w.ask(test.method, test.target)
		if preflights != test.policy || actually != test.policy || ran {
			t.Errorf("%s %s: the preflight has %q, the response %q, want %q; ran more: %v",
				test.method, test.target, preflights, actually, test.policy, ran)
		}
	}
}

// Middleware of e.Pre has changed the path before anything is looked up.
func TestRewrittenPath(t *testing.T) {
	w := &world{Echo: echo.New()}
	echoadapter.Preflights(w.Echo)
	w.Pre(first(func(c echo.Context) {
		if c.Request().URL.Path == "/old" {
			c.Request().URL.Path = "/new"
		}
	}))
	w.PUT("/old", w.handle, named("old"))
	w.PUT("/new", w.handle, named("new"))
	if preflights, ran, actually := w.ask("PUT", "/old"); preflights != "new" || actually != "new" || ran {
		t.Errorf("the preflight has %q, the response %q; ran more: %v", preflights, actually, ran)
	}
}

// Only what browsers send as a preflight is resolved.
func TestNoPreflight(t *testing.T) {
	e := echo.New()
	echoadapter.Preflights(e)
	e.PUT("/posts", text("saved"), echoadapter.New(config()))
	for name, change := range map[string]func(http.Header){
		"no Origin":   func(h http.Header) { h.Del("Origin") },
		"no method":   func(h http.Header) { h.Del("Access-Control-Request-Method") },
		"no token":    func(h http.Header) { h.Set("Access-Control-Request-Method", "PUT,") },
		"two methods": func(h http.Header) { h.Add("Access-Control-Request-Method", "PUT") },
	} {
		t.Run(name, func(t *testing.T) {
			r := preflight("/posts", app, "PUT")
			change(r.Header)
			check(t, ask(t, e, r), http.StatusNoContent, "")
		})
	}
}
