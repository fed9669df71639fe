package fiberadapter_test

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
	"github.com/corsuite/corsuite/fiberadapter"
	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/filesystem"
	recovery "github.com/gofiber/fiber/v2/middleware/recover"
)

const (
	page     = corstest.Page     // an origin that corstest.Policy allows
	stranger = corstest.Stranger // an origin that it denies
)

// cors returns middleware with corstest.Policy.
func cors(t *testing.T) fiber.Handler {
	t.Helper()
	return fiberadapter.Middleware(corstest.Policy(t))
}

// newApp returns an app with middleware.
func newApp(cfg fiber.Config, middleware ...fiber.Handler) *fiber.App {
	cfg.DisableStartupMessage = true
	app := fiber.New(cfg)
	for _, h := range middleware {
		app.Use(h)
	}
	return app
}

func server(app *fiber.App) corstest.Server {
	return corstest.Server{Transport: inProcess{app}, Serve: app.Listener, Shutdown: app.ShutdownWithContext}
}

type inProcess struct{ app *fiber.App }

func (t inProcess) RoundTrip(r *http.Request) (*http.Response, error) { return t.app.Test(r, -1) }

func open(t *testing.T, app *fiber.App) *corstest.Client {
	t.Helper()
	return corstest.Open(t, server(app))
}

// text returns a handler that answers with line.
func text(line string) fiber.Handler {
	return func(c *fiber.Ctx) error { return c.SendString(line) }
}

func pass(c *fiber.Ctx) error { return c.Next() }

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
					app.Use(fiberadapter.Middleware(policy))
				}
				if site.Keep {
					app.Use(fiberadapter.KeepCORS)
				}
				app.Use(around(site.Inner))
				for _, method := range site.Methods {
					app.Add(method, site.Path, func(c *fiber.Ctx) error {
						site.Handle(header{c})
						c.Status(site.Status)
						return nil
					})
				}
				return server(app)
			})
		})
	}
}

// around adapts a middleware of the suite.
func around(middleware func(h corstest.Header, next func())) fiber.Handler {
	return func(c *fiber.Ctx) (err error) {
		middleware(header{c}, func() { err = c.Next() })
		return err
	}
}

// header adapts the headers of the answer to corstest.Header.
type header struct{ c *fiber.Ctx }

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
			r.Add(method, "/posts", append(middleware[:len(middleware):len(middleware)], text("posts"))...)
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
		{"Use on an app and Mount", func(app *fiber.App) {
			sub := newApp(fiber.Config{}, cors)
			routes(sub)
			app.Mount("/api", sub)
		}, all, all},
		{"a single route", func(app *fiber.App) { routes(app.Group("/api"), cors) }, []string{"actual"}, []string{"preflight", "actual"}},
		{"Use after the routes", func(app *fiber.App) { routes(app.Group("/api")); app.Use(cors) }, late, late[1:]},
		{"group.Use after the routes", func(app *fiber.App) { g := app.Group("/api"); routes(g); g.Use(cors) }, late, late[1:]},
	} {
		without, with := newApp(fiber.Config{}), newApp(fiber.Config{})
		fiberadapter.Install(with, nil)
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
		"GET /none":             {Status: 404, Body: "Cannot GET /none"},
		"DELETE /posts":         {Status: 405, Body: "Method Not Allowed"},
		"GET /taken":            {Status: 409, Body: "taken"},
		"GET /error":            {Status: 500, Body: "out of posts"},
		"GET /panic":            {Status: 500, Body: "a bug"},
		"GET /redirect":         {Status: 302},
		"GET /static/logo.svg":  {Status: 200, Body: "<svg/>"},
		"HEAD /static/logo.svg": {Status: 200},
		"GET /static/none.svg":  {Status: 404, Body: "Cannot GET /static/none.svg"},
		"GET /files/logo.svg":   {Status: 200, Body: "<svg/>"},
		"GET /files/none.svg":   {Status: 404, Body: "Cannot GET /files/none.svg"},
	})
	app := newApp(fiber.Config{ErrorHandler: func(c *fiber.Ctx, err error) error {
		return c.Status(http.StatusTeapot).SendString(err.Error())
	}}, cors(t))
	open(t, app).Answers(map[string]corstest.Answer{"GET /none": {Status: 418, Body: "Cannot GET /none"}})
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
	app.Get("/empty", func(c *fiber.Ctx) error { return c.SendStatus(http.StatusNoContent) })
	app.Get("/taken", func(*fiber.Ctx) error { return fiber.NewError(http.StatusConflict, "taken") })
	app.Get("/error", func(*fiber.Ctx) error { return errors.New("out of posts") })
	app.Get("/panic", broken)
	app.Get("/redirect", func(c *fiber.Ctx) error { return c.Redirect("/posts") })
	app.Get("/reset", func(c *fiber.Ctx) error { c.Context().Error("too much", http.StatusRequestEntityTooLarge); return nil })
	app.Static("/static", dir)
	app.Use("/files", filesystem.New(filesystem.Config{Root: http.FS(fstest.MapFS{"logo.svg": {Data: []byte("<svg/>")}})}))
	return app
}

