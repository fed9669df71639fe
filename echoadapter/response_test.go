package echoadapter_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/corsuite/corsuite/echoadapter"
	"github.com/labstack/echo/v4"
)

// server has one route for each way in which echo writes an answer.
func server() *echo.Echo {
	e := echo.New()
	e.Use(recovery, echoadapter.New(config()))
	e.GET("/posts", text("posts"))
	e.HEAD("/posts", text("posts"))
	e.GET("/nothing", func(c echo.Context) error { return c.NoContent(http.StatusNoContent) })
	e.GET("/httperror", func(echo.Context) error { return echo.NewHTTPError(http.StatusConflict, "taken") })
	e.GET("/error", func(echo.Context) error { return errors.New("out of posts") })
	e.GET("/panic", func(echo.Context) error { panic("a bug") })
	e.GET("/redirect", func(c echo.Context) error { return c.Redirect(http.StatusFound, "/posts") })
	e.StaticFS("/static", fstest.MapFS{"logo.svg": {Data: []byte("<svg/>")}})
	return e
}

// recovery hands a panic to the error handler, as echo's Recover does, whose
// package would bring one more module to every user of this one.
func recovery(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			if v := recover(); v != nil {
				c.Error(fmt.Errorf("%v", v))
			}
		}()
		return next(c)
	}
}

func TestActual(t *testing.T) {
	for _, test := range []struct {
		name, method, path string
		status             int
		body               string
	}{
		{"handler", "GET", "/posts", 200, "posts"},
		{"HEAD", "HEAD", "/posts", 200, ""},
		{"no content", "GET", "/nothing", 204, ""},
		{"404", "GET", "/none", 404, `{"message":"Not Found"}`},
		{"405", "DELETE", "/posts", 405, `{"message":"Method Not Allowed"}`},
		{"HEAD without a route", "HEAD", "/error", 405, ""},
		{"HTTPError", "GET", "/httperror", 409, `{"message":"taken"}`},
		{"error", "GET", "/error", 500, `{"message":"Internal Server Error"}`},
		{"panic", "GET", "/panic", 500, `{"message":"Internal Server Error"}`},
		{"redirect", "GET", "/redirect", 302, ""},
		{"static file", "GET", "/static/logo.svg", 200, "<svg/>"},
		{"missing static file", "GET", "/static/none.svg", 404, `{"message":"Not Found"}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, page := range []struct{ origin, cors string }{{app, allowed}, {other, denied}} {
				got := ask(t, server(), actual(test.method, test.path, page.origin))
				check(t, got, test.status, page.cors)
				if strings.TrimSpace(got.body) != test.body {
					t.Errorf("body %q, want %q", got.body, test.body)
				}
			}
		})
	}
}

func TestOwnErrorHandler(t *testing.T) {
	e := server()
	e.HTTPErrorHandler = func(err error, c echo.Context) { c.String(http.StatusTeapot, err.Error()) }
	for _, path := range []string{"/error", "/panic", "/none"} {
		check(t, ask(t, e, actual("GET", path, app)), http.StatusTeapot, allowed)
	}
}

func TestNotCORS(t *testing.T) {
	r := actual("GET", "/posts", app)
	r.Header.Del("Origin")
	check(t, ask(t, server(), r), http.StatusOK, "Vary: Origin")
}
