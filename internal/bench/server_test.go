package bench

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"

	"github.com/valyala/fasthttp"
)

const (
	host = "api.example.org"
	path = "/items"
)

// request can be sent to net/http and to fasthttp.
type request struct {
	method, path string // path is the constant if empty
	header       http.Header
}

func actual(origin string) request {
	r := request{method: "GET", header: make(http.Header)}
	if origin != "" {
		r.header.Set("Origin", origin)
	}
	return r
}

func preflight(origin, method string, headers ...string) request {
	r := actual(origin)
	r.method = "OPTIONS"
	r.header.Set(requestMethod, method)
	if len(headers) != 0 {
		r.header[requestHeaders] = headers
	}
	return r
}

func (r *request) preflight() bool { return r.header[requestMethod] != nil }

// app makes a server for one request.
type app func(*request) server

// server answers one request again and again. It is for one goroutine.
type server struct {
	serve  func()
	answer func() answer // to the last request
}

type answer struct {
	status int
	header http.Header
}

// onHTTP reuses the request and the header map of the response, so that what they
// cost does not hide what a middleware costs.
func onHTTP(h http.Handler) app {
	return func(r *request) server {
		target := cmp.Or(r.path, path)
		req := &http.Request{
			Method: r.method, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
			URL: &url.URL{Path: target}, RequestURI: target, Host: host,
			Header: r.header, Body: http.NoBody,
		}
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
}

type writer struct {
	header http.Header
	status int
}

func (w *writer) Header() http.Header         { return w.header }
func (w *writer) Write(b []byte) (int, error) { return len(b), nil }
func (w *writer) WriteHeader(status int)      { w.status = status }

// onFasthttp reuses what a fasthttp server reuses from request to request.
func onFasthttp(handler fasthttp.RequestHandler) app {
	return func(r *request) server {
		ctx := new(fasthttp.RequestCtx)
		ctx.Request.Header.SetMethod(r.method)
		ctx.Request.SetRequestURI(cmp.Or(r.path, path))
		ctx.Request.Header.SetHost(host)
		for name, values := range r.header {
			for _, value := range values {
				ctx.Request.Header.Add(name, value)
			}
		}
		return server{
			serve: func() {
				ctx.ResetUserValues()
				ctx.Response.Reset()
				handler(ctx)
			},
			answer: func() answer {
				a := answer{ctx.Response.StatusCode(), make(http.Header)}
				for name, value := range ctx.Response.Header.All() {
					if n := string(name); n == "Vary" || strings.HasPrefix(n, "Access-Control-") {
						a.header.Add(n, string(value))
					}
				}
				return a
			},
		}
	}
}
