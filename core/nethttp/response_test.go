package nethttp_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/fstest"

	"github.com/corsuite/corsuite/core/nethttp"
)

// server has one route for each way in which net/http writes an answer.
func server(t *testing.T) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /posts", text("posts"))
	mux.HandleFunc("GET /error", func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "out of posts", http.StatusServiceUnavailable)
	})
	mux.HandleFunc("GET /panic", func(http.ResponseWriter, *http.Request) { panic("a bug") })
	mux.Handle("GET /tree/", text("tree"))
	mux.Handle("GET /static/", http.StripPrefix("/static/", http.FileServerFS(fstest.MapFS{
		"logo.svg": {Data: []byte("<svg/>")},
	})))
	// The handler ends after the test, so its time is up for certain.
	done := make(chan struct{})
	t.Cleanup(func() { close(done) })
	mux.Handle("GET /timeout", http.TimeoutHandler(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		<-done
	}), 0, "too late"))
	return recovery(nethttp.New(config())(mux))
}

// recovery is what most programs have outermost.
func recovery(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if recover() != nil {
				http.Error(w, "sorry", http.StatusInternalServerError)
			}
		}()
		next.ServeHTTP(w, r)
	})
}

func TestActual(t *testing.T) {
	tree, moved := http.NewServeMux(), httptest.NewRecorder() // 301 or 307, by Go's version
	tree.HandleFunc("GET /tree/", http.NotFound)
	tree.ServeHTTP(moved, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/tree", http.NoBody))
	for _, test := range []struct {
		name, method, path string
		status             int
		body               string
	}{
		{"handler", "GET", "/posts", 200, "posts"},
		{"HEAD", "HEAD", "/posts", 200, ""},
		{"404", "GET", "/none", 404, "404 page not found\n"},
		{"405", "DELETE", "/posts", 405, "Method Not Allowed\n"},
		{"error", "GET", "/error", 503, "out of posts\n"},
		{"panic", "GET", "/panic", 500, "sorry\n"},
		{"redirect", "GET", "/tree", moved.Code, moved.Body.String()},
		{"static file", "GET", "/static/logo.svg", 200, "<svg/>"},
		{"HEAD of a static file", "HEAD", "/static/logo.svg", 200, ""},
		{"missing static file", "GET", "/static/none.svg", 404, "404 page not found\n"},
		{"timeout", "GET", "/timeout", 503, "too late"},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, page := range []struct{ origin, cors string }{{app, allowed}, {other, denied}} {
				got := ask(t, server(t), actual(test.method, test.path, page.origin))
				check(t, got, test.status, page.cors)
				if got.body != test.body {
					t.Errorf("body %q, want %q", got.body, test.body)
				}
			}
		})
	}
}

func TestNotCORS(t *testing.T) {
	r := actual("GET", "/posts", app)
	r.Header.Del("Origin")
	check(t, ask(t, server(t), r), http.StatusOK, "Vary: Origin")
}

func TestPreflight(t *testing.T) {
	for _, test := range []struct {
		name, path, origin string
		status             int
		cors               string
	}{
		{"allowed", "/posts", app, http.StatusNoContent, approved},
		{"allowed, 404", "/none", app, http.StatusNoContent, approved},
		{"allowed, static file", "/static/logo.svg", app, http.StatusNoContent, approved},
		{"denied", "/posts", other, http.StatusForbidden, refused},
		{"denied, 404", "/none", other, http.StatusForbidden, refused},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := ask(t, server(t), preflight(test.path, test.origin, "PUT"))
			check(t, got, test.status, test.cors)
			if got.body != "" {
				t.Errorf("body %q, want none", got.body)
			}
		})
	}
}

func TestPreflightStatus(t *testing.T) {
	cfg := config()
	cfg.PreflightStatus = http.StatusOK
	handler := nethttp.New(cfg)(http.NotFoundHandler())
	check(t, ask(t, handler, preflight("/", app, "PUT")), http.StatusOK, approved)
}
