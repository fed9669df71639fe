package chiadapter_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/corsuite/corsuite/chiadapter"
	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/corstest"
	"github.com/corsuite/corsuite/core/nethttp"
	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
)

func TestInstall(t *testing.T) {
	corstest.RunInstall(t, func(site corstest.Site) corstest.Server {
		r := chi.NewRouter()
		chiadapter.Install(r, site.Policy)
		r.Use(func(next http.Handler) http.Handler { return corstest.Around(site.Inner, next) })
		for _, g := range site.Groups {
			r.Group(func(r chi.Router) {
				if g.Policy != nil {
					r.Use(chiadapter.Middleware(g.Policy))
				}
				for _, route := range g.Routes {
					on := r
					if route.Policy != nil {
						on = r.With(chiadapter.Middleware(route.Policy))
					}
					on.MethodFunc(route.Method, g.Prefix+route.Path, func(w http.ResponseWriter, _ *http.Request) {
						site.Handle(w.Header())
						w.WriteHeader(site.Status)
					})
				}
			})
		}
		return corstest.HTTP(r)
	})
}

// named returns a policy whose answers show its name.
func named(name string) func(http.Handler) http.Handler {
	return chiadapter.New(core.Config{
		AllowOrigins: []string{corstest.Page}, AllowMethods: []string{"*"}, AllowHeaders: []string{name}, ExposeHeaders: []string{name},
	})
}

// ask sends a preflight and returns the name of the policy that approves it.
func ask(h http.Handler, method, path string) string {
	r := httptest.NewRequest("OPTIONS", path, nil)
	r.Header.Set("Origin", corstest.Page)
	r.Header.Set("Access-Control-Request-Method", method)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Header().Get("Access-Control-Allow-Headers")
}

// read sends the actual request and returns the name of the policy that its answer shows.
func read(h http.Handler, method, path string) string {
	r := httptest.NewRequest(method, path, nil)
	r.Header.Set("Origin", corstest.Page)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Header().Get("Access-Control-Expose-Headers")
}

