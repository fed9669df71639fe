package main

import (
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/corsuite/corsuite/core/browser"
)

func TestFailures(t *testing.T) {
	plain := httptest.NewServer(say(200, allowAll))
	t.Cleanup(plain.Close)
	encrypted := httptest.NewTLSServer(say(200, allowAll))
	t.Cleanup(encrypted.Close)
	closing := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	t.Cleanup(closing.Close)
	hanging := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	t.Cleanup(hanging.Close)
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	refusing := "http://" + l.Addr().String()
	l.Close()
	talking, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { talking.Close() })
	go func() {
		for {
			conn, err := talking.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Write([]byte("SSH-2.0-OpenSSH\r\n"))
			conn.Close()
		}
	}()
	for _, test := range []struct{ url, want string }{
		{"https://no-such-host.invalid/", "no-such-host.invalid"},
		{refusing, "refuses the connection"},
		{strings.Replace(plain.URL, "http:", "https:", 1), "answers without TLS"},
		{encrypted.URL, "unknown authority"},
		{closing.URL, "closes the connection"},
		{hanging.URL, "does not answer in time"},
		{"http://" + talking.Addr().String(), "HTTP"},
	} {
		c := get()
		c.request.URL, c.network.maxTime = test.url, 20
		if test.url == hanging.URL {
			c.network.maxTime = 0.2
		}
		r, err := probe(t.Context(), c, allEngines())
		if err != nil {
			t.Errorf("%s: %v", test.url, err)
			continue
		}
		if r.failure == nil || r.allowed || !strings.Contains(r.failure.Error(), test.want) || !strings.Contains(r.failure.Error(), "(") {
			t.Errorf("%s: allowed %v, failure %v, want %q", test.url, r.allowed, r.failure, test.want)
		}
	}
	c := get()
	c.request.URL, c.network.insecure = encrypted.URL, true
	if r, err := probe(t.Context(), c, allEngines()); err != nil || !r.allowed || len(r.call.notes) == 0 {
		t.Errorf("-k: %v, %+v", err, r)
	}
}

// TestFailureAfterRedirect names the server that does not answer.
func TestFailureAfterRedirect(t *testing.T) {
	r := probeServer(t, say(302, allowAll, "Location: http://127.0.0.1:1/"), get())
	if r.failure == nil || !strings.HasPrefix(r.failure.Error(), "127.0.0.1:1 refuses") {
		t.Error(r.failure)
	}
}

// TestMaxTime rejects what is not a time.
func TestMaxTime(t *testing.T) {
	for _, seconds := range []float64{-1, math.NaN(), math.Inf(1), 1e300} {
		c := get()
		c.request.URL, c.network.maxTime = "http://127.0.0.1:1/", seconds
		if _, err := probe(t.Context(), c, allEngines()); err == nil || !strings.Contains(err.Error(), "--max-time") {
			t.Errorf("%g: %v", seconds, err)
		}
	}
}

// TestResolve connects to another address than that of the name.
func TestResolve(t *testing.T) {
	s := httptest.NewServer(say(200, allowAll))
	t.Cleanup(s.Close)
	host, port, err := net.SplitHostPort(s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	c := call{request: browser.Request{Origin: "http://app.example.invalid", URL: "http://API.example.invalid:" + port + "/"}}
	c.network.resolve = []string{"api.example.invalid:" + port + ":" + host}
	if r, err := probe(t.Context(), c, allEngines()); err != nil || !r.allowed {
		t.Errorf("%v, %+v", err, r)
	}
	for _, wrong := range []string{"api.example.invalid", "*:" + port + ":" + host} {
		c.network.resolve = []string{wrong}
		if _, err := probe(t.Context(), c, allEngines()); err == nil || !strings.Contains(err.Error(), "HOST:PORT:ADDRESS") {
			t.Errorf("%s: %v", wrong, err)
		}
	}
}

// TestProxy sends the request to a proxy.
func TestProxy(t *testing.T) {
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Host == "api.example.invalid" {
			say(200, allowAll).ServeHTTP(w, r)
		}
	}))
	t.Cleanup(proxy.Close)
	c := call{request: browser.Request{Origin: "http://app.example.invalid", URL: "http://api.example.invalid/"}}
	c.network.proxy = strings.TrimPrefix(proxy.URL, "http://")
	if r, err := probe(t.Context(), c, allEngines()); err != nil || !r.allowed {
		t.Errorf("%v, %+v", err, r)
	}
}

// TestEndlessBody checks that an answer without an end does not stop the probe.
func TestEndlessBody(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Content-Type", "text/event-stream")
		for r.Context().Err() == nil {
			if _, err := w.Write(make([]byte, 1<<10)); err != nil {
				return
			}
			_ = http.NewResponseController(w).Flush()
		}
	}))
	t.Cleanup(s.Close)
	c := get()
	c.request.URL, c.network.maxTime = s.URL, 60
	began := time.Now()
	if r, err := probe(t.Context(), c, allEngines()); err != nil || !r.allowed || time.Since(began) > 30*time.Second {
		t.Errorf("%v, %+v after %v", err, r, time.Since(began))
	}
}
