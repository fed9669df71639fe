package echov5adapter_test

import (
	"io"
	"net/http"
	"testing"

	"github.com/corsuite/corsuite/core/browser"
	"github.com/corsuite/corsuite/core/corstest"
	"github.com/corsuite/corsuite/core/nethttp"
	"github.com/labstack/echo/v5"
)

// A page can read an error if the policy is outside the code that answers. For other
// errors see TestAnswers and, for echo's middleware, internal/middleware.
func TestPagesCanReadErrors(t *testing.T) {
	cors, around := cors(t), nethttp.Middleware(corstest.Policy(t))
	posts, never := text("posts"), endless(t)
	tooLate := func(h http.Handler) http.Handler { return http.TimeoutHandler(h, 0, "too late") }
	get, put := browser.Request{URL: "/posts"}, browser.Request{Method: "PUT", URL: "/posts"}
	large := browser.Request{Method: "POST", URL: "/posts", Body: browser.Text("12345")}
	for _, test := range []struct {
		name    string
		request browser.Request
		status  int
		right   http.Handler
		wrong   http.Handler // with the policy at a wrong place, or nil
		stops   browser.Step // the step at which the browser blocks the page if wrong answers
	}{
		{"panic, recovered inside the policy", get, 500, echoOf(broken, cors, recovery), nil, 0},
		{"401", get, 401, echoOf(posts, cors, locked), echoOf(posts, locked, cors), browser.StepResponse},
		{"401 after a preflight", put, 401, echoOf(posts, cors, locked), echoOf(posts, locked, cors), browser.StepPreflight},
		{"413", large, 413, http.MaxBytesHandler(echoOf(readAll, cors), 4), nil, 0},
		{"timeout", get, 503, around(tooLate(echoOf(never))), tooLate(echoOf(never, cors)), browser.StepResponse},
		{"timeout after a preflight", put, 503, around(tooLate(echoOf(never))), nil, 0}, // the wrong one may answer in time
		{"401 around the Echo", put, 401, around(echoOf(posts, locked)), nil, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			open(t, test.right).Reads(test.request, test.status)
			if test.wrong != nil {
				open(t, test.wrong).Blocked(test.request, test.stops)
			}
		})
	}
}

// echoOf returns an Echo with one route for each method that the tests use.
func echoOf(handler echo.HandlerFunc, middleware ...echo.MiddlewareFunc) *echo.Echo {
	e := echo.New()
	e.Use(middleware...)
	e.Match([]string{"GET", "POST", "PUT"}, "/posts", handler)
	return e
}

// endless returns a handler that blocks until the test ends, so it always times out.
func endless(t *testing.T) echo.HandlerFunc {
	t.Helper()
	done := make(chan struct{})
	t.Cleanup(func() { close(done) })
	return func(*echo.Context) error {
		<-done
		return nil
	}
}

func broken(*echo.Context) error { panic("a bug") }

func locked(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c *echo.Context) error {
		if _, _, ok := c.Request().BasicAuth(); !ok {
			return echo.ErrUnauthorized
		}
		return next(c)
	}
}

func readAll(c *echo.Context) error {
	if _, err := io.ReadAll(c.Request().Body); err != nil {
		return echo.ErrStatusRequestEntityTooLarge
	}
	return c.NoContent(http.StatusNoContent)
}
