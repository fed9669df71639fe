package fiberv3adapter_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/corstest"
	"github.com/corsuite/corsuite/fiberv3adapter"
	"github.com/gofiber/fiber/v3"
	recovery "github.com/gofiber/fiber/v3/middleware/recover"
	"github.com/gofiber/fiber/v3/middleware/static"
)

const (
	page     = corstest.Page     // an origin that corstest.Policy allows
	stranger = corstest.Stranger // an origin that it denies
)

// cors returns middleware with corstest.Policy.
func cors(t *testing.T) fiber.Handler {
	t.Helper()
	return fiberv3adapter.Middleware(corstest.Policy(t))
}

// newApp returns an app with middleware.
func newApp(cfg fiber.Config, middleware ...fiber.Handler) *fiber.App {
	app := fiber.New(cfg)
	for _, h := range middleware {
		app.Use(h)
	}
	return app
}

func server(app *fiber.App) corstest.Server {
	return corstest.Server{Transport: inProcess{app}, Serve: listener(app), Shutdown: app.ShutdownWithContext}
}

func listener(app *fiber.App) func(net.Listener) error {
	return func(l net.Listener) error { return app.Listener(l, fiber.ListenConfig{DisableStartupMessage: true}) }
}

type inProcess struct{ app *fiber.App }

func (t inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	return t.app.Test(r, fiber.TestConfig{})
}

func open(t *testing.T, app *fiber.App) *corstest.Client {
	t.Helper()
	return corstest.Open(t, server(app))
}

// text returns a handler that answers with line.
func text(line string) fiber.Handler {
	return func(c fiber.Ctx) error { return c.SendString(line) }
}

func pass(c fiber.Ctx) error { return c.Next() }

// add registers a route.
func add(r fiber.Router, method, path string, handlers ...fiber.Handler) {
	var others []any
	for _, h := range handlers[1:] {
		others = append(others, h)
	}
	r.Add([]string{method}, path, handlers[0], others...)
}

// conn is a connection that sends raw bytes, for requests that HTTP clients refuse.
type conn struct {
	net.Conn

	answers *bufio.Reader
}

