package echoadapter_test

import (
	"net/http"
	"testing"
	"testing/fstest"

	"github.com/corsuite/corsuite/echoadapter"
	"github.com/labstack/echo/v4"
)

// reach is a cell of the table "Where to register".
type reach int

const (
	missed reach = iota
	most         // but not below Static
	answered
)

// The table "Where to register" of the package documentation, cell by cell.
func TestWhereToRegister(t *testing.T) {
	cors := echoadapter.New(config())
	for _, test := range []struct {
		name                                  string
		register                              func(*echo.Echo)
		preflight, resolved, actual, notFound reach
		wrongMethod                           int // echo's status for it
	}{
		{"e.Use before the routes", func(e *echo.Echo) {
			e.Use(cors)
			routes(e.Group("/api"))
		}, answered, answered, answered, answered, http.StatusMethodNotAllowed},
		{"e.Use after the routes", func(e *echo.Echo) {
			routes(e.Group("/api"))
			e.Use(cors)
		}, answered, answered, answered, answered, http.StatusMethodNotAllowed},
		{"e.Pre", func(e *echo.Echo) {
			e.Pre(cors)
			routes(e.Group("/api"))
		}, answered, answered, answered, answered, http.StatusMethodNotAllowed},
		{"Group", func(e *echo.Echo) {
			routes(e.Group("/api", cors))
		}, most, answered, answered, most, http.StatusNotFound},
		{"Group, nested", func(e *echo.Echo) {
			routes(e.Group("", cors).Group("/api"))
		}, most, answered, answered, most, http.StatusNotFound},
		{"g.Use before the group's routes", func(e *echo.Echo) {
			g := e.Group("/api")
			g.Use(cors)
			routes(g)
		}, most, answered, answered, most, http.StatusNotFound},
		{"g.Use after them", func(e *echo.Echo) {
			g := e.Group("/api")
			routes(g)
			g.Use(cors)
		}, most, missed, missed, most, http.StatusNotFound},
		{"on one route", func(e *echo.Echo) {
			routes(e.Group("/api"), cors)
		}, missed, answered, answered, missed, http.StatusMethodNotAllowed},
	} {
		t.Run(test.name, func(t *testing.T) {
			e := echo.New()
			test.register(e)
			for path, status := range map[string]int{
				"/api/posts": http.StatusNoContent, "/api/posts/1": http.StatusNoContent, // echo's own answer to OPTIONS
				"/api/none": http.StatusNotFound,
			} {
				checkPreflight(t, ask(t, e, preflight(path, app, "PUT")), test.preflight != missed, status)
			}
			for _, path := range []string{"/api/posts", "/api/posts/1", "/api/static/logo.svg"} {
				check(t, ask(t, e, actual("GET", path, app)), http.StatusOK, linesIf(test.actual != missed))
			}
			check(t, ask(t, e, actual("GET", "/api/none", app)), http.StatusNotFound, linesIf(test.notFound != missed))
			check(t, ask(t, e, actual("DELETE", "/api/posts", app)), test.wrongMethod, linesIf(test.notFound != missed))

			got := ask(t, e, preflight("/api/static/logo.svg", app, "PUT"))
			checkPreflight(t, got, test.preflight == answered, http.StatusNoContent)
			got = ask(t, e, actual("DELETE", "/api/static/logo.svg", app))
			check(t, got, http.StatusMethodNotAllowed, linesIf(test.notFound == answered))

			e = echo.New()
			echoadapter.Preflights(e)
			test.register(e)
			for _, path := range []string{"/api/posts", "/api/posts/1", "/api/static/logo.svg"} {
				got := ask(t, e, preflight(path, app, "GET"))
				if approves := got.allowOrigin() == app; approves != (test.resolved == answered) {
					t.Errorf("with Preflights, %s: got %d with\n%s", path, got.status, got.cors)
				}
			}
			for path, found := range map[string]bool{
				"/api/none": test.notFound != missed, "/api/posts": test.notFound != missed, "/api/static/logo.svg": test.notFound == answered,
			} {
				got := ask(t, e, preflight(path, app, "DELETE"))
				if approves := got.allowOrigin() == app; approves != found {
					t.Errorf("with Preflights, DELETE of %s: got %d with\n%s", path, got.status, got.cors)
				}
			}
		})
	}
}

// routes adds one route of each kind.
func routes(g *echo.Group, middleware ...echo.MiddlewareFunc) {
	g.GET("/posts", text("posts"), middleware...)
	g.GET("/posts/:id", text("post"), middleware...)
	g.GET("/static*", echo.StaticDirectoryHandler(fstest.MapFS{ // as Static does, which takes no middleware
		"logo.svg": {Data: []byte("<svg/>")},
	}, false), middleware...)
}

func checkPreflight(t *testing.T, got answer, answered bool, status int) {
	t.Helper()
	if answered {
		check(t, got, http.StatusNoContent, approved)
	} else {
		check(t, got, status, "")
	}
}

func linesIf(answered bool) string {
	if answered {
		return allowed
	}
	return ""
}
