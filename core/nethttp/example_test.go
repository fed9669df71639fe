package nethttp_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/nethttp"
)

func ExampleNew() {
	mux := http.NewServeMux()
	mux.HandleFunc("PUT /posts/{id}", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, "saved", r.PathValue("id"))
	})
	handler := nethttp.New(core.Config{
		AllowOrigins: []string{"https://app.example.com"},
		AllowMethods: []string{"PUT"},
	})(mux)

	// A page on another origin wants to send a PUT, so its browser sends a preflight
	// first.
	r := httptest.NewRequest("OPTIONS", "/posts/1", nil)
	r.Header.Set("Origin", "https://app.example.com")
	r.Header.Set("Access-Control-Request-Method", "PUT")
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	fmt.Println("preflight:", w.Code, w.Header().Get("Access-Control-Allow-Methods"))

	r = httptest.NewRequest("PUT", "/posts/1", nil)
	r.Header.Set("Origin", "https://app.example.com")
	w = httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	fmt.Println("actual:", w.Code, w.Header().Get("Access-Control-Allow-Origin"))
	fmt.Print(w.Body)
	// Output:
	// preflight: 204 PUT
	// actual: 200 https://app.example.com
	// saved 1
}

// Middleware on a pattern with a method never receives the preflight, because the mux
// has no handler for OPTIONS. Register it around the mux instead:
//
//	handler := nethttp.New(cfg)(mux)
func ExampleNew_incorrect() {
	cors := nethttp.New(core.Config{AllowOrigins: []string{"https://app.example.com"}, AllowMethods: []string{"PUT"}})
	mux := http.NewServeMux()
	mux.Handle("PUT /posts/{id}", cors(http.NotFoundHandler()))

	r := httptest.NewRequest("OPTIONS", "/posts/1", nil)
	r.Header.Set("Origin", "https://app.example.com")
	r.Header.Set("Access-Control-Request-Method", "PUT")
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, r)
	fmt.Printf("preflight: %d, Access-Control-Allow-Origin: %q\n", w.Code, w.Header().Get("Access-Control-Allow-Origin"))
	// Output:
	// preflight: 405, Access-Control-Allow-Origin: ""
}

// NewPolicy returns an error for a bad config, and the policy can be reloaded while it
// serves requests.
func ExampleMiddleware() {
	policy, err := core.NewPolicy(core.Config{AllowOrigins: []string{"https://app.example.com"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	handler := nethttp.Middleware(policy)(http.NotFoundHandler())

	ask := func(origin string) {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Origin", origin)
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		fmt.Printf("%s: %q\n", origin, w.Header().Get("Access-Control-Allow-Origin"))
	}
	ask("https://new.example.com")

	if err := policy.Reload(core.Config{AllowOrigins: []string{"https://app.example.com", "https://new.example.com"}}); err != nil {
		fmt.Println(err)
	}
	ask("https://new.example.com")

	// A bad config changes nothing.
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

// Registration is for a router whose middleware has another type.
func ExampleRegistration() {
	policy, err := core.NewPolicy(core.Config{AllowOrigins: []string{"https://app.example.com"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	reg := &nethttp.Registration{Policy: policy}
	// The middleware of this router calls the next handler itself.
	cors := func(w http.ResponseWriter, r *http.Request, handler func()) {
		next, denied := reg.Serve(w, r)
		if next {
			handler()
		}
		if next && denied {
			reg.Handled(w, r)
		}
	}

	r := httptest.NewRequest("OPTIONS", "/", nil)
	r.Header.Set("Origin", "https://app.example.com")
	r.Header.Set("Access-Control-Request-Method", "GET")
	w := httptest.NewRecorder()
	cors(w, r, func() { fmt.Println("the handler runs") })
	fmt.Println("preflight:", w.Code)
	// Output: preflight: 204
}
