package bench

import (
	"fmt"
	"net/http"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/fiberv3adapter"
	"github.com/gofiber/fiber/v3"
	fibercors "github.com/gofiber/fiber/v3/middleware/cors"
)

func onFiberv3() router {
	f := framework[fiber.Handler]{
		app: func(stack ...fiber.Handler) app {
			app := fiber.New()
			for _, m := range stack {
				app.Use(m)
			}
			app.Get(path, func(fiber.Ctx) error { return nil })
			return onFasthttp(app.Handler())
		},
		noContent: func(c fiber.Ctx) error {
			c.Status(http.StatusNoContent)
			return nil
		},
		minimum: func(g *group, cfg core.Config) fiber.Handler {
			set := g.minimumFast(cfg)
			return func(c fiber.Ctx) error {
				if status := set(&c.Response().Header, &c.Request().Header); status != 0 {
					c.Status(status)
					return nil
				}
				return c.Next()
			}
		},
		corsuite: fiberv3adapter.Middleware,
	}
	return f.router("fiberv3", library[fiber.Handler]{"fiber", func(cfg core.Config) fiber.Handler {
		return fibercors.New(fibercors.Config{
			AllowOrigins: cfg.AllowOrigins, AllowMethods: cfg.AllowMethods, AllowHeaders: unlessAny(cfg.AllowHeaders),
			ExposeHeaders: cfg.ExposeHeaders, AllowCredentials: cfg.AllowCredentials, MaxAge: seconds(cfg),
		})
	}})
}

func fiberv3Install(policy *core.Policy, install bool, routes int) app {
	app := fiber.New()
	if install {
		fiberv3adapter.Install(app, policy)
	} else {
		app.Use(fiberv3adapter.Middleware(policy))
	}
	for i := range routes {
		app.Put(fmt.Sprintf("/api/%d/posts/:id", i), func(fiber.Ctx) error { return nil })
	}
	return onFasthttp(app.Handler())
}

// fiberv3Groups returns a function that makes groups of routes with the policy.
func fiberv3Groups(policy *core.Policy, routes int) func(groups int) app {
	return func(groups int) app {
		app := fiber.New()
		fiberv3adapter.Install(app, nil)
		for i := range groups {
			g := app.Group(fmt.Sprint("/", i), fiberv3adapter.Middleware(policy))
			for j := range routes {
				g.Put(fmt.Sprintf("/posts%.0d/:id", j), func(fiber.Ctx) error { return nil })
			}
		}
		return onFasthttp(app.Handler())
	}
}
