// Command gin is an API on gin, for pages on other origins. Start it with
// "go run ./examples/gin" and paste this into the console of a page on localhost:3000:
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
	"github.com/corsuite/corsuite/ginadapter"
	"github.com/gin-gonic/gin"
)

func newRouter() *gin.Engine {
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

	r := gin.New()
	r.HandleMethodNotAllowed = true
	// Pages cannot follow gin's redirects, for which no middleware runs.
	r.RedirectTrailingSlash = false
	cors := ginadapter.Install(r, api) // before all that may answer
	r.Use(gin.Recovery())
	r.GET("/posts", list)
	r.POST("/posts", create)
	r.DELETE("/posts/:id", requireToken, func(c *gin.Context) { c.Status(http.StatusNoContent) })
	cors.Group(r.Group("/feed"), feed, func(g *gin.RouterGroup) { g.GET("", list) }) // every page may read it
	r.GET("/panic", func(*gin.Context) { panic("pages can read this 500") })
	return r
}

func list(c *gin.Context) {
	c.JSON(http.StatusOK, []gin.H{{"title": "Hello"}})
}

func create(c *gin.Context) {
	var post struct{ Title string }
	if err := c.ShouldBindJSON(&post); err != nil {
		c.JSON(http.StatusBadRequest, gin.H{"error": err.Error()})
		return
	}
	c.Header("Location", "/posts/2")
	c.Status(http.StatusCreated)
}

func requireToken(c *gin.Context) {
	if c.GetHeader("Authorization") != "Bearer secret" {
		c.AbortWithStatusJSON(http.StatusUnauthorized, gin.H{"error": "wrong token"})
	}
}

func main() {
	addr := flag.String("addr", "localhost:8080", "the address to listen on")
	flag.Parse()
	ln, err := net.Listen("tcp", *addr)
	if err != nil {
		log.Fatal(err)
	}
	srv := &http.Server{Handler: newRouter(), ReadHeaderTimeout: 5 * time.Second}
	go func() {
		if err := srv.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
			log.Fatal(err)
		}
	}()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	slog.Info("listening", "addr", ln.Addr().String())
	<-ctx.Done()
	stop() // a second signal ends the program immediately
	if err := srv.Shutdown(context.Background()); err != nil {
		log.Fatal(err)
	}
}
