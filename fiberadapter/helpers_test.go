package fiberadapter_test

import (
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/gofiber/fiber/v2"
)

const (
	page  = "https://app.example.com"   // the origin that config allows
	other = "https://other.example.com" // an origin that it denies
)

// The CORS lines of the four answers of config.
const (
	allowed = `Access-Control-Allow-Credentials: true
Access-Control-Allow-Origin: https://app.example.com
Access-Control-Expose-Headers: X-Total
Vary: Origin`
	denied   = `Vary: Origin`
	approved = `Access-Control-Allow-Credentials: true
Access-Control-Allow-Headers: Content-Type
Access-Control-Allow-Methods: PUT
Access-Control-Allow-Origin: https://app.example.com
Access-Control-Max-Age: 600
Vary: Origin, Access-Control-Request-Method`
	refused = `Vary: Origin, Access-Control-Request-Method`
)

func config() core.Config {
	return core.Config{
		AllowOrigins:     []string{page},
		AllowMethods:     []string{"PUT"},
		AllowHeaders:     []string{"Content-Type"},
		ExposeHeaders:    []string{"X-Total"},
		AllowCredentials: true,
	}
}

// actual and preflight return what a page's browser sends.
func actual(method, path, origin string) *http.Request {
	r := httptest.NewRequest(method, path, nil)
	r.Header.Set("Origin", origin)
	return r
}

func preflight(path, origin, method string) *http.Request {
	r := actual(http.MethodOptions, path, origin)
	r.Header.Set("Access-Control-Request-Method", method)
	r.Header.Set("Access-Control-Request-Headers", "content-type")
	return r
}

// text answers every request with a line.
func text(line string) fiber.Handler {
	return func(c *fiber.Ctx) error { return c.SendString(line) }
}

// behind returns an app whose middleware runs before a route at /.
func behind(handler fiber.Handler, middleware ...any) *fiber.App {
	app := newApp(fiber.Config{})
	app.Use(middleware...)
	app.Get("/", handler)
	return app
}

func newApp(cfg fiber.Config) *fiber.App {
	cfg.DisableStartupMessage = true
	return fiber.New(cfg)
}

// answer is what a client sees of a response. cors holds the lines that belong
// to CORS, sorted, as many times as they were sent.
type answer struct {
	status     int
	cors, body string
}

func read(t *testing.T, resp *http.Response) answer {
	t.Helper()
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{resp.StatusCode, corsLines(resp.Header), string(body)}
}

func corsLines(h http.Header) string {
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(h)) {
		if name == "Vary" || strings.HasPrefix(name, "Access-Control-") {
			for _, value := range h[name] {
				lines = append(lines, name+": "+value)
			}
		}
	}
	return strings.Join(lines, "\n")
}

func check(t *testing.T, got answer, status int, cors string) {
	t.Helper()
	if got.status != status || got.cors != cors {
		t.Errorf("got %d with\n%s\nwant %d with\n%s", got.status, got.cors, status, cors)
	}
}
