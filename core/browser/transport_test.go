package browser_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core/browser"
)

// In process, a handler receives a request as from a server.
func TestRequestOfHandler(t *testing.T) {
	var got *http.Request
	var body []byte
	h := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		got = r
		body, _ = io.ReadAll(r.Body)
	})
	fetch(t, newBrowser(h, browser.Standard), browser.Request{Method: "POST", URL: "https://API.example.com/a%2Fb?c=d#e", Body: browser.Text("text")})
	if got.RequestURI != "/a%2Fb?c=d" || got.URL.String() != "/a%2Fb?c=d" || got.Host != "api.example.com" || got.RemoteAddr == "" || got.TLS == nil {
		t.Errorf("%s, %s, host %s, from %s, TLS %v", got.RequestURI, got.URL, got.Host, got.RemoteAddr, got.TLS)
	}
	if string(body) != "text" || got.ContentLength != 4 {
		t.Errorf("body %q, length %d", body, got.ContentLength)
	}
	fetch(t, newBrowser(h, browser.Standard), browser.Request{URL: "http://api.example.com:8080"})
	if got.RequestURI != "/" || got.Host != "api.example.com:8080" || got.TLS != nil || got.Body == nil {
		t.Errorf("%s, host %s, TLS %v, body %v", got.RequestURI, got.Host, got.TLS, got.Body)
	}
}

// In process, the answer of a handler is the same as over a socket.
func TestAnswerOfHandler(t *testing.T) {
	for name, h := range map[string]http.HandlerFunc{
		"headers after the status are ignored": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-A", "1")
			w.WriteHeader(http.StatusTeapot)
			w.Header().Set("X-A", "2")
			w.WriteHeader(http.StatusOK)
			io.WriteString(w, "body")
		},
		"headers after the body are ignored": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-A", "1")
			w.WriteHeader(http.StatusTeapot)
			io.WriteString(w, "body")
			w.Header().Del("X-A")
		},
		"lower-case name, blanks and line breaks": func(w http.ResponseWriter, _ *http.Request) {
			w.Header()["x-a"] = []string{" \r\n1\n\t"}
			w.WriteHeader(http.StatusEarlyHints)
			w.WriteHeader(http.StatusTeapot)
			io.WriteString(w, "body")
		},
		"flushed": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-A", "1")
			w.WriteHeader(http.StatusTeapot)
			io.WriteString(w, "bo")
			w.(http.Flusher).Flush()
			io.WriteString(w, "dy")
		},
	} {
		r := fetch(t, newBrowser(h, browser.Standard), browser.Request{Origin: api}).Response
		if r.Status != http.StatusTeapot || len(r.Header) != 1 || r.Header.Get("X-A") != "1" || string(r.Body) != "body" {
			t.Errorf("%s: %+v", name, r)
		}
	}
	for name, h := range map[string]http.HandlerFunc{
		"nothing written": func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("X-A", "1") },
		"flushed only": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-A", "1")
			w.(http.Flusher).Flush()
			w.WriteHeader(http.StatusTeapot)
			w.Header().Set("X-A", "2")
		},
	} {
		if r := fetch(t, newBrowser(h, browser.Standard), browser.Request{Origin: api}).Response; r.Status != 200 || r.Header.Get("X-A") != "1" {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

// A Browser without a Transport uses the network. It sends cookies according to the
// credentials mode.
func TestCookiesOverNetwork(t *testing.T) {
	h := server(mirror(allowMethods("PUT")), mirror("Set-Cookie: session=1"))
	s := httptest.NewServer(h)
	defer s.Close()
	var b browser.Browser
	b.Jar, _ = cookiejar.New(nil)
	for i, test := range []struct {
		request browser.Request
		want    string // the cookie that is sent
	}{
		{browser.Request{}, ""},
		{browser.Request{Credentials: browser.Omit}, ""},
		{browser.Request{Origin: s.URL, Credentials: browser.Omit}, ""},
		{browser.Request{Method: "PUT", Credentials: browser.Include}, ""},
		{browser.Request{Method: "PUT", Credentials: browser.Include}, "session=1"},
		{browser.Request{}, ""},
		{browser.Request{Origin: s.URL}, "session=1"},
		{browser.Request{Origin: s.URL, Credentials: browser.Omit}, ""},
		{browser.Request{Mode: browser.NoCORS, Credentials: browser.Include}, "session=1"},
	} {
		test.request.URL = s.URL
		outcome := fetch(t, &b, test.request)
		for _, e := range outcome.Exchanges {
			want := test.want
			if e.Preflight {
				want = ""
			}
			if got := e.Request.Get("Cookie"); got != want {
				t.Errorf("request %d: %s with cookie %q, want %q", i, e.Method, got, want)
			}
		}
		if !outcome.Allowed {
			t.Errorf("request %d is blocked: %s", i, outcome.Reason)
		}
	}
}

// A cookie in the answer to a preflight is not stored.
func TestPreflightSetsNoCookie(t *testing.T) {
	b := newBrowser(server(allowing(allowMethods("PUT"), "Set-Cookie: session=1"), allowing()), browser.Standard)
	b.Jar, _ = cookiejar.New(nil)
	for range 2 {
		for _, e := range fetch(t, b, browser.Request{Method: "PUT", Credentials: browser.Include}).Exchanges {
			if e.Request.Get("Cookie") != "" {
				t.Errorf("%s has the cookie %q, want none", e.Method, e.Request["Cookie"])
			}
		}
	}
}

// An error of the transport is an outcome, whose reason quotes the error.
func TestErrorOfTransportIsOutcome(t *testing.T) {
	b := &browser.Browser{Transport: browser.TransportFunc(func(*http.Request) (*http.Response, error) {
		return nil, errors.New("no\x1b[31mway")
	})}
	for _, r := range []browser.Request{{}, {Method: "PUT"}, {Origin: api}, {Mode: browser.NoCORS}} {
		outcome := fetch(t, b, r)
		if verdict(outcome) != "network" || !strings.Contains(outcome.Reason, `no\x1b[31mway`) || len(outcome.Exchanges) != 1 || outcome.Exchanges[0].Status != 0 {
			t.Errorf("sent %s: %s, %+v", trace(outcome), outcome.Reason, outcome.Exchanges)
		}
	}
}

// broken is a body that ends with an error.
type broken struct{ rest io.Reader }

func (b broken) Read(p []byte) (int, error) {
	n, err := b.rest.Read(p)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

func (broken) Close() error { return nil }

func answering(body io.ReadCloser) *browser.Browser {
	return &browser.Browser{Transport: browser.TransportFunc(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"access-control-allow-origin": {"*"}}, Body: body}, nil
	})}
}

