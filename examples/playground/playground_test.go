package main

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core"
)

// freeEndpoints returns endpoints with free ports, so that tests can run in parallel.
func freeEndpoints() endpoints {
	all := defaultEndpoints()
	for i := range all {
		all[i].port = 0
	}
	return all
}

func startTest(t *testing.T) *playground {
	t.Helper()
	p, err := start(freeEndpoints(), core.WithLogger(nil))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return p
}

// do sends a request on a new connection. It does not follow redirects.
func do(t *testing.T, method, url, body string, headers map[string]string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range headers {
		req.Header.Set(name, value)
	}
	req.Close = true
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(text)
}

// post sends a value to the page's server as the page does, and decodes the answer.
func (p *playground) post(t *testing.T, path string, value, answer any) {
	t.Helper()
	body, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	res, text := do(t, "POST", p.page+path, string(body), map[string]string{"Content-Type": "application/json"})
	if res.StatusCode != http.StatusOK {
		t.Fatalf("%s answered %s: %s", path, res.Status, text)
	}
	if err := json.Unmarshal([]byte(text), answer); err != nil {
		t.Fatalf("%s: %v in %s", path, err, text)
	}
}

func TestServersListenOnlyOnLoopback(t *testing.T) {
	t.Parallel()
	p := startTest(t)
	for _, l := range p.listeners {
		for _, ln := range l {
			if addr := ln.Addr().(*net.TCPAddr); !addr.IP.IsLoopback() || addr.Port != l.port() {
				t.Errorf("a server listens on %v, want port %d on loopback", addr, l.port())
			}
		}
	}
}

// This test is not parallel, since another test could open a port after it is closed.
func TestRunPrintsURLsAndEndsWithContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	out, in := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := run(ctx, options{endpoints: freeEndpoints()}, in)
		_ = in.Close()
		ended <- err
	}()

	var printed strings.Builder
	for !strings.Contains(printed.String(), "Ctrl-C") {
		line := make([]byte, 1024)
		n, err := out.Read(line)
		if err != nil {
			t.Fatalf("run printed %q, then %v", printed.String(), err)
		}
		printed.Write(line[:n])
	}
	var urls []string
	for word := range strings.FieldsSeq(printed.String()) {
		if strings.HasPrefix(word, "http://localhost:") {
			urls = append(urls, word)
		}
	}
	if want := 8; len(urls) != want {
		t.Fatalf("run printed %d URLs, want %d, of the page and the routers:\n%s", len(urls), want, printed.String())
	}
	for _, url := range urls {
		if res, _ := do(t, "GET", url, "", nil); res.StatusCode >= 500 {
			t.Errorf("%s answered %s", url, res.Status)
		}
	}

	cancel()
	if err := <-ended; err != nil {
		t.Errorf("run returned %v, want nil", err)
	}
	for _, url := range urls {
		for _, host := range []string{"127.0.0.1", "::1"} {
			_, port, _ := net.SplitHostPort(strings.TrimPrefix(url, "http://"))
			if conn, err := net.Dial("tcp", net.JoinHostPort(host, port)); err == nil {
				_ = conn.Close()
				t.Errorf("port %s on %s is still open after the end", port, host)
			}
		}
	}
}

func TestCloseDoesNotWaitForIdleConnections(t *testing.T) {
	t.Parallel()
	p, err := start(freeEndpoints(), core.WithLogger(nil))
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range p.listeners {
		conn, err := net.Dial("tcp", l[0].Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
	}
	if err := p.close(); err != nil {
		t.Errorf("close: %v", err)
	}
	select {
	case err := <-p.failed:
		t.Errorf("a server failed: %v", err)
	default:
	}
}

func TestOrigin(t *testing.T) {
	t.Parallel()
	for port, want := range map[int]string{
		80:   "http://localhost",
		3000: "http://localhost:3000",
	} {
		t.Run(strconv.Itoa(port), func(t *testing.T) {
			t.Parallel()
			if got := origin("localhost", port); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}
