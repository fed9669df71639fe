package middleware

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/corsuite/corsuite/fiberadapter"
	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/adaptor"
	"github.com/gofiber/fiber/v2/middleware/cache"
	"github.com/gofiber/fiber/v2/middleware/idempotency"
)

// TestKeepCORSOfFiber shows middleware that stores whole answers, or runs a handler of
// net/http. With KeepCORS before it, a page does not get the headers of another page.
func TestKeepCORSOfFiber(t *testing.T) {
	posts := func(c *fiber.Ctx) error { return c.SendString("posts") }
	for name, tt := range map[string]struct {
		method   string
		handlers []fiber.Handler
	}{
		"cache":       {http.MethodGet, []fiber.Handler{cache.New(cache.Config{StoreResponseHeaders: true}), posts}},
		"idempotency": {http.MethodPost, []fiber.Handler{idempotency.New(), posts}},
		"adaptor": {http.MethodGet, []fiber.Handler{adaptor.HTTPHandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
			w.Header().Set("Vary", "Accept")
			io.WriteString(w, "posts")
		})}},
	} {
		t.Run(name, func(t *testing.T) {
			server := fiber.New(fiber.Config{DisableStartupMessage: true})
			server.Use(fiberadapter.New(config()), fiberadapter.KeepCORS)
			for _, h := range tt.handlers {
				server.Use(h)
			}
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
