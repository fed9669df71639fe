package browser

import (
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/corsuite/corsuite/chiadapter"
	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/nethttp"
	"github.com/corsuite/corsuite/echoadapter"
	"github.com/corsuite/corsuite/echov5adapter"
	"github.com/corsuite/corsuite/fiberadapter"
	"github.com/corsuite/corsuite/fiberv3adapter"
	"github.com/corsuite/corsuite/ginadapter"
	gincors "github.com/gin-contrib/cors"
	"github.com/gin-gonic/gin"
	"github.com/go-chi/chi/v5"
	chicors "github.com/go-chi/cors"
	"github.com/gofiber/fiber/v2"
	fibercors "github.com/gofiber/fiber/v2/middleware/cors"
	fiberv3 "github.com/gofiber/fiber/v3"
	fiberv3cors "github.com/gofiber/fiber/v3/middleware/cors"
	"github.com/gorilla/handlers"
	"github.com/labstack/echo/v4"
	echomiddleware "github.com/labstack/echo/v4/middleware"
	echov5 "github.com/labstack/echo/v5"
	echov5middleware "github.com/labstack/echo/v5/middleware"
	"github.com/rs/cors"
)

// rival is a CORS library on a router. All rivals have the same routes and config.
type rival struct {
	router, library string
	answers         manner
	serve           func(*network, core.Config) server
}

func (r rival) String() string { return r.library + " on " + r.router }

const corsuite = "corsuite"

// rivals returns the libraries of each router, with the manner in which each answers.
func rivals() []rival {
	return []rival{
		{"gin", "gin-contrib/cors", lists, ginRival(ginContrib)},
		{"gin", corsuite, lists, ginRival(func(cfg core.Config) gin.HandlerFunc { return ginadapter.New(cfg) })},
		{"echo", "echo's own", lists, echoRival(echoOwn)},
		{"echo", corsuite, lists, echoRival(func(cfg core.Config) echo.MiddlewareFunc { return echoadapter.New(cfg) })},
		{"echo v5", "echo's own", lists, echov5Rival(echov5Own)},
		{"echo v5", corsuite, lists, echov5Rival(func(cfg core.Config) echov5.MiddlewareFunc { return echov5adapter.New(cfg) })},
		{"chi", "go-chi/cors", reflects, chiRival(goChi)},
		{"chi", corsuite, lists, chiRival(func(cfg core.Config) middleware { return chiadapter.New(cfg) })},
		{"fiber", "fiber's own", lists, fiberRival(fiberOwn)},
		{"fiber", corsuite, lists, fiberRival(func(cfg core.Config) fiber.Handler { return fiberadapter.New(cfg) })},
		{"fiber v3", "fiber's own", lists, fiberv3Rival(fiberv3Own)},
		{"fiber v3", corsuite, lists, fiberv3Rival(func(cfg core.Config) fiberv3.Handler { return fiberv3adapter.New(cfg) })},
		{"net/http", "rs/cors", reflects, netHTTPRival(rsCORS)},
		{"net/http", "gorilla/handlers", reflects, netHTTPRival(gorilla)},
		{"net/http", corsuite, lists, netHTTPRival(func(cfg core.Config) middleware { return nethttp.New(cfg) })},
	}
}

// rivalConfig allows all calls of the page. Its MaxAge is not above the limit of any engine.
func rivalConfig(origin string) core.Config {
	return core.Config{
		AllowOrigins: []string{origin},
		AllowMethods: crud(),
		AllowHeaders: []string{"Authorization", "Content-Type", "If-None-Match", "X-Request-Id", "X-Requested-With"},
		MaxAge:       10 * time.Minute,
	}
}

func crud() []string { return []string{"GET", "POST", "PUT", "PATCH", "DELETE"} }

type middleware = func(http.Handler) http.Handler

func ginContrib(cfg core.Config) gin.HandlerFunc {
	return gincors.New(gincors.Config{
		AllowOrigins: cfg.AllowOrigins, AllowMethods: cfg.AllowMethods, AllowHeaders: cfg.AllowHeaders, MaxAge: cfg.MaxAge,
	})
}

func echoOwn(cfg core.Config) echo.MiddlewareFunc {
	return echomiddleware.CORSWithConfig(echomiddleware.CORSConfig{
		AllowOrigins: cfg.AllowOrigins, AllowMethods: cfg.AllowMethods, AllowHeaders: cfg.AllowHeaders, MaxAge: seconds(cfg),
	})
}

func echov5Own(cfg core.Config) echov5.MiddlewareFunc {
	return echov5middleware.CORSWithConfig(echov5middleware.CORSConfig{
		AllowOrigins: cfg.AllowOrigins, AllowMethods: cfg.AllowMethods, AllowHeaders: cfg.AllowHeaders, MaxAge: seconds(cfg),
	})
}

