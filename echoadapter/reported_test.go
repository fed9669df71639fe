package echoadapter_test

import (
	"net/http"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/echoadapter"
	"github.com/labstack/echo/v4"
)

// What users of echo have reported, as they had set it up, with the one line
// more.
func TestReportedByUsers(t *testing.T) {
	credentials := core.Config{
		AllowOrigins:     []string{app},
		AllowHeaders:     []string{"authorization", "Content-Type"},
		AllowCredentials: true,
		AllowMethods:     []string{"OPTIONS", "GET", "HEAD", "PUT", "PATCH", "POST", "DELETE"},
	}
	logger := func() echo.MiddlewareFunc { return first(func(echo.Context) {}) }
	for _, test := range []struct {
		name         string
		register     func(*echo.Echo)
		method, path string
		approved     bool
	}{
		{"#228: two groups, CORS on one", func(e *echo.Echo) {
			e.Use(logger())
			auth, others := e.Group("/auth"), e.Group("/others")
			auth.Use(echoadapter.New(credentials))
			auth.POST("/authenticate", text("welcome"))
			others.POST("/posts", text("posts"))
		}, "POST", "/auth/authenticate", true},
		{"#228: the other group", func(e *echo.Echo) {
			e.Use(logger())
			auth, others := e.Group("/auth"), e.Group("/others")
			auth.Use(echoadapter.New(credentials))
			auth.POST("/authenticate", text("welcome"))
			others.POST("/posts", text("posts"))
		}, "POST", "/others/posts", false},
		{"#1040: CORS on a group, and none on the Echo", func(e *echo.Echo) {
			e.Use(logger())
			g := e.Group("/group")
			g.Use(echoadapter.New(credentials))
			g.GET("/test", text("200"))
		}, "GET", "/group/test", true},
		{"#2573: a group below CORS on the Echo", func(e *echo.Echo) {
			e.Use(echoadapter.New(core.Config{
				AllowOrigins: []string{"*"},
				AllowHeaders: []string{echo.HeaderContentType, echo.HeaderAccept},
			}))
			e.Use(logger())
			api := e.Group("/api", logger())
			api.POST("/test", text("test"))
		}, "POST", "/api/test", true},
		{"#2620: CORS for one path", func(e *echo.Echo) {
			e.Add(http.MethodGet, "/some/path", text("path"), echoadapter.New(credentials))
		}, "GET", "/some/path", true},
		{"#2620: CORS for another method of the path", func(e *echo.Echo) {
			e.Add(http.MethodGet, "/some/path", text("path"), echoadapter.New(credentials))
			e.Add(http.MethodPut, "/some/path", text("path"))
		}, "PUT", "/some/path", false},
		{"#2950: a group's own path", func(e *echo.Echo) {
			r := e.Group("/myroute", echoadapter.New(core.Config{
				AllowOrigins: []string{"http://localhost:3000", app},
				AllowHeaders: []string{echo.HeaderContentType, echo.HeaderAccept, echo.HeaderAuthorization},
			}))
			r.GET("", text("stuff"))
		}, "GET", "/myroute", true},
		{"below Static", func(e *echo.Echo) {
			e.Group("/myroute", echoadapter.New(credentials)).Static("/files", ".")
		}, "GET", "/myroute/files/go.mod", true},
		{"below Any of another", func(e *echo.Echo) {
			e.Any("/api/files/*", text("files"))
			e.Group("/api", echoadapter.New(credentials)).GET("/files/:id", text("file"))
		}, "GET", "/api/files/1", true},
		{"two groups on one prefix, the later with authentication", func(e *echo.Echo) {
			e.Group("/api", echoadapter.New(credentials)).GET("/posts", text("posts"))
			e.Group("/api", func(echo.HandlerFunc) echo.HandlerFunc {
				return func(echo.Context) error { return echo.ErrUnauthorized }
			}).GET("/private", text("private"))
		}, "GET", "/api/posts", true},
		{"a group without a prefix", func(e *echo.Echo) {
			e.Group("", echoadapter.New(credentials)).GET("/posts", text("posts"))
		}, "GET", "/posts", true},
		{"beside a group without a prefix", func(e *echo.Echo) {
			e.Group("", echoadapter.New(credentials)).GET("/posts", text("posts"))
			e.GET("/private", text("private"))
		}, "GET", "/private", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			e := echo.New()
			echoadapter.Preflights(e)
			test.register(e)
			w := ask(t, e, preflight(test.path, app, test.method))
			if ok := w.status == http.StatusNoContent && w.allowOrigin() != ""; ok != test.approved {
				t.Errorf("the preflight was answered %d with\n%s", w.status, w.cors)
			}
			w = ask(t, e, actual(test.method, test.path, app))
			if ok := w.allowOrigin() != ""; ok != test.approved || w.status != http.StatusOK {
				t.Errorf("the request was answered %d with\n%s", w.status, w.cors)
			}
		})
	}
}