func dial(t *testing.T, c *corstest.Client) conn {
	t.Helper()
	client, err := new(net.Dialer).DialContext(t.Context(), "tcp", c.Addr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	return conn{client, bufio.NewReader(client)}
}

// send sends a raw request and returns the answer. Read its body before the next send.
func (c conn) send(t *testing.T, request string) *http.Response {
	t.Helper()
	io.WriteString(c, request)
	res, err := http.ReadResponse(c.answers, nil)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// brief returns the status, Allow-Origin and Vary of an answer in one line.
func brief(res *http.Response) string {
	h := res.Header
	return strings.Join(strings.Fields(fmt.Sprint(res.StatusCode, " ", h.Get("Access-Control-Allow-Origin"), " ", strings.Join(h["Vary"], "; "))), " ")
}

func TestConformance(t *testing.T) {
	for name, cfg := range map[string]fiber.Config{
		"default": {}, "DisableHeaderNormalizing": {DisableHeaderNormalizing: true}, "Immutable": {Immutable: true},
	} {
		cfg.ReadBufferSize = 64 << 10
		t.Run(name, func(t *testing.T) {
			corstest.Run(t, func(site corstest.App) corstest.Server {
				app := newApp(cfg, around(site.Outer))
				for _, policy := range site.Policies {
					app.Use(fiberv3adapter.Middleware(policy))
				}
				if site.Keep {
					app.Use(fiberv3adapter.KeepCORS)
				}
				app.Use(around(site.Inner))
				app.Add(site.Methods, site.Path, func(c fiber.Ctx) error {
					site.Handle(header{c})
					c.Status(site.Status)
					return nil
				})
				return server(app)
			})
		})
	}
}

// around adapts a middleware of the suite.
func around(middleware func(h corstest.Header, next func())) fiber.Handler {
	return func(c fiber.Ctx) (err error) {
		middleware(header{c}, func() { err = c.Next() })
		return err
	}
}

// header adapts the headers of the answer to corstest.Header.
type header struct{ c fiber.Ctx }

func (h header) Add(name, value string) { h.c.Response().Header.Add(name, value) }
func (h header) Set(name, value string) { h.c.Response().Header.Set(name, value) }
func (h header) Values(name string) (values []string) {
	for _, value := range h.c.Response().Header.PeekAll(name) {
		values = append(values, string(value))
	}
	return values
}

// This test proves the table "Where to register" of the package documentation.
func TestWhereToRegister(t *testing.T) {
	logged(t)
	cors := cors(t)
	routes := func(r fiber.Router, middleware ...fiber.Handler) {
		for _, method := range []string{"GET", "PUT"} {
			add(r, method, "/posts", append(middleware[:len(middleware):len(middleware)], text("posts"))...)
		}
	}
	all, late := []string{"preflight", "preflight 404", "actual", "404", "405"}, []string{"preflight", "preflight 404", "404", "405"}
	var places []corstest.Place
	for _, place := range []struct {
		name                string
		register            func(*fiber.App)
		covers, withInstall []string
	}{
		{"app.Use", func(app *fiber.App) { app.Use(cors); routes(app.Group("/api")) }, all, all},
		{"Group", func(app *fiber.App) { routes(app.Group("/api", cors)) }, all, all},
		{"Group, nested", func(app *fiber.App) { routes(app.Group("/", cors).Group("/api")) }, all, all},
		{"group.Use", func(app *fiber.App) { g := app.Group("/api"); g.Use(cors); routes(g) }, all, all},
		{"Use(prefix)", func(app *fiber.App) { app.Use("/api", cors); routes(app.Group("/api")) }, all, all},
		{"Use on an app that is mounted", func(app *fiber.App) {
			sub := newApp(fiber.Config{}, cors)
			routes(sub)
			app.Use("/api", sub)
		}, all, all},
		{"a single route", func(app *fiber.App) { routes(app.Group("/api"), cors) }, []string{"actual"}, []string{"preflight", "actual"}},
		{"Use after the routes", func(app *fiber.App) { routes(app.Group("/api")); app.Use(cors) }, late, late[1:]},
		{"group.Use after the routes", func(app *fiber.App) { g := app.Group("/api"); routes(g); g.Use(cors) }, late, late[1:]},
	} {
		without, with := newApp(fiber.Config{}), newApp(fiber.Config{})
		fiberv3adapter.Install(with, nil)
		place.register(without)
		place.register(with)
		places = append(places,
			corstest.Place{Name: place.name, Server: server(without), Covers: place.covers},
			corstest.Place{Name: place.name + ", with Install", Server: server(with), Covers: place.withInstall})
	}
	corstest.CheckPlaces(t, places)
}

// Answers have CORS headers, whichever way a fiber program sends them.
func TestAnswers(t *testing.T) {
	open(t, everything(t, cors(t))).Answers(map[string]corstest.Answer{
		"GET /posts":            {Status: 200, Body: "posts"},
		"HEAD /posts":           {Status: 200},
		"GET /empty":            {Status: 204},
		"GET /none":             {Status: 404, Body: "Not Found"},
		"DELETE /posts":         {Status: 405, Body: "Method Not Allowed"},
		"GET /taken":            {Status: 409, Body: "taken"},
		"GET /error":            {Status: 500, Body: "out of posts"},
		"GET /panic":            {Status: 500, Body: "a bug"},
		"GET /redirect":         {Status: 303},
		"GET /static/logo.svg":  {Status: 200, Body: "<svg/>"},
		"HEAD /static/logo.svg": {Status: 200},
		"GET /static/none.svg":  {Status: 404, Body: "Not Found"},
		"GET /files/logo.svg":   {Status: 200, Body: "<svg/>"},
		"GET /files/none.svg":   {Status: 404, Body: "Not Found"},
	})
	app := newApp(fiber.Config{ErrorHandler: func(c fiber.Ctx, err error) error {
		return c.Status(http.StatusTeapot).SendString(err.Error())
	}}, cors(t))
	open(t, app).Answers(map[string]corstest.Answer{"GET /none": {Status: 418, Body: "Not Found"}})
}

// everything returns an app with one route for each way to send an answer in fiber.
func everything(t *testing.T, middleware ...fiber.Handler) *fiber.App {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "logo.svg"), []byte("<svg/>"), 0o600); err != nil {
		t.Fatal(err)
	}
	app := newApp(fiber.Config{}, append([]fiber.Handler{recovery.New()}, middleware...)...)
	app.Get("/posts", text("posts"))
	app.Get("/empty", func(c fiber.Ctx) error { return c.SendStatus(http.StatusNoContent) })
	app.Get("/taken", func(fiber.Ctx) error { return fiber.NewError(http.StatusConflict, "taken") })
	app.Get("/error", func(fiber.Ctx) error { return errors.New("out of posts") })
	app.Get("/panic", broken)
	app.Get("/redirect", func(c fiber.Ctx) error { return c.Redirect().To("/posts") })
	app.Get("/reset", func(c fiber.Ctx) error {
		c.RequestCtx().Error("too much", http.StatusRequestEntityTooLarge)
		return nil
	})
	app.Use("/static", static.New(dir))
	app.Use("/files", static.New("", static.Config{FS: fstest.MapFS{"logo.svg": {Data: []byte("<svg/>")}}}))
	return app
}

