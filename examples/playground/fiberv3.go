package main

import (
	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/fiberv3adapter"
	"github.com/gofiber/fiber/v3"
)

func newFiberv3(policy *core.Policy) *fiber.App {
	app := fiber.New()
	app.Use(fiberv3adapter.Middleware(policy))

	app.Get("/posts", func(c fiber.Ctx) error {
		c.Set("X-Total-Count", totalCount)
		c.Set("X-Request-Id", requestID)
		return c.JSON(posts())
	})
	save := func(c fiber.Ctx) error {
		var p post
		if err := c.Bind().Body(&p); err != nil {
			return c.Status(fiber.StatusBadRequest).JSON(failure{err.Error()})
		}
		return c.Status(fiber.StatusCreated).JSON(saved(p))
	}
	app.Post("/posts", save)
	app.Patch("/posts/:id", save)
	app.Delete("/posts/:id", func(c fiber.Ctx) error {
		if c.Get("Authorization") != demoToken {
			return c.Status(fiber.StatusUnauthorized).JSON(failure{cannotDelete})
		}
		return c.JSON(deletion{c.Params("id")})
	})
	app.Options("/posts", func(c fiber.Ctx) error {
		c.Set("Allow", allow)
		return c.SendString(allow)
	})
	app.Post("/login", func(c fiber.Ctx) error {
		c.Cookie(&fiber.Cookie{
			Name: sessionName, Value: sessionUser, Path: "/", MaxAge: sessionAge,
			HTTPOnly: true, SameSite: fiber.CookieSameSiteLaxMode,
		})
		return c.JSON(user{sessionUser})
	})
	app.Get("/me", func(c fiber.Ctx) error {
		session := c.Cookies(sessionName)
		if session == "" {
			return c.Status(fiber.StatusUnauthorized).JSON(failure{notSignedIn})
		}
		return c.JSON(user{session})
	})
	app.Get("/broken", func(c fiber.Ctx) error {
		return c.Status(fiber.StatusInternalServerError).JSON(failure{outOfOrder})
	})
	return app
}
