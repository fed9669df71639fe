// Command tenants is the API of a shop platform with many tenants. A database has the
// origins of each tenant's pages. An administrator can add and remove tenants while the
// program serves.
//
//	ADMIN_TOKEN=secret go run ./examples/tenants
//	curl -X PUT -H 'Authorization: Bearer secret' -d '{"origins":["https://shop.example.com"]}' localhost:8080/tenants/shop
//	curl -X DELETE -H 'Authorization: Bearer secret' localhost:8080/tenants/shop
//
// Environment variables:
//
//	ADMIN_TOKEN   the bearer token of the administrator; required
//	ADDR          the address to listen on; by default localhost:8080
//	DATABASE      the file with the tenants; by default tenants.db
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
	"syscall"
	"time"
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
func run(ctx context.Context, getenv func(string) string, log *slog.Logger) (err error) {
	token := getenv("ADMIN_TOKEN")
	if token == "" {
		return errors.New("ADMIN_TOKEN is not set; set it to the secret that the administrator sends as a bearer token")
	}
	tenants, err := openStore(cmp.Or(getenv("DATABASE"), "tenants.db"), log)
	if err != nil {
		return fmt.Errorf("DATABASE: %w", err)
	}
	defer func() { err = errors.Join(err, tenants.close()) }()
	handler, err := newHandler(tenants, token, log)
	if err != nil {
		return err
	}
	var lc net.ListenConfig
	ln, err := lc.Listen(ctx, "tcp", cmp.Or(getenv("ADDR"), "localhost:8080"))
	if err != nil {
		return fmt.Errorf("ADDR: %w", err)
	}
	return serve(ctx, ln, handler, log)
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
