package chiadapter_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/corsuite/corsuite/chiadapter"
	"github.com/go-chi/chi/v5"
)

// logged returns what is said to slog's default logger until the test ends.
func logged(t *testing.T) *bytes.Buffer {
	t.Helper()
	var lines bytes.Buffer
	before := slog.Default()
	t.Cleanup(func() { slog.SetDefault(before) })
	slog.SetDefault(slog.New(slog.NewTextHandler(&lines, &slog.HandlerOptions{
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		},
	})))
	return &lines
}

const (
	noPolicy = `level=WARN msg="cors: a preflight asks about a route that has no policy" route="GET /plain/{id}" fix="use chiadapter.New(cfg) on the route's router, group or With"
`
	unreached = `level=WARN msg="cors: preflights never reach a policy on an inline group or a single route" route="GET /posts/{id}" fix="call chiadapter.Preflights(r) on the top router, before anything else"
`
	tooEarly = `level=WARN msg="cors: a policy stands before Preflights, and answers every preflight itself" fix="call chiadapter.Preflights(r) before r.Use(chiadapter.New(cfg))"
`
)

func TestReports(t *testing.T) {
	get := func(r chi.Router) { r.Get("/posts/{id}", text("post")) }
	wrapped := func(next http.Handler) http.Handler { return named("wrapped")(next) }
	for _, test := range []struct {
		name     string
		register func(*chi.Mux)
		path     string
		want     string
	}{
		{"route without policy", func(r *chi.Mux) {
			chiadapter.Preflights(r)
			r.Get("/plain/{id}", text("plain"))
		}, "/plain/1", noPolicy},
		{"wrapped policy", func(r *chi.Mux) {
			chiadapter.Preflights(r)
			r.With(wrapped).Get("/plain/{id}", text("plain"))
		}, "/plain/1", noPolicy},
		{"route without policy on a mounted router", func(r *chi.Mux) {
			chiadapter.Preflights(r)
			r.Route("/api", func(r chi.Router) { r.Get("/plain/{id}", text("plain")) })
		}, "/api/plain/1", strings.ReplaceAll(noPolicy, "/plain", "/api/plain")},
		{"wrapped policy without the line", func(r *chi.Mux) { get(r.With(wrapped)) }, "/posts/1", ""},
		{"route without policy below one on the router", func(r *chi.Mux) {
			chiadapter.Preflights(r)
			r.Use(named("app"))
			r.Get("/plain/{id}", text("plain"))
		}, "/plain/1", ""},
		{"a policy before the line", func(r *chi.Mux) {
			r.Use(named("app"))
			chiadapter.Preflights(r)
			get(r)
		}, "/posts/1", tooEarly},
		{"inline group without the line", func(r *chi.Mux) {
			r.Group(func(r chi.Router) { r.Use(named("group")); get(r) })
		}, "/posts/1", unreached},
		{"With without the line", func(r *chi.Mux) { get(r.With(named("route"))) }, "/posts/1", unreached},
		{"a handler in a policy without the line", func(r *chi.Mux) {
			r.Method("GET", "/posts/{id}", named("route")(text("post")))
		}, "/posts/1", unreached},
		{"inline group with the line", func(r *chi.Mux) {
			chiadapter.Preflights(r)
			r.Group(func(r chi.Router) { r.Use(named("group")); get(r) })
		}, "/posts/1", ""},
		{"router", func(r *chi.Mux) { r.Use(named("app")); get(r) }, "/posts/1", ""},
		{"mounted router", func(r *chi.Mux) {
			r.Route("/api", func(r chi.Router) { r.Use(named("api")); get(r) })
		}, "/api/posts/1", ""},
		{"mounted in a group", func(r *chi.Mux) { r.With(named("api")).Route("/api", get) }, "/api/posts/1", ""},
		{"every method", func(r *chi.Mux) { r.With(named("all")).Handle("/posts/{id}", text("post")) }, "/posts/1", ""},
		{"an OPTIONS route beside it", func(r *chi.Mux) {
			r.Group(func(r chi.Router) {
				r.Use(named("group"))
				get(r)
				r.Options("/posts/{id}", text("options"))
			})
		}, "/posts/1", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			log := logged(t)
			r := chi.NewRouter()
			test.register(r)
			for range 3 {
				ask(t, r, actual("GET", test.path, app))
				ask(t, r, preflight(test.path, app, "GET"))
			}
			if got := log.String(); got != test.want {
				t.Errorf("logged\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

// A policy around the whole router, or on a handler without chi, has no route.
func TestNoReportWithoutRoute(t *testing.T) {
	log := logged(t)
	r := chi.NewRouter()
	r.Get("/", text("posts"))
	ask(t, named("outer")(r), actual("GET", "/", app))
	ask(t, named("outer")(r), actual("GET", "/none", app))
	if log.Len() != 0 {
		t.Errorf("logged %s", log)
	}
}

// Nothing is shared between preflights but what is read.
func TestPreflightsConcurrently(t *testing.T) {
	r := levels(t)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for _, path := range []string{"/route", "/group/1", "/group/sub/deep", "/api/posts", "/none"} {
				for _, method := range []string{"GET", "PUT", "DELETE"} {
					w := httptest.NewRecorder()
					r.ServeHTTP(w, preflight(path, app, method))
				}
			}
		})
	}
	wg.Wait()
}

// silence keeps reports out of a benchmark.
func silence(b *testing.B) {
	b.Helper()
	before := slog.Default()
	b.Cleanup(func() { slog.SetDefault(before) })
	slog.SetDefault(slog.New(slog.DiscardHandler))
}

func BenchmarkPreflights(b *testing.B) {
	silence(b)
	empty := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { next.ServeHTTP(w, r) })
	}
	for _, bench := range []struct {
		name    string
		line    func(chi.Router)
		request *http.Request
	}{
		{"actual/nothing", func(chi.Router) {}, actual("GET", "/api/posts/1", app)},
		{"actual/empty middleware", func(r chi.Router) { r.Use(empty) }, actual("GET", "/api/posts/1", app)},
		{"actual/Preflights", chiadapter.Preflights, actual("GET", "/api/posts/1", app)},
		{"preflight/policy on the router", func(r chi.Router) { r.Use(named("app")) }, preflight("/api/posts/1", app, "GET")},
		{"preflight/resolved", chiadapter.Preflights, preflight("/api/posts/1", app, "GET")},
	} {
		b.Run(bench.name, func(b *testing.B) {
			r := chi.NewRouter()
			bench.line(r)
			r.Route("/api", func(r chi.Router) {
				r.With(named("posts")).Get("/posts/{id}", func(http.ResponseWriter, *http.Request) {})
			})
			w := &writer{header: make(http.Header)}
			req := bench.request.WithContext(context.Background())
			b.ReportAllocs()
			for b.Loop() {
				clear(w.header)
				r.ServeHTTP(w, req)
			}
		})
	}
}
