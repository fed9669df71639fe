// Command gin is a blog's API on gin, for pages on other origins.
//
//	API_TOKEN=secret CORS_ORIGINS=https://app.example.com,https://*.preview.example.com go run ./examples/gin
//
// It listens on ADDR (localhost:8080), lets pages on CORS_ORIGINS
// (http://localhost:3000) read its answers, and lets authors with API_TOKEN
// create and delete posts. Every page may read the feed.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/corsuite/corsuite/examples/internal/posts"
	"github.com/corsuite/corsuite/examples/internal/rules"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	if err := run(ctx, os.Getenv, slog.Default()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run serves the API until ctx ends.
func run(ctx context.Context, getenv func(string) string, log *slog.Logger) error {
	token := getenv("API_TOKEN")
	if token == "" {
		return errors.New("API_TOKEN is not set; set it to the secret that authors send as their bearer token")
	}
	policies, err := rules.New(origins(getenv("CORS_ORIGINS")), log)
	if err != nil {
		return fmt.Errorf("CORS_ORIGINS: %w", err)
	}
	var lc net.ListenConfig
	ln, err := lc.Listen(ctx, "tcp", cmp.Or(getenv("ADDR"), "localhost:8080"))
	if err != nil {
		return fmt.Errorf("ADDR: %w", err)
	}
	return serve(ctx, ln, newRouter(policies, new(posts.Store), token), log)
}

// origins splits a comma-separated list; the policy judges its entries.
func origins(list string) []string {
	entries := strings.Split(cmp.Or(list, "http://localhost:3000"), ",")
	for i, entry := range entries {
		entries[i] = strings.TrimSpace(entry)
	}
	return entries
}

// serve answers requests until ctx ends, and then those that have begun.
func serve(ctx context.Context, ln net.Listener, handler http.Handler, log *slog.Logger) error {
	srv := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      15 * time.Second,
		IdleTimeout:       time.Minute,
	}
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(ln) }()
	log.Info("listening", "addr", ln.Addr().String())
	select {
	case err := <-ended:
		return fmt.Errorf("serving: %w", err)
	case <-ctx.Done():
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if err := srv.Shutdown(ctx); err != nil {
		return fmt.Errorf("shutting down: %w", err)
	}
	return nil
}
