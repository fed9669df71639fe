package fiberadapter_test

import (
	"net/http"
	"testing"

	"github.com/corsuite/corsuite/fiberadapter"
	"github.com/gofiber/fiber/v2"
)

// A route of the user's own for OPTIONS gives way to the policy of the route that a
// preflight asks about, and to nothing else.
func TestOwnOptions(t *testing.T) {
	app := newLine(fiber.Config{})
	app.Put("/policy", named("put"), text("put"))
	app.Options("/policy", text("own"))
	app.All("/plain", text("own"))
	app.Options("/missing", text("own"))
	app.Use("/plain", named("late"))
	app.Use("/missing", named("late"))
	app.Put("/theirs", text("put"))
	app.Options("/theirs", named("options"), text("own"))
	app.Put("/between", text("put"))
	app.Use("/between", named("use"))
	app.Options("/between", text("own"))
	for _, test := range []struct{ path, policy, body string }{
		{"/policy", "put", ""},
		{"/plain", "", "own"},
		{"/missing", "", "own"},
		{"/theirs", "options", ""},
		{"/between", "use", ""}, // as without Preflights
	} {
		got := ask(t, app, preflight(test.path, page, "PUT"))
		if policyOf(got) != test.policy || got.body != test.body {
			t.Errorf("%s: got %+v, want policy %q and body %q", test.path, got, test.policy, test.body)
		}
		if got := ask(t, app, actual("OPTIONS", test.path, page)); got.status != http.StatusOK || got.body != "own" {
			t.Errorf("%s: OPTIONS that is no preflight got %+v", test.path, got)
		}
	}
}

// Nobody approves a preflight for a route that has no policy.
func TestRouteWithoutPolicy(t *testing.T) {
	wrapped := named("wrapped")
	app := newLine(fiber.Config{})
	app.Put("/late", text("put"))
	app.Put("/wrapped", func(c *fiber.Ctx) error { return wrapped(c) }, text("put"))
	app.Put("/alone/x", text("put"))
	app.Use("/alone", text("middleware"))
	app.Static("/files", t.TempDir())
	app.Use("/late", named("late"))
	app.Use("/wrapped", func(c *fiber.Ctx) error { return wrapped(c) })
	app.Use("/files", named("late"))
	for _, test := range []struct {
		method, path string
		status       int
		cors, body   string
	}{
		{"PUT", "/late", http.StatusForbidden, refused, ""},
		{"PUT", "/wrapped", http.StatusForbidden, refused, ""},
		{"GET", "/files/x", http.StatusForbidden, refused, ""},
		{"PUT", "/alone/x", http.StatusOK, "", "middleware"}, // without a policy, goes on
	} {
		got := ask(t, app, preflight(test.path, page, test.method))
		check(t, got, test.status, test.cors)
		if got.body != test.body {
			t.Errorf("%s: body %q, want %q", test.path, got.body, test.body)
		}
	}
	if got := ask(t, app, actual("OPTIONS", "/late", page)); policyOf(got) != "late" {
		t.Errorf("OPTIONS that is no preflight got %+v", got)
	}
}

// Where there is no route, a preflight goes on as without Preflights, unless
// nothing but policies stands before the 404.
func TestNoRoute(t *testing.T) {
	pass := func(c *fiber.Ctx) error { return c.Next() }
	app := newApp(fiber.Config{})
	app.Use("/certain", pass) // what has run already counts no more
	app.Use(pass)
	fiberadapter.Preflights(app)
	app.Use("/certain", named("outer"))
	app.Use("/certain/x", named("inner"), text("server"))
	app.Use("/server", text("server"))
	app.Use("/server", named("late"))
	app.Use("/between", named("outer"), pass, named("inner"))
	app.Use("/same", named("same"))
	app.Get("/get", named("get"), text("get"))
	for _, test := range []struct {
		path, policy string
		status       int
	}{
		{"/certain/x", "inner", http.StatusNoContent},
		{"/server", "", http.StatusOK}, // the server might be a proxy, and has no policy
		{"/between", "outer", http.StatusNoContent},
		{"/same", "same", http.StatusNoContent},
		{"/none", "", http.StatusNotFound},
		{"/get", "", http.StatusMethodNotAllowed},
	} {
		got := ask(t, app, preflight(test.path, page, "PUT"))
		if policyOf(got) != test.policy || got.status != test.status {
			t.Errorf("%s: got %+v, want policy %q and %d", test.path, got, test.policy, test.status)
		}
	}
	check(t, ask(t, app, preflight("/get", page, "BREW")), http.StatusMethodNotAllowed, "")
}

func TestNoPreflight(t *testing.T) {
	app := newLine(fiber.Config{})
	app.Put("/put", named("put"), text("put"))
	for name, change := range map[string]func(http.Header){
		"no origin":     func(h http.Header) { h.Del("Origin") },
		"no method":     func(h http.Header) { h.Del("Access-Control-Request-Method") },
		"two methods":   func(h http.Header) { h.Add("Access-Control-Request-Method", "PUT") },
		"no token":      func(h http.Header) { h.Set("Access-Control-Request-Method", "P T") },
		"unknown":       func(h http.Header) { h.Set("Access-Control-Request-Method", "BREW") },
		"in lower case": func(h http.Header) { h.Set("Access-Control-Request-Method", "put") },
	} {
		r := preflight("/put", page, "PUT")
		change(r.Header)
		if got := ask(t, app, r); got.status != http.StatusMethodNotAllowed || got.cors != "" {
			t.Errorf("%s: got %+v", name, got)
		}
	}
}