// levels returns a router with policies on the router, groups, mounts and routes.
func levels(policy *core.Policy) *chi.Mux {
	r := chi.NewRouter()
	chiadapter.Install(r, policy)
	h := func(http.ResponseWriter, *http.Request) {}
	r.Get("/plain", h)
	r.With(named("route")).Put("/route", h)
	r.With(named("get")).Get("/both", h)
	r.With(named("put")).Put("/both", h)
	r.Handle("POST /pattern", named("pattern")(text("pattern")))
	r.Group(func(r chi.Router) {
		r.Use(named("group"))
		r.Get("/group/{id}", h)
		r.With(named("inner")).Delete("/group/{key}", h)
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
	r.Get("/api/plain", h) // below the path of a mount, which gets the OPTIONS requests
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

// The same policy answers the preflight and the actual request.
func TestInstallOnEveryLevel(t *testing.T) {
	app, err := core.NewPolicy(core.Config{
		AllowOrigins: []string{corstest.Page}, AllowMethods: []string{"*"}, AllowHeaders: []string{"app"}, ExposeHeaders: []string{"app"},
	})
	if err != nil {
		t.Fatal(err)
	}
	with, without := levels(app), levels(nil)
	for _, test := range []struct{ method, path, policy string }{
		{"GET", "/plain", ""},
		{"PUT", "/route", "route"},
		{"GET", "/route", ""},
		{"GET", "/both", "get"},
		{"PUT", "/both", "put"},
		{"POST", "/pattern", "pattern"},
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
		{"PATCH", "/all/x", "all"},
		{"OPTIONS", "/all/x", "all"},
		{"GET", "/slash/", "slash"},
		{"GET", "/slash", ""},
		{"QUERY", "/api/posts", "api"},
		{"BREW", "/api/posts", ""},
	} {
		for want, r := range map[string]http.Handler{test.policy: without, orApp(test.policy): with} {
			if got := ask(r, test.method, test.path); got != want {
				t.Errorf("%s %s: the preflight was answered by %q, want %q", test.method, test.path, got, want)
			}
			if got := read(r, test.method, test.path); got != want {
				t.Errorf("%s %s: the request was answered by %q, want %q", test.method, test.path, got, want)
			}
		}
	}
}

func orApp(policy string) string {
	if policy == "" {
		return "app"
	}
	return policy
}

// A preflight for a route without a policy is rejected, even if a policy answers OPTIONS
// at the same path.
func TestInstallBesideCatchAll(t *testing.T) {
	r := chi.NewRouter()
	chiadapter.Install(r, nil)
	r.With(named("all")).Handle("/*", text("all"))
	r.Delete("/admin", text("deleted"))
	if got := ask(r, "DELETE", "/admin"); got != "" {
		t.Errorf("the preflight for /admin was approved by %q, want no policy", got)
	}
	if got := ask(r, "DELETE", "/other"); got != "all" {
		t.Errorf("the preflight for /other was answered by %q, want %q", got, "all")
	}
}

// These are the limits in the documentation of Install.
func TestLimitsOfInstall(t *testing.T) {
	hidden := func(next http.Handler) http.Handler {
		inner := named("hidden")(next)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { inner.ServeHTTP(w, r) })
	}
	r := levels(nil)
	r.With(hidden).Put("/hidden", text("hidden"))
	r.Group(func(r chi.Router) {
		r.Use(named("missing"))
		r.NotFound(http.NotFound)
	})
	r.With(named("mount")).Route("/users", func(r chi.Router) { r.Get("/", text("users")) })
	r.With(named("handle")).HandleFunc("/users/*", text("user"))
	r.With(named("head")).Get("/head", text("head"))
	below := chi.NewRouter()
	below.With(named("strict")).Delete("/handled/a", text("deleted"))
	r.With(named("lax")).Handle("/handled/*", below)
	for _, test := range []struct{ method, path, want string }{
		{"PUT", "/hidden", ""},
		{"DELETE", "/handled/a", ""},
		{"PUT", "/none", "missing"},      // continues to the 404
		{"GET", "/wrapped/x", "wrapped"}, // continues to the mounted handler
		{"GET", "/users", ""},
		{"GET", "/users/1", "handle"},
		{"HEAD", "/head", "head"},
	} {
		if got := ask(r, test.method, test.path); got != test.want {
			t.Errorf("%s %s: the preflight was answered by %q, want %q", test.method, test.path, got, test.want)
		}
	}
	r = levels(corstest.Policy(t))
	ask(r, "PUT", "/route")
	r.With(named("late")).Patch("/late", text("late"))
	if got := ask(r, "PATCH", "/late"); got != "" {
		t.Errorf("the preflight for a later route was answered by %q, want no policy", got)
	}
}

// A HEAD request may reach the route for GET.
func TestInstallWithGetHead(t *testing.T) {
	r := chi.NewRouter()
	chiadapter.Install(r, nil)
	r.Use(middleware.GetHead)
	r.With(named("get")).Get("/posts", text("posts"))
	if asked, got := ask(r, "HEAD", "/posts"), read(r, "HEAD", "/posts"); asked != "get" || got != "get" {
		t.Errorf("the preflight was answered by %q, the request by %q, want %q", asked, got, "get")
	}
}

// Middleware before Install may change the path. A mounted router may have an Install,
// and an outer Install finds its policy.
func TestInstallAfterOtherMiddleware(t *testing.T) {
	r := chi.NewRouter()
	r.Use(middleware.StripSlashes)
	chiadapter.Install(r, nil)
	r.Route("/api/{version}", func(r chi.Router) {
		chiadapter.Install(r, corstest.Policy(t))
		r.With(named("posts")).Put("/posts/{id}", text("put"))
	})
	alone := chi.NewRouter()
	alone.Mount("/v1", r)
	for path, want := range map[string]string{"/api/v1/posts/1/": "posts", "/api/v1/none": "Content-Type", "/none": ""} {
		if got := ask(r, "PUT", path); got != want {
			t.Errorf("%s: the preflight was answered by %q, want %q", path, got, want)
		}
		if got := ask(alone, "PUT", "/v1"+path); got != want {
			t.Errorf("/v1%s: the preflight was answered by %q, want %q", path, got, want)
		}
	}
}

// An Install without a policy does not hide the policy around it.
func TestInstallInsidePolicy(t *testing.T) {
	below := http.NewServeMux()
	below.Handle("PUT /posts", text("posts"))
	r := chi.NewRouter()
	chiadapter.Install(r, nil)
	r.Method("PUT", "/posts", named("outer")(nethttp.Install(below, nil)(below)))
	r.With(named("outer")).Route("/api", func(r chi.Router) {
		chiadapter.Install(r, nil)
		r.Put("/posts", text("posts"))
	})
	for _, path := range []string{"/posts", "/api/posts"} {
		if got := ask(r, "PUT", path); got != "outer" {
			t.Errorf("the preflight for %s was answered by %q, want %q", path, got, "outer")
		}
	}
}

func TestInstallPanics(t *testing.T) {
	policy := corstest.Policy(t)
	for want, install := range map[string]func(){
		"chiadapter: Middleware needs a policy": func() { chiadapter.Middleware(nil) },
		"chiadapter: Install needs a router":    func() { chiadapter.Install(nil, policy) },
		"chiadapter: call Install before the routes are registered": func() {
			r := chi.NewRouter()
			r.Get("/", text(""))
			chiadapter.Install(r, policy)
		},
		"chiadapter: the router has a policy already: call Install once, instead of Use": func() {
			r := chi.NewRouter()
			r.Use(chiadapter.Middleware(policy))
			chiadapter.Install(r, policy)
		},
		"chiadapter: the router has a policy already: call Install once, instead of Use ": func() {
			r := chi.NewRouter()
			chiadapter.Install(r, nil)
			chiadapter.Install(r, nil)
		},
	} {
		func() {
			defer func() {
				if got := fmt.Sprint(recover()); got != strings.TrimSpace(want) {
					t.Errorf("panicked with %s, want %s", got, want)
				}
			}()
			install()
		}()
	}
}

// In these issues, preflights did not reach the policy. With Install they do.
func TestSetupsFromIssues(t *testing.T) {
	for report, register := range map[string]func(chi.Router){
		"go-chi/chi 263: CORS in a group": func(r chi.Router) {
			r.Group(func(r chi.Router) {
				r.Use(named("cors"))
				r.Put("/foo", text("foo"))
				r.Post("/bar", text("bar"))
			})
		},
		"gorilla/mux 381: CORS on routes with methods": func(r chi.Router) {
			r.With(named("cors")).Post("/bar", text("a"))
			r.With(named("cors")).Put("/{o}", text("b"))
			r.With(named("cors")).Get("/{o}", text("c"))
		},
		"rs/cors 102: two groups, each with a policy": func(r chi.Router) {
			r.Group(func(r chi.Router) { r.Use(named("cors")); r.Post("/bar", text("1")) })
			r.Group(func(r chi.Router) { r.Use(named("cors")); r.Put("/foo", text("2")) })
		},
		"rs/cors 185: CORS around a pattern with a method": func(r chi.Router) {
			r.Handle("POST /bar", named("cors")(text("bar")))
			r.Handle("PUT /foo", named("cors")(text("foo")))
		},
	} {
		r := chi.NewRouter()
		chiadapter.Install(r, nil)
		register(r)
		for path, method := range map[string]string{"/foo": "PUT", "/bar": "POST"} {
			if got := ask(r, method, path); got != "cors" {
				t.Errorf("%s: the preflight for %s was answered by %q, want %q", report, path, got, "cors")
			}
		}
	}
}

// Without Install, a policy logs once that preflights do not reach it.
func TestUnreachedPolicyIsLogged(t *testing.T) {
	const report = `level=WARN msg="cors: preflights do not reach the policy of a group or a route" route="GET /posts/{id}" ` +
		`fix="call chiadapter.Install(r, policy) on the top router, instead of Use, before the routes"` + "\n"
	get := func(r chi.Router) { r.Get("/posts/{id}", text("post")) }
	for name, test := range map[string]struct {
		register func(*chi.Mux, func(http.Handler) http.Handler)
		path     string
		want     string
	}{
		"inline group": {func(r *chi.Mux, cors func(http.Handler) http.Handler) {
			r.Group(func(r chi.Router) { r.Use(cors); get(r) })
		}, "/posts/1", report},
		"With": {func(r *chi.Mux, cors func(http.Handler) http.Handler) { get(r.With(cors)) }, "/posts/1", report},
		"inline group of a mounted router": {func(r *chi.Mux, cors func(http.Handler) http.Handler) {
			r.Route("/api", func(r chi.Router) { r.Group(func(r chi.Router) { r.Use(cors); get(r) }) })
		}, "/api/posts/1", strings.Replace(report, "/posts", "/api/posts", 1)},
		"inline group with Install": {func(r *chi.Mux, cors func(http.Handler) http.Handler) {
			chiadapter.Install(r, nil)
			r.Group(func(r chi.Router) { r.Use(cors); get(r) })
		}, "/posts/1", ""},
		"router": {func(r *chi.Mux, cors func(http.Handler) http.Handler) { r.Use(cors); get(r) }, "/posts/1", ""},
		"mounted router": {func(r *chi.Mux, cors func(http.Handler) http.Handler) {
			r.Route("/api", func(r chi.Router) { r.Use(cors); get(r) })
		}, "/api/posts/1", ""},
		"every method": {func(r *chi.Mux, cors func(http.Handler) http.Handler) {
			r.With(cors).Handle("/posts/{id}", text("post"))
		}, "/posts/1", ""},
		"NotFound of an inline group": {func(r *chi.Mux, cors func(http.Handler) http.Handler) {
			get(r)
			r.Group(func(r chi.Router) { r.Use(cors); r.NotFound(http.NotFound) })
		}, "/none", ""},
		"around the router": {func(r *chi.Mux, cors func(http.Handler) http.Handler) {
			cors(r).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/none", nil))
		}, "/none", ""},
		"a context without a router": {func(_ *chi.Mux, cors func(http.Handler) http.Handler) {
			ctx := context.WithValue(t.Context(), chi.RouteCtxKey, chi.NewRouteContext())
			cors(http.NotFoundHandler()).ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(ctx, "GET", "/", nil))
		}, "/none", ""},
	} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			noTime := func(_ []string, a slog.Attr) slog.Attr {
				if a.Key == slog.TimeKey {
					return slog.Attr{}
				}
				return a
			}
			logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{ReplaceAttr: noTime}))
			r := chi.NewRouter()
			test.register(r, chiadapter.New(core.Config{AllowOrigins: []string{corstest.Page}}, core.WithLogger(logger)))
			for range 3 {
				read(r, "GET", test.path)
			}
			if got := log.String(); got != test.want {
				t.Errorf("logged\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

func TestInstallIsSafeForConcurrentUse(t *testing.T) {
	r := levels(nil)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for _, path := range []string{"/route", "/group/1", "/group/sub/deep", "/api/posts", "/none"} {
				for _, method := range []string{"GET", "PUT", "DELETE"} {
					ask(r, method, path)
					read(r, method, path)
				}
			}
		})
	}
	wg.Wait()
}
