package fiberv3adapter_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/fiberv3adapter"
	"github.com/gofiber/fiber/v3"
	"github.com/gofiber/fiber/v3/middleware/proxy"
)

func ExampleNew() {
	app := fiber.New()
	app.Use(fiberv3adapter.New(core.Config{
		AllowOrigins: []string{"https://app.example.com"},
		AllowMethods: []string{"PUT"},
	}))
	app.Put("/posts/:id", func(c fiber.Ctx) error {
		return c.SendString("saved " + c.Params("id"))
	})

	// A page on another origin sends a PUT, so its browser first sends a preflight.
	r := httptest.NewRequest("OPTIONS", "/posts/1", nil)
	r.Header.Set("Origin", "https://app.example.com")
	r.Header.Set("Access-Control-Request-Method", "PUT")
	resp, err := app.Test(r)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("preflight:", resp.StatusCode, resp.Header.Get("Access-Control-Allow-Methods"))

	r = httptest.NewRequest("PUT", "/posts/1", nil)
	r.Header.Set("Origin", "https://app.example.com")
	resp, err = app.Test(r)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("actual:", resp.StatusCode, resp.Header.Get("Access-Control-Allow-Origin"))
	// Output:
	// preflight: 204 PUT
	// actual: 200 https://app.example.com
}

// A preflight does not reach a policy on a single route: fiber runs the handlers of a
// route only for the method of the route. Register the policy with Use, before the
// routes, or call Install on the app:
//
//	fiberv3adapter.Install(app, nil)
func ExampleNew_incorrect() {
	app := fiber.New()
	cors := fiberv3adapter.New(core.Config{
		AllowOrigins: []string{"https://app.example.com"},
		AllowMethods: []string{"PUT"},
	})
	app.Put("/posts/:id", cors, func(c fiber.Ctx) error { return nil })

	r := httptest.NewRequest("OPTIONS", "/posts/1", nil)
	r.Header.Set("Origin", "https://app.example.com")
	r.Header.Set("Access-Control-Request-Method", "PUT")
	resp, err := app.Test(r)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("preflight: %d, Access-Control-Allow-Origin: %q\n", resp.StatusCode, resp.Header.Get("Access-Control-Allow-Origin"))
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
	app := fiber.New()
	app.Use(fiberv3adapter.Middleware(policy))

	ask := func(origin string) {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Origin", origin)
		resp, err := app.Test(r)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%s: %q\n", origin, resp.Header.Get("Access-Control-Allow-Origin"))
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

// The app, a group and a single route have different policies. The innermost policy
// answers the preflights for a route, and no handler runs for them.
func ExampleInstall() {
	public, err := core.NewPolicy(core.Config{AllowOrigins: []string{"*"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	app := fiber.New()
	fiberv3adapter.Install(app, public)
	unexpected := func(c fiber.Ctx) error {
		fmt.Println("a handler ran")
		return nil
	}
	app.Get("/feed", unexpected)
	posts := app.Group("/posts", fiberv3adapter.New(core.Config{
		AllowOrigins: []string{"https://app.example.com"}, AllowMethods: []string{"PUT", "PATCH"},
	}))
	posts.Put("/:id", unexpected)
	posts.Delete("/:id", fiberv3adapter.New(core.Config{
		AllowOrigins: []string{"https://admin.example.com"}, AllowMethods: []string{"DELETE"},
	}), unexpected)

	for _, asked := range []string{"GET /feed", "PUT /posts/1", "DELETE /posts/1"} {
		method, path, _ := strings.Cut(asked, " ")
		for _, origin := range []string{"https://app.example.com", "https://admin.example.com"} {
			r := httptest.NewRequest("OPTIONS", path, nil)
			r.Header.Set("Origin", origin)
			r.Header.Set("Access-Control-Request-Method", method)
			resp, err := app.Test(r)
			if err != nil {
				fmt.Println(err)
				return
			}
			h := resp.Header
			fmt.Printf("%s from %s: %d %q %q\n", asked, origin, resp.StatusCode, h.Get("Access-Control-Allow-Origin"), h.Get("Access-Control-Allow-Methods"))
		}
	}
	// Output:
	// GET /feed from https://app.example.com: 204 "*" ""
	// GET /feed from https://admin.example.com: 204 "*" ""
	// PUT /posts/1 from https://app.example.com: 204 "https://app.example.com" "PUT"
	// PUT /posts/1 from https://admin.example.com: 403 "" ""
	// DELETE /posts/1 from https://app.example.com: 403 "" ""
	// DELETE /posts/1 from https://admin.example.com: 204 "https://admin.example.com" "DELETE"
}

// A page can read the error even if the error handler resets the response.
func ExampleErrorHandler() {
	policy, err := core.NewPolicy(core.Config{AllowOrigins: []string{"https://app.example.com"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	app := fiber.New(fiber.Config{
		ErrorHandler: fiberv3adapter.ErrorHandler(policy, func(c fiber.Ctx, err error) error {
			c.Response().Reset()
			return c.Status(fiber.StatusInternalServerError).SendString("sorry")
		}),
	})
	app.Use(fiberv3adapter.Middleware(policy))
	app.Get("/posts", func(fiber.Ctx) error { return errors.New("out of posts") })

	r := httptest.NewRequest("GET", "/posts", nil)
	r.Header.Set("Origin", "https://app.example.com")
	resp, err := app.Test(r)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer resp.Body.Close()
	fmt.Println(resp.StatusCode, resp.Header.Get("Access-Control-Allow-Origin"))
	// Output:
	// 500 https://app.example.com
}

// The upstream allows every origin. The policy allows one origin, and its headers remain.
func ExampleKeepCORS() {
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		io.WriteString(w, "posts")
	}))
	defer upstream.Close()
	app := fiber.New()
	app.Use(fiberv3adapter.New(core.Config{AllowOrigins: []string{"https://app.example.com"}}))
	app.Use("/api", fiberv3adapter.KeepCORS, proxy.Forward(upstream.URL))

	for _, origin := range []string{"https://app.example.com", "https://other.example.com"} {
		r := httptest.NewRequest("GET", "/api", nil)
		r.Header.Set("Origin", origin)
		resp, err := app.Test(r)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%s: %q\n", origin, resp.Header.Values("Access-Control-Allow-Origin"))
		resp.Body.Close()
	}
	// Output:
	// https://app.example.com: ["https://app.example.com"]
	// https://other.example.com: []
}
