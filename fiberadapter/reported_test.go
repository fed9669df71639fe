package fiberadapter_test

import (
	"net/http"
	"testing"

	"github.com/gofiber/fiber/v2"
)

// Set-ups of people whose preflights never reached their policy, or reached it
// where the request did not. Those of other routers are told in fiber's words.
func TestReportedSetUps(t *testing.T) {
	for _, test := range []struct {
		report   string
		register func(app *fiber.App, h fiber.Handler)
		requests []request
	}{
		{"gofiber/fiber 396: routes that other files register", func(app *fiber.App, h fiber.Handler) {
			app.Use(named("app"))
			app.Get("/abc", h)
			app.Group("/api").Get("/abc", h)
		}, []request{{"GET", "/abc", "app"}, {"GET", "/api/abc", "app"}}},
		{"gofiber/fiber 2233: middleware behind a mounted app", func(app *fiber.App, h fiber.Handler) {
			app.Get("/hello", h)
			sub := newApp(fiber.Config{})
			sub.Get("/world", named("sub"), h)
			app.Mount("/", sub)
			app.Use(func(c *fiber.Ctx) error { return c.SendStatus(http.StatusNotFound) })
		}, []request{{"GET", "/hello", ""}, {"GET", "/world", "sub"}}},
		{"labstack/echo 228: only the group for logging in", func(app *fiber.App, h fiber.Handler) {
			auth, others := app.Group("/auth"), app.Group("/others")
			auth.Use(named("auth"))
			auth.Post("/authenticate", h)
			others.Post("/", h)
		}, []request{{"POST", "/auth/authenticate", "auth"}, {"POST", "/others", ""}}},
		{"labstack/echo 1040: CORS on a group", func(app *fiber.App, h fiber.Handler) {
			g := app.Group("/group")
			g.Use(named("group"))
			g.Get("/test", h)
		}, []request{{"GET", "/group/test", "group"}}},
		{"gin-contrib/cors 35: a group of everything", func(app *fiber.App, h fiber.Handler) {
			g := app.Group("/")
			g.Use(named("group"))
			g.Get("/", h)
		}, []request{{"GET", "/", "group"}}},
		{"rs/cors 102: two groups with two policies", func(app *fiber.App, h fiber.Handler) {
			app.Group("/1").Use(named("first")).Get("/1", h)
			app.Group("/2").Use(named("second")).Get("/2", h)
		}, []request{{"GET", "/1/1", "first"}, {"GET", "/2/2", "second"}}},
		{"go-chi/chi 263: a group without a prefix", func(app *fiber.App, h fiber.Handler) {
			g := app.Group("")
			g.Get("/foo", named("group"), h)
			g.Post("/bar", named("group"), h)
		}, []request{{"GET", "/foo", "group"}, {"POST", "/bar", "group"}}},
		{"rs/cors 185: one route, for POST", func(app *fiber.App, h fiber.Handler) {
			app.Post("/v1/reg", named("route"), h)
		}, []request{{"POST", "/v1/reg", "route"}}},
		{"gorilla/mux 381: methods of one path", func(app *fiber.App, h fiber.Handler) {
			app.Get("/g/:o", named("get"), h)
			app.Post("/g/:o", named("post"), h)
			app.Put("/g/:o", h)
		}, []request{{"GET", "/g/asdf", "get"}, {"POST", "/g/asdf", "post"}, {"PUT", "/g/bla", ""}}},
	} {
		t.Run(test.report, func(t *testing.T) {
			app := newLine(fiber.Config{})
			test.register(app, handler(t))
			agree(t, app, test.requests...)
		})
	}
}
