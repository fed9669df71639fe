package routes

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
)

const (
	page     = "https://app.example.com"
	stranger = "https://evil.example" // no policy lists it
	token    = "Bearer token"
)

// request is an HTTP request.
type request struct {
	method string
	host   string
	target string   // as in the request line
	header []string // names and values
}

// app sends a request to a router. It is not safe for concurrent use.
type app func(request) answer

// answer is a response, and a trace of the code that made it.
type answer struct {
	status   int
	header   http.Header
	body     string
	ran      trace
	panicked any
}

// same reports whether two answers are equal and the same code made them.
func (a answer) same(b answer) bool {
	return a.status == b.status && a.body == b.body && maps.EqualFunc(a.header, b.header, slices.Equal) && slices.Equal(a.ran.names, b.ran.names)
}

// approves returns the mark of the policy that allows a preflight.
func (a answer) approves() string {
	if a.status < 200 || a.status > 299 || a.header.Get("Access-Control-Allow-Origin") != page {
		return ""
	}
	return a.header.Get("Access-Control-Allow-Headers")
}

// shows returns the mark of the policy that allows a page to read the answer.
func (a answer) shows() string {
	if a.header.Get("Access-Control-Allow-Origin") != page {
		return ""
	}
	return a.header.Get("Access-Control-Expose-Headers")
}

// rejects reports whether the answer is a 403 without CORS headers.
func (a answer) rejects() bool {
	for name := range a.header {
		if strings.HasPrefix(name, "Access-Control-") {
			return false
		}
	}
	return a.status == http.StatusForbidden
}

// String returns the answer as indented lines.
func (a answer) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "\t%d %q, ran %v\n", a.status, a.body, a.ran.names)
	if a.panicked != nil {
		fmt.Fprintf(&b, "\tpanic: %v\n", a.panicked)
	}
	for name, values := range a.header {
		fmt.Fprintf(&b, "\t%s: %s\n", name, strings.Join(values, " | "))
	}
	return b.String()
}

// trace records the handlers and middleware that ran for a request.
type trace struct {
	names   []string
	handled bool // the handler of a route ran
	below   bool // in fiber, middleware below a path ran
	unclear bool // fiber does not expose whether the route has a policy
}

// behind reports whether code that was registered after Install ran.
func (t trace) behind() bool {
	return slices.ContainsFunc(t.names, func(name string) bool { return !strings.HasPrefix(name, string(before)) })
}

// serveHTTP returns an app for a net/http handler. It parses the target of a request like
// the server of net/http.
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
		for field := range slices.Chunk(q.header, 2) {
			r.Header.Add(field[0], field[1])
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		header := w.Result().Header
		slices.Sort(header["Allow"]) // in chi, its order is random
		return answer{status: w.Code, header: header, body: w.Body.String()}
	}
}
