package main

import (
	"cmp"
	"net/http"
	"net/url"

	"github.com/valyala/fasthttp"
)

// The one route that every router has.
const (
	host = "api.example.org"
	path = "/items"
)

// request is what both kinds of server are sent.
type request struct {
	method  string
	origin  string   // none if empty
	twice   bool     // the Origin line is
	asks    string   // Access-Control-Request-Method, none if empty
	headers []string // the lines of Access-Control-Request-Headers
	path    string   // that of the one route if empty
}

func actual(origin string) request { return request{method: "GET", origin: origin} }

func preflight(origin, method string, headers ...string) request {
	return request{method: "OPTIONS", origin: origin, asks: method, headers: headers}
}

func (r *request) target() string { return cmp.Or(r.path, path) }

func (r *request) preflight() bool { return r.asks != "" }

func (r *request) netHTTP() *http.Request {
	req := &http.Request{
		Method: r.method, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		URL: &url.URL{Path: r.target()}, RequestURI: r.target(), Host: host,
		Header: make(http.Header), Body: http.NoBody,
	}
	r.each(req.Header.Add)
	return req
}

func (r *request) fasthttp() *fasthttp.RequestCtx {
	ctx := new(fasthttp.RequestCtx)
	ctx.Request.Header.SetMethod(r.method)
	ctx.Request.SetRequestURI(r.target())
	ctx.Request.Header.SetHost(host)
	r.each(ctx.Request.Header.Add)
	return ctx
}

func (r *request) each(add func(name, value string)) {
	if r.origin != "" {
		add("Origin", r.origin)
	}
	if r.twice {
		add("Origin", r.origin)
	}
	if r.asks != "" {
		add("Access-Control-Request-Method", r.asks)
	}
	for _, line := range r.headers {
		add("Access-Control-Request-Headers", line)
	}
}
