package middleware

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/corsuite/corsuite/core/browser"
	"github.com/corsuite/corsuite/echov5adapter"
	"github.com/labstack/echo/v5"
	"github.com/labstack/echo/v5/middleware"
)

// A page can read an error of the middleware of echo v5 if the policy is outside that
// middleware.
func TestPagesCanReadErrorsOfEchov5Middleware(t *testing.T) {
	cors := echov5adapter.New(config())
	recovery := middleware.RecoverWithConfig(middleware.RecoverConfig{DisablePrintStack: true})
	deadline := middleware.ContextTimeout(time.Nanosecond)
	limit := middleware.BodyLimit(4)
	accounts := middleware.BasicAuth(func(*echo.Context, string, string) (bool, error) { return false, nil })
	keys := middleware.KeyAuth(func(*echo.Context, string, middleware.ExtractorSource) (bool, error) { return false, nil })
	rate := middleware.RateLimiter(nothing{})
	csrf := middleware.CSRF()
	dump := middleware.BodyDump(func(*echo.Context, []byte, []byte, error) {})
	add := middleware.AddTrailingSlashWithConfig(middleware.AddTrailingSlashConfig{RedirectCode: http.StatusPermanentRedirect})
	remove := middleware.RemoveTrailingSlashWithConfig(middleware.RemoveTrailingSlashConfig{RedirectCode: http.StatusPermanentRedirect})

	posts := func(c *echo.Context) error { return c.String(http.StatusOK, "posts") }
	broken := func(*echo.Context) error { panic("a bug") }
	conflict := func(*echo.Context) error {
		return echo.NewHTTPError(http.StatusConflict, strings.Repeat("taken ", 1000))
	}
	readAll := func(c *echo.Context) error {
		_, err := io.ReadAll(c.Request().Body)
		return err
	}
	waits := func(c *echo.Context) error {
		<-c.Request().Context().Done()
		return c.Request().Context().Err()
	}
	use := func(handler echo.HandlerFunc, middleware ...echo.MiddlewareFunc) *echo.Echo {
		e := echo.New()
		e.Use(middleware...)
		for _, path := range []string{"/posts", "/posts/"} {
			e.Match([]string{"GET", "POST", "PUT"}, path, handler)
		}
		return e
	}
	pre := func(e *echo.Echo, middleware ...echo.MiddlewareFunc) *echo.Echo {
		e.Pre(middleware...)
		return e
	}
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
		{"Gzip and KeepCORS", get, 409, use(conflict, middleware.Gzip(), cors, echov5adapter.KeepCORS), nil, 0},
		{"BodyDump and KeepCORS", put, 409, use(conflict, dump, cors, echov5adapter.KeepCORS), nil, 0},
		{"Secure", get, 409, use(conflict, cors, middleware.Secure()), nil, 0},
		{"AddTrailingSlash", get, 200, pre(use(posts), cors, add), pre(use(posts, cors), add), browser.StepResponse},
		{"AddTrailingSlash after a preflight", put, 200, pre(use(posts), cors, add), pre(use(posts, cors), add), browser.StepPreflight},
		{"RemoveTrailingSlash", at(put, "/posts/"), 200, pre(use(posts), cors, remove), pre(use(posts, cors), remove), browser.StepPreflight},
		{"AddTrailingSlash without redirect", put, 200, pre(use(posts, cors), middleware.AddTrailingSlash()), nil, 0},
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
