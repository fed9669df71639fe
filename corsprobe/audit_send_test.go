package main

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode"

	"github.com/corsuite/corsuite/core/browser"
)

// TestMostRequests checks the bound for an audit with the most origins: all are refused, and
// have domains of which an attacker can register many variants.
func TestMostRequests(t *testing.T) {
	trusted := []string{"https://app.example.com", "https://www.shop.co.uk:8443", "https://a.b.company.net"}
	a := newAudit(t, "--i-have-permission", "--trusted", trusted[0], "--trusted", trusted[1], "--trusted", trusted[2], "https://api.service.de/posts")
	var origins []string
	server := browser.Handler(cors{allows: only(trusted...)})
	a.sender.next = browser.TransportFunc(func(r *http.Request) (*http.Response, error) {
		if r.Method != "GET" && r.Method != "HEAD" && r.Header.Get("Access-Control-Request-Method") == "" {
			t.Errorf("the audit sends %s", r.Method)
		}
		origins = append(origins, r.Header.Get("Origin"))
		return server.RoundTrip(r)
	})
	if err := a.run(t.Context()); err != nil || len(a.findings) != 0 {
		t.Errorf("%v, %+v", err, a.findings)
	}
	if n := len(origins); n != a.sender.sent || n < 50 || n > mostRequests {
		t.Errorf("%d requests, want at most %d", n, mostRequests)
	}
	for _, want := range []string{
		"https://corsprobe.invalid", "null",
		"https://corsprobe.app.example.com.corsprobe.invalid", "https://app.example.com.corsprobe.invalid",
		"https://app.example.com_.corsprobe.invalid", "https://app.example.com-corsprobe.invalid",
		"https://corsprobeexample.com", "https://corsprobe.example.com", "https://corsprobeapp.example.com", "https://corsprobe.app.example.com",
		"https://appxexample.com", "https://app.example.co", "https://app.example.com:8443", "http://app.example.com",
		"https://www.shop.co.uk.corsprobe.invalid:8443", "https://corsprobeshop.co.uk:8443", "https://wwwxshop.co.uk:8443", "https://www.shop.co.uk:9443",
		"https://a.bxcompany.net", "https://a.b.company.ne",
		"https://api.service.de.corsprobe.invalid", "https://apixservice.de", "http://api.service.de",
	} {
		if !slices.Contains(origins, want) {
			t.Errorf("the audit does not try %s", want)
		}
	}
}

// TestTricks checks that no origin is tried that no browser sends, or that is the server's.
func TestTricks(t *testing.T) {
	for _, test := range []struct{ origin, target, want string }{
		{"http://localhost", "http://localhost:8080", "http://corsprobe.localhost.corsprobe.invalid http://localhost.corsprobe.invalid http://localhost_.corsprobe.invalid http://localhost-corsprobe.invalid http://localhost:8443"},
		{"http://[::1]", "http://[::1]:8080", "http://[::1]:8443"},
		{"http://[::1]:8443", "http://[::1]:8080", "http://[::1]:9443"},
		{"https://example.io", "https://localhost", "https://corsprobe.example.io.corsprobe.invalid https://example.io.corsprobe.invalid https://example.io_.corsprobe.invalid https://example.io-corsprobe.invalid https://corsprobeexample.io https://corsprobe.example.io https://example.io:8443 http://example.io"},
		{"https://github.io", "http://192.168.1.1", "https://corsprobe.github.io.corsprobe.invalid https://github.io.corsprobe.invalid https://github.io_.corsprobe.invalid https://github.io-corsprobe.invalid https://corsprobe.github.io https://github.io:8443"},
		{"http://127.0.1", "http://localhost:8080", "http://corsprobe.127.0.1.corsprobe.invalid http://127.0.1.corsprobe.invalid http://127.0.1_.corsprobe.invalid http://127.0.1-corsprobe.invalid"},
		{"http://localhost:3000", "http://localhost:30000", "http://corsprobe.localhost.corsprobe.invalid:3000 http://localhost.corsprobe.invalid:3000 http://localhost_.corsprobe.invalid:3000 http://localhost-corsprobe.invalid:3000"},
	} {
		a := newAudit(t, "--i-have-permission", test.target)
		var got []string
		for _, trick := range splitOrigin(test.origin).tricks(a.target) {
			got = append(got, trick.origin)
		}
		if strings.Join(got, " ") != test.want {
			t.Errorf("%s: tried %q, want %q", test.origin, got, test.want)
		}
	}
}

// TestPermission checks that a server on another machine needs a flag, and that names do not
// lead elsewhere.
func TestPermission(t *testing.T) {
	for _, args := range [][]string{
		{"https://api.example.com"}, {"http://192.168.1.1"}, {"http://localhost.example.com"}, {"-x", "localhost:8080", "http://localhost"},
	} {
		var o auditOptions
		fs := o.flags()
		if err := fs.Parse(args); err != nil {
			t.Fatal(err)
		}
		if _, err := o.auditor(fs.Args()); err == nil || !strings.Contains(err.Error(), "64 requests") || !strings.Contains(err.Error(), "--i-have-permission") {
			t.Errorf("%q: %v", args, err)
		}
	}
	local := network{here: true, resolve: []string{"localhost:80:192.0.2.1"}}
	transport, err := local.transport()
	if err != nil {
		t.Fatal(err)
	}
	if res, err := transport.RoundTrip(httptest.NewRequest("GET", "http://localhost/", nil)); err == nil || !strings.Contains(err.Error(), "192.0.2.1:80 is not this machine") {
		t.Errorf("%v, %v", res, err)
	}
}

