package before

import (
	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/cors"
)

// FiberV2 returns the application.
func FiberV2() *fiber.App {
	app := fiber.New()
	app.Use(cors.New(cors.Config{
		AllowOrigins:     "https://app.example.com, https://admin.example.com",
		AllowMethods:     "GET,POST,PUT",
		AllowHeaders:     "Origin, Content-Type, Authorization",
		ExposeHeaders:    "X-Total",
		AllowCredentials: true,
		MaxAge:           3600,
	}))
	app.Get("/posts", func(c *fiber.Ctx) error { return c.SendString("posts") })
	app.Post("/posts", func(c *fiber.Ctx) error { return c.SendStatus(fiber.StatusCreated) })
	app.Put("/posts", func(c *fiber.Ctx) error { return c.SendStatus(fiber.StatusOK) })
	return app
}
