package main

import (
	"net/http"
	"slices"
	"strings"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/echoadapter"
	"github.com/corsuite/corsuite/fiberadapter"
	"github.com/corsuite/corsuite/ginadapter"
	gincors "github.com/gin-contrib/cors"
	"github.com/gin-gonic/gin"
	"github.com/gofiber/fiber/v2"
	fibercors "github.com/gofiber/fiber/v2/middleware/cors"
	"github.com/labstack/echo/v4"
	echomiddleware "github.com/labstack/echo/v4/middleware"
)

func onGin() contest {
	gin.SetMode(gin.ReleaseMode)
	f := framework[gin.HandlerFunc]{
		name: "gin",
		app: func(body []byte, stack ...gin.HandlerFunc) app {
			r := gin.New()
			r.Use(stack...)
			r.GET(path, func(c *gin.Context) {
				if body != nil {
					c.Data(http.StatusOK, mediaType, body)
				}
			})
			return handlerApp{r}
		},
		pass: func(*gin.Context) {},
		end:  func(c *gin.Context) { c.AbortWithStatus(http.StatusNoContent) },
		byHand: func(g *group, cfg core.Config) gin.HandlerFunc {
			write := g.byHand(cfg)
			return func(c *gin.Context) {
				if status := write(c.Writer.Header(), c.Request); status != 0 {
					c.AbortWithStatus(status)
				}
			}
		},
	}
	return f.contest(
		library[gin.HandlerFunc]{"gin-contrib/cors", func(cfg core.Config) gin.HandlerFunc {
			return gincors.New(gincors.Config{
				AllowOrigins: cfg.AllowOrigins, AllowWildcard: true, AllowMethods: cfg.AllowMethods, AllowHeaders: cfg.AllowHeaders,
				ExposeHeaders: cfg.ExposeHeaders, AllowCredentials: cfg.AllowCredentials, MaxAge: cfg.MaxAge,
			})
		}},
		library[gin.HandlerFunc]{corsuite, func(cfg core.Config) gin.HandlerFunc { return ginadapter.New(cfg) }},
	)
}

func onEcho() contest {
	f := framework[echo.MiddlewareFunc]{
		name: "echo",
		app: func(body []byte, stack ...echo.MiddlewareFunc) app {
			e := echo.New()
			e.Use(stack...)
			e.GET(path, func(c echo.Context) error {
				if body == nil {
					return nil
				}
				return c.Blob(http.StatusOK, mediaType, body)
			})
			return handlerApp{e}
		},
		pass: func(next echo.HandlerFunc) echo.HandlerFunc {
			return func(c echo.Context) error { return next(c) }
		},
		end: func(next echo.HandlerFunc) echo.HandlerFunc {
			return func(c echo.Context) error {
				if c.Request().Method != http.MethodOptions {
					return next(c)
				}
				c.Response().WriteHeader(http.StatusNoContent)
				return nil
			}
		},
		byHand: func(g *group, cfg core.Config) echo.MiddlewareFunc {
			write := g.byHand(cfg)
			return func(next echo.HandlerFunc) echo.HandlerFunc {
				return func(c echo.Context) error {
					if status := write(c.Response().Header(), c.Request()); status != 0 {
						c.Response().WriteHeader(status)
						return nil
					}
					return next(c)
				}
			}
		},
	}
	return f.contest(
		library[echo.MiddlewareFunc]{"echo's own", func(cfg core.Config) echo.MiddlewareFunc {
			return echomiddleware.CORSWithConfig(echomiddleware.CORSConfig{
				AllowOrigins: cfg.AllowOrigins, AllowMethods: cfg.AllowMethods, AllowHeaders: unlessAny(cfg.AllowHeaders),
				ExposeHeaders: cfg.ExposeHeaders, AllowCredentials: cfg.AllowCredentials, MaxAge: seconds(cfg),
			})
		}},
		library[echo.MiddlewareFunc]{corsuite, func(cfg core.Config) echo.MiddlewareFunc { return echoadapter.New(cfg) }},
	)
}

func onFiber() contest {
	f := framework[fiber.Handler]{
		name: "fiber",
		app: func(body []byte, stack ...fiber.Handler) app {
			app := fiber.New(fiber.Config{DisableStartupMessage: true})
			for _, m := range stack {
				app.Use(m)
			}
			app.Get(path, func(c *fiber.Ctx) error {
				if body == nil {
					return nil
				}
				c.Set(fiber.HeaderContentType, mediaType)
				return c.Send(body)
			})
			return fiberApp{app}
		},
		pass: func(c *fiber.Ctx) error { return c.Next() },
		end: func(c *fiber.Ctx) error {
			c.Status(http.StatusNoContent)
			return nil
		},
		byHand: func(g *group, cfg core.Config) fiber.Handler {
			write := g.byHandRaw(cfg)
			return func(c *fiber.Ctx) error {
				if status := write(&c.Response().Header, &c.Request().Header); status != 0 {
					c.Status(status)
					return nil
				}
				return c.Next()
			}
		},
	}
	return f.contest(
		library[fiber.Handler]{"fiber's own", func(cfg core.Config) fiber.Handler {
			return fibercors.New(fibercors.Config{
				AllowOrigins: strings.Join(cfg.AllowOrigins, ","), AllowMethods: strings.Join(cfg.AllowMethods, ","),
				AllowHeaders: strings.Join(unlessAny(cfg.AllowHeaders), ","), ExposeHeaders: strings.Join(cfg.ExposeHeaders, ","),
				AllowCredentials: cfg.AllowCredentials, MaxAge: seconds(cfg),
			})
		}},
		library[fiber.Handler]{corsuite, func(cfg core.Config) fiber.Handler { return fiberadapter.New(cfg) }},
	)
}

// unlessAny returns no names where any is allowed: so echo and fiber are told to
// say back what was asked.
func unlessAny(names []string) []string {
	if slices.Contains(names, "*") {
		return nil
	}
	return names
}
