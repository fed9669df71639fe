package fiberadapter_test

import (
	"net/http"
	"strconv"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/fiberadapter"
	"github.com/gofiber/fiber/v2"
)

// BenchmarkActual is about requests that are no preflights: what the line costs
// them, beside a middleware that does nothing.
func BenchmarkActual(b *testing.B) {
	for name, before := range map[string]func(*fiber.App){
		"without":          func(*fiber.App) {},
		"empty middleware": func(app *fiber.App) { app.Use(func(c *fiber.Ctx) error { return c.Next() }) },
		"Preflights":       fiberadapter.Preflights,
	} {
		b.Run(name, func(b *testing.B) {
			app := newApp(fiber.Config{})
			before(app)
			app.Group("/api", fiberadapter.New(config())).Get("/posts/:id", func(*fiber.Ctx) error { return nil })
			benchmark(b, app, http.MethodGet, map[string]string{"Origin": page})
		})
	}
}

// BenchmarkPreflight is about preflights that are resolved, among a hundred routes.
func BenchmarkPreflight(b *testing.B) {
	for name, options := range map[string][]core.Option{"listed": nil, "WithRouteMethods": {core.WithRouteMethods()}} {
		b.Run(name, func(b *testing.B) {
			app := newApp(fiber.Config{})
			fiberadapter.Preflights(app)
			for i := range 20 {
				for _, path := range []string{"/", "/:id", "/:id/posts", "/:id/files/*", "/new"} {
					app.Put("/things"+strconv.Itoa(i)+path, text("other"))
				}
			}
			app.Group("/api", fiberadapter.New(config(), options...)).Put("/posts/:id", text("saved"))
			benchmark(b, app, http.MethodOptions, map[string]string{"Origin": page, "Access-Control-Request-Method": "PUT"})
		})
	}
}

func benchmark(b *testing.B, app *fiber.App, method string, fields map[string]string) {
	b.Helper()
	request := newRequest(app, method, "/api/posts/1", fields)
	b.ReportAllocs()
	for b.Loop() {
		request()
	}
}
