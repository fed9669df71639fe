package fiberadapter_test

import (
	"errors"
	"fmt"
	"net/http/httptest"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/fiberadapter"
	"github.com/gofiber/fiber/v2"
)

func ExampleNew() {
	app := fiber.New()
	app.Use(fiberadapter.New(core.Config{
		AllowOrigins: []string{"https://app.example.com"},
		AllowMethods: []string{"PUT"},
	}))
	app.Put("/posts/:id", func(c *fiber.Ctx) error {
		return c.SendString("saved " + c.Params("id"))
	})

	// A page on another origin wants to PUT, so its browser asks first.
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

// CORS on one route never sees the preflight: fiber runs a route's handlers for
// its own method only. Put it on the app, a group or a prefix instead, before
// the routes:
//
//	app.Use(fiberadapter.New(cfg))
func ExampleNew_incorrect() {
	app := fiber.New()
	cors := fiberadapter.New(core.Config{
		AllowOrigins: []string{"https://app.example.com"},
		AllowMethods: []string{"PUT"},
	})
	app.Put("/posts/:id", cors, func(c *fiber.Ctx) error { return nil })

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

// A policy made on its own reports a bad config as an error, and can be
// replaced while it serves.
func ExampleMiddleware() {
	policy, err := core.NewPolicy(core.Config{AllowOrigins: []string{"https://app.example.com"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	app := fiber.New()
	app.Use(fiberadapter.Middleware(policy))

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
