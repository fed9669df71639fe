package fiberadapter_test

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/corsuite/corsuite/fiberadapter"
	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/filesystem"
	"github.com/gofiber/fiber/v2/middleware/recover"
)

// everything has one route for each way in which fiber writes an answer.
func everything(t *testing.T) *fiber.App {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "logo.svg"), []byte("<svg/>"), 0o600); err != nil {
		t.Fatal(err)
	}
	app := newApp(fiber.Config{})
	app.Use(recover.New())
	app.Use(fiberadapter.New(config()))
	app.Get("/posts", text("posts"))
	app.Get("/nothing", func(c *fiber.Ctx) error { return c.SendStatus(http.StatusNoContent) })
	app.Get("/fibererror", func(*fiber.Ctx) error { return fiber.NewError(http.StatusConflict, "taken") })
	app.Get("/error", func(*fiber.Ctx) error { return errors.New("out of posts") })
	app.Get("/panic", func(*fiber.Ctx) error { panic("a bug") })
	app.Get("/redirect", func(c *fiber.Ctx) error { return c.Redirect("/posts") })
	app.Get("/fasthttp", func(c *fiber.Ctx) error {
		c.Context().Error("too much", http.StatusRequestEntityTooLarge)
		return nil
	})
	app.Static("/static", dir)
	app.Use("/files", filesystem.New(filesystem.Config{Root: http.FS(fstest.MapFS{
		"logo.svg": {Data: []byte("<svg/>")},
	})}))
	return app
}

func TestActual(t *testing.T) {
	api := serve(t, everything(t))
	for _, test := range []struct {
		name, method, path string
		status             int
		body               string
	}{
		{"handler", "GET", "/posts", 200, "posts"},
		{"HEAD", "HEAD", "/posts", 200, ""},
		{"no content", "GET", "/nothing", 204, ""},
		{"404", "GET", "/none", 404, "Cannot GET /none"},
		{"405", "DELETE", "/posts", 405, "Method Not Allowed"},
		{"fiber.Error", "GET", "/fibererror", 409, "taken"},
		{"error", "GET", "/error", 500, "out of posts"},
		{"panic", "GET", "/panic", 500, "a bug"},
		{"redirect", "GET", "/redirect", 302, ""},
		{"static file", "GET", "/static/logo.svg", 200, "<svg/>"},
		{"HEAD of a static file", "HEAD", "/static/logo.svg", 200, ""},
		{"missing static file", "GET", "/static/none.svg", 404, "Cannot GET /static/none.svg"},
		{"file system", "GET", "/files/logo.svg", 200, "<svg/>"},
		{"missing in the file system", "GET", "/files/none.svg", 404, "Cannot GET /files/none.svg"},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, from := range []struct{ origin, cors string }{{page, allowed}, {other, denied}} {
				got := api.ask(t, actual(test.method, test.path, from.origin))
				check(t, got, test.status, from.cors)
				if got.body != test.body {
					t.Errorf("body %q, want %q", got.body, test.body)
				}
			}
		})
	}
}

func TestOwnErrorHandler(t *testing.T) {
	app := newApp(fiber.Config{ErrorHandler: func(c *fiber.Ctx, err error) error {
		return c.Status(http.StatusTeapot).SendString(err.Error())
	}})
	app.Use(fiberadapter.New(config()))
	app.Get("/error", func(*fiber.Ctx) error { return errors.New("out of posts") })
	api := serve(t, app)
	for _, path := range []string{"/error", "/none"} {
		check(t, api.ask(t, actual("GET", path, page)), http.StatusTeapot, allowed)
	}
}

func TestNotCORS(t *testing.T) {
	r := actual("GET", "/posts", page)
	r.Header.Del("Origin")
	check(t, serve(t, everything(t)).ask(t, r), http.StatusOK, "Vary: Origin")
}
