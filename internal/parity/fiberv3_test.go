package parity

import (
	"net"
	"net/http"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/fiberv3adapter"
	"github.com/gofiber/fiber/v3"
)

// fiberv3 builds the application on fiber v3.
func fiberv3(p *core.Policy, install bool) server {
	app := fiber.New(fiber.Config{ReadBufferSize: maxHeader, RequestMethods: append([]string{"PURGE", "patch"}, fiber.DefaultMethods...)})
	app.Use(func(c fiber.Ctx) error {
		c.Set("X-Total", "3")
		c.Set("X-Page", "1")
		return c.Next()
	})
	if install {
		fiberv3adapter.Install(app, p)
	} else {
		app.Use(fiberv3adapter.Middleware(p))
	}
	app.Add(methods(), "/items", func(c fiber.Ctx) error { return c.SendString("items") })
	own := func(c fiber.Ctx) error {
		c.Set("Access-Control-Allow-Origin", ownOrigin)
		return nil
	}
	app.All("/own", own)
	app.All("/kept", fiberv3adapter.KeepCORS, own)
	serve := func(l net.Listener) error { return app.Listener(l, fiber.ListenConfig{DisableStartupMessage: true}) }
	return server{fiberv3Transport{app}, serve, app.ShutdownWithContext, new(panics)}
}

type fiberv3Transport struct{ app *fiber.App }

func (t fiberv3Transport) RoundTrip(r *http.Request) (*http.Response, error) { return t.app.Test(r) }
