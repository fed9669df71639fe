// Command chi is an API on chi, for pages on other origins. Start it with
// "go run ./examples/chi" and paste this into the console of a page on localhost:3000:
//
//	fetch("http://localhost:8080/posts/1", {method: "DELETE", headers: {Authorization: "Bearer secret"}}).then(console.log)
//
// On a page of an origin that is not allowed, the browser blocks it, and the log says why.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log"
	"log/slog"
	"net"
	"net/http"
	"os/signal"
	"syscall"
	"time"

	"github.com/corsuite/corsuite/chiadapter"
	"github.com/corsuite/corsuite/core"
	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
)

func newRouter() *chi.Mux {
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

	r := chi.NewRouter()
	chiadapter.Install(r, api) // before all that may answer
	r.Use(middleware.Recoverer)
	r.Get("/posts", list)
	r.Post("/posts", create)
	r.With(requireToken).Delete("/posts/{id}", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	r.With(chiadapter.Middleware(feed)).Get("/feed", list) // every page may read it
	r.Get("/panic", func(http.ResponseWriter, *http.Request) { panic("pages can read this 500") })
	return r
}

func list(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprint(w, `[{"title":"Hello"}]`)
}

func create(w http.ResponseWriter, r *http.Request) {
	var post struct{ Title string }
	if err := json.NewDecoder(r.Body).Decode(&post); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Location", "/posts/2")
	w.WriteHeader(http.StatusCreated)
}

func requireToken(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer secret" {
			http.Error(w, "wrong token", http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r)
	})
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