func TestNewPanicsOnBadConfig(t *testing.T) {
	defer func() {
		err, ok := recover().(*core.ConfigError)
		if !ok || len(err.Problems) != 2 {
			t.Errorf("panicked with %v, want a *core.ConfigError with both problems", err)
		}
	}()
	fiberv3adapter.New(fiberv3adapter.Config{AllowOrigins: []string{"https://example.com/"}, PreflightStatus: 404})
	t.Error("New accepted a bad config")
}

// With DisableHeaderNormalizing, field names have any case. A name may even be empty.
func TestFieldNamesInAnyCase(t *testing.T) {
	others := func(c fiber.Ctx) error {
		h := &c.Response().Header
		h.Add("access-control-allow-origin", "*")
		h.Add("vary", "origin")
		h.Add("Vary", "Cookie")
		h.Add("", "empty")
		err := c.Next()
		h.Del("") // no client can read a field without a name
		return err
	}
	cfg := fiber.Config{DisableHeaderNormalizing: true}
	c := open(t, newApp(cfg, others, cors(t), text("posts")))
	names := strings.NewReplacer("Vary: Origin", "Vary: Cookie\nVary: origin")
	c.Want("GET /\nOrigin: "+page, corstest.Answer{Status: 200, CORS: names.Replace(corstest.Allowed)})

	c = open(t, newApp(cfg, fiberv3adapter.New(core.Config{
		AllowOrigins: []string{page}, AllowMethods: []string{"*"}, AllowHeaders: []string{"*"}, AllowCredentials: true,
	}), text("posts")))
	preflight := "OPTIONS /\norigin: " + page + "\naccess-control-request-method: PUT\naccess-control-request-headers: x-a"
	if got := c.Ask(preflight); got.Status != 204 || !strings.Contains(got.CORS, "\nAllow-Headers: x-a\n") {
		t.Errorf("got %+v", got)
	}
}

// A handler may change the bytes of an answer without an effect on other answers.
func TestValuesAreNotShared(t *testing.T) {
	c := open(t, newApp(fiber.Config{}, cors(t), func(c fiber.Ctx) error {
		for name, value := range c.Response().Header.All() {
			if strings.HasPrefix(string(name), "Access-Control-") {
				copy(value, c.Get("X-With"))
			}
		}
		return nil
	}))
	if c.Ask("GET /\nX-With: xxx\nOrigin: "+page).CORS == corstest.Allowed {
		t.Error("the handler could not change its own answer")
	}
	for range 2 {
		c.Want("GET /\nOrigin: "+page, corstest.Answer{Status: 200, CORS: corstest.Allowed})
	}
}

func TestStreams(t *testing.T) {
	read := make(chan struct{})
	res := dial(t, open(t, newApp(fiber.Config{}, cors(t), func(c fiber.Ctx) error {
		c.RequestCtx().SetBodyStreamWriter(func(w *bufio.Writer) {
			w.WriteString("first")
			w.Flush()
			<-read
			w.WriteString("second")
		})
		return nil
	}))).send(t, "GET / HTTP/1.1\r\nHost: api\r\nOrigin: "+page+"\r\n\r\n")
	first := make([]byte, len("first"))
	_, err := io.ReadFull(res.Body, first)
	close(read)
	if got := brief(res); err != nil || string(first) != "first" || got != "200 "+page+" Origin" {
		t.Errorf("before the end of the handler, read %q, %v and %s", first, err, got)
	}
	if rest, err := io.ReadAll(res.Body); string(rest) != "second" || err != nil {
		t.Errorf("after the end of the handler, read %q, %v", rest, err)
	}
}

