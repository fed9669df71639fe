package fiberadapter_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/fiberadapter"
	"github.com/gofiber/fiber/v2"
)

// Routes that are added after the first preflight count like the others.
func TestRoutesAddedLater(t *testing.T) {
	h := handler(t)
	app := newLine(fiber.Config{})
	app.Put("/first", named("first"), h)
	agree(t, app, request{"PUT", "/first", "first"}, request{"PUT", "/later", ""})

	app.Put("/later", named("later"), h)
	agree(t, app, request{"PUT", "/first", "first"}, request{"PUT", "/later", "later"})

	group := app.Group("/group", named("group")) // one entry more for each method
	agree(t, app, request{"PUT", "/group/x", "group"})
	group.Put("/x", named("x"), h)
	agree(t, app, request{"PUT", "/group/x", "x"})

	group.Put("/x", named("second"), h) // joined to the route before
	agree(t, app, request{"PUT", "/group/x", "x"})

	app.Put("/joined", named("first"))
	agree(t, app, request{"PUT", "/joined", "first"})
	app.Put("/joined", named("second"), h)
	agree(t, app, request{"PUT", "/joined", "second"})
}

// Even if fiber counts as many handlers as before: it stops counting those of
// Static when an app is mounted, if GET is not the first method.
func TestAppMountedLater(t *testing.T) {
	cfg := fiber.Config{RequestMethods: []string{"PUT", "GET", "HEAD", "OPTIONS"}}
	app := newLine(cfg)
	app.Static("/a", ".")
	app.Static("/b", ".")
	agree(t, app, request{"PUT", "/mount/x", ""})
	sub := newApp(cfg)
	sub.Put("/x", named("sub"), handler(t))
	before := app.HandlersCount()
	app.Mount("/mount", sub)
	agree(t, app, request{"PUT", "/mount/x", "sub"})
	if after := app.HandlersCount(); after != before {
		t.Errorf("fiber counts %d handlers, and %d before", after, before)
	}
}

// Until fiber knows a route, its requests are not found, whatever the preflight
// was told.
func TestRouteThatFiberDoesNotKnowYet(t *testing.T) {
	app := newLine(fiber.Config{})
	app.Put("/first", named("first"), text("first"))
	send := sender(app)
	asking := map[string]string{"Origin": page, "Access-Control-Request-Method": "PUT"}
	if got, _ := send("OPTIONS", "/later", asking); got != http.StatusNotFound {
		t.Errorf("before, the preflight got %d", got)
	}
	app.Put("/later", named("later"), text("later"))
	if got, _ := send("PUT", "/later", nil); got != http.StatusNotFound {
		t.Errorf("fiber knows the route at once: %d", got)
	}
	app.Handler()
	if got, policy := send("OPTIONS", "/later", asking); got != http.StatusNoContent || policy != "X-later" {
		t.Errorf("then the preflight got %d from %q", got, policy)
	}
	if got, _ := send("PUT", "/later", nil); got != http.StatusOK {
		t.Errorf("then the request got %d", got)
	}
}

// A middleware that changes the path stands before Preflights; one behind it that
// starts anew is followed, too.
func TestChangedPath(t *testing.T) {
	move := func(from, to string) fiber.Handler {
		return func(c *fiber.Ctx) error {
			if path, ok := strings.CutPrefix(c.Path(), from); ok {
				c.Path(to + path)
				return c.RestartRouting()
			}
			return c.Next()
		}
	}
	app := newApp(fiber.Config{})
	app.Use(move("/old", "/new"))
	fiberadapter.Preflights(app)
	app.Use(move("/past", "/new"))
	app.Put("/new/x", named("new"), text("new"))
	app.Put("/new/none", text("none"))
	app.Use(named("late"))
	agree(t, app, request{"PUT", "/old/x", "new"}, request{"PUT", "/past/x", "new"}, request{"PUT", "/old/none", ""}, request{"PUT", "/past/none", ""})
}

// Preflights may come at once, the first too.
func TestPreflightsConcurrently(t *testing.T) {
	app := newLine(fiber.Config{})
	app.Get("/a/:id", named("a", core.WithRouteMethods()), text("a"))
	app.Put("/a/:id", named("a-put", core.WithRouteMethods()), text("a"))
	app.Group("/b", named("b")).Put("/*", text("b"))
	app.Put("/none", text("none"))
	send := sender(app)
	var wg sync.WaitGroup
	for range 8 {
		for _, want := range []request{{"GET", "/a/1", "a"}, {"PUT", "/a/2", "a-put"}, {"PUT", "/b/3/4", "b"}, {"PUT", "/none", ""}} {
			wg.Go(func() {
				for range 50 {
					_, got := send("OPTIONS", want.path, map[string]string{"Origin": page, "Access-Control-Request-Method": want.method})
					if strings.TrimPrefix(got, "X-") != want.policy {
						t.Errorf("the preflight for %s %s was answered by %q", want.method, want.path, got)
					}
				}
			})
		}
	}
	wg.Wait()
}

// sender returns a function that sends a request to the routes that an app has
// now, and returns the status and the headers that the answer allows.
func sender(app *fiber.App) func(method, path string, fields map[string]string) (status int, headers string) {
	handler := app.Handler()
	return func(method, path string, fields map[string]string) (status int, headers string) {
		ctx := argument(handler)
		ctx.Request.Header.SetMethod(method)
		ctx.Request.SetRequestURI(path)
		for name, value := range fields {
			ctx.Request.Header.Set(name, value)
		}
		handler(ctx)
		return ctx.Response.StatusCode(), string(ctx.Response.Header.Peek("Access-Control-Allow-Headers"))
	}
}
