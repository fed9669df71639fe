// Package apitest checks the example programs as the pages and the people who
// use them would: over a socket, through the environment and with signals.
package apitest

import (
	"context"
	"io"
	"log/slog"
	"strings"
	"testing"
)

const (
	// Page is the origin of a page that may read the answers.
	Page = "https://app.example.com"
	// Token is the API_TOKEN that the programs are started with.
	Token = "an-author's-token"

	stranger = "https://evil.example.net"
)

// Program is an example's run function: it serves until ctx ends, and logs the
// address it listens on.
type Program func(ctx context.Context, getenv func(string) string, log *slog.Logger) error

// environment is what a program reads in place of the environment.
type environment map[string]string

func (e environment) get(name string) string { return e[name] }

// usual is an environment in which every program starts. The blanks in the list
// are what people write.
func usual() environment {
	return environment{
		"ADDR":         "127.0.0.1:0",
		"API_TOKEN":    Token,
		"CORS_ORIGINS": " https://admin.example.com , " + Page + " ",
	}
}

// server is a program that listens.
type server struct {
	addr  string
	stop  context.CancelFunc
	ended chan struct{} // closed when the program has returned err
	err   error
}

// start runs a program until the test ends, and fails the test if the program
// does not end cleanly then.
func start(t *testing.T, run Program, env environment) *server {
	t.Helper()
	return startLogging(t, run, env, io.Discard)
}

// startLogging is start for who reads the log.
func startLogging(t *testing.T, run Program, env environment, log io.Writer) *server {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	s := &server{stop: stop, ended: make(chan struct{})}
	watch := make(watcher, 1)
	go func() {
		defer close(s.ended)
		s.err = run(ctx, env.get, slog.New(slog.NewTextHandler(io.MultiWriter(watch, log), nil)))
	}()
	select {
	case s.addr = <-watch:
	case <-s.ended:
		t.Fatalf("the program did not start: %v", s.err)
	}
	t.Cleanup(func() {
		stop()
		<-s.ended
		if s.err != nil {
			t.Errorf("the program did not end cleanly: %v", s.err)
		}
	})
	return s
}

// watcher is a log's output. It passes on the address that is announced.
type watcher chan string

func (w watcher) Write(record []byte) (int, error) {
	if addr, ok := announced(string(record)); ok {
		w <- addr
	}
	return len(record), nil
}

// announced finds the address in a line of the log.
func announced(line string) (addr string, ok bool) {
	_, after, ok := strings.Cut(line, "listening addr=")
	return strings.TrimSpace(after), ok
}