func goChi(cfg core.Config) middleware {
	return chicors.Handler(chicors.Options{
		AllowedOrigins: cfg.AllowOrigins, AllowedMethods: cfg.AllowMethods, AllowedHeaders: cfg.AllowHeaders, MaxAge: seconds(cfg),
	})
}

func fiberOwn(cfg core.Config) fiber.Handler {
	return fibercors.New(fibercors.Config{
		AllowOrigins: strings.Join(cfg.AllowOrigins, ","), AllowMethods: strings.Join(cfg.AllowMethods, ","),
		AllowHeaders: strings.Join(cfg.AllowHeaders, ","), MaxAge: seconds(cfg),
	})
}

func fiberv3Own(cfg core.Config) fiberv3.Handler {
	return fiberv3cors.New(fiberv3cors.Config{
		AllowOrigins: cfg.AllowOrigins, AllowMethods: cfg.AllowMethods, AllowHeaders: cfg.AllowHeaders, MaxAge: seconds(cfg),
	})
}

func rsCORS(cfg core.Config) middleware {
	return cors.New(cors.Options{
		AllowedOrigins: cfg.AllowOrigins, AllowedMethods: cfg.AllowMethods, AllowedHeaders: cfg.AllowHeaders, MaxAge: seconds(cfg),
	}).Handler
}

func gorilla(cfg core.Config) middleware {
	return handlers.CORS(
		handlers.AllowedOrigins(cfg.AllowOrigins), handlers.AllowedMethods(cfg.AllowMethods), handlers.AllowedHeaders(cfg.AllowHeaders),
		handlers.MaxAge(seconds(cfg)), handlers.OptionStatusCode(http.StatusNoContent),
	)
}

func seconds(cfg core.Config) int { return int(cfg.MaxAge.Seconds()) }

// The following functions register routes for /visit/items. All routes answer alike.

func ginRival(library func(core.Config) gin.HandlerFunc) func(*network, core.Config) server {
	return func(n *network, cfg core.Config) server {
		r := gin.New()
		r.Use(library(cfg))
		r.Match(crud(), "/:visit/:items", func(c *gin.Context) { serveItems(c.Writer, c.Request) })
		return n.over(r)
	}
}

func echoRival(library func(core.Config) echo.MiddlewareFunc) func(*network, core.Config) server {
	return func(n *network, cfg core.Config) server {
		e := echo.New()
		e.Use(library(cfg))
		e.Match(crud(), "/:visit/:items", echo.WrapHandler(http.HandlerFunc(serveItems)))
		return n.over(e)
	}
}

func echov5Rival(library func(core.Config) echov5.MiddlewareFunc) func(*network, core.Config) server {
	return func(n *network, cfg core.Config) server {
		e := echov5.New()
		e.Use(library(cfg))
		e.Match(crud(), "/:visit/:items", echov5.WrapHandler(http.HandlerFunc(serveItems)))
		return n.over(e)
	}
}

func chiRival(library func(core.Config) middleware) func(*network, core.Config) server {
	return func(n *network, cfg core.Config) server {
		r := chi.NewRouter()
		r.Use(library(cfg))
		for _, method := range crud() {
			r.MethodFunc(method, "/{visit}/{items}", serveItems)
		}
		return n.over(r)
	}
}

func netHTTPRival(library func(core.Config) middleware) func(*network, core.Config) server {
	return func(n *network, cfg core.Config) server {
		mux := http.NewServeMux()
		for _, method := range crud() {
			mux.HandleFunc(method+" /{visit}/{items}", serveItems)
		}
		return n.over(library(cfg)(mux))
	}
}

func serveItems(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	io.WriteString(w, "items")
}

func fiberRival(library func(core.Config) fiber.Handler) func(*network, core.Config) server {
	return func(n *network, cfg core.Config) server {
		app := fiber.New(fiber.Config{DisableStartupMessage: true})
		app.Use(func(c *fiber.Ctx) error {
			n.cross(isPreflight(c.Method(), c.Get("Access-Control-Request-Method")))
			return c.Next()
		}, library(cfg))
		for _, method := range crud() {
			app.Add(method, "/:visit/:items", func(c *fiber.Ctx) error {
				c.Set("Cache-Control", "no-store")
				return c.SendString("items")
			})
		}
		return server{app.Listener, app.ShutdownWithContext}
	}
}

func fiberv3Rival(library func(core.Config) fiberv3.Handler) func(*network, core.Config) server {
	return func(n *network, cfg core.Config) server {
		app := fiberv3.New()
		app.Use(func(c fiberv3.Ctx) error {
			n.cross(isPreflight(c.Method(), c.Get("Access-Control-Request-Method")))
			return c.Next()
		}, library(cfg))
		app.Add(crud(), "/:visit/:items", func(c fiberv3.Ctx) error {
			c.Set("Cache-Control", "no-store")
			return c.SendString("items")
		})
		serve := func(l net.Listener) error {
			return app.Listener(l, fiberv3.ListenConfig{DisableStartupMessage: true})
		}
		return server{serve, app.ShutdownWithContext}
	}
}
