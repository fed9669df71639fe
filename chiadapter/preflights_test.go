package chiadapter_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/chiadapter"
	"github.com/corsuite/corsuite/core"
	"github.com/go-chi/chi/v5"
)

// named returns a policy for every page, which its answers can be told by.
func named(name string, opts ...core.Option) func(http.Handler) http.Handler {
	return chiadapter.New(core.Config{
		AllowOrigins:  []string{app},
		AllowMethods:  []string{"GET", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY"},
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

// guard is a middleware that no preflight may reach.
func guard(t *testing.T) func(http.Handler) http.Handler {
	t.Helper()
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Access-Control-Request-Method") != "" {
				t.Errorf("a preflight for %s ran middleware", r.URL.Path)
			}
			next.ServeHTTP(w, r)
		})
	}
}

// One router with policies on every level that chi has.
func levels(t *testing.T) *chi.Mux {
	t.Helper()
	r := chi.NewRouter()
	chiadapter.Preflights(r)
	h := func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Access-Control-Request-Method") != "" {
			t.Errorf("a preflight for %s ran a handler", r.URL.Path)
		}
	}
	r.Get("/plain", h)
	r.With(guard(t), named("route")).Put("/route", h)
	r.With(named("get")).Get("/both", h)
	r.With(named("put")).Put("/both", h)
	r.Group(func(r chi.Router) {
		r.Use(guard(t), named("group"))
		r.Get("/group/{id}", h)
		r.With(named("inner"), guard(t)).Delete("/group/{key}", h)
		r.Group(func(r chi.Router) {
			r.Use(named("nested"))
			r.Get("/group/nested", h)
			r.Route("/group/sub", func(r chi.Router) {
				r.Get("/", h)
				r.Get("/posts", h)
				r.With(named("deep")).Get("/deep", h)
			})
		})
	})
	r.Get("/api/plain", h) // beside the mount, which takes its OPTIONS
	r.Route("/api", func(r chi.Router) {
		r.Use(named("api"))
		r.Get("/", h)
		r.Get("/posts", h)
		r.With(named("own")).Put("/posts", h)
		r.Route("/{user}/files", func(r chi.Router) {
			r.Get("/*", h)
			r.With(named("files")).Put("/*", h)
		})
	})
	r.With(named("outer")).Route("/mounted", func(r chi.Router) {
		r.With(named("index")).Get("/", h)
		r.Get("/none", h)
		r.Route("/a", func(r chi.Router) { r.Use(named("a")); r.Get("/", h) })
		r.Route("/b", func(r chi.Router) { r.Use(named("b")); r.Get("/", h) })
	})
	r.Mount("/over", http.HandlerFunc(h))
	r.With(named("over")).Get("/over/*", h)
	r.Route("/overridden", func(r chi.Router) { r.Use(named("under")); r.Get("/x", h); r.Put("/x", h) })
	r.With(named("explicit")).Get("/overridden/*", h)
	r.With(named("opaque")).Mount("/opaque", http.HandlerFunc(h))
	r.Mount("/wrapped", named("wrapped")(http.HandlerFunc(h)))
	r.With(named("all")).Handle("/all/*", http.HandlerFunc(h))
	r.With(named("slash")).Get("/slash/", h)
	return r
}

