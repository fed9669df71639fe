package fiberadapter_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/fiberadapter"
	"github.com/gofiber/fiber/v2"
)

// The strings of a request are the server's memory, which the next request on
// the connection overwrites; what the origin function gets is not.
func TestOriginMayBeKept(t *testing.T) {
	for _, cfg := range []fiber.Config{{}, {Immutable: true}, {DisableHeaderNormalizing: true}} {
		var mu sync.Mutex
		var kept []core.Origin
		app := newApp(cfg)
		app.Use(fiberadapter.New(core.Config{}, core.WithOriginFunc(func(_ context.Context, o core.Origin) (bool, error) {
			mu.Lock()
			defer mu.Unlock()
			kept = append(kept, o)
			return true, nil
		})))
		app.Get("/", text("posts"))
		conn := serve(t, app).dial(t)
		var sent, got []string
		for _, letter := range []string{"a", "b", "c", "d"} {
			origin := "https://" + strings.Repeat(letter, 20) + ".example.com"
			sent = append(sent, origin)
			check(t, conn.ask(t, "GET", "Origin: "+origin), http.StatusOK, "Access-Control-Allow-Origin: "+origin+"\nVary: Origin")
		}
		mu.Lock()
		for _, o := range kept {
			got = append(got, o.String())
		}
		mu.Unlock()
		if !slices.Equal(got, sent) {
			t.Errorf("kept %q, want %q", got, sent)
		}
	}
}

func TestOriginFuncGetsUserContext(t *testing.T) {
	type key struct{}
	app := behind(text("posts"), func(c *fiber.Ctx) error {
		c.SetUserContext(context.WithValue(c.UserContext(), key{}, "tenant"))
		return c.Next()
	}, fiberadapter.New(core.Config{}, core.WithOriginFunc(func(ctx context.Context, _ core.Origin) (bool, error) {
		return ctx.Value(key{}) == "tenant", nil
	})))
	got := serve(t, app).ask(t, actual("GET", "/", page))
	check(t, got, http.StatusOK, "Access-Control-Allow-Origin: "+page+"\nVary: Origin")
}

// fasthttp keeps the memory of requests and responses, so CORS needs none.
func TestAllocations(t *testing.T) {
	done := func(c *fiber.Ctx) error {
		c.Status(http.StatusNoContent)
		return nil
	}
	with, without := newApp(fiber.Config{}), newApp(fiber.Config{})
	with.Use(fiberadapter.New(config()))
	for _, app := range []*fiber.App{with, without} {
		app.Get("/", done)
		app.Options("/", done)
	}
	const method = "Access-Control-Request-Method"
	for _, test := range []struct {
		name, method string
		fields       map[string]string
	}{
		{"not CORS", "GET", nil},
		{"allowed", "GET", map[string]string{"Origin": page}},
		{"denied", "GET", map[string]string{"Origin": other}},
		{"preflight", "OPTIONS", map[string]string{"Origin": page, method: "PUT"}},
		{"refused preflight", "OPTIONS", map[string]string{"Origin": other, method: "PUT"}},
	} {
		if more := allocations(with, test.method, "/", test.fields) - allocations(without, test.method, "/", test.fields); more != 0 {
			t.Errorf("%s: %v allocations more than without CORS, want 0", test.name, more)
		}
	}
}

// Preflights costs requests that are no preflight what an empty middleware costs
// them, and a preflight that it resolves no memory either.
func TestAllocationsWithPreflights(t *testing.T) {
	done := func(*fiber.Ctx) error { return nil }
	with, without := newLine(fiber.Config{}), newApp(fiber.Config{})
	without.Use(func(c *fiber.Ctx) error { return c.Next() })
	without.Use("/api", fiberadapter.New(config()))
	with.Put("/api/:id", fiberadapter.New(config()), done)
	without.Put("/api/:id", done)
	for _, app := range []*fiber.App{with, without} {
		app.Options("/api/:id", done)
	}
	const method = "Access-Control-Request-Method"
	for _, test := range []struct {
		name, method string
		fields       map[string]string
	}{
		{"not CORS", "PUT", nil},
		{"actual", "PUT", map[string]string{"Origin": page}},
		{"OPTIONS", "OPTIONS", map[string]string{method: "PUT"}},
		{"preflight", "OPTIONS", map[string]string{"Origin": page, method: "PUT"}},
		{"refused preflight", "OPTIONS", map[string]string{"Origin": other, method: "PUT"}},
	} {
		if more := allocations(with, test.method, "/api/1", test.fields) - allocations(without, test.method, "/api/1", test.fields); more != 0 {
			t.Errorf("%s: %v allocations more than with an empty middleware, want 0", test.name, more)
		}
	}
}

// allocations takes the least of many requests: a pool that happens to be empty
// is no fault of what is measured.
func allocations(app *fiber.App, method, path string, fields map[string]string) float64 {
	request := newRequest(app, method, path, fields)
	least := testing.AllocsPerRun(1, request)
	for range 100 {
		least = min(least, testing.AllocsPerRun(1, request))
	}
	return least
}

// newRequest returns a function that sends one request over and over.
func newRequest(app *fiber.App, method, path string, fields map[string]string) func() {
	handler := app.Handler()
	ctx := argument(handler)
	ctx.Request.Header.SetMethod(method)
	ctx.Request.SetRequestURI(path)
	for name, value := range fields {
		ctx.Request.Header.Set(name, value)
	}
	return func() {
		ctx.ResetUserValues()
		ctx.Response.Reset()
		handler(ctx)
	}
}

// argument returns a new value of what a function takes. Its type need not be
// named, so fasthttp stays what it is to this module: a requirement of fiber.
func argument[T any](func(*T)) *T { return new(T) }
