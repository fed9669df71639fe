package apitest

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core"
)

// Config starts a program in every environment that it should refuse, and once
// without a list of origins.
func Config(t *testing.T, run Program) {
	t.Helper()
	for _, tt := range []struct{ name, variable, value, want string }{
		{"no token", "API_TOKEN", "", "API_TOKEN is not set"},
		{"origin with a path", "CORS_ORIGINS", Page + "/", `AllowOrigins[0] "` + Page + `/": an origin has no path; use "` + Page + `"`},
		{"origin without a scheme", "CORS_ORIGINS", Page + ", localhost:3000", `AllowOrigins[1] "localhost:3000"`},
		{"comma at the end", "CORS_ORIGINS", Page + ",", `AllowOrigins[1] "": an empty entry`},
		{"blank list", "CORS_ORIGINS", " ", `AllowOrigins[0] "": an empty entry`},
		{"no address", "ADDR", "nowhere", "nowhere"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			env := maps.Clone(usual())
			env[tt.variable] = tt.value
			// Should the program start after all, it ends at once and without an error.
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			err := run(ctx, env.get, slog.New(slog.DiscardHandler))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("error %v, want one with %s", err, tt.want)
			}
			if tt.variable == "CORS_ORIGINS" && !errors.As(err, new(*core.ConfigError)) {
				t.Errorf("%T hides core's error", err)
			}
		})
	}
	t.Run("no list of origins", func(t *testing.T) {
		env := usual()
		delete(env, "CORS_ORIGINS")
		s := start(t, run, env)
		exchange{method: http.MethodGet, path: "/posts", origin: "http://localhost:3000", status: 200}.with(t, s.addr)
		exchange{method: http.MethodGet, path: "/posts", origin: stranger, status: 200}.with(t, s.addr)
	})
}
