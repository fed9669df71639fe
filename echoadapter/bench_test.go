package echoadapter_test

import (
	"net/http"
	"testing"

	"github.com/corsuite/corsuite/echoadapter"
	"github.com/labstack/echo/v4"
)

func benchmark(b *testing.B, e *echo.Echo, r *http.Request) {
	w := &writer{header: make(http.Header)}
	b.ReportAllocs()
	for b.Loop() {
		clear(w.header)
		e.ServeHTTP(w, r)
	}
}

// What Preflights costs a request that is no preflight.
func BenchmarkActual(b *testing.B) {
	for _, test := range []struct {
		name     string
		register func(*echo.Echo)
	}{
		{"no line", func(*echo.Echo) {}},
		{"line", echoadapter.Preflights},
		{"empty middleware", func(e *echo.Echo) { e.Use(first(func(echo.Context) {})) }},
	} {
		b.Run(test.name, func(b *testing.B) {
			e := echo.New()
			test.register(e)
			e.GET("/posts/:id", func(echo.Context) error { return nil })
			benchmark(b, e, actual("GET", "/posts/1", app))
		})
	}
}

func BenchmarkPreflight(b *testing.B) {
	nothing := func(echo.Context) error { return nil }
	e := echo.New()
	echoadapter.Preflights(e)
	e.Use(echoadapter.New(config()))
	e.PUT("/posts/:id", nothing, echoadapter.New(config()))
	e.PUT("/open/:id", nothing)
	api := e.Group("/api", echoadapter.New(config()))
	api.PUT("/posts/:id", nothing)
	e.PUT("/api/open/:id", nothing)
	for _, test := range []struct{ name, path string }{
		{"of a route", "/posts/1"},
		{"of a group", "/api/posts/1"},
		{"of a group's 404", "/api/none"},
		{"of the Echo", "/open/1"},
		{"of the Echo, beside a group", "/api/open/1"},
	} {
		b.Run(test.name, func(b *testing.B) {
			benchmark(b, e, preflight(test.path, app, "PUT"))
		})
	}
}
