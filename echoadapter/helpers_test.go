package echoadapter_test

import (
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/labstack/echo/v4"
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

// text answers every request with a line.
func text(line string) echo.HandlerFunc {
	return func(c echo.Context) error { return c.String(http.StatusOK, line) }
}

// allowOrigin is the origin that an answer allows.
func (a answer) allowOrigin() string {
	_, rest, _ := strings.Cut(a.cors, "Access-Control-Allow-Origin: ")
	origin, _, _ := strings.Cut(rest, "\n")
	return origin
}
