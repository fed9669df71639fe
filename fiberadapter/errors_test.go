package fiberadapter_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/corsuite/corsuite/core/browser"
	"github.com/corsuite/corsuite/fiberadapter"
	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/basicauth"
	"github.com/gofiber/fiber/v2/middleware/compress"
	"github.com/gofiber/fiber/v2/middleware/keyauth"
	"github.com/gofiber/fiber/v2/middleware/recover"
	"github.com/gofiber/fiber/v2/middleware/redirect"
	"github.com/gofiber/fiber/v2/middleware/timeout"
)

// What a page reads of the answers of fiber's middleware, and where CORS has to
// stand for that. The rest is in TestActual.
func TestErrorsForPages(t *testing.T) {
	cors := fiberadapter.New(config())
	accounts := basicauth.New(basicauth.Config{})
	keys := keyauth.New(keyauth.Config{Validator: func(*fiber.Ctx, string) (bool, error) { return false, keyauth.ErrMissingOrMalformedAPIKey }})
	moved := redirect.New(redirect.Config{Rules: map[string]string{"/old": "/posts"}, StatusCode: http.StatusPermanentRedirect})
	late := timeout.NewWithContext(waits, time.Nanosecond)
	posts := text("posts")
	get, put := browser.Request{URL: "/posts"}, browser.Request{Method: "PUT", URL: "/posts"}
	type handlers = []fiber.Handler
	for _, test := range []struct {
		name    string
		request browser.Request
		handler fiber.Handler
		status  int
		right   handlers
		wrong   handlers     // nil if no other place is wrong
		stops   browser.Step // where the browser stops then
	}{
		{"recover, further in", get, broken, 500, handlers{cors, recover.New()}, nil, 0},
		{"timeout", get, late, 408, handlers{cors}, nil, 0},
		{"basicauth", get, posts, 401, handlers{cors, accounts}, handlers{accounts, cors}, browser.StepResponse},
		{"basicauth, preflighted", put, posts, 401, handlers{cors, accounts}, handlers{accounts, cors}, browser.StepPreflight},
		{"keyauth", get, posts, 401, handlers{cors, keys}, handlers{keys, cors}, browser.StepResponse},
		{"redirect", at(get, "/old"), posts, 200, handlers{cors, moved}, handlers{moved, cors}, browser.StepResponse},
		{"redirect, preflighted", at(put, "/old"), posts, 200, handlers{cors, moved}, handlers{moved, cors}, browser.StepPreflight},
		{"compress", at(put, "/none"), posts, 404, handlers{cors, compress.New()}, nil, 0},
		{"compress, further out", at(put, "/none"), posts, 404, handlers{compress.New(), cors}, nil, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			reads(t, visit(t, appOf(test.handler, test.right...), test.request), test.status)
			if test.wrong != nil {
				readsNothing(t, visit(t, appOf(test.handler, test.wrong...), test.request), test.stops)
			}
			test.request.Origin = other
			if visit(t, appOf(test.handler, test.right...), test.request).Allowed {
				t.Error("a denied page can read it too")
			}
		})
	}
}

// appOf returns an app with one route for each method that the tests use.
func appOf(handler fiber.Handler, middleware ...fiber.Handler) *fiber.App {
	app := newApp(fiber.Config{})
	for _, m := range middleware {
		app.Use(m)
	}
	app.Get("/posts", handler)
	app.Put("/posts", handler)
	return app
}

func at(r browser.Request, path string) browser.Request {
	r.URL = path
	return r
}

func broken(*fiber.Ctx) error { panic("a bug") }

func waits(c *fiber.Ctx) error {
	<-c.UserContext().Done()
	return context.Cause(c.UserContext())
}
