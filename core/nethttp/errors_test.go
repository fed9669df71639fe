package nethttp_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/corsuite/corsuite/core/browser"
	"github.com/corsuite/corsuite/core/corstest"
)

// A page can read an error if the middleware that causes the error is inside CORS.
func TestPagesCanReadErrors(t *testing.T) {
	cors := cors(t)
	tooLate := func(h http.Handler) http.Handler { return http.TimeoutHandler(h, 0, "too late") }
	never := endless(t)
	for _, test := range []struct {
		name    string
		request browser.Request
		right   http.Handler
		status  int
		wrong   http.Handler // the wrong order, or nil if the order does not matter
		stops   browser.Step // where the browser blocks the page with the wrong order
	}{
		{
			"timeout around everything", browser.Request{URL: "/"},
			cors(tooLate(never)), 503,
			tooLate(cors(never)), browser.StepResponse,
		},
		{
			"timeout of a request with a preflight", browser.Request{Method: "PUT", URL: "/"},
			cors(tooLate(never)), 503,
			tooLate(cors(never)), browser.StepPreflight,
		},
		{
			"no credentials", browser.Request{URL: "/"},
			cors(locked(text("private"))), 401,
			locked(cors(text("private"))), browser.StepResponse,
		},
		{
			"no credentials, with a preflight", browser.Request{Method: "PUT", URL: "/"},
			cors(locked(text("private"))), 401,
			locked(cors(text("private"))), browser.StepPreflight,
		},
		{
			"body too large", browser.Request{Method: "POST", URL: "/", Body: browser.Text("12345")},
			cors(http.MaxBytesHandler(http.HandlerFunc(readAll), 4)), 413,
			nil, browser.StepNone,
		},
		{
			"body too large, limit outside CORS", browser.Request{Method: "POST", URL: "/", Body: browser.Text("12345")},
			http.MaxBytesHandler(cors(http.HandlerFunc(readAll)), 4), 413,
			nil, browser.StepNone,
		},
		{
			"panic, recovery inside CORS", browser.Request{URL: "/"},
			cors(recovery(http.HandlerFunc(broken))), 500,
			nil, browser.StepNone,
		},
		{
			"range that the file does not have", browser.Request{URL: "/", Headers: []browser.Header{{Name: "Range", Value: "bytes=9-"}}},
			cors(http.HandlerFunc(file)), 416,
			nil, browser.StepNone,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			open(t, test.right).Reads(test.request, test.status)
			if test.wrong != nil {
				open(t, test.wrong).Blocked(test.request, test.stops)
			}
		})
	}
}

// endless returns a handler that returns only when the test ends, so that it always
// exceeds a timeout.
func endless(t *testing.T) http.Handler {
	done := make(chan struct{})
	t.Cleanup(func() { close(done) })
	return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-done })
}

func locked(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, _, ok := r.BasicAuth(); !ok {
			w.Header().Set("WWW-Authenticate", "Basic")
			http.Error(w, "authentication required", http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func readAll(w http.ResponseWriter, r *http.Request) {
	_, err := io.ReadAll(r.Body)
	if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
		http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
	}
}

func broken(http.ResponseWriter, *http.Request) { panic("a bug") }

func file(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("ETag", `"1"`)
	http.ServeContent(w, r, "logo.svg", time.Time{}, strings.NewReader("<svg/>"))
}

// CORS answers the preflight and adds headers to the redirect of the mux, so a page
// can follow the redirect.
func TestPagesFollowRedirectsOfMux(t *testing.T) {
	mux := http.NewServeMux()
	mux.Handle("/tree/", text("tree"))
	handler := cors(t)(mux)
	for _, test := range []struct{ method, path string }{{"GET", "/tree"}, {"PUT", "/tree"}, {"PUT", "/a/../tree/"}} {
		outcome := open(t, handler).Fetch(browser.Request{Method: test.method, URL: test.path})
		if !outcome.Allowed || !strings.HasSuffix(outcome.Response.URL, "/tree/") {
			t.Errorf("%s %s: allowed %v (%s), want the answer of /tree/", test.method, test.path, outcome.Allowed, outcome.Reason)
		}
	}
}

// http.ServeContent deletes some headers if it does not succeed, but no CORS headers.
func TestServeContentKeepsHeaders(t *testing.T) {
	handler := cors(t)(http.HandlerFunc(file))
	for name, test := range map[string]struct {
		value  string
		status int
	}{
		"If-None-Match": {`"1"`, http.StatusNotModified},
		"If-Match":      {`"2"`, http.StatusPreconditionFailed},
		"Range":         {"bytes=9-", http.StatusRequestedRangeNotSatisfiable},
	} {
		open(t, handler).Want("GET /\nOrigin: "+page+"\n"+name+": "+test.value, corstest.Answer{Status: test.status, CORS: corstest.Allowed})
	}
}

// http.TimeoutHandler replaces the headers outside it with those of its handler. A Vary
// of the handler therefore replaces the Vary of a policy outside. If the policy is also
// inside, both remain.
func TestTimeoutHandlerReplacesVary(t *testing.T) {
	cors := cors(t)
	handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Header().Add("Vary", "Accept") })
	timeout := func(h http.Handler) http.Handler { return http.TimeoutHandler(h, time.Hour, "") }
	for _, test := range []struct {
		handler http.Handler
		want    string
	}{
		{cors(timeout(handler)), "Vary: Accept"},
		{timeout(cors(handler)), "Vary: Accept\nVary: Origin"},
		{cors(timeout(cors(handler))), "Vary: Accept\nVary: Origin"},
	} {
		got := open(t, test.handler).Ask("GET /\nOrigin: " + page).CORS
		if !strings.HasSuffix(got, "X-Total\n"+test.want) {
			t.Errorf("got\n%s\nwant %q at the end", got, test.want)
		}
	}
	open(t, cors(timeout(cors(handler)))).Reads(browser.Request{Method: "PUT", URL: "/"}, http.StatusOK)
	open(t, cors(http.TimeoutHandler(cors(endless(t)), 0, ""))).Reads(browser.Request{URL: "/"}, http.StatusServiceUnavailable)
}

// The server answers malformed requests without calling a handler, so these answers
// have no CORS headers.
func TestAnswersOfServerHaveNoCORS(t *testing.T) {
	server := httptest.NewUnstartedServer(cors(t)(text("posts")))
	server.Config.MaxHeaderBytes = 1
	server.Start()
	t.Cleanup(server.Close)
	for lines, status := range map[string]int{
		"Host: api\r\nOrigin: " + page + "\r\nX-Long: " + strings.Repeat("x", 8<<10): http.StatusRequestHeaderFieldsTooLarge,
		"Origin: " + page: http.StatusBadRequest, // no Host
		"Host: api\r\nOrigin: " + page + "\r\nTransfer-Encoding: x": http.StatusNotImplemented,
	} {
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		fmt.Fprintf(conn, "GET / HTTP/1.1\r\n%s\r\n\r\n", lines)
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != status || resp.Header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%.40q: got %d, %v", lines, resp.StatusCode, resp.Header)
		}
	}
}
