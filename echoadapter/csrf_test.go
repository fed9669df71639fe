package echoadapter_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/browser"
	"github.com/corsuite/corsuite/core/nethttp"
	"github.com/corsuite/corsuite/echoadapter"
	"github.com/labstack/echo/v4"
)

func TestCrossOriginProtection(t *testing.T) {
	for mode, status := range map[browser.Credentials]int{browser.Include: http.StatusOK, browser.Omit: http.StatusForbidden} {
		cfg := config()
		cfg.AllowCredentials = mode == browser.Include
		policy, err := core.NewPolicy(cfg)
		if err != nil {
			t.Fatal(err)
		}
		e := echo.New()
		e.Use(echoadapter.Middleware(policy), echo.WrapMiddleware(nethttp.CrossOriginProtection(policy, nil)))
		e.PUT("/posts", text("saved"))
		reads(t, visit(t, e, browser.Request{Method: "PUT", URL: "/posts", Credentials: mode}), status)
	}
}

// Middleware of net/http, such as the protection against CSRF by the policy's own
// list, runs in echo by echo.WrapMiddleware.
func ExampleMiddleware_crossOriginProtection() {
	policy, err := core.NewPolicy(core.Config{AllowOrigins: []string{"https://app.example.com"}, AllowCredentials: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	e := echo.New()
	e.Use(echoadapter.Middleware(policy))
	e.Use(echo.WrapMiddleware(nethttp.CrossOriginProtection(policy, nil)))
	e.POST("/posts", func(c echo.Context) error { return c.String(http.StatusOK, "saved") })

	for _, origin := range []string{"https://app.example.com", "https://evil.example"} {
		r := httptest.NewRequest("POST", "/posts", nil)
		r.Header.Set("Origin", origin)
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		w := httptest.NewRecorder()
		e.ServeHTTP(w, r)
		fmt.Printf("%s: %d\n", origin, w.Code)
	}
	// Output:
	// https://app.example.com: 200
	// https://evil.example: 403
}
