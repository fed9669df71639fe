package after

import (
	"time"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/fiberadapter"
	"github.com/gofiber/fiber/v2"
)

// FiberV2 returns the application.
func FiberV2() *fiber.App {
	app := fiber.New()
	app.Use(fiberadapter.New(core.Config{
		AllowOrigins:     []string{"https://app.example.com", "https://admin.example.com"},
		AllowMethods:     []string{"GET", "POST", "PUT"},
		AllowHeaders:     []string{"Content-Type", "Authorization"},
		ExposeHeaders:    []string{"X-Total"},
		AllowCredentials: true,
		MaxAge:           time.Hour,
	}))
	app.Get("/posts", func(c *fiber.Ctx) error { return c.SendString("posts") })
	app.Post("/posts", func(c *fiber.Ctx) error { return c.SendStatus(fiber.StatusCreated) })
	app.Put("/posts", func(c *fiber.Ctx) error { return c.SendStatus(fiber.StatusOK) })
	return app
}
