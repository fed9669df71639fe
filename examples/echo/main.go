// Command echo is an API on echo, for pages on other origins. Start it with
// "go run ./examples/echo" and paste this into the console of a page on localhost:3000:
//
//	fetch("http://localhost:8080/posts/1", {method: "DELETE", headers: {Authorization: "Bearer secret"}}).then(console.log)
//
// On a page of an origin that is not allowed, the browser blocks it, and the log says why.
package main

import (
	"context"
	"errors"
	"flag"
	"log"
	"log/slog"
	"net"
	"net/http"
	"os/signal"
	"syscall"
	"time"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/echoadapter"
	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
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
	e.HideBanner, e.HidePort = true, true
	e.Server.ReadHeaderTimeout = 5 * time.Second
	echoadapter.Install(e, api) // before all that may answer
	e.Use(middleware.Recover())
	e.GET("/posts", list)
	e.POST("/posts", create)
	e.DELETE("/posts/:id", func(c echo.Context) error { return c.NoContent(http.StatusNoContent) }, requireToken)
	e.GET("/feed", list, echoadapter.Middleware(feed)) // every page may read it
	e.GET("/panic", func(echo.Context) error { panic("pages can read this 500") })
	return e
}

func list(c echo.Context) error {
	return c.JSON(http.StatusOK, []echo.Map{{"title": "Hello"}})
}

func create(c echo.Context) error {
	var post struct{ Title string }
	if err := c.Bind(&post); err != nil {
		return err
	}
	c.Response().Header().Set("Location", "/posts/2")
	return c.NoContent(http.StatusCreated)
}

func requireToken(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
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
	e := newEcho()
	e.Listener = ln
	go func() {
		if err := e.Start(""); !errors.Is(err, http.ErrServerClosed) {
			log.Fatal(err)
		}
	}()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	slog.Info("listening", "addr", ln.Addr().String())
	<-ctx.Done()
	stop() // a second signal ends the program immediately
	if err := e.Shutdown(context.Background()); err != nil {
		log.Fatal(err)
	}
}
