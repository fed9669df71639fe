package browser

import (
	"net"
	"strings"

	"github.com/corsuite/corsuite/fiberv3adapter"
	"github.com/gofiber/fiber/v3"
)

func fiberv3App(prefix string, p policies) *fiber.App {
	app := fiber.New(fiber.Config{RequestMethods: methods()})
	if p.alone() {
		app.Use(fiberv3adapter.Middleware(p.app))
	} else {
		fiberv3adapter.Install(app, p.app)
	}
	handle := func(c fiber.Ctx) error {
		status, header, body := answer(prefix, c.Host(), strings.TrimPrefix(c.Path(), prefix))
		for name, value := range header {
			c.Set(name, value)
		}
		return c.Status(status).SendString(body)
	}
	for _, path := range paths() {
		app.Add(methods(), prefix+path, handle)
	}
	app.Get(prefix+"/broken", func(fiber.Ctx) error { return errBroken })

	var group, route []any
	if p.group != nil {
		group = append(group, fiberv3adapter.Middleware(p.group))
	}
	if p.route != nil {
		route = append(route, fiberv3adapter.Middleware(p.route))
	}
	g := app.Group(prefix+"/group", group...)
	g.Add(below(), "/items", handle)
	group, route = append(group, handle), append(route, handle)
	g.Put("/own", route[0], route[1:]...)
	app.Put(prefix+"/route/items", route[0], route[1:]...)
	app.Get(prefix+"/shared/items", group[0], group[1:]...)
	app.Put(prefix+"/shared/items", route[0], route[1:]...)
	return app
}

func fiberv3Server(f front, all map[string]policies) server {
	apps := make(map[string]fiber.Handler)
	for prefix, p := range all {
		handle := fiberv3App(prefix, p).Handler()
		apps[prefix] = func(c fiber.Ctx) error {
			handle(c.RequestCtx())
			return nil
		}
	}
	outer := fiber.New(fiber.Config{Immutable: true, RequestMethods: methods()})
	outer.Get("/page", func(c fiber.Ctx) error { return c.Type("html").SendString(f.page) })
	outer.Use(func(c fiber.Ctx) error {
		f.wire.add(request{c.Method(), string(c.Request().Host()), c.OriginalURL(), c.GetReqHeaders(), string(c.Body())})
		words := strings.SplitN(c.Path(), "/", 4)
		app, ok := apps[strings.Join(words[:min(len(words), 3)], "/")]
		if !ok {
			return fiber.ErrNotFound
		}
		return app(c)
	})
	serve := func(l net.Listener) error { return outer.Listener(l, fiber.ListenConfig{DisableStartupMessage: true}) }
	return server{serve, outer.ShutdownWithContext}
}
