// Command nethttp is an API on http.ServeMux, for pages on other origins. Start it with
// "go run ./examples/nethttp" and paste this into the console of a page on localhost:3000:
//
//	fetch("http://localhost:8080/posts/1", {method: "DELETE", headers: {Authorization: "Bearer secret"}}).then(console.log)
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

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/nethttp"
)

func newHandler() http.Handler {
	api, err := core.NewPolicy(core.Config{
		AllowOrigins:  []string{"http://localhost:3000", "https://app.example.com"},
		AllowMethods:  []string{"DELETE"}, // GET, HEAD and POST need no listing
		AllowHeaders:  []string{"Authorization", "Content-Type"},
		ExposeHeaders: []string{"Location"},
	}, core.WithName("api"))
	if err != nil {
		log.Fatal(err) // every problem, each with its correction
	}
	feed := nethttp.New(core.Config{AllowOrigins: []string{"*"}}, core.WithName("feed"))
	mux := http.NewServeMux()
	mux.HandleFunc("GET /posts", list)
	mux.HandleFunc("POST /posts", create)
	mux.HandleFunc("DELETE /posts/{id}", remove)
	mux.Handle("GET /feed", feed(http.HandlerFunc(list))) // every page may read it
	mux.HandleFunc("GET /panic", func(http.ResponseWriter, *http.Request) { panic("pages can read this 500") })
	return nethttp.Install(mux, api)(recoverer(mux)) // api is around all that may answer
}

func list(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprint(w, `[{"title":"Hello"}]`)
}

func create(w http.ResponseWriter, r *http.Request) {
	if err := json.NewDecoder(r.Body).Decode(new(struct{ Title string })); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Location", "/posts/2")
	w.WriteHeader(http.StatusCreated)
}

func remove(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "Bearer secret" {
		http.Error(w, "wrong token", http.StatusUnauthorized)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// recoverer answers a panic. Without it, net/http closes the connection.
func recoverer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if v := recover(); v != nil {
				slog.Error("panic", "value", v)
				http.Error(w, "something went wrong", http.StatusInternalServerError)
			}
		}()
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
	srv := &http.Server{Handler: newHandler(), ReadHeaderTimeout: 5 * time.Second}
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