func TestNewPanicsOnBadConfig(t *testing.T) {
	defer func() {
		err, ok := recover().(*core.ConfigError)
		if !ok || len(err.Problems) != 2 {
			t.Errorf("panicked with %v, want a *core.ConfigError with both problems", err)
		}
	}()
	fiberadapter.New(fiberadapter.Config{AllowOrigins: []string{"https://example.com/"}, PreflightStatus: 404})
	t.Error("New accepted a bad config")
}

// With DisableHeaderNormalizing, field names have any case. A name may even be empty.
func TestFieldNamesInAnyCase(t *testing.T) {
	others := func(c *fiber.Ctx) error {
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

	c = open(t, newApp(cfg, fiberadapter.New(core.Config{
		AllowOrigins: []string{page}, AllowMethods: []string{"*"}, AllowHeaders: []string{"*"}, AllowCredentials: true,
	}), text("posts")))
	preflight := "OPTIONS /\norigin: " + page + "\naccess-control-request-method: PUT\naccess-control-request-headers: x-a"
	if got := c.Ask(preflight); got.Status != 204 || !strings.Contains(got.CORS, "\nAllow-Headers: x-a\n") {
		t.Errorf("got %+v", got)
	}
	// strings.EqualFold finds U+017F equal to s, but their lengths differ. From 1.7x on,
	// fasthttp rejects the name.
	raw := strings.ReplaceAll(strings.Replace(preflight, "access-", "acce\u017fs-", 1), "\n", "\r\n")
	if got := dial(t, c).send(t, strings.Replace(raw, "/", "/ HTTP/1.1\r\nHost: api", 1)+"\r\n\r\n"); got.StatusCode != http.StatusOK && got.StatusCode != http.StatusBadRequest {
		t.Errorf("got %v", brief(got))
	}
}

// A handler may change the bytes of an answer without an effect on other answers.
func TestValuesAreNotShared(t *testing.T) {
	c := open(t, newApp(fiber.Config{}, cors(t), func(c *fiber.Ctx) error {
		c.Response().Header.VisitAll(func(name, value []byte) {
			if strings.HasPrefix(string(name), "Access-Control-") { // others may be fasthttp's own
				copy(value, c.Get("X-With"))
			}
		})
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
	res := dial(t, open(t, newApp(fiber.Config{}, cors(t), func(c *fiber.Ctx) error {
		c.Context().SetBodyStreamWriter(func(w *bufio.Writer) {
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
	conn := dial(t, open(t, newApp(fiber.Config{}, cors(t), func(c *fiber.Ctx) error {
		c.Set("Connection", "Upgrade")
		c.Context().Hijack(func(conn net.Conn) {
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

// TestFasthttpVersions shows what docs/answers.md says about fasthttp 1.51, which fiber requires,
// and about new versions, which the workspace has.
func TestFasthttpVersions(t *testing.T) {
	c := open(t, newApp(fiber.Config{}, cors(t), text("posts")))
	ask := func(request string) string {
		return brief(dial(t, c).send(t, strings.ReplaceAll(request, "\n", "\r\n")+"\r\n\r\n"))
	}
	old := !strings.HasPrefix(ask("GET / HTTP/1.1\nConnection: close"), "400")
	for request, want := range map[string][2]string{
		"GET / HTTP/1.1\nOrigin: " + page:                       {"200 " + page + " Origin", "400"},
		"GET / HTTP/1.1\nHost: api\nOrigin:\t" + page:           {"200 Origin", "200 " + page + " Origin"},
		"GET / HTTP/1.1\nHost: api\nOrigin: " + page + "\t":     {"200 Origin", "200 " + page + " Origin"},
		"GET / HTTP/1.1\nHost: api\nOrigin: " + page + "\rX: y": {"200 Origin", "400"},
		"GET / HTTP/1.1\nHost: api\nOrigin: " + page + "\x00":   {"200 Origin", "400"},
	} {
		i := 1
		if old {
			i = 0
		}
		if got := ask(request); got != want[i] {
			t.Errorf("the answer to %q is %s, want %s", request, got, want[i])
		}
	}
}

// Old versions of fasthttp accept a bare CR in a value; new ones answer 400. If the value
// were reflected, some clients would read the CR as the end of a line, so a request could
// inject a header.
func TestNothingIsInjected(t *testing.T) {
	const origin, put, headers = "Origin: " + page, "\r\nAccess-Control-Request-Method: PUT", "\r\nAccess-Control-Request-Headers: "
	for name, cfg := range map[string]core.Config{
		"reflecting": {AllowOrigins: []string{"https://*.example.com"}, AllowMethods: []string{"*"}, AllowHeaders: []string{"*"}, AllowCredentials: true},
		"wildcard":   {AllowOrigins: []string{"https://preview-*.example.com:*", page}, AllowHeaders: []string{"*"}},
		"everyone":   {AllowOrigins: []string{"*"}, AllowMethods: []string{"*"}, AllowHeaders: []string{"*"}},
	} {
		c := open(t, newApp(fiber.Config{}, fiberadapter.New(cfg), text("posts")))
		for _, fields := range []string{
			origin + "\rX-Injected: 1",
			origin + "\rX-Injected: 1" + put,
			"Origin: \rX-Injected: 1" + put,
			"Origin: https://a\rX-Injected.example.com" + put,
			origin + put + "\rX-Injected: 1",
			origin + put + headers + "x-a\rX-Injected: 1",
			origin + put + headers + "x-a,\rX-Injected: 1",
			origin + put + headers + "x-a" + headers + "x-b\rX-Injected: 1",
			origin + put + headers + "x-a,\r\n X-Injected: 1",
			origin + put + headers + "x-a\x00,X-Injected",
		} {
			for _, method := range []string{"GET", "OPTIONS"} {
				conn := dial(t, c)
				io.WriteString(conn, method+" / HTTP/1.1\r\nHost: api\r\nConnection: close\r\n"+fields+"\r\n\r\n")
				raw, err := io.ReadAll(conn)
				got, _, _ := strings.Cut(string(raw), "\r\n\r\n")
				if err != nil || !strings.HasPrefix(got, "HTTP/1.1 ") || strings.Contains(got, "X-Injected") ||
					strings.Count(got, "\r") != strings.Count(got, "\r\n") {
					t.Errorf("%s: the answer to %s %q is\n%q, %v", name, method, fields, got, err)
				}
			}
		}
	}
}

func TestOriginFuncGetsUserContext(t *testing.T) {
	type key struct{}
	tenant := func(c *fiber.Ctx) error {
		c.SetUserContext(context.WithValue(c.UserContext(), key{}, "tenant"))
		return c.Next()
	}
	app := newApp(fiber.Config{}, tenant, fiberadapter.New(core.Config{}, core.WithOriginFunc(func(ctx context.Context, _ core.Origin, _ core.Target) (bool, error) {
		return ctx.Value(key{}) == "tenant", nil
	})), text("posts"))
	open(t, app).Want("GET /\nOrigin: "+page, corstest.Answer{Status: 200, CORS: "Allow-Origin: " + page + "\nVary: Origin"})
}

// The policy receives the fields from which it knows that CORS does not apply, or that a
// request has cookies.
func TestObserverGetsFields(t *testing.T) {
	var seen []core.Reason
	app := newApp(fiber.Config{}, fiberadapter.New(core.Config{AllowOrigins: []string{page}}, core.WithObserver(func(_ context.Context, v core.Verdict) {
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
