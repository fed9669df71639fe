package middleware

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/corsuite/corsuite/core/browser"
	"github.com/corsuite/corsuite/echoadapter"
	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
)

// A page can read an error of echo's middleware if the policy is outside that middleware.
func TestPagesCanReadErrorsOfEchoMiddleware(t *testing.T) {
	cors := echoadapter.New(config())
	recovery := middleware.RecoverWithConfig(middleware.RecoverConfig{DisablePrintStack: true})
	timeout := timeouts()
	deadline := middleware.ContextTimeout(time.Nanosecond)
	limit := middleware.BodyLimit("4B")
	accounts := middleware.BasicAuth(func(string, string, echo.Context) (bool, error) { return false, nil })
	keys := middleware.KeyAuth(func(string, echo.Context) (bool, error) { return false, nil })
	rate := middleware.RateLimiter(nothing{})
	csrf := middleware.CSRF()
	add := middleware.AddTrailingSlashWithConfig(middleware.TrailingSlashConfig{RedirectCode: http.StatusPermanentRedirect})
	remove := middleware.RemoveTrailingSlashWithConfig(middleware.TrailingSlashConfig{RedirectCode: http.StatusPermanentRedirect})
	get, put := browser.Request{URL: "/posts"}, browser.Request{Method: "PUT", URL: "/posts"}
	post := browser.Request{Method: "POST", URL: "/posts", Body: browser.Text("12345")}
	wrongUser := browser.Request{URL: "/posts", Headers: []browser.Header{{Name: "Authorization", Value: "Basic Og=="}}}
	wrongKey := browser.Request{URL: "/posts", Headers: []browser.Header{{Name: "Authorization", Value: "Bearer x"}}}
	for _, test := range []struct {
		name    string
		request browser.Request
		status  int
		right   http.Handler
		wrong   http.Handler // with the policy at a wrong place, or nil
		stops   browser.Step // the step at which the browser blocks the page if wrong answers
	}{
		{"Recover", get, 500, use(broken, recovery, cors), nil, 0},
		{"Recover inside the policy", get, 500, use(broken, cors, recovery), nil, 0},
		{"Timeout", get, 503, timed(use(never(t), cors, timeout)), timed(use(never(t), timeout, cors)), browser.StepResponse},
		{"ContextTimeout", get, 503, use(waits, cors, deadline), nil, 0},
		{"ContextTimeout outside the policy", get, 503, use(waits, deadline, cors), nil, 0},
		{"BodyLimit", post, 413, use(readAll, cors, limit), use(readAll, limit, cors), browser.StepResponse},
		{"BasicAuth", wrongUser, 401, use(posts, cors, accounts), use(posts, accounts, cors), browser.StepPreflight},
		{"KeyAuth", wrongKey, 401, use(posts, cors, keys), use(posts, keys, cors), browser.StepPreflight},
		{"RateLimiter", get, 429, use(posts, cors, rate), use(posts, rate, cors), browser.StepResponse},
		{"RateLimiter after a preflight", put, 429, use(posts, cors, rate), use(posts, rate, cors), browser.StepPreflight},
		{"CSRF", post, 400, use(posts, cors, csrf), use(posts, csrf, cors), browser.StepResponse},
		{"Gzip", at(put, "/none"), 404, use(posts, cors, middleware.Gzip()), nil, 0},
		{"Gzip outside the policy", at(put, "/none"), 404, use(posts, middleware.Gzip(), cors), nil, 0},
		{"Gzip and HTTPError", get, 409, use(conflict, cors, middleware.Gzip()), nil, 0},
		{"Secure", get, 409, use(conflict, cors, middleware.Secure()), nil, 0},
		{"AddTrailingSlash", get, 200, pre(posts, cors, add), preAndUse(add, cors), browser.StepResponse},
		{"AddTrailingSlash after a preflight", put, 200, pre(posts, cors, add), preAndUse(add, cors), browser.StepPreflight},
		{"RemoveTrailingSlash", at(put, "/posts/"), 200, pre(posts, cors, remove), preAndUse(remove, cors), browser.StepPreflight},
		{"AddTrailingSlash without redirect", put, 200, preAndUse(middleware.AddTrailingSlash(), cors), nil, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			reads(t, visit(t, test.right, test.request), test.status)
			if test.wrong != nil {
				readsNothing(t, visit(t, test.wrong, test.request), test.stops)
			}
			test.request.Origin = other
			if visit(t, test.right, test.request).Allowed {
				t.Error("a page that the policy denies can read the answer")
			}
		})
	}
}

