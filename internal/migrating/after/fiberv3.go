package after

import (
	"time"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/fiberv3adapter"
	"github.com/gofiber/fiber/v3"
)

// FiberV3 returns the application.
func FiberV3() *fiber.App {
	app := fiber.New()
	app.Use(fiberv3adapter.New(core.Config{
		AllowOrigins:     []string{"https://app.example.com", "https://admin.example.com"},
		AllowMethods:     []string{"GET", "POST", "PUT"},
		AllowHeaders:     []string{"Content-Type", "Authorization"},
		ExposeHeaders:    []string{"X-Total"},
		AllowCredentials: true,
		MaxAge:           time.Hour,
	}))
	app.Get("/posts", func(c fiber.Ctx) error { return c.SendString("posts") })
	app.Post("/posts", func(c fiber.Ctx) error { return c.SendStatus(fiber.StatusCreated) })
	app.Put("/posts", func(c fiber.Ctx) error { return c.SendStatus(fiber.StatusOK) })
	return app
}
