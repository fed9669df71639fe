package fiberadapter_test

import (
	"net/http"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/fiberadapter"
	"github.com/gofiber/fiber/v2"
)

func TestPreflight(t *testing.T) {
	api := serve(t, everything(t))
	for _, test := range []struct {
		name, path, origin string
		status             int
		cors               string
	}{
		{"allowed", "/posts", page, http.StatusNoContent, approved},
		{"allowed, 404", "/none", page, http.StatusNoContent, approved},
		{"allowed, static file", "/static/logo.svg", page, http.StatusNoContent, approved},
		{"denied", "/posts", other, http.StatusForbidden, refused},
		{"denied, 404", "/none", other, http.StatusForbidden, refused},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := api.ask(t, preflight(test.path, test.origin, "PUT"))
			check(t, got, test.status, test.cors)
			if got.body != "" {
				t.Errorf("body %q, want none", got.body)
			}
		})
	}
}

func TestPreflightStatus(t *testing.T) {
	cfg := config()
	cfg.PreflightStatus = http.StatusOK
	got := serve(t, behind(text("posts"), fiberadapter.New(cfg))).ask(t, preflight("/", page, "PUT"))
	check(t, got, http.StatusOK, approved)
	if got.body != "" {
		t.Errorf("body %q, want none", got.body)
	}
}

func TestPreflightRunsNoHandler(t *testing.T) {
	before := 0
	unwanted := func(*fiber.Ctx) error {
		t.Error("a handler behind CORS ran")
		return fiber.ErrUnauthorized
	}
	app := newApp(fiber.Config{})
	app.Use(func(c *fiber.Ctx) error {
		before++
		return c.Next()
	})
	app.Use(fiberadapter.New(config()))
	app.Use(unwanted)
	app.Options("/posts", unwanted)
	app.Put("/posts", unwanted)
	app.All("/all", unwanted)
	api := serve(t, app)
	for _, path := range []string{"/posts", "/all", "/none"} {
		check(t, api.ask(t, preflight(path, page, "PUT")), http.StatusNoContent, approved)
		check(t, api.ask(t, preflight(path, other, "PUT")), http.StatusForbidden, refused)
	}
	if before != 12 {
		t.Errorf("middleware before CORS ran %d times, want 12", before)
	}
}

// Middleware around CORS, such as a logger, sees what a preflight was answered.
func TestPreflightIsSeenFurtherOut(t *testing.T) {
	app := behind(text("posts"), func(c *fiber.Ctx) error {
		err := c.Next()
		if status := c.Response().StatusCode(); err != nil || status != http.StatusNoContent {
			t.Errorf("got %v and %d", err, status)
		}
		return err
	}, fiberadapter.New(config()))
	check(t, serve(t, app).ask(t, preflight("/", page, "PUT")), http.StatusNoContent, approved)
}

func TestOptionsThatIsNoPreflight(t *testing.T) {
	app := behind(text("posts"), fiberadapter.New(config()))
	app.Options("/options", text("options"))
	got := serve(t, app).ask(t, actual("OPTIONS", "/options", page))
	check(t, got, http.StatusOK, allowed+", Access-Control-Request-Method")
	if got.body != "options" {
		t.Errorf("body %q, want the handler's", got.body)
	}
}

func TestNewPanicsOnBadConfig(t *testing.T) {
	defer func() {
		err, ok := recover().(*core.ConfigError)
		if !ok || len(err.Problems) != 2 {
			t.Errorf("panicked with %v, want a *core.ConfigError with both problems", err)
		}
	}()
	fiberadapter.New(fiberadapter.Config{AllowOrigins: []string{"https://example.com/"}, PreflightStatus: 404})
	t.Error("New accepted a bad config")
}
