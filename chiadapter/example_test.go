package chiadapter_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/corsuite/corsuite/chiadapter"
	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/nethttp"
	"github.com/go-chi/chi/v5"
)

func ExampleNew() {
	r := chi.NewRouter()
	r.Use(chiadapter.New(core.Config{
		AllowOrigins: []string{"https://app.example.com"},
		AllowMethods: []string{"PUT"},
	}))
	r.Put("/posts/{id}", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, "saved", chi.URLParam(r, "id"))
	})

	// A page on another origin sends a PUT, so its browser first sends a preflight.
	req := httptest.NewRequest("OPTIONS", "/posts/1", nil)
	req.Header.Set("Origin", "https://app.example.com")
	req.Header.Set("Access-Control-Request-Method", "PUT")
	w := httptest.NewRecorder()
	r.ServeHTTP(w, req)
	fmt.Println("preflight:", w.Code, w.Header().Get("Access-Control-Allow-Methods"))

	req = httptest.NewRequest("PUT", "/posts/1", nil)
	req.Header.Set("Origin", "https://app.example.com")
	w = httptest.NewRecorder()
	r.ServeHTTP(w, req)
	fmt.Println("actual:", w.Code, w.Header().Get("Access-Control-Allow-Origin"))
	fmt.Print(w.Body)
	// Output:
	// preflight: 204 PUT
	// actual: 200 https://app.example.com
	// saved 1
}

// A preflight does not reach a policy on an inline group: chi runs the middleware of
// Group and With only if a route matches, and no route has the method OPTIONS. Call
// Install on the top router, or mount another router for the routes:
//
//	r.Route("/posts", func(r chi.Router) {
//		r.Use(chiadapter.New(cfg))
//		r.Put("/{id}", save)
//	})
func ExampleNew_incorrect() {
	r := chi.NewRouter()
	r.Group(func(r chi.Router) {
		r.Use(chiadapter.New(core.Config{AllowOrigins: []string{"https://app.example.com"}, AllowMethods: []string{"PUT"}}))
		r.Put("/posts/{id}", func(http.ResponseWriter, *http.Request) {})
	})

	req := httptest.NewRequest("OPTIONS", "/posts/1", nil)
	req.Header.Set("Origin", "https://app.example.com")
	req.Header.Set("Access-Control-Request-Method", "PUT")
	w := httptest.NewRecorder()
	r.ServeHTTP(w, req)
	fmt.Printf("preflight: %d, Access-Control-Allow-Origin: %q\n", w.Code, w.Header().Get("Access-Control-Allow-Origin"))
	// Output:
	// preflight: 405, Access-Control-Allow-Origin: ""
}

// NewPolicy returns an error for an invalid config, and Reload changes the config while
// the server runs.
func ExampleMiddleware() {
	policy, err := core.NewPolicy(core.Config{AllowOrigins: []string{"https://app.example.com"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	r := chi.NewRouter()
	r.Use(chiadapter.Middleware(policy))
	r.Get("/", func(http.ResponseWriter, *http.Request) {})

	ask := func(origin string) {
		req := httptest.NewRequest("GET", "/", nil)
		req.Header.Set("Origin", origin)
		w := httptest.NewRecorder()
		r.ServeHTTP(w, req)
		fmt.Printf("%s: %q\n", origin, w.Header().Get("Access-Control-Allow-Origin"))
	}
	ask("https://new.example.com")

	if err := policy.Reload(core.Config{AllowOrigins: []string{"https://app.example.com", "https://new.example.com"}}); err != nil {
		fmt.Println(err)
	}
	ask("https://new.example.com")

	// An invalid config changes nothing.
	err = policy.Reload(core.Config{AllowOrigins: []string{"https://app.example.com/"}})
	var bad *core.ConfigError
	if errors.As(err, &bad) {
		fmt.Println(bad.Problems[0])
	}
	ask("https://new.example.com")
	// Output:
	// https://new.example.com: ""
	// https://new.example.com: "https://new.example.com"
	// AllowOrigins[0] "https://app.example.com/": an origin has no path; use "https://app.example.com"
	// https://new.example.com: "https://new.example.com"
}

// Two groups on one router have different policies: all pages may read posts, and the
// pages of one origin may change them.
func ExampleInstall() {
	r := chi.NewRouter()
	chiadapter.Install(r, nil)
	r.Group(func(r chi.Router) {
		r.Use(chiadapter.New(core.Config{AllowOrigins: []string{"*"}, AllowHeaders: []string{"If-None-Match"}}))
		r.Get("/posts/{id}", func(http.ResponseWriter, *http.Request) {})
	})
	r.Group(func(r chi.Router) {
		r.Use(chiadapter.New(core.Config{AllowOrigins: []string{"https://admin.example.com"}, AllowMethods: []string{"PUT"}}))
		r.Put("/posts/{id}", func(http.ResponseWriter, *http.Request) {})
	})

	for _, method := range []string{"GET", "PUT"} {
		for _, origin := range []string{"https://app.example.com", "https://admin.example.com"} {
			req := httptest.NewRequest("OPTIONS", "/posts/1", nil)
			req.Header.Set("Origin", origin)
			req.Header.Set("Access-Control-Request-Method", method)
			w := httptest.NewRecorder()
			r.ServeHTTP(w, req)
			fmt.Printf("%s from %s: %d %q\n", method, origin, w.Code, w.Header().Get("Access-Control-Allow-Origin"))
		}
	}
	// Output:
	// GET from https://app.example.com: 204 "*"
	// GET from https://admin.example.com: 204 "*"
	// PUT from https://app.example.com: 403 ""
	// PUT from https://admin.example.com: 204 "https://admin.example.com"
}

// The CSRF protection trusts the origins of the policy. The policy is outside it, so that
// a page can read its 403.
func ExampleMiddleware_crossOriginProtection() {
	policy, err := core.NewPolicy(core.Config{AllowOrigins: []string{"https://app.example.com"}, AllowCredentials: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	r := chi.NewRouter()
	r.Use(chiadapter.Middleware(policy), nethttp.CrossOriginProtection(policy, nil))
	r.Post("/posts", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "saved") })

	for _, origin := range []string{"https://app.example.com", "https://evil.example"} {
		req := httptest.NewRequest("POST", "/posts", nil)
		req.Header.Set("Origin", origin)
		req.Header.Set("Sec-Fetch-Site", "cross-site")
		w := httptest.NewRecorder()
		r.ServeHTTP(w, req)
		fmt.Printf("%s: %d\n", origin, w.Code)
	}
	// Output:
	// https://app.example.com: 200
	// https://evil.example: 403
}
