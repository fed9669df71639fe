package chiadapter_test

import (
	"net/http"
	"testing"

	"github.com/corsuite/corsuite/chiadapter"
	"github.com/corsuite/corsuite/core"
	"github.com/go-chi/chi/v5"
)

// The table "Where to register" of the package documentation, cell by cell.
func TestWhereToRegister(t *testing.T) {
	cors := chiadapter.New(config())
	routes := func(r chi.Router) {
		r.Get("/posts", text("posts"))
		r.Put("/posts", text("posts"))
		r.Get("/posts/{id}", text("post"))
		r.Put("/posts/{id}", text("post"))
	}
	for _, test := range []struct {
		name              string
		register          func(*chi.Mux)
		preflight, actual bool // answered without Preflights
		notFound          bool // 404 and 405 answered
	}{
		{"Use", func(r *chi.Mux) {
			r.Use(cors)
			r.Route("/api", routes)
		}, true, true, true},
		{"Route, and Use inside", func(r *chi.Mux) {
			r.Route("/api", func(r chi.Router) {
				r.Use(cors)
				routes(r)
			})
		}, true, true, true},
		{"Mount, and Use inside", func(r *chi.Mux) {
			api := chi.NewRouter()
			api.Use(cors)
			routes(api)
			r.Mount("/api", api)
		}, true, true, true},
		{"Group and Use", func(r *chi.Mux) {
			r.Route("/api", func(r chi.Router) {
				r.Group(func(r chi.Router) {
					r.Use(cors)
					routes(r)
				})
			})
		}, false, true, false},
		{"With", func(r *chi.Mux) {
			r.Route("/api", func(r chi.Router) { routes(r.With(cors)) })
		}, false, true, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, line := range []bool{false, true} {
				r := chi.NewRouter()
				if line {
					chiadapter.Preflights(r)
				}
				test.register(r)
				for path, missed := range map[string]int{
					"/api/posts": http.StatusMethodNotAllowed, "/api/posts/1": http.StatusMethodNotAllowed, "/api/none": http.StatusNotFound,
				} {
					if got := ask(t, r, preflight(path, app, "PUT")); test.preflight {
						check(t, got, http.StatusNoContent, approved)
					} else if line && missed == http.StatusMethodNotAllowed {
						check(t, got, http.StatusNoContent, approved)
					} else {
						check(t, got, missed, "")
					}
				}
				check(t, ask(t, r, actual("GET", "/api/posts", app)), http.StatusOK, linesIf(test.actual))
				check(t, ask(t, r, actual("GET", "/api/posts/1", app)), http.StatusOK, linesIf(test.actual))
				check(t, ask(t, r, actual("GET", "/api/none", app)), http.StatusNotFound, linesIf(test.notFound))
				check(t, ask(t, r, actual("DELETE", "/api/posts", app)), http.StatusMethodNotAllowed, linesIf(test.notFound))
			}
		})
	}
}

func linesIf(answered bool) string {
	if answered {
		return allowed
	}
	return ""
}

func TestUseAfterRoutesPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("chi accepted middleware behind a route")
		}
	}()
	r := chi.NewRouter()
	r.Get("/posts", text("posts"))
	r.Use(chiadapter.New(config()))
}

func TestPreflightRunsNoHandler(t *testing.T) {
	before := 0
	r := chi.NewRouter()
	r.Use(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			before++
			next.ServeHTTP(w, r)
		})
	})
	r.Use(chiadapter.New(config()))
	r.Use(func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			t.Error("middleware behind CORS ran")
			w.WriteHeader(http.StatusUnauthorized)
		})
	})
	r.Options("/posts", func(http.ResponseWriter, *http.Request) { t.Error("the OPTIONS handler ran") })
	r.Put("/posts", func(http.ResponseWriter, *http.Request) { t.Error("the PUT handler ran") })
	r.NotFound(func(http.ResponseWriter, *http.Request) { t.Error("the NotFound handler ran") })
	for _, path := range []string{"/posts", "/none"} {
		check(t, ask(t, r, preflight(path, app, "PUT")), http.StatusNoContent, approved)
		check(t, ask(t, r, preflight(path, other, "PUT")), http.StatusForbidden, refused)
	}
	if before != 8 {
		t.Errorf("middleware before CORS ran %d times, want 8", before)
	}
}

func TestOptionsThatIsNoPreflight(t *testing.T) {
	r := chi.NewRouter()
	r.Use(chiadapter.New(config()))
	r.Options("/posts", text("options"))
	got := ask(t, r, actual("OPTIONS", "/posts", app))
	check(t, got, http.StatusOK, allowed+", Access-Control-Request-Method")
	if got.body != "options" {
		t.Errorf("body %q, want the handler's", got.body)
	}
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
