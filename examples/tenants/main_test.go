package main

import (
	"context"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core/browser"
)

// environment replaces the environment of the program.
type environment map[string]string

func (e environment) get(name string) string { return e[name] }

func usual(t *testing.T) environment {
	t.Helper()
	return environment{
		"ADDR": "127.0.0.1:0", "ADMIN_TOKEN": token, "DATABASE": filepath.Join(t.TempDir(), "tenants.db"),
	}
}

// address is the output of a log. It sends the address from the line "listening".
type address chan string

func (a address) Write(record []byte) (int, error) {
	if _, after, ok := strings.Cut(string(record), "listening addr="); ok {
		a <- strings.TrimSpace(after)
	}
	return len(record), nil
}

// start runs the program. stop ends it, and fails the test if it ends with an error.
func start(t *testing.T, env environment) (url string, stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	announced, ended := make(address, 1), make(chan error, 1)
	go func() { ended <- run(ctx, env.get, slog.New(slog.NewTextHandler(announced, nil))) }()
	select {
	case addr := <-announced:
		url = "http://" + addr
	case err := <-ended:
		t.Fatalf("the program did not start: %v", err)
	}
	return url, func() {
		t.Helper()
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("the program did not end cleanly: %v", err)
		}
	}
}

// A tenant that was added over HTTP still exists after a restart.
func TestTenantsRemainAfterRestart(t *testing.T) {
	env := usual(t)
	transport := new(http.Transport)
	defer transport.CloseIdleConnections()
	page := &browser.Browser{Transport: transport}
	reads := func(url string, want bool) {
		t.Helper()
		outcome, err := page.Fetch(t.Context(), browser.Request{Origin: shop, URL: url + "/products", Credentials: browser.Include})
		if err != nil || outcome.Allowed != want {
			t.Errorf("the page can read the answer: %v, want %v: %s, %v", outcome.Allowed, want, outcome.Reason, err)
		}
	}

	url, stop := start(t, env)
	reads(url, false)
	r, err := http.NewRequestWithContext(t.Context(), "PUT", url+"/tenants/shop", strings.NewReader(`{"origins":["`+shop+`"]}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	resp, err := transport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	reads(url, true)
	stop()

	url, stop = start(t, env)
	reads(url, true)
	stop()
}

func TestBadSettings(t *testing.T) {
	for _, tt := range []struct{ name, value, want string }{
		{"ADMIN_TOKEN", "", "ADMIN_TOKEN is not set"},
		{"DATABASE", t.TempDir(), "DATABASE: opening"},
		{"DATABASE_URL", "postgres://localhost/shop", "DATABASE and DATABASE_URL are set"},
		{"ALLOWED_FOR", "5", `ALLOWED_FOR is "5"; use a duration such as "5m"`},
		{"STALE_FOR", "-1h", `STALE_FOR is "-1h"; use a duration such as "24h"`},
		{"ADDR", "nowhere", "ADDR: "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			env := usual(t)
			env[tt.name] = tt.value
			// If the program starts in spite of the bad value, it ends immediately.
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			if err := run(ctx, env.get, slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %s", err, tt.want)
			}
		})
	}
}

func TestBadDatabaseURL(t *testing.T) {
	env := usual(t)
	delete(env, "DATABASE")
	env["DATABASE_URL"] = "postgres://admin:secret@localhost:port/shop"
	err := run(t.Context(), env.get, slog.New(slog.DiscardHandler))
	if err == nil || !strings.HasPrefix(err.Error(), "DATABASE_URL: ") || strings.Contains(err.Error(), "secret") {
		t.Errorf("error %v", err)
	}
}
