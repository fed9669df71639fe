package bench

import (
	"net/http"
	"slices"
	"strings"

	"github.com/corsuite/corsuite/chiadapter"
	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/nethttp"
	"github.com/corsuite/corsuite/echoadapter"
	"github.com/corsuite/corsuite/echov5adapter"
	"github.com/corsuite/corsuite/fiberadapter"
	"github.com/corsuite/corsuite/ginadapter"
	gincors "github.com/gin-contrib/cors"
	"github.com/gin-gonic/gin"
	"github.com/go-chi/chi/v5"
	chicors "github.com/go-chi/cors"
	"github.com/gofiber/fiber/v2"
	fibercors "github.com/gofiber/fiber/v2/middleware/cors"
	jub0bs "github.com/jub0bs/cors"
	"github.com/labstack/echo/v4"
	echomiddleware "github.com/labstack/echo/v4/middleware"
	echov5 "github.com/labstack/echo/v5"
	echov5middleware "github.com/labstack/echo/v5/middleware"
	"github.com/rs/cors"
)

func routers() []router {
	return []router{onNetHTTP(), onGin(), onEcho(), onEchov5(), onChi(), onFiber(), onFiberv3()}
}

type middleware = func(http.Handler) http.Handler

func onNetHTTP() router {
	f := framework[middleware]{
		app: func(stack ...middleware) app {
			mux := http.NewServeMux()
			mux.HandleFunc("GET "+path, func(http.ResponseWriter, *http.Request) {})
			h := http.Handler(mux)
			for _, m := range stack {
				h = m(h)
			}
			return onHTTP(h)
		},
		noContent: noContent, minimum: minimumMiddleware, corsuite: nethttp.Middleware,
	}
	return f.router("nethttp", library[middleware]{"rs", func(cfg core.Config) middleware {
		return cors.New(cors.Options{
			AllowedOrigins: cfg.AllowOrigins, AllowedMethods: cfg.AllowMethods, AllowedHeaders: cfg.AllowHeaders,
			ExposedHeaders: cfg.ExposeHeaders, AllowCredentials: cfg.AllowCredentials, MaxAge: seconds(cfg),
		}).Handler
	}}, library[middleware]{"jub0bs", func(cfg core.Config) middleware {
		m, err := jub0bs.NewMiddleware(jub0bs.Config{
			Origins: cfg.AllowOrigins, Methods: cfg.AllowMethods, RequestHeaders: cfg.AllowHeaders,
			ResponseHeaders: cfg.ExposeHeaders, Credentialed: cfg.AllowCredentials, MaxAgeInSeconds: seconds(cfg),
		})
		if err != nil {
			panic(err)
		}
		return m.Wrap
	}})
}

func onChi() router {
	f := framework[middleware]{
		app: func(stack ...middleware) app {
			r := chi.NewRouter()
			r.Use(stack...)
			r.Get(path, func(http.ResponseWriter, *http.Request) {})
			return onHTTP(r)
		},
		noContent: noContent, minimum: minimumMiddleware, corsuite: chiadapter.Middleware,
	}
	return f.router("chi", library[middleware]{"go-chi", func(cfg core.Config) middleware {
		return chicors.Handler(chicors.Options{
			AllowedOrigins: cfg.AllowOrigins, AllowedMethods: cfg.AllowMethods, AllowedHeaders: cfg.AllowHeaders,
			ExposedHeaders: cfg.ExposeHeaders, AllowCredentials: cfg.AllowCredentials, MaxAge: seconds(cfg),
		})
	}})
}

func noContent(http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
}

