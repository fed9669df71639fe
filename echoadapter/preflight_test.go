package echoadapter_test

import (
	"net/http"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/echoadapter"
	"github.com/labstack/echo/v4"
)

func TestPreflight(t *testing.T) {
	for _, test := range []struct {
		name, path, origin string
		status             int
		cors               string
	}{
		{"allowed", "/posts", app, http.StatusNoContent, approved},
		{"allowed, 404", "/none", app, http.StatusNoContent, approved},
		{"allowed, static file", "/static/logo.svg", app, http.StatusNoContent, approved},
		{"denied", "/posts", other, http.StatusForbidden, refused},
		{"denied, 404", "/none", other, http.StatusForbidden, refused},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := ask(t, server(), preflight(test.path, test.origin, "PUT"))
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
	e := echo.New()
	e.Use(echoadapter.New(cfg))
	check(t, ask(t, e, preflight("/", app, "PUT")), http.StatusOK, approved)
}

func TestPreflightRunsNoHandler(t *testing.T) {
	before := 0
	e := echo.New()
	e.Use(func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			before++
			return next(c)
		}
	})
	e.Use(echoadapter.New(config()))
	e.Use(func(echo.HandlerFunc) echo.HandlerFunc {
		return func(echo.Context) error {
			t.Error("middleware behind CORS ran")
			return echo.ErrUnauthorized
		}
	})
	unwanted := func(echo.Context) error {
		t.Error("a handler ran")
		return nil
	}
	e.OPTIONS("/posts", unwanted)
	e.PUT("/posts", unwanted)
	e.RouteNotFound("/*", unwanted)
	for _, path := range []string{"/posts", "/none"} {
		check(t, ask(t, e, preflight(path, app, "PUT")), http.StatusNoContent, approved)
		check(t, ask(t, e, preflight(path, other, "PUT")), http.StatusForbidden, refused)
	}
	if before != 8 {
		t.Errorf("middleware before CORS ran %d times, want 8", before)
	}
}

// Middleware around CORS, such as a logger, sees what a preflight was answered.
func TestPreflightIsSeenFurtherOut(t *testing.T) {
	e := echo.New()
	e.Use(func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			err := next(c)
			if r := c.Response(); err != nil || !r.Committed || r.Status != http.StatusNoContent || r.Size != 0 {
				t.Errorf("got %v, committed %v, status %d, size %d", err, r.Committed, r.Status, r.Size)
			}
			return err
		}
	})
	e.Use(echoadapter.New(config()))
	check(t, ask(t, e, preflight("/", app, "PUT")), http.StatusNoContent, approved)
}

func TestOptionsThatIsNoPreflight(t *testing.T) {
	e := echo.New()
	e.Use(echoadapter.New(config()))
	e.OPTIONS("/options", text("options"))
	e.GET("/posts", text("posts"))
	for path, want := range map[string]answer{
		"/options": {status: http.StatusOK, body: "options"},
		"/posts":   {status: http.StatusNoContent}, // echo's own answer
	} {
		got := ask(t, e, actual("OPTIONS", path, app))
		check(t, got, want.status, allowed+", Access-Control-Request-Method")
		if got.body != want.body {
			t.Errorf("body %q, want %q", got.body, want.body)
		}
	}
}

func TestNewPanicsOnBadConfig(t *testing.T) {
	defer func() {
		err, ok := recover().(*core.ConfigError)
		if !ok || len(err.Problems) != 2 {
			t.Errorf("panicked with %v, want a *core.ConfigError with both problems", err)
		}
	}()
	echoadapter.New(echoadapter.Config{AllowOrigins: []string{"https://example.com/"}, PreflightStatus: 404})
	t.Error("New accepted a bad config")
}
