// Command fiberv3 is an API on fiber v3, for pages on other origins. Start it with
// "go run ./examples/fiberv3" and paste this into the console of a page on localhost:3000:
//
//	fetch("http://localhost:8080/posts/1", {method: "DELETE", headers: {Authorization: "Bearer secret"}}).then(console.log)
//
// On a page of an origin that is not allowed, the browser blocks it, and the log says why.
package main

import (
	"context"
	"flag"
	"log"
	"log/slog"
	"net"
	"os/signal"
	"syscall"
	"time"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/fiberv3adapter"
	"github.com/gofiber/fiber/v3"
	recoverer "github.com/gofiber/fiber/v3/middleware/recover"
)

func newApp() *fiber.App {
	api, err := core.NewPolicy(core.Config{
		AllowOrigins:  []string{"http://localhost:3000", "https://app.example.com"},
		AllowMethods:  []string{"DELETE"}, // GET, HEAD and POST need no listing
		AllowHeaders:  []string{"Authorization", "Content-Type"},
		ExposeHeaders: []string{"Location"},
	}, core.WithName("api"))
	if err != nil {
		log.Fatal(err) // every problem, each with its correction
	}
	feed, err := core.NewPolicy(core.Config{AllowOrigins: []string{"*"}}, core.WithName("feed"))
	if err != nil {
		log.Fatal(err)
	}

	app := fiber.New(fiber.Config{ReadTimeout: 5 * time.Second})
	fiberv3adapter.Install(app, api) // before all that may answer
	app.Use(recoverer.New(recoverer.Config{EnableStackTrace: true}))
	app.Get("/posts", list)
	app.Post("/posts", create)
	app.Delete("/posts/:id", requireToken, func(c fiber.Ctx) error { return c.SendStatus(fiber.StatusNoContent) })
	app.Get("/feed", fiberv3adapter.Middleware(feed), list) // every page may read it
	app.Get("/panic", func(fiber.Ctx) error { panic("pages can read this 500") })
	return app
}

func list(c fiber.Ctx) error {
	return c.JSON([]fiber.Map{{"title": "Hello"}})
}

func create(c fiber.Ctx) error {
	var post struct{ Title string }
	if err := c.Bind().Body(&post); err != nil {
		return fiber.NewError(fiber.StatusBadRequest, err.Error())
	}
	c.Location("/posts/2")
	return c.SendStatus(fiber.StatusCreated)
}

func requireToken(c fiber.Ctx) error {
	if c.Get("Authorization") != "Bearer secret" {
		return fiber.ErrUnauthorized
	}
	return c.Next()
}

func main() {
	addr := flag.String("addr", "localhost:8080", "the address to listen on")
	flag.Parse()
	ln, err := net.Listen("tcp", *addr)
	if err != nil {
		log.Fatal(err)
	}
	app := newApp()
	go func() {
		if err := app.Listener(ln, fiber.ListenConfig{DisableStartupMessage: true}); err != nil {
			log.Fatal(err)
		}
	}()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	slog.Info("listening", "addr", ln.Addr().String())
	<-ctx.Done()
	stop() // a second signal ends the program immediately
	if err := app.ShutdownWithContext(context.Background()); err != nil {
		log.Fatal(err)
	}
}
