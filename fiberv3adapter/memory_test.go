package fiberv3adapter_test

import (
	"context"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/corstest"
	"github.com/corsuite/corsuite/fiberv3adapter"
	"github.com/gofiber/fiber/v3"
)

// The strings of a request are in the server's memory, which the next request on the
// connection overwrites. Origin functions and observers receive copies.
func TestOriginAndVerdictMayBeKept(t *testing.T) {
	var mu sync.Mutex
	var kept []core.Origin
	var subjects []string
	app := newApp(fiber.Config{}, fiberv3adapter.New(core.Config{}, core.WithOriginFunc(func(_ context.Context, o core.Origin, _ core.Target) (bool, error) {
		mu.Lock()
		defer mu.Unlock()
		kept = append(kept, o)
		return false, nil
	}), core.WithObserver(func(_ context.Context, v core.Verdict) {
		mu.Lock()
		defer mu.Unlock()
		subjects = append(subjects, v.Subject)
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
		t.Errorf("the kept origins are %q and the subjects %q, want %q", origins, subjects, sent)
	}
}

// fasthttp reuses the memory of requests and responses, so neither New nor Install
// allocates. One exception: if Install rejects a preflight, it looks up the name of the
// route in a set of logged names.
func TestAllocations(t *testing.T) {
	policy := corstest.Policy(t)
	vary := func(c fiber.Ctx) error { // sets Vary like compression
		if c.Method() != fiber.MethodOptions {
			c.Response().Header.Add("Vary", "Accept-Encoding")
		}
		return c.Next()
	}
	without, used, installed, alone := newApp(fiber.Config{}, vary, pass), newApp(fiber.Config{}, vary), newApp(fiber.Config{}, vary), newApp(fiber.Config{}, vary)
	used.Use(fiberv3adapter.Middleware(policy))
	fiberv3adapter.Install(installed, policy)
	fiberv3adapter.Install(alone, nil)
	done := func(fiber.Ctx) error { return nil }
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
				t.Errorf("%s, %s: %v allocations, want %v", name, kind, got, want+more)
			}
		}
	}
}

// allocations returns the minimum for many requests, since a pool is sometimes empty.
func allocations(app *fiber.App, head string) float64 {
	send, _ := repeated(app, head)
	least := testing.AllocsPerRun(1, send)
	for range 100 {
		least = min(least, testing.AllocsPerRun(1, send))
	}
	return least
}

// repeated returns two functions: send sends the same request again, and field returns a
// field of the last answer.
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

// argument returns a new argument for a function. It avoids an import of fasthttp, which
// would make fasthttp a direct requirement of this module.
func argument[T any](func(*T)) *T { return new(T) }

// The middleware reuses memory for the next request, but an answer does not depend on the
// request before it.
func TestAnswersDoNotDependOnEarlierRequests(t *testing.T) {
	policy, err := core.NewPolicy(core.Config{
		AllowOrigins: []string{page}, AllowMethods: []string{"PUT"}, AllowHeaders: []string{"*", "Authorization"}, AllowCredentials: true,
	}, core.WithLogger(nil))
	if err != nil {
		t.Fatal(err)
	}
	const put, header = "\nAccess-Control-Request-Method: PUT", "\nAccess-Control-Request-Headers: "
	heads := []string{
		"GET /x",
		"GET /x\nOrigin: " + page,
		"GET /x\nOrigin: " + stranger,
		"GET /x\nOrigin: " + page + "\nOrigin: " + page,
		"OPTIONS /x\nOrigin: " + page,
		"OPTIONS /x\nOrigin: " + page + put,
		"OPTIONS /x\nOrigin: " + page + put + put,
		"OPTIONS /x\nOrigin: " + page + "\nAccess-Control-Request-Method: P(T",
		"OPTIONS /x\nOrigin: " + page + put + header + "x-a",
		"OPTIONS /x\nOrigin: " + page + put + header + "x-b" + header + "x-c",
		"OPTIONS /x\nOrigin: " + stranger + put + header + "x-a",
	}
	for _, install := range []bool{false, true} {
		newServer := func() *fiber.App {
			app := newApp(fiber.Config{}, func(c fiber.Ctx) error {
				if c.Get("Origin") == page { // gives some answers a Vary line
					c.Vary("Accept")
				}
				return c.Next()
			})
			if install {
				fiberv3adapter.Install(app, policy)
			} else {
				app.Use(fiberv3adapter.Middleware(policy))
			}
			app.Add([]string{"GET", "PUT", "OPTIONS"}, "/x", text("x"))
			return app
		}
		answer := func(app *fiber.App, head string) (fields []string) {
			send, field := repeated(app, head)
			send()
			fields = append(fields, field("Vary"))
			for _, name := range core.ResponseHeaders() {
				fields = append(fields, field(name))
			}
			return fields
		}
		app := newServer()
		for _, first := range heads {
			for _, second := range heads {
				answer(app, first)
				if got, want := answer(app, second), answer(newServer(), second); !slices.Equal(got, want) {
					t.Errorf("Install %t: after %q, the answer to %q is %q, want %q", install, first, second, got, want)
				}
			}
		}
	}
}

// A handler may change the header of the request. The log then still has the origin that
// the policy denies.
func TestLogOverrideAfterAChangedHeader(t *testing.T) {
	log := make(lines, 10)
	policy, err := core.NewPolicy(core.Config{AllowOrigins: []string{page}}, core.WithLogger(slog.New(slog.NewTextHandler(log, nil))))
	if err != nil {
		t.Fatal(err)
	}
	app := newApp(fiber.Config{}, fiberv3adapter.Middleware(policy), func(c fiber.Ctx) error {
		c.Request().Header.Set(fiber.HeaderOrigin, "https://upstream.internal")
		c.Set(fiber.HeaderAccessControlAllowOrigin, "*")
		return nil
	})
	open(t, app).Ask("GET /\nOrigin: " + stranger)
	for line := range log {
		if strings.Contains(line, "sets Access-Control-Allow-Origin itself") {
			if !strings.Contains(line, " origin="+stranger+" ") {
				t.Errorf("logged %s", line)
			}
			return
		}
	}
}

// lines receives the lines of a log.
type lines chan string

func (l lines) Write(line []byte) (int, error) {
	l <- string(line)
	return len(line), nil
}

// The observer gets the context of the request.
func TestContextOfObservers(t *testing.T) {
	type key struct{}
	var got any
	policy, err := core.NewPolicy(core.Config{AllowOrigins: []string{page}}, core.WithObserver(func(ctx context.Context, _ core.Verdict) { got = ctx.Value(key{}) }))
	if err != nil {
		t.Fatal(err)
	}
	app := newApp(fiber.Config{}, func(c fiber.Ctx) error {
		c.SetContext(context.WithValue(c.Context(), key{}, "value"))
		return c.Next()
	}, fiberv3adapter.Middleware(policy))
	open(t, app).Ask("GET /\nOrigin: " + page)
	if got != "value" {
		t.Errorf("the observer got %v", got)
	}
}
