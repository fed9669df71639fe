package main

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/corsuite/corsuite/core"
	"github.com/valyala/fasthttp"
)

// callKey is the query parameter that holds a call's key.
const callKey = "call"

// http returns a handler that records the exchanges of a router. net/http sends a small
// answer after the handler returns, so the exchange is recorded before the browser gets the
// answer.
func (rec *recorder) http(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := newExchange(r.Method, r.RequestURI, r.Header)
		sw := &statusWriter{ResponseWriter: w}
		next.ServeHTTP(sw, r)
		if sw.status == 0 {
			sw.WriteHeader(http.StatusOK)
		}
		x.status, x.response = sw.status, sw.sent
		rec.keep(r.URL.Query().Get(callKey), x)
	})
}

// statusWriter copies the status and header when they are sent, since later changes to the
// header have no effect on the answer.
type statusWriter struct {
	http.ResponseWriter
	status int
	sent   []field
}

func (w *statusWriter) WriteHeader(status int) {
	if w.status == 0 && status >= http.StatusOK {
		w.status = status
		for name, values := range w.Header() {
			for _, v := range values {
				w.sent = append(w.sent, field{name, v})
			}
		}
		corsFirst(w.sent)
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusWriter) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	return w.ResponseWriter.Write(b)
}

// fasthttp returns a handler that records the exchanges of a fiber app. It copies all
// strings, since the next request overwrites their memory.
func (rec *recorder) fasthttp(next fasthttp.RequestHandler) fasthttp.RequestHandler {
	return func(ctx *fasthttp.RequestCtx) {
		key := string(ctx.QueryArgs().Peek(callKey))
		sent := make(http.Header)
		for name, value := range ctx.Request.Header.All() {
			sent.Add(string(name), string(value))
		}
		x := newExchange(string(ctx.Method()), string(ctx.RequestURI()), sent)
		next(ctx)
		x.status = ctx.Response.StatusCode()
		empty := len(ctx.Response.Body()) == 0
		for name, value := range ctx.Response.Header.All() {
			if empty && string(name) == "Content-Type" {
				continue // fasthttp does not send this default without a body
			}
			x.response = append(x.response, field{string(name), string(value)})
		}
		corsFirst(x.response)
		rec.keep(key, x)
	}
}

// newExchange returns an exchange with a request.
func newExchange(method, target string, sent http.Header) exchange {
	x := exchange{method: method, target: target, cors: core.Request{
		Method:         method,
		Origin:         sent["Origin"],
		RequestMethod:  sent["Access-Control-Request-Method"],
		RequestHeaders: sent["Access-Control-Request-Headers"],
	}}
	for name, values := range sent {
		for _, v := range values {
			if name == "Cookie" {
				v = ownCookie(v)
			}
			if v != "" {
				x.request = append(x.request, field{name, v})
			}
		}
	}
	corsFirst(x.request)
	return x
}

// ownCookie returns the playground's cookie only. A browser also sends the cookies of other
// servers on localhost, since cookies are the same for every port.
func ownCookie(line string) string {
	cookies, err := http.ParseCookie(line)
	if err != nil {
		return ""
	}
	for _, c := range cookies {
		if c.Name == sessionName {
			return c.Name + "=" + c.Value
		}
	}
	return ""
}

// corsFirst sorts headers: first those of CORS, in the order of the standard, then the others
// by name. So the page has the same order for all routers.
func corsFirst(fields []field) {
	answered := core.ResponseHeaders()
	order := append([]string{"Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers"}, answered[:]...)
	rank := func(f field) int {
		if i := slices.Index(order, f.Name); i >= 0 {
			return i
		}
		return len(order)
	}
	slices.SortStableFunc(fields, func(a, b field) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), strings.Compare(a.Name, b.Name))
	})
}

// isCORS reports whether a header belongs to the CORS protocol.
func isCORS(name string) bool {
	return name == "Origin" || strings.HasPrefix(name, "Access-Control-")
}
