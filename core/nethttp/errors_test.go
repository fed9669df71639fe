package nethttp_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/corsuite/corsuite/core/browser"
	"github.com/corsuite/corsuite/core/nethttp"
)

// What a page reads of an error, and where CORS has to stand for that. The rest is
// in TestActual.
func TestErrorsForPages(t *testing.T) {
	cors := nethttp.New(config())
	tooLate := func(h http.Handler) http.Handler { return http.TimeoutHandler(h, 0, "too late") }
	never := endless(t)
	for _, test := range []struct {
		name    string
		request browser.Request
		right   http.Handler
		status  int
		wrong   http.Handler // nil if no other place is wrong
		stops   browser.Step // where the browser stops then
	}{
		{
			"timeout around everything", browser.Request{URL: "/"},
			cors(tooLate(never)), 503,
			tooLate(cors(never)), browser.StepResponse,
		},
		{
			"timeout of a request that is preflighted", browser.Request{Method: "PUT", URL: "/"},
			cors(tooLate(never)), 503,
			tooLate(cors(never)), browser.StepPreflight,
		},
		{
			"no credentials", browser.Request{URL: "/"},
			cors(locked(text("private"))), 401,
			locked(cors(text("private"))), browser.StepResponse,
		},
		{
			"no credentials, preflighted", browser.Request{Method: "PUT", URL: "/"},
			cors(locked(text("private"))), 401,
			locked(cors(text("private"))), browser.StepPreflight,
		},
		{
			"body too large", browser.Request{Method: "POST", URL: "/", Body: browser.Text("12345")},
			cors(http.MaxBytesHandler(http.HandlerFunc(readAll), 4)), 413,
			nil, browser.StepNone,
		},
		{
			"body too large, limited further out", browser.Request{Method: "POST", URL: "/", Body: browser.Text("12345")},
			http.MaxBytesHandler(cors(http.HandlerFunc(readAll)), 4), 413,
			nil, browser.StepNone,
		},
		{
			"panic, recovered further in", browser.Request{URL: "/"},
			cors(recovery(http.HandlerFunc(broken))), 500,
			nil, browser.StepNone,
		},
		{
			"range that a file does not have", browser.Request{URL: "/", Headers: []browser.Header{{Name: "Range", Value: "bytes=9-"}}},
			cors(http.HandlerFunc(file)), 416,
			nil, browser.StepNone,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			reads(t, visit(t, test.right, test.request), test.status)
			if test.wrong != nil {
				readsNothing(t, visit(t, test.wrong, test.request), test.stops)
			}
			test.request.Origin = other
			if outcome := visit(t, test.right, test.request); outcome.Allowed {
				t.Error("a denied page can read it too")
			}
		})
	}
}

// endless is a handler that ends after the test, so its time is up for certain.
func endless(t *testing.T) http.Handler {
	done := make(chan struct{})
	t.Cleanup(func() { close(done) })
	return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-done })
}

func locked(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, _, ok := r.BasicAuth(); !ok {
			w.Header().Set("WWW-Authenticate", "Basic")
			http.Error(w, "who are you?", http.StatusUnauthorized)
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

// Where nothing recovers, net/http closes the connection, and no header is sent.
func TestPanicWithoutRecovery(t *testing.T) {
	server := httptest.NewUnstartedServer(nethttp.New(config())(http.HandlerFunc(broken)))
	var logged bytes.Buffer
	server.Config.ErrorLog = log.New(&logged, "", 0)
	server.Start()
	b := &browser.Browser{Transport: server.Client().Transport}
	outcome, err := b.Fetch(t.Context(), browser.Request{Origin: app, URL: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	readsNothing(t, outcome, browser.StepNetwork)
	server.Close() // waits for the log
	if !strings.Contains(logged.String(), "a bug") {
		t.Errorf("logged %q", logged.String())
	}
}

// The mux redirects behind CORS, so a page follows it, and its preflight too.
func TestRedirectsOfMuxForPages(t *testing.T) {
	mux := http.NewServeMux()
	mux.Handle("/tree/", text("tree"))
	handler := nethttp.New(config())(mux)
	for _, test := range []struct{ method, path string }{{"GET", "/tree"}, {"PUT", "/tree"}, {"PUT", "/a/../tree/"}} {
		outcome := visit(t, handler, browser.Request{Method: test.method, URL: test.path})
		reads(t, outcome, http.StatusOK)
		if !strings.HasSuffix(outcome.Response.URL, "/tree/") {
			t.Errorf("%s %s leads to %s", test.method, test.path, outcome.Response.URL)
		}
	}
}

// http.ServeContent deletes some headers of an answer that is no success, but none
// of CORS.
func TestServeContentKeepsHeaders(t *testing.T) {
	handler := nethttp.New(config())(http.HandlerFunc(file))
	for name, test := range map[string]struct {
		value  string
		status int
	}{
		"If-None-Match": {`"1"`, http.StatusNotModified},
		"If-Match":      {`"2"`, http.StatusPreconditionFailed},
		"Range":         {"bytes=9-", http.StatusRequestedRangeNotSatisfiable},
	} {
		r := actual("GET", "/", app)
		r.Header.Set(name, test.value)
		check(t, ask(t, handler, r), test.status, allowed)
	}
}

// http.TimeoutHandler gives its handler new headers, which replace those outside:
// a Vary of the handler the policy's. A policy inside it as well keeps both.
func TestTimeoutHandlerAndVary(t *testing.T) {
	cors := nethttp.New(config())
	handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Header().Add("Vary", "Accept") })
	timeout := func(h http.Handler) http.Handler { return http.TimeoutHandler(h, time.Hour, "") }
	for _, test := range []struct {
		handler http.Handler
		want    string
	}{
		{cors(timeout(handler)), "Vary: Accept"},
		{timeout(cors(handler)), "Vary: Origin\nVary: Accept"},
		{cors(timeout(cors(handler))), "Vary: Origin\nVary: Accept"},
	} {
		if got := vary(ask(t, test.handler, actual("GET", "/", app))); got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
	reads(t, visit(t, cors(timeout(cors(handler))), browser.Request{Method: "PUT", URL: "/"}), http.StatusOK)
	reads(t, visit(t, cors(http.TimeoutHandler(cors(endless(t)), 0, "")), browser.Request{URL: "/"}), http.StatusServiceUnavailable)
}

// What the server answers without any handler no page can read.
func TestAnswersOfServerItself(t *testing.T) {
	server := httptest.NewUnstartedServer(nethttp.New(config())(text("posts")))
	server.Config.MaxHeaderBytes = 1
	server.Start()
	t.Cleanup(server.Close)
	for lines, status := range map[string]int{
		"Host: api\r\nOrigin: " + app + "\r\nX-Long: " + strings.Repeat("x", 8<<10): http.StatusRequestHeaderFieldsTooLarge,
		"Origin: " + app: http.StatusBadRequest, // no Host
		"Host: api\r\nOrigin: " + app + "\r\nTransfer-Encoding: x": http.StatusNotImplemented,
	} {
		conn, r := dial(t, server.Listener.Addr())
		fmt.Fprintf(conn, "GET / HTTP/1.1\r\n%s\r\n\r\n", lines)
		resp, err := http.ReadResponse(r, nil)
		if err != nil {
			t.Fatal(err)
		}
		check(t, read(t, resp), status, "")
	}
}
