package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"

	"github.com/valyala/fasthttp"
)

// quiet is the read timeout of a connection.
const quiet = 10 * time.Second

// server is an HTTP server of net/http or fasthttp. After shutdown, both functions return
// nil.
type server struct {
	serve    func(net.Listener) error
	shutdown func(context.Context) error
}

func httpServer(h http.Handler) server {
	s := &http.Server{Handler: ownHosts(h), ReadHeaderTimeout: quiet}
	return server{
		serve: func(ln net.Listener) error {
			if err := s.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
				return err
			}
			return nil
		},
		shutdown: func(ctx context.Context) error {
			if err := s.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
				return err
			}
			return s.Close()
		},
	}
}

func fasthttpServer(h fasthttp.RequestHandler) server {
	s := &fasthttp.Server{Handler: ownHostsFast(h), ReadTimeout: quiet, NoDefaultServerHeader: true}
	return server{
		serve: s.Serve,
		shutdown: func(ctx context.Context) error {
			if err := s.ShutdownWithContext(ctx); !errors.Is(err, context.DeadlineExceeded) {
				return err
			}
			return nil
		},
	}
}
