package main

import (
	"net/http"
	"strings"

	"github.com/valyala/fasthttp"
)

// server answers one request over and over. It is for one goroutine.
type server struct {
	serve  func()
	answer func() answer // to the request served last
}

// answer is what CORS has to say in a response.
type answer struct {
	status int
	header http.Header
}

// handlerServer reuses the request and the response's map, so that neither
// hides what a middleware costs.
func handlerServer(h http.Handler, r *request) server {
	req := r.netHTTP()
	w := &writer{header: make(http.Header)}
	return server{
		serve: func() {
			clear(w.header)
			w.status = http.StatusOK
			h.ServeHTTP(w, req)
		},
		answer: func() answer { return answer{w.status, w.header} },
	}
}

type writer struct {
	header http.Header
	status int
}

func (w *writer) Header() http.Header         { return w.header }
func (w *writer) Write(b []byte) (int, error) { return len(b), nil }
func (w *writer) WriteHeader(status int)      { w.status = status }

// fasthttpServer reuses what a fasthttp server reuses from request to request.
func fasthttpServer(handler fasthttp.RequestHandler, r *request) server {
	ctx := r.fasthttp()
	return server{
		serve: func() {
			ctx.ResetUserValues()
			ctx.Response.Reset()
			handler(ctx)
		},
		answer: func() answer {
			a := answer{ctx.Response.StatusCode(), make(http.Header)}
			ctx.Response.Header.VisitAll(func(name, value []byte) {
				if n := string(name); n == "Vary" || strings.HasPrefix(n, "Access-Control-") {
					a.header.Add(n, string(value))
				}
			})
			return a
		},
	}
}
