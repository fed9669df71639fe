package routes

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
)

const (
	page  = "https://app.example.com"
	token = "Bearer token"
)

// request is what a probe sends.
type request struct {
	method string
	host   string
	target string // as on the wire
	header [][2]string
}

// app is a router, ready to serve. One request at a time.
type app func(request) answer

// answer is a response, and what ran to make it.
type answer struct {
	status   int
	header   http.Header
	body     string
	ran      trace
	panicked any
}

// same reports whether nobody can tell two answers apart.
func (a answer) same(b answer) bool {
	return a.status == b.status && a.body == b.body && maps.EqualFunc(a.header, b.header, slices.Equal)
}

// approves returns the mark of the policy that allows what a preflight asks.
func (a answer) approves() string {
	if a.status < 200 || a.status > 299 || a.header.Get("Access-Control-Allow-Origin") != page {
		return ""
	}
	return a.header.Get("Access-Control-Allow-Headers")
}

// shows returns the mark of the policy that lets a page read the answer.
func (a answer) shows() string {
	if a.header.Get("Access-Control-Allow-Origin") != page {
		return ""
	}
	return a.header.Get("Access-Control-Expose-Headers")
}

// silent reports whether an answer has no header of CORS.
func (a answer) silent() bool {
	for name := range a.header {
		if strings.HasPrefix(name, "Access-Control-") {
			return false
		}
	}
	return true
}

// trace is the users' code that ran for a request.
type trace struct {
	app     []string // middleware at app level
	below   []string // everything else
	handled bool     // a route's handler
}

func (t *trace) enter(name string, atApp bool) {
	if atApp {
		t.app = append(t.app, name)
	} else {
		t.below = append(t.below, name)
	}
}

// within reports whether nothing ran beyond what ran for another request.
func (t trace) within(other trace) bool {
	return subset(t.app, other.app) && subset(t.below, other.below)
}

func subset(some, all []string) bool {
	for _, name := range some {
		if !slices.Contains(all, name) {
			return false
		}
	}
	return true
}

// serveHTTP makes an app of a net/http handler. It reads a request's target like
// net/http's server.
func serveHTTP(h http.Handler, ran *trace) app {
	return func(q request) (a answer) {
		*ran = trace{}
		defer func() { a.ran, a.panicked = *ran, recover() }()
		u, err := url.ParseRequestURI(q.target)
		if err != nil {
			return answer{status: http.StatusBadRequest}
		}
		r := &http.Request{
			Method: q.method, URL: u, RequestURI: q.target, Host: q.host,
			Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: make(http.Header), Body: http.NoBody,
		}
		for _, field := range q.header {
			r.Header.Add(field[0], field[1])
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		header := w.Result().Header
		slices.Sort(header["Allow"]) // chi takes it from a map
		return answer{status: w.Code, header: header, body: w.Body.String()}
	}
}
