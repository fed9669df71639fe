package chiadapter_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/chiadapter"
	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
)

// behind returns a router whose middleware runs before a route at /.
func behind(handler http.HandlerFunc, middlewares ...func(http.Handler) http.Handler) *chi.Mux {
	r := chi.NewRouter()
	r.Use(middlewares...)
	r.Get("/", handler)
	return r
}

func TestVaryFurtherOut(t *testing.T) {
	const accept, origin, method = "Vary: Accept-Encoding", "Vary: Origin", "Vary: Access-Control-Request-Method"
	for _, test := range []struct {
		present           string
		actual, preflight string
	}{
		{"Accept-Encoding", accept + "\n" + origin, accept + "\n" + origin + ", Access-Control-Request-Method"},
		{"Origin", origin, origin + "\n" + method},
		{"origin", "Vary: origin", "Vary: origin\n" + method},
		{"Accept-Encoding,ORIGIN", accept + ",ORIGIN", accept + ",ORIGIN\n" + method},
		{"*", "Vary: *", "Vary: *"},
	} {
		t.Run(test.present, func(t *testing.T) {
			r := behind(text("posts"), middleware.SetHeader("Vary", test.present), chiadapter.New(config()))
			if got := vary(ask(t, r, actual("GET", "/", app))); got != test.actual {
				t.Errorf("actual:\n%s\nwant\n%s", got, test.actual)
			}
			if got := vary(ask(t, r, preflight("/", app, "PUT"))); got != test.preflight {
				t.Errorf("preflight:\n%s\nwant\n%s", got, test.preflight)
			}
		})
	}
}

// vary returns the Vary lines of an answer; they are the last.
func vary(a answer) string {
	return a.cors[strings.Index(a.cors, "Vary: "):]
}

func TestVaryOfHandler(t *testing.T) {
	r := behind(func(w http.ResponseWriter, _ *http.Request) { w.Header().Add("Vary", "Accept") }, chiadapter.New(config()))
	check(t, ask(t, r, actual("GET", "/", app)), http.StatusOK, allowed+"\nVary: Accept")
}

// The policy next to the handler decides alone, whatever the outer one says.
func TestNestedPolicies(t *testing.T) {
	for _, test := range []struct {
		name         string
		outer, inner string // the origin that is allowed
		credentials  bool   // of the inner policy
		want         string
	}{
		{"outer allows, inner denies", app, other, true, denied},
		{"outer denies, inner allows", other, app, true, allowed},
		{"both allow, inner without credentials", app, app, false, `Access-Control-Allow-Origin: https://app.example.com
Access-Control-Expose-Headers: X-Total
Vary: Origin`},
	} {
		outer, inner := config(), config()
		outer.AllowOrigins = []string{test.outer}
		inner.AllowOrigins, inner.AllowCredentials = []string{test.inner}, test.credentials
		inline := chi.NewRouter()
		inline.Use(chiadapter.New(outer))
		inline.With(chiadapter.New(inner)).Get("/api/posts", text("posts"))
		mounted := chi.NewRouter()
		mounted.Use(chiadapter.New(outer))
		mounted.Route("/api", func(r chi.Router) {
			r.Use(chiadapter.New(inner))
			r.Get("/posts", text("posts"))
		})
		for place, r := range map[string]http.Handler{"inline": inline, "mounted": mounted} {
			t.Run(test.name+", "+place, func(t *testing.T) {
				check(t, ask(t, r, actual("GET", "/api/posts", app)), http.StatusOK, test.want)
			})
		}
	}
}

// A handler may do what it likes with the values of its own response.
func TestValuesAreNotShared(t *testing.T) {
	r := behind(func(w http.ResponseWriter, r *http.Request) {
		if !r.URL.Query().Has("spoil") {
			return
		}
		for _, values := range w.Header() {
			_ = append(values, "appended")
		}
		if got := corsLines(w.Header()); got != allowed {
			t.Errorf("appending to each value changed others:\n%s", got)
		}
		for _, values := range w.Header() {
			values[0] = "spoilt"
		}
	}, chiadapter.New(config()))
	for range 2 {
		ask(t, r, actual("GET", "/?spoil", app))
		check(t, ask(t, r, actual("GET", "/", app)), http.StatusOK, allowed)
	}
}
