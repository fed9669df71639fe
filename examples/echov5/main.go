// Command echov5 is an API on echo v5, for pages on other origins. Start it with
// "go run ./examples/echov5" and paste this into the console of a page on localhost:3000:
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
	"net/http"
	"os/signal"
	"syscall"
	"time"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/echov5adapter"
	"github.com/labstack/echo/v5"
	"github.com/labstack/echo/v5/middleware"
)

func newEcho() *echo.Echo {
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

	e := echo.New()
	echov5adapter.Install(e, api) // before all that may answer
	e.Use(middleware.Recover())
	e.GET("/posts", list)
	e.POST("/posts", create)
	e.DELETE("/posts/:id", func(c *echo.Context) error { return c.NoContent(http.StatusNoContent) }, requireToken)
	e.GET("/feed", list, echov5adapter.Middleware(feed)) // every page may read it
	e.GET("/panic", func(*echo.Context) error { panic("pages can read this 500") })
	return e
}

func list(c *echo.Context) error {
	return c.JSON(http.StatusOK, []map[string]string{{"title": "Hello"}})
}

func create(c *echo.Context) error {
	var post struct{ Title string }
	if err := c.Bind(&post); err != nil {
		return err
	}
	c.Response().Header().Set("Location", "/posts/2")
	return c.NoContent(http.StatusCreated)
}

func requireToken(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c *echo.Context) error {
		if c.Request().Header.Get("Authorization") != "Bearer secret" {
			return echo.ErrUnauthorized
		}
		return next(c)
	}
}

func main() {
	addr := flag.String("addr", "localhost:8080", "the address to listen on")
	flag.Parse()
	ln, err := net.Listen("tcp", *addr)
	if err != nil {
		log.Fatal(err)
	}
	server := echo.StartConfig{Listener: ln, HideBanner: true, HidePort: true}
	server.BeforeServeFunc = func(s *http.Server) error {
		s.ReadHeaderTimeout = 5 * time.Second
		return nil
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program immediately
	slog.Info("listening", "addr", ln.Addr().String())
	if err := server.Start(ctx, newEcho()); err != nil {
		log.Fatal(err)
	}
}
