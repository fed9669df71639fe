package chiadapter_test

import (
	"io"
	"net/http"
	"testing"
	"testing/fstest"
	"time"

	"github.com/corsuite/corsuite/chiadapter"
	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/corstest"
	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
)

// cors returns middleware with the policy that corstest expects.
func cors(t *testing.T) func(http.Handler) http.Handler {
	t.Helper()
	return chiadapter.Middleware(corstest.Policy(t))
}

func open(t *testing.T, h http.Handler) *corstest.Client {
	t.Helper()
	return corstest.Open(t, corstest.HTTP(h))
}

// text returns a handler that answers with line.
func text(line string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, line) }
}

// quiet is a logger that discards the stacks of Recoverer.
type quiet struct{}

func (quiet) NewLogEntry(*http.Request) middleware.LogEntry   { return quiet{} }
func (quiet) Write(int, int, http.Header, time.Duration, any) {}
func (quiet) Panic(any, []byte)                               {}

func TestConformance(t *testing.T) {
	corstest.Run(t, func(app corstest.App) corstest.Server {
		r := chi.NewRouter()
		for _, policy := range app.Policies {
			r.Use(chiadapter.Middleware(policy))
		}
		if app.Keep {
			r.Use(chiadapter.KeepCORS)
		}
		r.Use(func(next http.Handler) http.Handler { return corstest.Around(app.Inner, next) })
		for _, method := range app.Methods {
			r.MethodFunc(method, app.Path, func(w http.ResponseWriter, _ *http.Request) {
				app.Handle(w.Header())
				w.WriteHeader(app.Status)
			})
		}
		return corstest.HTTP(corstest.Around(app.Outer, r))
	})
}

func TestNative(t *testing.T) {
	corstest.RunHTTP(t, func(policy *core.Policy, h http.Handler) http.Handler {
		r := chi.NewRouter()
		r.Use(chiadapter.Middleware(policy))
		r.Handle("/items", h)
		return r
	})
}

func TestKeepCORS(t *testing.T) {
	build := func(policy *core.Policy, h http.Handler) http.Handler {
		r := chi.NewRouter()
		r.Use(chiadapter.Middleware(policy), chiadapter.KeepCORS)
		r.Handle("/items", h)
		return r
	}
	corstest.RunHTTP(t, build)
	corstest.RunKeepCORS(t, build)
}

func TestAllocations(t *testing.T) {
	with, without := chi.NewRouter(), chi.NewRouter()
	with.Use(cors(t))
	for _, r := range []*chi.Mux{with, without} {
		r.HandleFunc("/items", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	}
	corstest.Allocations(t, with, without, 1)
}

// This test proves the table "Where to register" of the package documentation.
func TestWhereToRegister(t *testing.T) {
	routes := func(r chi.Router) {
		r.Get("/posts", text("posts"))
		r.Put("/posts", text("posts"))
	}
	all, actual := []string{"preflight", "preflight 404", "actual", "404", "405"}, []string{"actual"}
	var places []corstest.Place
	for _, place := range []struct {
		name                string
		register            func(*chi.Mux)
		covers, withInstall []string
	}{
		{"Use", func(r *chi.Mux) {
			r.Use(cors(t))
			r.Route("/api", routes)
		}, all, nil}, // Install replaces this Use
		{"Route, and Use inside", func(r *chi.Mux) {
			r.Route("/api", func(r chi.Router) {
				r.Use(cors(t))
				routes(r)
			})
		}, all, all},
		{"Mount, and Use inside", func(r *chi.Mux) {
			api := chi.NewRouter()
			api.Use(cors(t))
			routes(api)
			r.Mount("/api", api)
		}, all, all},
		{"Group and Use", func(r *chi.Mux) {
			r.Route("/api", func(r chi.Router) {
				r.Group(func(r chi.Router) {
					r.Use(cors(t))
					routes(r)
				})
			})
		}, actual, []string{"preflight", "actual"}},
		{"With", func(r *chi.Mux) {
			r.Route("/api", func(r chi.Router) { routes(r.With(cors(t))) })
		}, actual, []string{"preflight", "actual"}},
	} {
		without := chi.NewRouter()
		place.register(without)
		places = append(places, corstest.Place{Name: place.name, Server: corstest.HTTP(without), Covers: place.covers})
		if place.withInstall != nil {
			with := chi.NewRouter()
			chiadapter.Install(with, nil)
			place.register(with)
			places = append(places, corstest.Place{Name: place.name + ", with Install", Server: corstest.HTTP(with), Covers: place.withInstall})
		}
	}
	corstest.CheckPlaces(t, places)
}

func TestUseAfterRoutesPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("chi accepted middleware after a route")
		}
	}()
	r := chi.NewRouter()
	r.Get("/posts", text("posts"))
	r.Use(cors(t))
}

// Answers have CORS headers, whichever way a chi program sends them.
func TestAnswers(t *testing.T) {
	r := chi.NewRouter()
	r.Use(middleware.RequestLogger(quiet{}), middleware.Recoverer, cors(t), middleware.StripSlashes)
	r.Get("/posts", text("posts"))
	r.Head("/posts", text("posts"))
	r.Get("/error", func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "out of posts", http.StatusServiceUnavailable)
	})
	r.Get("/panic", func(http.ResponseWriter, *http.Request) { panic("a bug") })
	r.With(middleware.BasicAuth("posts", nil)).Get("/private", text("private"))
	r.Handle("/static/*", http.StripPrefix("/static/", http.FileServerFS(fstest.MapFS{"logo.svg": {Data: []byte("<svg/>")}})))
	open(t, r).Answers(map[string]corstest.Answer{
		"GET /posts":            {Status: 200, Body: "posts"},
		"HEAD /posts":           {Status: 200},
		"GET /posts/":           {Status: 200, Body: "posts"},
		"GET /none":             {Status: 404, Body: "404 page not found\n"},
		"DELETE /posts":         {Status: 405},
		"HEAD /error":           {Status: 405},
		"GET /error":            {Status: 503, Body: "out of posts\n"},
		"GET /panic":            {Status: 500},
		"GET /private":          {Status: 401},
		"GET /static/logo.svg":  {Status: 200, Body: "<svg/>"},
		"HEAD /static/logo.svg": {Status: 200},
		"GET /static/none.svg":  {Status: 404, Body: "404 page not found\n"},
	})
}

func TestNewPanicsOnBadConfig(t *testing.T) {
	defer func() {
		err, ok := recover().(*core.ConfigError)
		if !ok || len(err.Problems) != 2 {
			t.Errorf("panicked with %v, want a *core.ConfigError with both problems", err)
		}
	}()
	chiadapter.New(chiadapter.Config{AllowOrigins: []string{"https://example.com/"}, PreflightStatus: 404})
	t.Error("New accepted a bad config")
}
