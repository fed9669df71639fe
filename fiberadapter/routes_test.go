package fiberadapter_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/fiberadapter"
	"github.com/gofiber/fiber/v2"
)

// The methods of a path are those that get to the very same policy.
func TestWithRouteMethods(t *testing.T) {
	h := handler(t)
	shared := named("shared", core.WithRouteMethods())
	app := newLine(fiber.Config{RequestMethods: append([]string{"QUERY"}, fiber.DefaultMethods...)})
	app.Get("/posts", shared, h)
	app.Put("/posts", named("other", core.WithRouteMethods()), h)
	app.Post("/posts", h)
	api := app.Group("/api", shared)
	api.Get("/posts", h)
	api.Add("QUERY", "/posts", h)
	api.Patch("/posts", shared, h)
	api.Delete("/posts", named("inner", core.WithRouteMethods()), h)
	app.All("/all", shared, h)
	app.Post("/post", shared, h)
	app.Put("/listed", named("listed"), h)
	app.Use("/none", shared)
	for _, test := range []struct{ method, path, policy, methods string }{
		{"GET", "/posts", "shared", "GET"},
		{"PUT", "/posts", "other", "PUT"},
		{"GET", "/api/posts", "shared", "GET, PATCH, QUERY"},
		{"QUERY", "/api/posts", "shared", "GET, PATCH, QUERY"},
		{"DELETE", "/api/posts", "inner", "DELETE"},
		{"PUT", "/all", "shared", "DELETE, GET, OPTIONS, PATCH, PUT, QUERY"},
		{"POST", "/post", "shared", ""},
		{"PUT", "/listed", "listed", "GET, PUT, PATCH, DELETE, OPTIONS, QUERY"},
		{"GET", "/none", "shared", "GET, PUT, PATCH, DELETE, OPTIONS, QUERY"},
	} {
		got := ask(t, app, preflight(test.path, page, test.method))
		_, methods, _ := strings.Cut(got.cors, "Access-Control-Allow-Methods: ")
		methods, _, _ = strings.Cut(methods, "\n")
		if policyOf(got) != test.policy || methods != test.methods {
			t.Errorf("%s %s: got %q of %q, want %q of %q", test.method, test.path, methods, policyOf(got), test.methods, test.policy)
		}
	}
}

// Static serves its files wherever it stands, and lets other requests go on.
func TestStatic(t *testing.T) {
	h := handler(t)
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "index.html"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	app := newLine(fiber.Config{})
	app.Use(named("app"))
	app.Group("/group", named("group")).Static("/", ".") // joined to the group's own
	app.Static("/star*", dir)                            // matches everything
	app.Group("/late").Static("/", ".").Use(named("late"))
	app.Get("/api", named("api"), h)
	sub := newApp(fiber.Config{})
	sub.Use(named("sub"))
	sub.Static("/files", ".")
	app.Mount("/mount", sub)
	agree(t, app, []request{
		{"GET", "/group/go.mod", "group"},
		{"HEAD", "/group/go.mod", "group"},
		{"GET", "/star/x", "app"},
		{"GET", "/late/go.mod", "app"},
		{"GET", "/api", "api"},
	}...)

	app = newLine(fiber.Config{})
	app.Mount("/mount", sub)
	app.Use("/files", guard(t), named("outer"))
	app.Use("/files", named("inner"))
	app.Static("/files", ".")
	agree(t, app, request{"GET", "/mount/files/go.mod", "sub"}, request{"GET", "/files/go.mod", "inner"})
}

// What RequestMethods lack gets to no middleware.
func TestUnknownMethods(t *testing.T) {
	app := newLine(fiber.Config{RequestMethods: []string{"GET", "HEAD", "OPTIONS"}})
	app.Get("/", named("get"), text("get"))
	app.Use(named("app"))
	agree(t, app, request{"GET", "/", "get"})
	if got := ask(t, app, preflight("/", page, "PUT")); policyOf(got) != "app" { // as without Preflights
		t.Errorf("got %+v", got)
	}

	app = newApp(fiber.Config{RequestMethods: []string{"GET", "HEAD"}})
	fiberadapter.Preflights(app)
	app.Get("/", named("get"), text("get"))
	check(t, ask(t, app, preflight("/", page, "GET")), http.StatusBadRequest, "")
}

// A middleware of the suite may be one of many that a route has.
func TestOneMiddlewareInManyPlaces(t *testing.T) {
	h, cors := handler(t), named("cors")
	app := newLine(fiber.Config{})
	app.Get("/a", cors, h)
	app.Put("/a", named("other"), cors, h)
	app.Put("/b", cors, named("other"), h)
	app.Group("/c", cors).Get("/", h)
	agree(t, app, request{"GET", "/a", "cors"}, request{"PUT", "/a", "cors"}, request{"PUT", "/b", "other"}, request{"GET", "/c", "cors"})
}
