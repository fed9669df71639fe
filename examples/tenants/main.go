// Command tenants is the API of a shop platform with many tenants. A database has the
// origins of each tenant's pages. An administrator can add and remove tenants while the
// program serves.
//
//	ADMIN_TOKEN=secret go run ./examples/tenants
//	curl -X PUT -H 'Authorization: Bearer secret' -d '{"origins":["https://shop.example.com"]}' localhost:8080/tenants/shop
//	curl -X DELETE -H 'Authorization: Bearer secret' localhost:8080/tenants/shop
//
// By default the tenants are in a file, which one instance can use. With PostgreSQL, several
// instances share the tenants and the policy, see docs/tenants.md.
//
// Environment variables:
//
//	ADMIN_TOKEN    the bearer token of the administrator; required
//	ADDR           the address to listen on; by default localhost:8080
//	DATABASE       the file with the tenants; by default tenants.db
//	DATABASE_URL   a PostgreSQL database in the place of the file
//	ALLOWED_FOR    how long the database is not asked again for an allowed origin; by default 5m
//	STALE_FOR      how much longer that origin stays allowed while the database is down; by default 24h
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"sync"
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
	set, err := readSettings(getenv)
	if err != nil {
		return err
	}
	tenants, err := open(ctx, set, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, tenants.close()) }()
	g, err := newGuard(tenants, set, log)
	if err != nil {
		return err
	}
	following, stop := context.WithCancel(ctx)
	var follower sync.WaitGroup
	follower.Go(func() { tenants.follow(following, g) })
	defer func() { stop(); follower.Wait() }()
	select {
	case <-g.ready:
	case <-ctx.Done():
	case <-time.After(timeout):
		log.Warn("the policy in the database cannot be used; until it can, every origin is denied")
	}
	var lc net.ListenConfig
	ln, err := lc.Listen(ctx, "tcp", set.addr)
	if err != nil {
		return fmt.Errorf("ADDR: %w", err)
	}
	return serve(ctx, ln, newHandler(tenants, g, set.token, log), log)
}

// open opens the store that the settings name.
func open(ctx context.Context, set settings, log *slog.Logger) (store, error) {
	if set.url != "" {
		p, err := openPostgres(ctx, set.url, log)
		if err != nil {
			return nil, fmt.Errorf("DATABASE_URL: %w", err)
		}
		return p, nil
	}
	e, err := openEmbedded(set.file, log)
	if err != nil {
		return nil, fmt.Errorf("DATABASE: %w", err)
	}
	return e, nil
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
