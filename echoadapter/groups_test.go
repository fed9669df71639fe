package echoadapter_test

import (
	"net/http"
	"testing"

	"github.com/corsuite/corsuite/echoadapter"
	"github.com/labstack/echo/v4"
)

// A group's RouteNotFound decides which preflights the group sees.
func TestPreflightsOfGroups(t *testing.T) {
	cors := echoadapter.New(config())
	auth := func(echo.HandlerFunc) echo.HandlerFunc {
		return func(echo.Context) error { return echo.ErrUnauthorized }
	}
	for _, test := range []struct {
		name     string
		register func(*echo.Echo)
		path     string
		status   int
		cors     string
	}{
		{"below GET of a wildcard", func(e *echo.Echo) {
			e.Group("/api", cors).GET("/files/*", text("file"))
		}, "/api/files/1", http.StatusNoContent, ""},
		{"beside a wildcard for another method", func(e *echo.Echo) {
			g := e.Group("/api", cors)
			g.GET("/posts/:id", text("post"))
			g.POST("/posts/*", text("posted"))
		}, "/api/posts/1", http.StatusNoContent, ""},
		{"below the group's own wildcard for any method", func(e *echo.Echo) {
			e.Group("/api", cors).Any("/files/*", text("file"))
		}, "/api/files/1", http.StatusNoContent, approved},
		{"below another's wildcard for any method", func(e *echo.Echo) {
			e.Any("/api/files/*", text("file"))
			e.Group("/api", cors).GET("/files/:id", text("file"))
		}, "/api/files/1", http.StatusOK, ""},
		{"a later group with the same prefix", func(e *echo.Echo) {
			e.Group("/api", cors).GET("/posts", text("posts"))
			e.Group("/api", auth).GET("/private", text("private"))
		}, "/api/posts", http.StatusUnauthorized, ""},
		{"an earlier group with the same prefix and no CORS", func(e *echo.Echo) {
			e.Group("/api").GET("/private", text("private"))
			e.Group("/api", cors).GET("/posts", text("posts"))
		}, "/api/private", http.StatusNoContent, approved},
		{"a host", func(e *echo.Echo) {
			e.Host("example.com", cors).GET("/posts", text("posts"))
		}, "http://example.com/posts", http.StatusNoContent, approved},
	} {
		t.Run(test.name, func(t *testing.T) {
			e := echo.New()
			test.register(e)
			check(t, ask(t, e, preflight(test.path, app, "PUT")), test.status, test.cors)
		})
	}
}
