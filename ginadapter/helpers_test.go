package ginadapter_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/corstest"
	"github.com/gin-gonic/gin"
)

const (
	app   = corstest.Page     // the origin that the tests' policies allow
	other = corstest.Stranger // one that they deny
)

// TestMain keeps gin from printing its routes among the examples' output, and
// mistakes that tests make on purpose from being reported.
func TestMain(m *testing.M) {
	gin.SetMode(gin.TestMode)
	slog.SetDefault(slog.New(slog.DiscardHandler))
	os.Exit(m.Run())
}

// named returns a policy whose answers show its name.
func named(tb testing.TB, name string, opts ...core.Option) *core.Policy {
	tb.Helper()
	policy, err := core.NewPolicy(core.Config{
		AllowOrigins: []string{app}, AllowMethods: []string{"GET", "PUT", "PATCH", "DELETE", "OPTIONS"},
		AllowHeaders: []string{name}, ExposeHeaders: []string{name},
	}, opts...)
	if err != nil {
		tb.Fatal(err)
	}
	return policy
}

// actual and preflight return what a page's browser sends.
func actual(method, path, origin string) *http.Request {
	r := httptest.NewRequest(method, path, nil)
	r.Header.Set("Origin", origin)
	return r
}

func preflight(path, origin, method string) *http.Request {
	r := actual(http.MethodOptions, path, origin)
	r.Header.Set("Access-Control-Request-Method", method)
	return r
}

// answer is a response, and the name of the policy that it shows.
type answer struct {
	status int
	policy string
	body   string
}

func ask(h http.Handler, r *http.Request) answer {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	policy := w.Header().Get("Access-Control-Allow-Headers") + w.Header().Get("Access-Control-Expose-Headers")
	return answer{w.Code, policy, w.Body.String()}
}

// agree requires that one policy, or none if want is empty, answers a preflight, for
// the requested method alone, and the actual request.
func agree(t *testing.T, r http.Handler, method, path, want string) {
	t.Helper()
	w := httptest.NewRecorder()
	r.ServeHTTP(w, preflight(path, app, method))
	if got := w.Header().Get("Access-Control-Allow-Headers"); got != want || (w.Code == http.StatusNoContent) != (want != "") {
		t.Errorf("the preflight for %s %s was answered by %q with %d; want %q", method, path, got, w.Code, want)
	}
	if methods := w.Header().Get("Access-Control-Allow-Methods"); methods != "" && methods != method {
		t.Errorf("the preflight for %s %s allows %s", method, path, methods)
	}
	if got := ask(r, actual(method, path, app)); got.policy != want {
		t.Errorf("%s %s was answered by %+v; want %q", method, path, got, want)
	}
	if want != "" {
		if got := ask(r, preflight(path, other, method)); got.status != http.StatusForbidden || got.policy != "" {
			t.Errorf("the preflight of a denied page for %s %s got %+v", method, path, got)
		}
	}
}

// unreachable is a handler or a middleware that no preflight may reach.
func unreachable(t *testing.T) gin.HandlerFunc {
	t.Helper()
	return func(c *gin.Context) {
		if c.GetHeader("Access-Control-Request-Method") != "" {
			t.Errorf("a preflight for %s reached the user's code", c.Request.URL)
		}
	}
}

// logged returns what slog's default logger gets until the test ends.
func logged(t *testing.T) *bytes.Buffer {
	t.Helper()
	var lines bytes.Buffer
	before := slog.Default()
	t.Cleanup(func() { slog.SetDefault(before) })
	slog.SetDefault(slog.New(slog.NewTextHandler(&lines, nil)))
	return &lines
}

// text answers every request with a line.
func text(line string) gin.HandlerFunc {
	return func(c *gin.Context) { c.String(http.StatusOK, line) }
}
