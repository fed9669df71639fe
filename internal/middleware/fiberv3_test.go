package middleware

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/corsuite/corsuite/fiberv3adapter"
	"github.com/gofiber/fiber/v3"
	"github.com/gofiber/fiber/v3/middleware/adaptor"
	"github.com/gofiber/fiber/v3/middleware/cache"
	"github.com/gofiber/fiber/v3/middleware/idempotency"
)

// TestKeepCORSOfFiberv3 is TestKeepCORSOfFiber for fiber v3, which also accepts handlers of
// net/http.
func TestKeepCORSOfFiberv3(t *testing.T) {
	posts := func(c fiber.Ctx) error { return c.SendString("posts") }
	reflects := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
		w.Header().Set("Vary", "Accept")
		io.WriteString(w, "posts")
	}
	for name, tt := range map[string]struct {
		method   string
		handlers []any
	}{
		"cache":       {http.MethodGet, []any{cache.New(cache.Config{StoreResponseHeaders: true}), posts}},
		"idempotency": {http.MethodPost, []any{idempotency.New(), posts}},
		"adaptor":     {http.MethodGet, []any{adaptor.HTTPHandlerFunc(reflects)}},
		"net/http":    {http.MethodGet, []any{reflects}},
	} {
		t.Run(name, func(t *testing.T) {
			server := fiber.New()
			server.Use(fiberv3adapter.New(config()), fiberv3adapter.KeepCORS)
			server.Use(tt.handlers...)
			for _, origin := range []string{app, other, app, "https://third.example.com"} {
				r := httptest.NewRequest(tt.method, "/", nil)
				r.Header.Set("Origin", origin)
				r.Header.Set("X-Idempotency-Key", "00000000-0000-0000-0000-000000000000")
				res, err := server.Test(r)
				if err != nil {
					t.Fatal(err)
				}
				io.Copy(io.Discard, res.Body)
				want := ""
				if origin == app {
					want = app
				}
				if got := res.Header.Get("Access-Control-Allow-Origin"); got != want || !slices.Contains(res.Header["Vary"], "Origin") || res.StatusCode != http.StatusOK {
					t.Errorf("%s: status %d, Allow-Origin %q, Vary %q", origin, res.StatusCode, got, res.Header["Vary"])
				}
			}
		})
	}
}
