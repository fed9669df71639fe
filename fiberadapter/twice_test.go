package fiberadapter_test

import (
	"net/http"
	"testing"

	"github.com/corsuite/corsuite/fiberadapter"
	"github.com/gofiber/fiber/v2"
)

// fiber joins what is registered for one method and path in a row, and then runs
// what the first handler that does not go on leaves over.
func TestRegisteredTwice(t *testing.T) {
	pass := func(c *fiber.Ctx) error { return c.Next() }
	for _, test := range []struct {
		name, policy string
		register     func(r fiber.Router, h fiber.Handler)
	}{
		{"policy second", "", func(r fiber.Router, h fiber.Handler) {
			r.Put("/x", h)
			r.Put("/x", named("second"), h)
		}},
		{"both", "first", func(r fiber.Router, h fiber.Handler) {
			r.Put("/x", named("first"), pass, h)
			r.Put("/x", named("second"), h)
		}},
		{"three", "first", func(r fiber.Router, h fiber.Handler) {
			r.Put("/x", named("first"))
			r.Put("/x", h)
			r.Put("/x", named("second"), h)
		}},
		{"the policy alone, then the handler", "first", func(r fiber.Router, h fiber.Handler) {
			r.Put("/x", named("first"))
			r.Put("/x", h)
		}},
		{"the policy alone, then another and the handler", "second", func(r fiber.Router, h fiber.Handler) {
			r.Put("/x", named("first"))
			r.Put("/x", pass, named("second"), h)
		}},
		{"the policy alone, and the handler elsewhere", "second", func(r fiber.Router, h fiber.Handler) {
			r.Put("/x", named("first"))
			r.Put("/y", h)
			r.Use(named("second"))
			r.Put("/:x", h)
		}},
		{"the policy alone, and no handler", "first", func(r fiber.Router, _ fiber.Handler) {
			r.Put("/x", named("first"))
		}},
		{"not in a row", "first", func(r fiber.Router, h fiber.Handler) {
			r.Put("/x", named("first"), h)
			r.Put("/y", h)
			r.Put("/x", named("second"), h)
		}},
		{"another method's first", "put", func(r fiber.Router, h fiber.Handler) {
			r.Head("/x", h)
			r.Get("/x", named("get"), h)
			r.Put("/x", named("put"), h)
		}},
		{"once, behind another handler", "only", func(r fiber.Router, h fiber.Handler) {
			r.Put("/x", pass, named("only"), adding("X-Passed"), h)
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := handler(t)
			app := newLine(fiber.Config{})
			test.register(app, h)
			test.register(app.Group("/group"), h)
			sub := newLine(fiber.Config{}) // sees what the app's own does not
			test.register(sub, h)
			app.Mount("/mount", sub)
			for _, path := range []string{"/x", "/group/x", "/mount/x"} {
				agree(t, app, request{"PUT", path, test.policy})
				if test.policy == "put" {
					agree(t, app, request{"HEAD", path, ""}, request{"GET", path, "get"})
				}
			}
		})
	}
}

// The handlers of a mounted app's route do not show whether they were registered
// at once, so that only what both ways have in common is approved.
func TestRegisteredUnseen(t *testing.T) {
	pass := func(c *fiber.Ctx) error { return c.Next() }
	register := func(r fiber.Router) {
		r.Put("/first", named("first"), pass, text("put"))
		r.Put("/behind", pass, named("behind"), text("put"))
		r.Use("/use", pass, named("use"))
		r.Put("/use", text("put"))
	}
	sub := newApp(fiber.Config{})
	register(sub)
	sub.Put("/two", pass, named("two"))
	sub.Put("/tw:o", text("put"))
	sub.Put("/last", text("put"))
	app := newApp(fiber.Config{})
	register(app.Group("/before"))
	fiberadapter.Preflights(app)
	app.Mount("/mount", sub)
	for _, prefix := range []string{"/mount", "/before"} {
		agree(t, app, request{"PUT", prefix + "/first", "first"})
	}
	agree(t, app, request{"PUT", "/mount/use", "use"}, request{"PUT", "/mount/last", ""})
	app.Put("/mount/last", named("joined"), text("put"))
	agree(t, app, request{"PUT", "/mount/last", ""})
	for _, path := range []string{"/mount/behind", "/before/behind", "/mount/two"} {
		check(t, ask(t, app, preflight(path, page, "PUT")), http.StatusMethodNotAllowed, "")
	}
}

// With Preflights on the app and on a mounted app, each preflight is looked up once.
func TestPreflightsTwice(t *testing.T) {
	sub := newLine(fiber.Config{})
	sub.Put("/x", named("sub"), handler(t))
	sub.Put("/none", text("put"))
	sub.Use("/late", named("late"))
	app := newLine(fiber.Config{})
	fiberadapter.Preflights(app)
	app.Use("/mount/late", text("server"))
	app.Mount("/mount", sub)
	agree(t, app, request{"PUT", "/mount/x", "sub"}, request{"PUT", "/mount/none", ""})
	if got := ask(t, app, preflight("/mount/late", page, "PUT")); got.body != "server" {
		t.Errorf("got %+v, want what stands before the mounted app's Preflights", got)
	}

	one, two := newApp(fiber.Config{}), newApp(fiber.Config{})
	one.Mount("/one", sub)
	two.Mount("/two", sub)
	for range 2 {
		agree(t, one, request{"PUT", "/one/x", "sub"}, request{"PUT", "/one/none", ""})
		agree(t, two, request{"PUT", "/two/x", "sub"}, request{"PUT", "/two/none", ""})
	}
}