func TestHijackedConnection(t *testing.T) {
	conn := dial(t, open(t, newApp(fiber.Config{}, cors(t), func(c fiber.Ctx) error {
		c.Set("Connection", "Upgrade")
		c.RequestCtx().Hijack(func(conn net.Conn) {
			line, err := bufio.NewReader(conn).ReadString('\n')
			if err != nil {
				t.Error(err)
			}
			io.WriteString(conn, line)
		})
		return c.SendStatus(http.StatusSwitchingProtocols)
	})))
	res := conn.send(t, "GET / HTTP/1.1\r\nHost: api\r\nOrigin: "+page+"\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
	if got := brief(res); got != "101 "+page+" Origin" {
		t.Errorf("got %s", got)
	}
	io.WriteString(conn, "hello\n")
	if line, err := conn.answers.ReadString('\n'); line != "hello\n" || err != nil {
		t.Errorf("the hijacked connection answered %q, %v", line, err)
	}
}

// The server of fiber answers a bare CR in a value with 400. Without that, no value that
// the policy reflects has a line break: some clients would read it as the end of a line, so
// a request could inject a header.
func TestNothingIsInjected(t *testing.T) {
	const origin, put, headers = "Origin: " + page, "\nAccess-Control-Request-Method: PUT", "\nAccess-Control-Request-Headers: "
	for name, cfg := range map[string]core.Config{
		"reflecting": {AllowOrigins: []string{"https://*.example.com"}, AllowMethods: []string{"*"}, AllowHeaders: []string{"*"}, AllowCredentials: true},
		"wildcard":   {AllowOrigins: []string{"https://preview-*.example.com:*", page}, AllowHeaders: []string{"*"}},
		"everyone":   {AllowOrigins: []string{"*"}, AllowMethods: []string{"*"}, AllowHeaders: []string{"*"}},
	} {
		app := newApp(fiber.Config{}, fiberv3adapter.New(cfg), text("posts"))
		c := open(t, app)
		for _, fields := range []string{
			origin + "\rX-Injected: 1",
			origin + "\rX-Injected: 1" + put,
			"Origin: \rX-Injected: 1" + put,
			"Origin: https://a\rX-Injected.example.com" + put,
			origin + put + "\rX-Injected: 1",
			origin + put + headers + "x-a\rX-Injected: 1",
			origin + put + headers + "x-a,\rX-Injected: 1",
			origin + put + headers + "x-a" + headers + "x-b\rX-Injected: 1",
			origin + put + headers + "x-a\x00,X-Injected",
		} {
			for _, method := range []string{"GET", "OPTIONS"} {
				head := method + " /\n" + fields
				send, field := repeated(app, head)
				send()
				for _, name := range []string{"Access-Control-Allow-Origin", "Access-Control-Allow-Methods", "Access-Control-Allow-Headers", "Vary"} {
					if value := field(name); strings.ContainsAny(value, "\r\x00") || strings.Contains(value, "X-Injected") {
						t.Errorf("%s: the answer to %q has %s: %q", name, head, name, value)
					}
				}
				res := dial(t, c).send(t, method+" / HTTP/1.1\r\nHost: api\r\nConnection: close\r\n"+strings.ReplaceAll(fields, "\n", "\r\n")+"\r\n\r\n")
				if res.StatusCode != http.StatusBadRequest || res.Header["X-Injected"] != nil {
					t.Errorf("%s: the answer over a socket to %q is %d with %v", name, head, res.StatusCode, res.Header)
				}
			}
		}
	}
}

func TestOriginFuncGetsContext(t *testing.T) {
	type key struct{}
	tenant := func(c fiber.Ctx) error {
		c.SetContext(context.WithValue(c.Context(), key{}, "tenant"))
		return c.Next()
	}
	app := newApp(fiber.Config{}, tenant, fiberv3adapter.New(core.Config{}, core.WithOriginFunc(func(ctx context.Context, _ core.Origin, _ core.Target) (bool, error) {
		return ctx.Value(key{}) == "tenant", nil
	})), text("posts"))
	open(t, app).Want("GET /\nOrigin: "+page, corstest.Answer{Status: 200, CORS: "Allow-Origin: " + page + "\nVary: Origin"})
}

// The policy receives the fields from which it knows that CORS does not apply, or that a
// request has cookies.
func TestObserverGetsFields(t *testing.T) {
	var seen []core.Reason
	app := newApp(fiber.Config{}, fiberv3adapter.New(core.Config{AllowOrigins: []string{page}}, core.WithObserver(func(_ context.Context, v core.Verdict) {
		seen = append(seen, v.Reason)
	})), text("posts"))
	for fields, want := range map[string][]core.Reason{
		"":                              {core.ReasonNone},
		"\nCookie: a=b":                 {core.ReasonCredentialsNotAllowed},
		"\nSec-Fetch-Mode: navigate":    nil,
		"\nSec-Fetch-Site: same-origin": nil,
	} {
		seen = nil
		open(t, app).Ask("GET /\nOrigin: " + page + fields)
		if want = append(want, want...); fmt.Sprint(seen) != fmt.Sprint(want) { // Ask sends two requests: in process and over a socket
			t.Errorf("%q: the observer received %v, want %v", fields, seen, want)
		}
	}
}
