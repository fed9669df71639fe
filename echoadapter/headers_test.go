package echoadapter_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/echoadapter"
	"github.com/labstack/echo/v4"
)

// behind returns an Echo whose middleware runs before a route at /.
func behind(handler echo.HandlerFunc, middleware ...echo.MiddlewareFunc) *echo.Echo {
	e := echo.New()
	e.Use(middleware...)
	e.GET("/", handler)
	return e
}

// first returns middleware that does something and goes on.
func first(do func(echo.Context)) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			do(c)
			return next(c)
		}
	}
}

func TestVaryFurtherOut(t *testing.T) {
	const accept, origin, method = "Vary: Accept-Encoding", "Vary: Origin", "Vary: Access-Control-Request-Method"
	for _, test := range []struct {
		present           string
		actual, preflight string
	}{
		{"Accept-Encoding", accept + "\n" + origin, accept + "\n" + origin + ", Access-Control-Request-Method"},
		{"Origin", origin, origin + "\n" + method},
		{"origin", "Vary: origin", "Vary: origin\n" + method},
		{"Accept-Encoding,ORIGIN", accept + ",ORIGIN", accept + ",ORIGIN\n" + method},
		{"*", "Vary: *", "Vary: *"},
	} {
		t.Run(test.present, func(t *testing.T) {
			e := behind(text("posts"), first(func(c echo.Context) {
				c.Response().Header().Add(echo.HeaderVary, test.present)
			}), echoadapter.New(config()))
			if got := vary(ask(t, e, actual("GET", "/", app))); got != test.actual {
				t.Errorf("actual:\n%s\nwant\n%s", got, test.actual)
			}
			if got := vary(ask(t, e, preflight("/", app, "PUT"))); got != test.preflight {
				t.Errorf("preflight:\n%s\nwant\n%s", got, test.preflight)
			}
		})
	}
}

// vary returns the Vary lines of an answer; they are the last.
func vary(a answer) string {
	return a.cors[strings.Index(a.cors, "Vary: "):]
}

func TestVaryOfHandler(t *testing.T) {
	e := behind(func(c echo.Context) error {
		c.Response().Header().Add(echo.HeaderVary, "Accept")
		return c.NoContent(http.StatusOK)
	}, echoadapter.New(config()))
	check(t, ask(t, e, actual("GET", "/", app)), http.StatusOK, allowed+"\nVary: Accept")
}

// The policy next to the handler decides alone, whatever the outer one says.
func TestNestedPolicies(t *testing.T) {
	for _, test := range []struct {
		name         string
		outer, inner string // the origin that is allowed
		credentials  bool   // of the inner policy
		want         string
	}{
		{"outer allows, inner denies", app, other, true, denied},
		{"outer denies, inner allows", other, app, true, allowed},
		{"both allow, inner without credentials", app, app, false, `Access-Control-Allow-Origin: https://app.example.com
Access-Control-Expose-Headers: X-Total
Vary: Origin`},
	} {
		t.Run(test.name, func(t *testing.T) {
			outer, inner := config(), config()
			outer.AllowOrigins = []string{test.outer}
			inner.AllowOrigins, inner.AllowCredentials = []string{test.inner}, test.credentials
			e := echo.New()
			e.Use(echoadapter.New(outer))
			e.Group("/api", echoadapter.New(inner)).GET("/posts", text("posts"))
			e.GET("/posts", text("posts"), echoadapter.New(inner))
			check(t, ask(t, e, actual("GET", "/api/posts", app)), http.StatusOK, test.want)
			check(t, ask(t, e, actual("GET", "/posts", app)), http.StatusOK, test.want)
		})
	}
}

// A handler may do what it likes with the values of its own response.
func TestValuesAreNotShared(t *testing.T) {
	e := behind(func(c echo.Context) error {
		h := c.Response().Header()
		if c.QueryParams().Has("spoil") {
			for _, values := range h {
				_ = append(values, "appended")
			}
			if got := corsLines(h); got != allowed {
				t.Errorf("appending to each value changed others:\n%s", got)
			}
			for _, values := range h {
				values[0] = "spoilt"
			}
		}
		return c.NoContent(http.StatusOK)
	}, echoadapter.New(config()))
	for range 2 {
		ask(t, e, actual("GET", "/?spoil", app))
		check(t, ask(t, e, actual("GET", "/", app)), http.StatusOK, allowed)
	}
}
