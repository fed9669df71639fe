package echov5adapter_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/nethttp"
	"github.com/corsuite/corsuite/echov5adapter"
	"github.com/labstack/echo/v5"
)

func ExampleNew() {
	e := echo.New()
	e.Use(echov5adapter.New(core.Config{
		AllowOrigins: []string{"https://app.example.com"},
		AllowMethods: []string{"PUT"},
	}))
	e.PUT("/posts/:id", func(c *echo.Context) error {
		return c.String(http.StatusOK, "saved "+c.Param("id"))
	})

	// A page on another origin sends a PUT, so its browser first sends a preflight.
	r := httptest.NewRequest("OPTIONS", "/posts/1", nil)
	r.Header.Set("Origin", "https://app.example.com")
	r.Header.Set("Access-Control-Request-Method", "PUT")
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	fmt.Println("preflight:", w.Code, w.Header().Get("Access-Control-Allow-Methods"))

	r = httptest.NewRequest("PUT", "/posts/1", nil)
	r.Header.Set("Origin", "https://app.example.com")
	w = httptest.NewRecorder()
	e.ServeHTTP(w, r)
	fmt.Println("actual:", w.Code, w.Header().Get("Access-Control-Allow-Origin"))
	fmt.Println(w.Body)
	// Output:
	// preflight: 204 PUT
	// actual: 200 https://app.example.com
	// saved 1
}

// The Echo, a group and a route have three policies. Each answers the preflights for its
// own routes, and allows only the requested method.
func ExampleInstall() {
	policy := func(origin string, methods ...string) *core.Policy {
		policy, err := core.NewPolicy(core.Config{AllowOrigins: []string{origin}, AllowMethods: methods})
		if err != nil {
			panic(err)
		}
		return policy
	}
	done := func(c *echo.Context) error { return c.NoContent(http.StatusOK) }

	e := echo.New()
	echov5adapter.Install(e, policy("https://app.example.com", "PUT", "PATCH"))
	e.PUT("/posts/:id", done)
	e.DELETE("/posts/:id", done, echov5adapter.Middleware(policy("https://editor.example.com", "DELETE")))
	admin := e.Group("/admin", echov5adapter.Middleware(policy("https://admin.example.com", "PUT")))
	admin.PUT("/users/:id", done)

	ask := func(origin, method, path string) {
		r := httptest.NewRequest("OPTIONS", path, nil)
		r.Header.Set("Origin", origin)
		r.Header.Set("Access-Control-Request-Method", method)
		w := httptest.NewRecorder()
		e.ServeHTTP(w, r)
		fmt.Printf("%s %s from %s: %d %q\n", method, path, origin, w.Code, w.Header().Get("Access-Control-Allow-Methods"))
	}
	ask("https://app.example.com", "PUT", "/posts/1")
	ask("https://app.example.com", "DELETE", "/posts/1")
	ask("https://editor.example.com", "DELETE", "/posts/1")
	ask("https://admin.example.com", "PUT", "/admin/users/1")
	// Output:
	// PUT /posts/1 from https://app.example.com: 204 "PUT"
	// DELETE /posts/1 from https://app.example.com: 403 ""
	// DELETE /posts/1 from https://editor.example.com: 204 "DELETE"
	// PUT /admin/users/1 from https://admin.example.com: 204 "PUT"
}

// A preflight does not reach a policy on a single route. No route has the method OPTIONS,
// so echo answers with 204 and no CORS headers, and browsers block the request. Register
// the policy on the Echo, or call Install before the routes:
//
//	echov5adapter.Install(e, nil)
func ExampleNew_incorrect() {
	e := echo.New()
	save := func(c *echo.Context) error { return c.NoContent(http.StatusNoContent) }
	e.PUT("/posts/:id", save, echov5adapter.New(core.Config{
		AllowOrigins: []string{"https://app.example.com"},
		AllowMethods: []string{"PUT"},
	}))

	r := httptest.NewRequest("OPTIONS", "/posts/1", nil)
	r.Header.Set("Origin", "https://app.example.com")
	r.Header.Set("Access-Control-Request-Method", "PUT")
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	fmt.Printf("preflight: %d, Access-Control-Allow-Origin: %q\n", w.Code, w.Header().Get("Access-Control-Allow-Origin"))
	// Output:
	// preflight: 204, Access-Control-Allow-Origin: ""
}

// NewPolicy returns an error for an invalid config, and Reload changes the config while
// the server runs.
func ExampleMiddleware() {
	policy, err := core.NewPolicy(core.Config{AllowOrigins: []string{"https://app.example.com"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	e := echo.New()
	e.Use(echov5adapter.Middleware(policy))

	ask := func(origin string) {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Origin", origin)
		w := httptest.NewRecorder()
		e.ServeHTTP(w, r)
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

// echo.WrapMiddleware adapts middleware of net/http to echo, such as the CSRF protection
// that trusts the origins of the policy.
func ExampleMiddleware_crossOriginProtection() {
	policy, err := core.NewPolicy(core.Config{AllowOrigins: []string{"https://app.example.com"}, AllowCredentials: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	e := echo.New()
	e.Use(echov5adapter.Middleware(policy))
	e.Use(echo.WrapMiddleware(nethttp.CrossOriginProtection(policy, nil)))
	e.POST("/posts", func(c *echo.Context) error { return c.String(http.StatusOK, "saved") })

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
