// Command metrics is an API that counts what CORS decides, for Prometheus, and
// tries a stricter policy out before it is in force.
//
//	CORS_ORIGINS=https://app.example.com,https://*.preview.example.com \
//	CORS_CANDIDATE='{"allowOrigins":["https://app.example.com"],"allowHeaders":["Content-Type"]}' go run ./examples/metrics
//
// It listens on ADDR (localhost:8080), lets pages on CORS_ORIGINS
// (http://localhost:3000) read its answers, and shows its counters at /metrics. If
// there is a CORS_CANDIDATE, a core.Config in JSON, they also say what it would
// newly block and newly allow.
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
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
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