// TestStops checks what makes an audit stop, and that nothing is sent after that.
func TestStops(t *testing.T) {
	var sent atomic.Int64
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	for _, test := range []struct {
		name   string
		ctx    context.Context
		server http.HandlerFunc
		want   string
		most   int64
	}{
		{"429", t.Context(), func(w http.ResponseWriter, _ *http.Request) {
			if sent.Load() == 5 {
				w.WriteHeader(http.StatusTooManyRequests)
			}
		}, "429 Too Many Requests to request 5", 5},
		{"503", t.Context(), say(503).ServeHTTP, "503", 1},
		{"a closed connection", t.Context(), func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "closes the connection", 2}, // net/http repeats a request
		{"a server that hangs", t.Context(), func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, "does not answer in time", 1},
		{"an interrupt", ctx, func(http.ResponseWriter, *http.Request) { cancel() }, "interrupted", 1},
		{"redirects without an end", t.Context(), func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set(allowOrigin, "*")
			http.Redirect(w, r, r.URL.Path+"x", http.StatusFound)
		}, "64 requests, which is its bound", 64},
	} {
		sent.Store(0)
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			sent.Add(1)
			test.server(w, r)
		}))
		t.Cleanup(s.Close)
		pause := "0"
		if test.ctx == ctx {
			pause = "1h"
		}
		a := newAudit(t, "--max-time", "5", "--pause", pause, s.URL)
		if strings.Contains(test.name, "hangs") {
			a.sender.limit = 100 * time.Millisecond
		}
		err := a.run(test.ctx)
		if err == nil || !strings.Contains(err.Error(), test.want) || sent.Load() > test.most {
			t.Errorf("%s: %v after %d requests, want %q after at most %d", test.name, err, sent.Load(), test.want, test.most)
		}
	}
}

// TestRedirectElsewhere checks that the audit asks no other server.
func TestRedirectElsewhere(t *testing.T) {
	var asked atomic.Bool
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Store(true) }))
	t.Cleanup(other.Close)
	s := cors{allows: only(page), next: say(302, "Location: "+other.URL+"/posts")}
	a, got := auditServer(t, s, "--trusted", page)
	if asked.Load() || !slices.ContainsFunc(a.notes, func(n string) bool { return strings.Contains(n, other.URL) }) {
		t.Errorf("asked %v, notes %q", asked.Load(), a.notes)
	}
	if strings.Join(got, ", ") != "info trusted-blocked" || a.findings[0].Evidence[0].Status != 302 {
		t.Errorf("found %+v", a.findings)
	}
}

// TestHeadersOfAudit checks that headers and cookies are those of the flags, that preflights have
// neither, and that the report shows no secret.
func TestHeadersOfAudit(t *testing.T) {
	preflights := 0
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		secret := "Bearer s3cret session=s3cret"
		if r.Method == "OPTIONS" {
			preflights++
			secret = " "
		}
		if got := r.Header.Get("Authorization") + " " + r.Header.Get("Cookie"); got != secret {
			t.Errorf("%s has %q, want %q", r.Method, got, secret)
		}
		cors{allows: anyOrigin}.ServeHTTP(w, r)
	})
	a, got := auditServer(t, h, "-H", "Authorization: Bearer s3cret", "-b", "session=s3cret")
	var text strings.Builder
	printer{&text, false}.audit(a, nil, "")
	if err := a.writeJSON(&text, errors.New("x"), ""); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(text.String(), "s3cret") || !strings.Contains(text.String(), "Cookie: session=*") || preflights == 0 || len(got) != 1 {
		t.Errorf("%d preflights, %q, %s", preflights, got, text.String())
	}
}

// TestHostileAudit checks that the report has no control characters of the server, and that its
// size is bounded.
func TestHostileAudit(t *testing.T) {
	const escape = "\u009b31m\u202e" // net/http rejects an answer with ASCII control characters
	long := strings.Repeat("a,", 10_000)
	lines := []string{credentials, allowPage, allowPage + escape, "Vary: " + long, "Access-Control-Max-Age: " + escape, "Location: /" + escape, "Cache-Control: " + long, allow + long}
	for range 1000 {
		lines = append(lines, "Access-Control-Allow-Methods: "+escape)
	}
	for _, status := range []int{200, 302, 404, 500} {
		for _, server := range []http.Handler{say(status, lines...), cors{allows: anyOrigin, withoutVary: true, preflight: lines[3:], next: say(status, lines[3:7]...)}} {
			a, _ := auditServer(t, server, "--trusted", page)
			var text, asJSON strings.Builder
			printer{&text, false}.audit(a, nil, "")
			if err := a.writeJSON(&asJSON, nil, ""); err != nil {
				t.Fatal(err)
			}
			for _, out := range []string{text.String(), asJSON.String()} {
				printed := strings.ReplaceAll(out, "\n", "")
				if i := strings.IndexFunc(printed, func(r rune) bool { return !unicode.IsPrint(r) }); i >= 0 {
					t.Errorf("status %d: the output has %q", status, printed[i:min(i+20, len(printed))])
				}
				if len(out) > 50_000 {
					t.Errorf("status %d: the output has %d bytes", status, len(out))
				}
			}
		}
	}
}
