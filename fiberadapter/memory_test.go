package fiberadapter_test

import (
	"context"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"unsafe"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/corstest"
	"github.com/corsuite/corsuite/fiberadapter"
	"github.com/gofiber/fiber/v2"
)

// The strings of a request are the server's memory, which the next request on the
// connection overwrites. Origin functions and observers may keep what they get.
func TestOriginMayBeKept(t *testing.T) {
	var mu sync.Mutex
	var kept []core.Origin
	var subjects []string
	app := newApp(fiber.Config{}, fiberadapter.New(core.Config{}, core.WithOriginFunc(func(_ context.Context, o core.Origin) (bool, error) {
		mu.Lock()
		defer mu.Unlock()
		kept = append(kept, o)
		return false, nil
	}), core.WithObserver(func(_ context.Context, o core.Verdict) {
		mu.Lock()
		defer mu.Unlock()
		subjects = append(subjects, o.Subject)
	})), text("posts"))
	conn := dial(t, open(t, app))
	var sent []string
	for _, letter := range []string{"a", "b", "c", "d"} {
		sent = append(sent, "https://"+strings.Repeat(letter, 20)+".example.com")
		res := conn.send(t, "GET / HTTP/1.1\r\nHost: api\r\nOrigin: "+sent[len(sent)-1]+"\r\n\r\n")
		io.Copy(io.Discard, res.Body)
	}
	mu.Lock()
	defer mu.Unlock()
	var origins []string
	for _, o := range kept {
		origins = append(origins, o.String())
	}
	if !slices.Equal(origins, sent) || !slices.Equal(subjects, sent) {
		t.Errorf("kept %q and %q, want %q", origins, subjects, sent)
	}
}

// A verdict on a request may be kept, too.
func TestVerdictMayBeKept(t *testing.T) {
	memory := []byte(stranger)
	r := core.Request{Method: "GET", Origin: []string{unsafe.String(&memory[0], len(memory))}}
	verdict := corstest.Policy(t).Explain(t.Context(), &r)
	before := strings.Clone(verdict.String())
	clear(memory)
	if verdict.Subject != stranger || verdict.String() != before {
		t.Errorf("the verdict is now %v", verdict)
	}
}

// fasthttp keeps the memory of requests and responses, so CORS needs none, nor does
// Install. To reject a preflight, it looks for the route's name among those it has
// logged.
func TestAllocations(t *testing.T) {
	policy := corstest.Policy(t)
	vary := func(c *fiber.Ctx) error { // as compression does
		if c.Method() != fiber.MethodOptions {
			c.Response().Header.Add("Vary", "Accept-Encoding")
		}
		return c.Next()
	}
	without, used, installed, alone := newApp(fiber.Config{}, vary, pass), newApp(fiber.Config{}, vary), newApp(fiber.Config{}, vary), newApp(fiber.Config{}, vary)
	used.Use(fiberadapter.Middleware(policy))
	fiberadapter.Install(installed, policy)
	fiberadapter.Install(alone, nil)
	done := func(*fiber.Ctx) error { return nil }
	for _, app := range []*fiber.App{without, used, installed, alone} {
		own := pass
		if app != without {
			own = cors(t)
		}
		app.Put("/api/:id", own, done)
		app.Options("/api/:id", done)
		app.Delete("/api/:id", done)
		app.Options("/theirs", own, done)
	}
	logged(t)
	const preflight, put = "OPTIONS /api/1\nOrigin: " + page, "\nAccess-Control-Request-Method: PUT"
	for name, head := range map[string]string{
		"not CORS":         "DELETE /api/1",
		"allowed":          "DELETE /api/1\nOrigin: " + page,
		"denied":           "DELETE /api/1\nOrigin: " + stranger,
		"OPTIONS":          "OPTIONS /api/1" + put,
		"preflight":        preflight + put,
		"many lines":       preflight + put + strings.Repeat("\nAccess-Control-Request-Headers: x-a", 99),
		"denied preflight": "OPTIONS /api/1\nOrigin: " + stranger + put,
		"no policy":        preflight + "\nAccess-Control-Request-Method: DELETE",
		"no such method":   preflight + "\nAccess-Control-Request-Method: BREW",
		"rejected":         "OPTIONS /theirs\nOrigin: " + page + put,
	} {
		want := allocations(without, head)
		for kind, app := range map[string]*fiber.App{"Use": used, "Install": installed, "Install without a policy": alone} {
			more := 0.0
			if name == "rejected" && app == alone {
				more = 1
			}
			if got := allocations(app, head); got > want+more {
				t.Errorf("%s, %s: %v allocations, and %v without CORS", name, kind, got, want)
			}
		}
	}
}

// allocations takes the least of many requests: an empty pool is no fault of what is
// measured.
func allocations(app *fiber.App, head string) float64 {
	send, _ := repeated(app, head)
	least := testing.AllocsPerRun(1, send)
	for range 100 {
		least = min(least, testing.AllocsPerRun(1, send))
	}
	return least
}

// repeated returns functions that send one request over and over, and return a field
// of the last answer.
func repeated(app *fiber.App, head string) (send func(), field func(name string) string) {
	handler := app.Handler()
	ctx := argument(handler)
	lines := strings.Split(head, "\n")
	method, path, _ := strings.Cut(lines[0], " ")
	ctx.Request.Header.SetMethod(method)
	ctx.Request.SetRequestURI(path)
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ": ")
		ctx.Request.Header.Add(name, value)
	}
	return func() {
			ctx.ResetUserValues()
			ctx.Response.Reset()
			handler(ctx)
		}, func(name string) string {
			return string(ctx.Response.Header.Peek(name))
		}
}

// argument returns a new value of what a function takes. Its type need not be named,
// so fasthttp stays what it is to this module: a requirement of fiber.
func argument[T any](func(*T)) *T { return new(T) }
