package fiberadapter_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/fiberadapter"
	"github.com/gofiber/fiber/v2"
)

// named returns a policy for every page, which its answers can be told by.
func named(name string, opts ...core.Option) fiber.Handler {
	return fiberadapter.New(core.Config{
		AllowOrigins:  []string{page},
		AllowMethods:  []string{"GET", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY"},
		AllowHeaders:  []string{"X-" + name},
		ExposeHeaders: []string{"X-" + name},
	}, opts...)
}

// policyOf returns the name of the policy that an answer comes from.
func policyOf(a answer) string {
	for line := range strings.Lines(a.cors) {
		for _, field := range []string{"Access-Control-Allow-Headers: X-", "Access-Control-Expose-Headers: X-"} {
			if name, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), field); ok {
				return name
			}
		}
	}
	return ""
}

// guard is a middleware that no preflight may reach.
func guard(t *testing.T) fiber.Handler {
	t.Helper()
	return func(c *fiber.Ctx) error {
		if c.Get("Access-Control-Request-Method") != "" {
			t.Errorf("a preflight for %s ran middleware", c.Path())
		}
		return c.Next()
	}
}

// handler answers 200. No preflight may reach it.
func handler(t *testing.T) fiber.Handler {
	t.Helper()
	return func(c *fiber.Ctx) error {
		if c.Get("Access-Control-Request-Method") != "" {
			t.Errorf("a preflight for %s ran a handler", c.Path())
		}
		return nil
	}
}

// newLine returns an app with Preflights.
func newLine(cfg fiber.Config) *fiber.App {
	app := newApp(cfg)
	fiberadapter.Preflights(app)
	return app
}

// request is one that a page would like to send, and the policy that answers
// its preflight and itself, if any.
type request struct{ method, path, policy string }

// agree checks that one policy answers both.
func agree(t *testing.T, app *fiber.App, requests ...request) {
	t.Helper()
	for _, want := range requests {
		asked := ask(t, app, preflight(want.path, page, want.method))
		if got := policyOf(asked); got != want.policy {
			t.Errorf("the preflight for %s %s was answered by %q with %d and\n%s\nwant %q", want.method, want.path, got, asked.status, asked.cors, want.policy)
		}
		if got := policyOf(ask(t, app, actual(want.method, want.path, page))); got != want.policy {
			t.Errorf("%s %s was answered by %q, want %q", want.method, want.path, got, want.policy)
		}
		if denied := ask(t, app, preflight(want.path, other, want.method)); want.policy != "" {
			check(t, denied, http.StatusForbidden, refused)
		}
	}
}

// ask sends a request in process.
func ask(t *testing.T, app *fiber.App, r *http.Request) answer {
	t.Helper()
	resp, err := app.Test(r, -1)
	if err != nil {
		t.Fatal(err)
	}
	return read(t, resp)
}

// One app with policies on every level that fiber has.
func TestPreflights(t *testing.T) {
	h, guard := handler(t), guard(t)
	app := newLine(fiber.Config{})
	app.Get("/plain", h)
	app.Put("/route", guard, named("route"), h)
	app.Get("/both", named("get"), h)
	app.Put("/both", named("put"), h)
	app.All("/all/*", named("all"), h)
	app.Get("/open", h)
	app.Use("/open", named("late"))
	group := app.Group("/group", guard, named("group"))
	group.Get("/:id", h)
	group.Delete("/:key", named("inner"), guard, h)
	nested := group.Group("/nested/:a", named("nested"))
	nested.Use(guard)
	nested.Patch("/:b?", h)
	nested.Patch("/own/*", named("own"), guard, h)
	app.Use("/api", named("api"))
	app.Get("/apiary", h)
	sub, inner := newApp(fiber.Config{}), newApp(fiber.Config{})
	sub.Use(named("sub"))
	sub.Get("/", h)
	sub.Put("/", named("put"), guard, h)
	sub.Mount("/:user/files", inner)
	inner.Get("/+", h)
	inner.Put("/+", named("files"), h)
	app.Mount("/api/v1", sub)
	app.Use(named("rest"))
	app.Get("/rest", h)

	agree(t, app, []request{
		{"GET", "/plain", ""},
		{"PUT", "/route", "route"},
		{"GET", "/both", "get"},
		{"HEAD", "/both", "get"},
		{"PUT", "/both", "put"},
		{"PATCH", "/all/x", "all"},
		{"OPTIONS", "/all/x", "all"},
		{"GET", "/open", ""},
		{"GET", "/group/1", "group"},
		{"DELETE", "/group/1", "inner"},
		{"PATCH", "/group/nested/1/2", "nested"},
		{"PATCH", "/group/nested/1", "nested"},
		{"PATCH", "/group/nested/1/own/x/y", "own"},
		{"GET", "/apiary", "api"},
		{"GET", "/api/v1", "sub"},
		{"PUT", "/api/v1/", "put"},
		{"GET", "/api/v1/ann/files/a/b", "sub"},
		{"PUT", "/api/v1/ann/files/a/b", "files"},
		{"GET", "/rest", "rest"},
	}...)
}
