// Command metrics is an API with Prometheus counters of its CORS decisions. It can also try
// a candidate for its next policy, without effect on pages.
//
//	CORS_ORIGINS=https://app.example.com,https://*.preview.example.com \
//	CORS_CANDIDATE='{"allowOrigins":["https://app.example.com"],"allowHeaders":["Content-Type"]}' go run ./examples/metrics
//
// Environment variables:
//
//	ADDR             the address to listen on; by default localhost:8080
//	CORS_ORIGINS     the origins that may read the answers; by default http://localhost:3000
//	CORS_CANDIDATE   the candidate, a core.Config in JSON; by default there is none
//
// The counters are at /metrics. With a candidate, they also count the pages that it would
// newly block or allow.
package main

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program immediately
	if err := run(ctx, os.Getenv, slog.Default()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run serves the API until ctx ends.
func run(ctx context.Context, getenv func(string) string, log *slog.Logger) error {
	registry := prometheus.NewRegistry()
	policy, err := newPolicy(getenv, newCounters(registry), log)
	if err != nil {
		return err
	}
	var lc net.ListenConfig
	ln, err := lc.Listen(ctx, "tcp", cmp.Or(getenv("ADDR"), "localhost:8080"))
	if err != nil {
		return fmt.Errorf("ADDR: %w", err)
	}
	return serve(ctx, ln, newHandler(policy, registry), log)
}

// serve serves until ctx ends, and then waits for the requests that have begun.
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
