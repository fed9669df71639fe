package chiadapter_test

import (
	"net/http"
	"testing"
	"testing/fstest"
	"time"

	"github.com/corsuite/corsuite/chiadapter"
	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
)

// router has one route for each way in which a chi program writes an answer.
func router() http.Handler {
	r := chi.NewRouter()
	r.Use(middleware.RequestLogger(quiet{}))
	r.Use(middleware.Recoverer)
	r.Use(chiadapter.New(config()))
	r.Use(middleware.StripSlashes)
	r.Get("/posts", text("posts"))
	r.Head("/posts", text("posts"))
	r.Get("/error", func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "out of posts", http.StatusServiceUnavailable)
	})
	r.Get("/panic", func(http.ResponseWriter, *http.Request) { panic("a bug") })
	r.With(middleware.BasicAuth("posts", nil)).Get("/private", text("private"))
	r.Handle("/static/*", http.StripPrefix("/static/", http.FileServerFS(fstest.MapFS{
		"logo.svg": {Data: []byte("<svg/>")},
	})))
	return r
}

// quiet keeps the stacks that Recoverer prints out of the tests' output.
type quiet struct{}

func (quiet) NewLogEntry(*http.Request) middleware.LogEntry   { return quiet{} }
func (quiet) Write(int, int, http.Header, time.Duration, any) {}
func (quiet) Panic(any, []byte)                               {}

func TestActual(t *testing.T) {
	for _, test := range []struct {
		name, method, path string
		status             int
		body               string
	}{
		{"handler", "GET", "/posts", 200, "posts"},
		{"HEAD", "HEAD", "/posts", 200, ""},
		{"stripped slash", "GET", "/posts/", 200, "posts"},
		{"404", "GET", "/none", 404, "404 page not found\n"},
		{"405", "DELETE", "/posts", 405, ""},
		{"HEAD without a route", "HEAD", "/error", 405, ""},
		{"error", "GET", "/error", 503, "out of posts\n"},
		{"panic", "GET", "/panic", 500, ""},
		{"middleware", "GET", "/private", 401, ""},
		{"static file", "GET", "/static/logo.svg", 200, "<svg/>"},
		{"HEAD of a static file", "HEAD", "/static/logo.svg", 200, ""},
		{"missing static file", "GET", "/static/none.svg", 404, "404 page not found\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, page := range []struct{ origin, cors string }{{app, allowed}, {other, denied}} {
				got := ask(t, router(), actual(test.method, test.path, page.origin))
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
	check(t, ask(t, router(), r), http.StatusOK, "Vary: Origin")
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
			got := ask(t, router(), preflight(test.path, test.origin, "PUT"))
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
	r := chi.NewRouter()
	r.Use(chiadapter.New(cfg))
	r.Get("/", text("posts"))
	check(t, ask(t, r, preflight("/", app, "PUT")), http.StatusOK, approved)
}
