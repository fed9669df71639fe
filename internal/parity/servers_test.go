// Package parity tests that every router answers the same requests in the same way, with
// the same policy.
package parity

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/corsuite/corsuite/chiadapter"
	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/browser"
	"github.com/corsuite/corsuite/core/nethttp"
	"github.com/corsuite/corsuite/echoadapter"
	"github.com/corsuite/corsuite/echov5adapter"
	"github.com/corsuite/corsuite/fiberadapter"
	"github.com/corsuite/corsuite/ginadapter"
	"github.com/gin-gonic/gin"
	"github.com/go-chi/chi/v5"
	"github.com/gofiber/fiber/v2"
	"github.com/labstack/echo/v4"
	echov5 "github.com/labstack/echo/v5"
)

// maxHeader is the size limit of each server for the header of a request.
const maxHeader = 4 << 20

// methods returns the methods of /items. HEAD is one of them because GET implies it in
// some routers only.
func methods() []string { return []string{"GET", "HEAD", "POST", "OPTIONS"} }

// own is a handler that sets Access-Control-Allow-Origin itself.
func own(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Access-Control-Allow-Origin", ownOrigin)
}

const ownOrigin = "https://own.example"

// routers returns functions that build the same application on each router, with the
// policy registered as middleware:
//
//	/items  answers with 200 to each of methods
//	/own    calls own, for every method
//	/kept   calls own behind KeepCORS
//
// Every answer has the headers X-Total and X-Page.
func routers() map[string]func(*core.Policy) server { return applications(false) }

// installed is like routers, with the policy registered by Install.
func installed() map[string]func(*core.Policy) server { return applications(true) }

func applications(install bool) map[string]func(*core.Policy) server {
	return map[string]func(*core.Policy) server{
		"nethttp": func(p *core.Policy) server {
			mux := http.NewServeMux()
			for _, method := range methods() {
				mux.HandleFunc(method+" /items", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "items") })
			}
			mux.HandleFunc("/own", own)
			mux.Handle("/kept", nethttp.KeepCORS(http.HandlerFunc(own)))
			if install {
				return netHTTP(nethttp.Install(mux, p)(mux))
			}
			return netHTTP(nethttp.Middleware(p)(mux))
		},
		"gin": func(p *core.Policy) server {
			gin.SetMode(gin.ReleaseMode)
			r := gin.New()
			r.HandleMethodNotAllowed = true
			if install {
				ginadapter.Install(r, p)
			} else {
				r.Use(ginadapter.Middleware(p))
			}
			for _, method := range methods() {
				r.Handle(method, "/items", func(c *gin.Context) { c.String(http.StatusOK, "items") })
			}
			r.Any("/own", gin.WrapF(own))
			r.Any("/kept", ginadapter.KeepCORS, gin.WrapF(own))
			return netHTTP(r)
		},
		"echo": func(p *core.Policy) server {
			e := echo.New()
			if install {
				echoadapter.Install(e, p)
			} else {
				e.Use(echoadapter.Middleware(p))
			}
			for _, method := range methods() {
				e.Add(method, "/items", func(c echo.Context) error { return c.String(http.StatusOK, "items") })
			}
			e.Any("/own", echo.WrapHandler(http.HandlerFunc(own)))
			e.Any("/kept", echo.WrapHandler(http.HandlerFunc(own)), echoadapter.KeepCORS)
			return netHTTP(e)
		},
		"echov5": func(p *core.Policy) server {
			e := echov5.New()
			if install {
				echov5adapter.Install(e, p)
			} else {
				e.Use(echov5adapter.Middleware(p))
			}
			for _, method := range methods() {
				e.Add(method, "/items", func(c *echov5.Context) error { return c.String(http.StatusOK, "items") })
			}
			e.Any("/own", echov5.WrapHandler(http.HandlerFunc(own)))
			e.Any("/kept", echov5.WrapHandler(http.HandlerFunc(own)), echov5adapter.KeepCORS)
			return netHTTP(e)
		},
		"chi": func(p *core.Policy) server {
			r := chi.NewRouter()
			if install {
				chiadapter.Install(r, p)
			} else {
				r.Use(chiadapter.Middleware(p))
			}
			for _, method := range methods() {
				r.Method(method, "/items", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "items") }))
			}
			r.HandleFunc("/own", own)
			r.With(chiadapter.KeepCORS).HandleFunc("/kept", own)
			return netHTTP(r)
		},
		"fiber": func(p *core.Policy) server {
			app := fiber.New(fiber.Config{DisableStartupMessage: true, ReadBufferSize: maxHeader, RequestMethods: append([]string{"PURGE", "patch"}, fiber.DefaultMethods...)})
			app.Use(func(c *fiber.Ctx) error {
				c.Set("X-Total", "3")
				c.Set("X-Page", "1")
				return c.Next()
			})
			if install {
				fiberadapter.Install(app, p)
			} else {
				app.Use(fiberadapter.Middleware(p))
			}
			for _, method := range methods() {
				app.Add(method, "/items", func(c *fiber.Ctx) error { return c.SendString("items") })
			}
			app.All("/own", func(c *fiber.Ctx) error {
				c.Set("Access-Control-Allow-Origin", ownOrigin)
				return nil
			})
			app.All("/kept", fiberadapter.KeepCORS, func(c *fiber.Ctx) error {
				c.Set("Access-Control-Allow-Origin", ownOrigin)
				return nil
			})
			return server{fiberTransport{app}, app.Listener, app.ShutdownWithContext, new(panics)}
		},
		"fiberv3": func(p *core.Policy) server { return fiberv3(p, install) },
	}
}

// server is an HTTP server of net/http or fasthttp.
type server struct {
	transport http.RoundTripper // in process
	serve     func(net.Listener) error
	shutdown  func(context.Context) error
	panics    *panics
}

// panics is the error log of a server. It keeps the first line about a panic of a handler,
// from which net/http recovers. fasthttp does not, so there a panic ends the test.
type panics struct{ first atomic.Value }

func (p *panics) Write(line []byte) (int, error) {
	if bytes.Contains(line, []byte("panic serving")) {
		p.first.CompareAndSwap(nil, string(line))
	}
	return len(line), nil
}

func netHTTP(router http.Handler) server {
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Total", "3")
		w.Header().Set("X-Page", "1")
		router.ServeHTTP(w, r)
	})
	errorLog := new(panics)
	s := &http.Server{Handler: h, MaxHeaderBytes: maxHeader, ErrorLog: log.New(errorLog, "", 0), Protocols: new(http.Protocols)}
	s.Protocols.SetHTTP1(true)
	s.Protocols.SetUnencryptedHTTP2(true)
	return server{browser.Handler(h), s.Serve, s.Shutdown, errorLog}
}

type fiberTransport struct{ app *fiber.App }

func (t fiberTransport) RoundTrip(r *http.Request) (*http.Response, error) { return t.app.Test(r) }

// start serves on a free port until the test ends, and returns the address. A panic while
// it serves fails the test.
func (s server) start(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- s.serve(l) }()
	t.Cleanup(func() {
		if err := s.shutdown(context.Background()); err != nil {
			t.Error(err)
		}
		if err := <-served; err != nil && !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
		if line := s.panics.first.Load(); line != nil {
			t.Errorf("a handler panicked: %.500s", line)
		}
	})
	return l.Addr().String()
}
