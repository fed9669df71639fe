package ginadapter_test

import (
	"bytes"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/gin-gonic/gin"
)

const (
	app   = "https://app.example.com"   // the origin that config allows
	other = "https://other.example.com" // an origin that it denies
)

// The CORS lines of the four answers of config.
const (
	allowed = `Access-Control-Allow-Credentials: true
Access-Control-Allow-Origin: https://app.example.com
Access-Control-Expose-Headers: X-Total
Vary: Origin`
	denied   = `Vary: Origin`
	approved = `Access-Control-Allow-Credentials: true
Access-Control-Allow-Headers: Content-Type
Access-Control-Allow-Methods: PUT
Access-Control-Allow-Origin: https://app.example.com
Access-Control-Max-Age: 600
Vary: Origin, Access-Control-Request-Method`
	refused = `Vary: Origin, Access-Control-Request-Method`
)

func config() core.Config {
	return core.Config{
		AllowOrigins:     []string{app},
		AllowMethods:     []string{"PUT"},
		AllowHeaders:     []string{"Content-Type"},
		ExposeHeaders:    []string{"X-Total"},
		AllowCredentials: true,
	}
}

func policy(tb testing.TB, cfg core.Config, opts ...core.Option) *core.Policy {
	tb.Helper()
	p, err := core.NewPolicy(cfg, opts...)
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

// named returns a policy whose answers show its name.
func named(tb testing.TB, name string, opts ...core.Option) *core.Policy {
	tb.Helper()
	return policy(tb, core.Config{
		AllowOrigins:  []string{app},
		AllowMethods:  []string{"GET", "PUT", "PATCH", "DELETE", "OPTIONS", "PURGE"},
		AllowHeaders:  []string{"X-" + name},
		ExposeHeaders: []string{"X-" + name},
	}, opts...)
}

// policyOf returns the name of the policy that an answer comes from.
func policyOf(cors string) string {
	for line := range strings.Lines(cors) {
		for _, field := range []string{"Access-Control-Allow-Headers: X-", "Access-Control-Expose-Headers: X-"} {
			if name, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), field); ok {
				return name
			}
		}
	}
	return ""
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
	r.Header.Set("Access-Control-Request-Headers", "content-type")
	return r
}

// answer is what a client sees of a response. cors holds the lines that belong
// to CORS, sorted, as many times as they were sent.
type answer struct {
	status     int
	cors, body string
}

// ask sends a request to h in process and through a socket, and requires one
// answer.
func ask(t *testing.T, h http.Handler, r *http.Request) answer {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r.Clone(t.Context()))
	inProcess := read(t, w.Result())
	if r.Method == http.MethodHead {
		inProcess.body = "" // a recorder keeps what a server leaves out
	}
	if overSocket := read(t, send(t, serve(t, h), r)); inProcess != overSocket {
		t.Errorf("in process: %+v\nover a socket: %+v", inProcess, overSocket)
	}
	return inProcess
}

func check(t *testing.T, got answer, status int, cors string) {
	t.Helper()
	if got.status != status || got.cors != cors {
		t.Errorf("got %d with\n%s\nwant %d with\n%s", got.status, got.cors, status, cors)
	}
}

func serve(t *testing.T, h http.Handler) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server
}

// send sends a request to a server and follows no redirect.
func send(t *testing.T, server *httptest.Server, r *http.Request) *http.Response {
	t.Helper()
	out, err := http.NewRequestWithContext(t.Context(), r.Method, server.URL+r.URL.RequestURI(), nil)
	if err != nil {
		t.Fatal(err)
	}
	out.Host, out.Header = r.Host, r.Header.Clone()
	resp, err := server.Client().Transport.RoundTrip(out)
	if err != nil {
		t.Fatal(err)
	}
	return resp
}

func read(t *testing.T, resp *http.Response) answer {
	t.Helper()
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{resp.StatusCode, corsLines(resp.Header), string(body)}
}

func corsLines(h http.Header) string {
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(h)) {
		if name == "Vary" || strings.HasPrefix(name, "Access-Control-") {
			for _, value := range h[name] {
				lines = append(lines, name+": "+value)
			}
		}
	}
	return strings.Join(lines, "\n")
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

// agree requires that one policy, or none if want is empty, answers a preflight, for
// the requested method alone, and the actual request.
func agree(t *testing.T, r http.Handler, method, path, want string) {
	t.Helper()
	asked := ask(t, r, preflight(path, app, method))
	if got := policyOf(asked.cors); got != want || (asked.status == http.StatusNoContent) != (want != "") {
		t.Errorf("the preflight for %s %s was answered by %q: %+v; want %q", method, path, got, asked, want)
	}
	if _, methods, ok := strings.Cut(asked.cors, "Allow-Methods: "); ok && !strings.HasPrefix(methods, method+"\n") {
		t.Errorf("the preflight for %s %s allows more:\n%s", method, path, asked.cors)
	}
	if got := ask(t, r, actual(method, path, app)); policyOf(got.cors) != want {
		t.Errorf("%s %s was answered by %q: %+v; want %q", method, path, policyOf(got.cors), got, want)
	}
	if want != "" {
		check(t, ask(t, r, preflight(path, other, method)), http.StatusForbidden, refused)
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

// TestMain keeps gin from printing its routes among the examples' output, and
// mistakes that tests make on purpose from being reported.
func TestMain(m *testing.M) {
	gin.SetMode(gin.TestMode)
	slog.SetDefault(slog.New(slog.DiscardHandler))
	m.Run()
}