func TestPreflights(t *testing.T) {
	r := levels(t)
	for _, test := range []struct{ method, path, policy string }{
		{"GET", "/plain", ""},
		{"PUT", "/route", "route"},
		{"GET", "/route", ""},
		{"GET", "/both", "get"},
		{"PUT", "/both", "put"},
		{"GET", "/group/1", "group"},
		{"DELETE", "/group/1", "inner"},
		{"GET", "/group/nested", "nested"},
		{"DELETE", "/group/nested", "inner"},
		{"GET", "/group/sub", "nested"},
		{"GET", "/group/sub/", "nested"},
		{"GET", "/group/sub/posts", "nested"},
		{"GET", "/group/sub/deep", "deep"},
		{"GET", "/group/1/2", ""},
		{"GET", "/api/plain", ""},
		{"GET", "/api", "api"},
		{"GET", "/api/", "api"},
		{"GET", "/api/posts", "api"},
		{"PUT", "/api/posts", "own"},
		{"PUT", "/api/none", "api"},
		{"PUT", "/api/plain", "api"},
		{"GET", "/api/ann/files/a/b", "api"},
		{"PUT", "/api/ann/files/a/b", "files"},
		{"PUT", "/api/ann%2Fbob/files/a", "files"},
		{"PUT", "/api/ann%2Ffiles/a", "api"},
		{"GET", "/apiary", ""},
		{"GET", "/API/posts", ""},
		{"GET", "//api/posts", ""},
		{"GET", "/api//posts", "api"},
		{"GET", "/api/../plain", "api"},
		{"GET", "/mounted", "index"},
		{"GET", "/mounted/", "index"},
		{"GET", "/mounted/none", "outer"},
		{"GET", "/mounted/a", "a"},
		{"GET", "/mounted/b", "b"},
		{"GET", "/over/x", "over"},
		{"GET", "/overridden/x", "explicit"},
		{"PUT", "/overridden/x", "under"},
		{"GET", "/opaque", "opaque"},
		{"PUT", "/opaque/x", "opaque"},
		{"GET", "/wrapped/x", "wrapped"},
		{"PATCH", "/all/x", "all"},
		{"OPTIONS", "/all/x", "all"},
		{"GET", "/slash/", "slash"},
		{"GET", "/slash", ""},
		{"QUERY", "/api/posts", "api"},
		{"HEAD", "/group/1", ""},
	} {
		t.Run(test.method+" "+test.path, func(t *testing.T) {
			asked := ask(t, r, preflight(test.path, app, test.method))
			if got := policyOf(asked.cors); got != test.policy {
				t.Errorf("the preflight was answered by %q with\n%s\nwant %q", got, asked.cors, test.policy)
			}
			if answered := ask(t, r, actual(test.method, test.path, app)); policyOf(answered.cors) != test.policy {
				t.Errorf("the request was answered by %q, want %q", policyOf(answered.cors), test.policy)
			}
			if got := ask(t, r, preflight(test.path, other, test.method)); test.policy != "" {
				check(t, got, http.StatusForbidden, refused)
			}
		})
	}
}

// A policy that its preflights would reach, but not the request they ask about,
// refuses them.
func TestStrayPreflight(t *testing.T) {
	check(t, ask(t, levels(t), preflight("/api/plain", app, "GET")), http.StatusForbidden, refused)
}

// A group may have a policy for what is not found.
func TestPreflightForNothing(t *testing.T) {
	r := chi.NewRouter()
	chiadapter.Preflights(r)
	r.Get("/plain", text("plain"))
	r.Group(func(r chi.Router) {
		r.Use(named("missing"))
		r.NotFound(http.NotFound)
	})
	for _, request := range []*http.Request{preflight("/none", app, "GET"), actual("GET", "/none", app)} {
		if got := policyOf(ask(t, r, request).cors); got != "missing" {
			t.Errorf("%s /none was answered by %q", request.Method, got)
		}
	}
}

// Handle on the pattern of a mount takes what is below its path, and hides what
// stands before the path itself. So that path has no policy for certain.
func TestHandleOverMount(t *testing.T) {
	log := logged(t)
	r := chi.NewRouter()
	chiadapter.Preflights(r)
	r.With(named("mount")).Route("/users", func(r chi.Router) { r.Get("/", text("users")) })
	r.With(named("handle")).HandleFunc("/users/*", text("user"))
	if got := ask(t, r, preflight("/users/1", app, "GET")); policyOf(got.cors) != "handle" {
		t.Errorf("below the path: %+v", got)
	}
	for range 2 {
		check(t, ask(t, r, preflight("/users", app, "GET")), http.StatusForbidden, refused)
	}
	if want := strings.ReplaceAll(noPolicy, "/plain/{id}", "/users"); log.String() != want {
		t.Errorf("logged\n%s\nwant\n%s", log, want)
	}
}

