package chiadapter_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/corsuite/corsuite/chiadapter"
	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/browser"
	"github.com/corsuite/corsuite/core/nethttp"
	"github.com/go-chi/chi/v5"
)

func TestCrossOriginProtection(t *testing.T) {
	for mode, status := range map[browser.Credentials]int{browser.Include: http.StatusOK, browser.Omit: http.StatusForbidden} {
		cfg := config()
		cfg.AllowCredentials = mode == browser.Include
		policy, err := core.NewPolicy(cfg)
		if err != nil {
			t.Fatal(err)
		}
		r := routerOf(text("saved"), chiadapter.Middleware(policy), nethttp.CrossOriginProtection(policy, nil))
		reads(t, visit(t, r, browser.Request{Method: "PUT", URL: "/posts", Credentials: mode}), status)
	}
}

// CORS stands outside, so that a page can read a 403 of the protection against
// CSRF. Both have one list.
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
