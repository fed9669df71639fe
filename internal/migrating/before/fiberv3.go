package before

import (
	"github.com/gofiber/fiber/v3"
	"github.com/gofiber/fiber/v3/middleware/cors"
)

// FiberV3 returns the application.
func FiberV3() *fiber.App {
	app := fiber.New()
	app.Use(cors.New(cors.Config{
		AllowOrigins:     []string{"https://app.example.com", "https://admin.example.com"},
		AllowMethods:     []string{"GET", "POST", "PUT"},
		AllowHeaders:     []string{"Origin", "Content-Type", "Authorization"},
		ExposeHeaders:    []string{"X-Total"},
		AllowCredentials: true,
		MaxAge:           3600,
	}))
	app.Get("/posts", func(c fiber.Ctx) error { return c.SendString("posts") })
	app.Post("/posts", func(c fiber.Ctx) error { return c.SendStatus(fiber.StatusCreated) })
	app.Put("/posts", func(c fiber.Ctx) error { return c.SendStatus(fiber.StatusOK) })
	return app
}
