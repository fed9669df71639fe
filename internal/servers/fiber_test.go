package servers

import (
	"context"
	"errors"
	"testing"

	"github.com/gofiber/fiber/v3"
	"github.com/gofiber/fiber/v3/middleware/cors"
)

// fiberServer is fiber v3 with its own middleware.
func fiberServer() server {
	return library("fiber",
		mistake{
			name: "no credentials", report: "PrivadoID/issuer-node#699", cause: "allow-credentials-missing", call: credentialed(get()),
			serve: onFiber(func(t *testing.T, s *site) *fiber.App {
				t.Helper()
				return fiberItems(cors.New(configured(t, s, cors.Config{AllowOrigins: []string{s.Page}})))
			}),
		},
		mistake{
			name: "a method is not listed", report: "fulcrumproject/core#104", cause: "method-missing", call: put(),
			serve: onFiber(func(t *testing.T, s *site) *fiber.App {
				t.Helper()
				return fiberItems(cors.New(configured(t, s, cors.Config{AllowOrigins: []string{s.Page}, AllowMethods: []string{"GET", "POST"}, AllowHeaders: []string{"Content-Type"}})))
			}),
		},
		mistake{
			name: "after the routes", report: "gofiber/fiber#396", cause: "allow-origin-missing", call: get(),
			serve: onFiber(func(t *testing.T, s *site) *fiber.App {
				t.Helper()
				c := cors.New(configured(t, s, cors.Config{AllowOrigins: []string{s.Page}}))
				if s.Fix != "" {
					return fiberItems(c)
				}
				app := fiberItems()
				app.Use(c)
				return app
			}),
		},
		mistake{
			name: "the error handler resets the response", report: "gofiber/fiber#3843", cause: "error-without-cors", call: at("/fail", get()),
			serve: onFiber(func(t *testing.T, s *site) *fiber.App {
				t.Helper()
				app := fiber.New(fiber.Config{ErrorHandler: func(c fiber.Ctx, err error) error {
					if s.Fix == "" {
						c.Response().Reset()
					}
					return c.Status(fiber.StatusInternalServerError).SendString(err.Error())
				}})
				app.Use(cors.New(configured(t, s, cors.Config{AllowOrigins: []string{s.Page}})))
				app.Get("/fail", func(fiber.Ctx) error { return errors.New("fail") })
				return app
			}),
		},
		mistake{
			name: "authentication before CORS", report: "kdeps/kdeps#468", cause: "preflight-unauthorized", call: authorized(),
			serve: onFiber(func(t *testing.T, s *site) *fiber.App {
				t.Helper()
				auth := func(c fiber.Ctx) error {
					if c.Get("Authorization") == "" {
						return c.SendStatus(fiber.StatusUnauthorized)
					}
					return c.Next()
				}
				c := cors.New(configured(t, s, cors.Config{AllowOrigins: []string{s.Page}}))
				if s.Fix == "" {
					return fiberItems(auth, c)
				}
				return fiberItems(c, auth)
			}),
		},
	)
}

// fiberItems has the routes of the calls behind a middleware.
func fiberItems(middleware ...fiber.Handler) *fiber.App {
	app := fiber.New()
	for _, m := range middleware {
		app.Use(m)
	}
	app.Add([]string{"GET", "PUT"}, "/items", func(c fiber.Ctx) error { return c.SendString("items") })
	return app
}

func onFiber(build func(t *testing.T, s *site) *fiber.App) func(*testing.T, *site) {
	return func(t *testing.T, s *site) {
		t.Helper()
		app, served := build(t, s), make(chan error, 1)
		go func() { served <- app.Listener(s.listener, fiber.ListenConfig{DisableStartupMessage: true}) }()
		t.Cleanup(func() {
			if err := errors.Join(app.ShutdownWithContext(context.Background()), <-served); err != nil {
				t.Error(err)
			}
		})
	}
}