// use returns an Echo with the middleware in e.Use, and pre one with the middleware in
// e.Pre. Both have the same route with and without a final slash.
func use(handler echo.HandlerFunc, middleware ...echo.MiddlewareFunc) *echo.Echo {
	e := echo.New()
	e.Logger.SetOutput(io.Discard)
	e.Use(middleware...)
	for _, path := range []string{"/posts", "/posts/"} {
		e.Match([]string{"GET", "POST", "PUT"}, path, handler)
	}
	return e
}

func pre(handler echo.HandlerFunc, middleware ...echo.MiddlewareFunc) *echo.Echo {
	e := use(handler)
	e.Pre(middleware...)
	return e
}

func preAndUse(first, then echo.MiddlewareFunc) *echo.Echo {
	e := use(posts, then)
	e.Pre(first)
	return e
}

func at(r browser.Request, path string) browser.Request {
	r.URL = path
	return r
}

func posts(c echo.Context) error { return c.String(http.StatusOK, "posts") }

func broken(echo.Context) error { panic("a bug") }

func conflict(echo.Context) error {
	return echo.NewHTTPError(http.StatusConflict, strings.Repeat("taken ", 1000))
}

func readAll(c echo.Context) error {
	_, err := io.ReadAll(c.Request().Body)
	return err
}

// waits returns the error of the request's context, after that has ended.
func waits(c echo.Context) error {
	<-c.Request().Context().Done()
	return c.Request().Context().Err()
}

// nothing is a rate limiter's store that allows no request.
type nothing struct{}

func (nothing) Allow(string) (bool, error) { return false, nil }

func timeouts() echo.MiddlewareFunc {
	return middleware.TimeoutWithConfig(middleware.TimeoutConfig{Timeout: time.Hour}) //nolint:staticcheck // deprecated, but still in use
}

// never returns a handler that triggers the deadline of timed and then blocks until the
// test ends.
func never(t *testing.T) echo.HandlerFunc {
	done := make(chan struct{})
	t.Cleanup(func() { close(done) })
	return func(c echo.Context) error {
		c.Response().Writer.Write(nil) // locks the mutex of Timeout's writer, to avoid a data race
		if a, ok := c.Request().Context().Value(alarmKey{}).(*alarm); ok {
			close(a.rung)
		}
		<-done
		return nil
	}
}

// timed gives each request a deadline that the handler triggers.
func timed(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.ServeHTTP(w, r.WithContext(&alarm{r.Context(), make(chan struct{})}))
	})
}

type alarm struct {
	context.Context

	rung chan struct{}
}

type alarmKey struct{}

func (a *alarm) Done() <-chan struct{} { return a.rung }

func (a *alarm) Err() error {
	select {
	case <-a.rung:
		return context.DeadlineExceeded
	default:
		return nil
	}
}

func (a *alarm) Value(key any) any {
	if key == (alarmKey{}) {
		return a
	}
	return a.Context.Value(key)
}

// Timeout replaces header fields that were set outside it, so a Vary of the handler
// replaces that of the policy. A second policy inside keeps both.
func TestTimeoutReplacesVary(t *testing.T) {
	cors, timeout, gzip := echoadapter.New(config()), timeouts(), middleware.Gzip()
	for _, test := range []struct {
		chain []echo.MiddlewareFunc
		want  string
	}{
		{[]echo.MiddlewareFunc{cors, timeout, gzip}, "Accept-Encoding"},
		{[]echo.MiddlewareFunc{cors, timeout, cors, gzip}, "Origin, Accept-Encoding"},
		{[]echo.MiddlewareFunc{gzip, cors, timeout}, "Accept-Encoding, Origin"},
	} {
		r := httptest.NewRequest("GET", "/posts", nil)
		r.Header.Set("Origin", app)
		w := httptest.NewRecorder()
		use(posts, test.chain...).ServeHTTP(w, r)
		if got := strings.Join(w.Header()["Vary"], ", "); got != test.want {
			t.Errorf("Vary is %q, want %q", got, test.want)
		}
	}
}