// Requests that are no preflights are answered as if the line were not there.
func TestPreflightsLeavesOtherRequests(t *testing.T) {
	with, without := chi.NewRouter(), chi.NewRouter()
	chiadapter.Preflights(with)
	for _, r := range []*chi.Mux{with, without} {
		r.With(named("put")).Put("/posts", text("put"))
		r.Options("/posts", text("own"))
		r.Get("/posts", text("get"))
		r.Handle("/any", text("any"))
	}
	for _, r := range []*http.Request{
		actual("GET", "/posts", app), actual("PUT", "/posts", app), actual("DELETE", "/posts", app),
		actual("OPTIONS", "/posts", app), actual("OPTIONS", "/none", app), actual("GET", "/none", app),
		preflight("/posts", app, "GET"), preflight("/posts", app, "no token"), preflight("/any", app, "GET"),
		preflight("/none", app, "GET"),
	} {
		if got, want := ask(t, with, r), ask(t, without, r); got != want {
			t.Errorf("%s %s: got %+v, want %+v", r.Method, r.URL, got, want)
		}
	}
	if got := ask(t, with, preflight("/posts", app, "PUT")); policyOf(got.cors) != "put" || got.body != "" {
		t.Errorf("PUT's policy did not answer beside an OPTIONS route: %+v", got)
	}
}

// The router below a path may have the line for itself.
func TestPreflightsOnMountedRouter(t *testing.T) {
	r := chi.NewRouter()
	r.Route("/api/{version}", func(r chi.Router) {
		chiadapter.Preflights(r)
		r.With(named("posts")).Put("/posts/{id}", text("put"))
	})
	if got := ask(t, r, preflight("/api/v1/posts/1", app, "PUT")); policyOf(got.cors) != "posts" {
		t.Errorf("got %+v", got)
	}
	check(t, ask(t, r, preflight("/api/v1/posts", app, "PUT")), http.StatusNotFound, "")
}

func TestRoutesAddedLater(t *testing.T) {
	r := levels(t)
	ask(t, r, preflight("/route", app, "PUT"))
	r.With(named("late")).Patch("/route", text("late"))
	r.Route("/late", func(r chi.Router) { r.With(named("later")).Get("/{id}", text("later")) })
	for path, want := range map[string]string{"/route": "late", "/late/1": "later"} {
		method := map[string]string{"/route": "PATCH", "/late/1": "GET"}[path]
		if got := ask(t, r, preflight(path, app, method)); policyOf(got.cors) != want {
			t.Errorf("%s %s: got %+v, want an answer by %q", method, path, got, want)
		}
	}
}

func TestRouteMethods(t *testing.T) {
	narrow, other := named("narrow", core.WithRouteMethods()), named("other")
	r := chi.NewRouter()
	chiadapter.Preflights(r)
	r.Group(func(r chi.Router) {
		r.Use(narrow)
		r.Get("/posts/{id}", text("get"))
		r.Put("/posts/{id}", text("put"))
		r.Post("/posts/{id}", text("post")) // AllowMethods lacks it
		r.Handle("/any", text("any"))
		r.Post("/only", text("post"))
	})
	r.With(other).Delete("/posts/{key}", text("delete"))
	chi.RegisterMethod("PURGE")
	purge := chiadapter.New(core.Config{AllowOrigins: []string{app}, AllowMethods: []string{"*"}}, core.WithRouteMethods())
	r.Route("/cache", func(r chi.Router) {
		r.Use(purge)
		r.Method("PURGE", "/{id}", text("purge"))
	})
	for _, test := range []struct{ method, path, want string }{
		{"PUT", "/posts/1", "GET, PUT"},
		{"GET", "/posts/1", "GET, PUT"},
		{"PATCH", "/any", "DELETE, GET, OPTIONS, PATCH, PUT, QUERY"},
		{"POST", "/only", ""},
		{"PURGE", "/cache/1", "PURGE"},
		{"DELETE", "/posts/1", "GET, PUT, PATCH, DELETE, OPTIONS, QUERY"}, // other says all it allows
	} {
		cors := ask(t, r, preflight(test.path, app, test.method)).cors
		_, methods, _ := strings.Cut(cors, "Access-Control-Allow-Methods: ")
		if methods, _, _ = strings.Cut(methods, "\n"); methods != test.want {
			t.Errorf("%s %s: Allow-Methods %q, want %q", test.method, test.path, methods, test.want)
		}
	}
}