// fetch() succeeds even if the body is incomplete or too long.
func TestIncompleteBodies(t *testing.T) {
	for name, test := range map[string]struct {
		body io.ReadCloser
		want int
	}{
		"missing":   {nil, 0},
		"complete":  {io.NopCloser(strings.NewReader("whole")), 5},
		"truncated": {broken{strings.NewReader("part")}, 4},
		"very long": {io.NopCloser(strings.NewReader(strings.Repeat("a", 11<<20))), 10 << 20},
	} {
		outcome := fetch(t, answering(test.body), browser.Request{})
		if !outcome.Allowed || len(outcome.Response.Body) != test.want {
			t.Errorf("%s: %s, %+v", name, outcome.Reason, outcome.Response)
		}
	}
}

// endless is a body that cancels its context and then returns the error of the context.
type endless struct {
	ctx    context.Context
	cancel context.CancelFunc
}

func (b endless) Read(p []byte) (int, error) {
	b.cancel()
	return copy(p, "part"), b.ctx.Err()
}

func (endless) Close() error { return nil }

// If the context ends while Fetch reads the body, Fetch returns the part before that.
func TestContextEndsDuringBody(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	outcome, err := answering(endless{ctx, cancel}).Fetch(ctx, complete(browser.Request{}))
	if err != nil || !outcome.Allowed || string(outcome.Response.Body) != "part" {
		t.Errorf("%v, %s, %+v", err, outcome.Reason, outcome.Response)
	}
}

// If the context ends before the actual request, Fetch returns the error of the context.
func TestContextEndsBeforeAnswer(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	requests := 0
	b := newBrowser(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests++
		cancel()
		allowing(allowMethods("PUT")).ServeHTTP(w, r)
	}), browser.Standard)
	for range 2 {
		if outcome, err := b.Fetch(ctx, complete(browser.Request{Method: "PUT"})); !errors.Is(err, context.Canceled) || outcome.Exchanges != nil {
			t.Errorf("%v, %+v", err, outcome)
		}
	}
	if requests != 1 {
		t.Errorf("the server received %d requests, want 1", requests)
	}
}
