package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core"
)

// environment replaces the environment of the program.
type environment map[string]string

func (e environment) get(name string) string { return e[name] }

// start runs the program until the test ends and returns its address.
func start(t *testing.T, env environment) string {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	listening, ended := make(watcher, 1), make(chan error, 1)
	env["ADDR"] = "127.0.0.1:0"
	go func() { ended <- run(ctx, env.get, slog.New(slog.NewTextHandler(listening, nil))) }()
	t.Cleanup(stop)
	select {
	case addr := <-listening:
		t.Cleanup(func() {
			stop()
			if err := <-ended; err != nil {
				t.Errorf("the program did not end cleanly: %v", err)
			}
		})
		return addr
	case err := <-ended:
		t.Fatalf("the program did not start: %v", err)
		return ""
	}
}

// watcher is the output of a log. It sends the address from the line "listening".
type watcher chan string

func (w watcher) Write(record []byte) (int, error) {
	if _, addr, ok := strings.Cut(string(record), "listening addr="); ok {
		w <- strings.TrimSpace(addr)
	}
	return len(record), nil
}

func TestConfig(t *testing.T) {
	for _, tt := range []struct {
		name, variable, value, want string
		ofCore                      bool
	}{
		{"origin with a path", "CORS_ORIGINS", page + "/", `use "` + page + `"`, true},
		{"candidate with a path", "CORS_CANDIDATE", `{"allowOrigins":["` + page + `/"]}`, `use "` + page + `"`, true},
		{"candidate without origins", "CORS_CANDIDATE", `{}`, "AllowOrigins", true},
		{"candidate that is not JSON", "CORS_CANDIDATE", page, "not a config in JSON", false},
		{"candidate with a mistyped field", "CORS_CANDIDATE", `{"allowOrigin":["` + page + `"]}`, `"allowOrigin"`, false},
		{"two candidates", "CORS_CANDIDATE", `{"allowOrigins":["` + page + `"]}{}`, "remove the text after the config", false},
		{"malformed address", "ADDR", "nowhere", "nowhere", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			// If the program starts in spite of the bad value, it ends immediately.
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			env := environment{"ADDR": "127.0.0.1:0", tt.variable: tt.value}
			err := run(ctx, env.get, slog.New(slog.DiscardHandler))
			if err == nil || !strings.Contains(err.Error(), tt.variable+": ") || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("error %v, want one with %s", err, tt.want)
			}
			if errors.As(err, new(*core.ConfigError)) != tt.ofCore {
				t.Errorf("error %v; want a *core.ConfigError: %t", err, tt.ofCore)
			}
		})
	}
}

func TestAPI(t *testing.T) {
	addr := start(t, environment{"CORS_ORIGINS": " https://admin.example.com , " + page})
	for _, tt := range []struct {
		name, method, path, origin, body string
		status                           int
		want                             string
	}{
		{"limits", "GET", "/limits", page, "", 200, `{"bytes":65536}`},
		{"sum", "POST", "/sum", page, "[1, 2, 3.5]", 200, `{"sum":6.5}`},
		{"sum of an empty list", "POST", "/sum", "https://admin.example.com", "[]", 200, `{"sum":0}`},
		{"no numbers", "POST", "/sum", page, `["a"]`, 400, "not a JSON list of numbers"},
		{"too many numbers", "POST", "/sum", page, "[1" + strings.Repeat(",1", maxBody) + "]", 400, "not a JSON list of numbers"},
		{"too large a sum", "POST", "/sum", page, "[1e308,1e308]", 422, "too large"},
		{"unknown path", "GET", "/", page, "", 404, ""},
		{"metrics", "GET", "/metrics", "", "", 200, "cors_decisions_total"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			status, header, body := ask(t, addr, tt.method, tt.path, tt.origin, tt.body)
			if status != tt.status || !strings.Contains(body, tt.want) {
				t.Errorf("got %d, %.200s; want %d, %s", status, body, tt.status, tt.want)
			}
			if got := header.Get("Access-Control-Allow-Origin"); got != tt.origin {
				t.Errorf("Access-Control-Allow-Origin is %q, want %q", got, tt.origin)
			}
		})
	}
	if _, header, _ := ask(t, addr, "GET", "/metrics", page, ""); header.Get("Access-Control-Allow-Origin") != "" {
		t.Error("a page can read the metrics")
	}
}

// ask sends one request to the program.
func ask(t *testing.T, addr, method, path, origin, body string) (status int, header http.Header, answer string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, "http://"+addr+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if origin != "" {
		req.Header.Set("Origin", origin)
	}
	transport := new(http.Transport)
	defer transport.CloseIdleConnections()
	resp, err := transport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, string(text)
}