func minimumMiddleware(g *group, cfg core.Config) middleware {
	set := g.minimum(cfg)
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if status := set(w.Header(), r); status != 0 {
				w.WriteHeader(status)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

func onGin() router {
	f := framework[gin.HandlerFunc]{
		app: func(stack ...gin.HandlerFunc) app {
			r := gin.New()
			r.Use(stack...)
			r.GET(path, func(*gin.Context) {})
			return onHTTP(r)
		},
		noContent: func(c *gin.Context) { c.AbortWithStatus(http.StatusNoContent) },
		minimum: func(g *group, cfg core.Config) gin.HandlerFunc {
			set := g.minimum(cfg)
			return func(c *gin.Context) {
				if status := set(c.Writer.Header(), c.Request); status != 0 {
					c.AbortWithStatus(status)
				}
			}
		},
		corsuite: ginadapter.Middleware,
	}
	return f.router("gin", library[gin.HandlerFunc]{"gin-contrib", func(cfg core.Config) gin.HandlerFunc {
		return gincors.New(gincors.Config{
			AllowOrigins: cfg.AllowOrigins, AllowWildcard: true, AllowMethods: cfg.AllowMethods, AllowHeaders: cfg.AllowHeaders,
			ExposeHeaders: cfg.ExposeHeaders, AllowCredentials: cfg.AllowCredentials, MaxAge: cfg.MaxAge,
		})
	}})
}

func onEcho() router {
	f := framework[echo.MiddlewareFunc]{
		app: func(stack ...echo.MiddlewareFunc) app {
			e := echo.New()
			e.Use(stack...)
			e.GET(path, func(echo.Context) error { return nil })
			return onHTTP(e)
		},
		noContent: func(echo.HandlerFunc) echo.HandlerFunc {
			return func(c echo.Context) error {
				c.Response().WriteHeader(http.StatusNoContent)
				return nil
			}
		},
		minimum: func(g *group, cfg core.Config) echo.MiddlewareFunc {
			set := g.minimum(cfg)
			return func(next echo.HandlerFunc) echo.HandlerFunc {
				return func(c echo.Context) error {
					if status := set(c.Response().Header(), c.Request()); status != 0 {
						c.Response().WriteHeader(status)
						return nil
					}
					return next(c)
				}
			}
		},
		corsuite: echoadapter.Middleware,
	}
	return f.router("echo", library[echo.MiddlewareFunc]{"echo", func(cfg core.Config) echo.MiddlewareFunc {
		return echomiddleware.CORSWithConfig(echomiddleware.CORSConfig{
			AllowOrigins: cfg.AllowOrigins, AllowMethods: cfg.AllowMethods, AllowHeaders: unlessAny(cfg.AllowHeaders),
			ExposeHeaders: cfg.ExposeHeaders, AllowCredentials: cfg.AllowCredentials, MaxAge: seconds(cfg),
		})
	}})
}

func onEchov5() router {
	f := framework[echov5.MiddlewareFunc]{
		app: func(stack ...echov5.MiddlewareFunc) app {
			e := echov5.New()
			e.Use(stack...)
			e.GET(path, func(*echov5.Context) error { return nil })
			return onHTTP(e)
		},
		noContent: func(echov5.HandlerFunc) echov5.HandlerFunc {
			return func(c *echov5.Context) error {
				c.Response().WriteHeader(http.StatusNoContent)
				return nil
			}
		},
		minimum: func(g *group, cfg core.Config) echov5.MiddlewareFunc {
			set := g.minimum(cfg)
			return func(next echov5.HandlerFunc) echov5.HandlerFunc {
				return func(c *echov5.Context) error {
					if status := set(c.Response().Header(), c.Request()); status != 0 {
						c.Response().WriteHeader(status)
						return nil
					}
					return next(c)
				}
			}
		},
		corsuite: echov5adapter.Middleware,
	}
	return f.router("echov5", library[echov5.MiddlewareFunc]{"echov5", func(cfg core.Config) echov5.MiddlewareFunc {
		return echov5middleware.CORSWithConfig(echov5middleware.CORSConfig{
			AllowOrigins: cfg.AllowOrigins, AllowMethods: cfg.AllowMethods, AllowHeaders: unlessAny(cfg.AllowHeaders),
			ExposeHeaders: cfg.ExposeHeaders, AllowCredentials: cfg.AllowCredentials, MaxAge: seconds(cfg),
		})
	}})
}

func onFiber() router {
	f := framework[fiber.Handler]{
		app: func(stack ...fiber.Handler) app {
			app := fiber.New(fiber.Config{DisableStartupMessage: true})
			for _, m := range stack {
				app.Use(m)
			}
			app.Get(path, func(*fiber.Ctx) error { return nil })
			return onFasthttp(app.Handler())
		},
		noContent: func(c *fiber.Ctx) error {
			c.Status(http.StatusNoContent)
			return nil
		},
		minimum: func(g *group, cfg core.Config) fiber.Handler {
			set := g.minimumFast(cfg)
			return func(c *fiber.Ctx) error {
				if status := set(&c.Response().Header, &c.Request().Header); status != 0 {
					c.Status(status)
					return nil
				}
				return c.Next()
			}
		},
		corsuite: fiberadapter.Middleware,
	}
	return f.router("fiber", library[fiber.Handler]{"fiber", func(cfg core.Config) fiber.Handler {
		return fibercors.New(fibercors.Config{
			AllowOrigins: strings.Join(cfg.AllowOrigins, ","), AllowMethods: strings.Join(cfg.AllowMethods, ","),
			AllowHeaders: strings.Join(unlessAny(cfg.AllowHeaders), ","), ExposeHeaders: strings.Join(cfg.ExposeHeaders, ","),
			AllowCredentials: cfg.AllowCredentials, MaxAge: seconds(cfg),
		})
	}})
}

func seconds(cfg core.Config) int { return int(cfg.MaxAge.Seconds()) }

// unlessAny returns no names for "*": echo and fiber then reflect what was requested.
func unlessAny(names []string) []string {
	if slices.Contains(names, "*") {
		return nil
	}
	return names
}
