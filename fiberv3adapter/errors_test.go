package fiberv3adapter_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/browser"
	"github.com/corsuite/corsuite/core/corstest"
	"github.com/corsuite/corsuite/fiberv3adapter"
	"github.com/gofiber/fiber/v3"
	"github.com/gofiber/fiber/v3/middleware/basicauth"
	"github.com/gofiber/fiber/v3/middleware/compress"
	"github.com/gofiber/fiber/v3/middleware/keyauth"
	"github.com/gofiber/fiber/v3/middleware/recover"
	"github.com/gofiber/fiber/v3/middleware/redirect"
	"github.com/gofiber/fiber/v3/middleware/timeout"
)

// A page can read an error if the policy is registered before the code that answers.
func TestPagesCanReadErrors(t *testing.T) {
	cors, accounts := cors(t), basicauth.New(basicauth.Config{})
	keys := keyauth.New(keyauth.Config{Validator: func(fiber.Ctx, string) (bool, error) { return false, keyauth.ErrMissingOrMalformedAPIKey }})
	moved := redirect.New(redirect.Config{Rules: map[string]string{"/old": "/posts"}, StatusCode: http.StatusPermanentRedirect})
	late := timeout.New(waits, timeout.Config{Timeout: time.Nanosecond})
	posts := text("posts")
	get, put := browser.Request{URL: "/posts"}, browser.Request{Method: "PUT", URL: "/posts"}
	type handlers = []fiber.Handler
	for _, test := range []struct {
		name    string
		request browser.Request
		handler fiber.Handler
		status  int
		right   handlers
		wrong   handlers     // with the policy at a wrong place, or nil
		stops   browser.Step // the step at which the browser blocks the page with wrong
	}{
		{"recover inside the policy", get, broken, 500, handlers{cors, recover.New()}, nil, 0},
		{"timeout", get, late, 408, handlers{cors}, nil, 0},
		{"basicauth", get, posts, 401, handlers{cors, accounts}, handlers{accounts, cors}, browser.StepResponse},
		{"basicauth after a preflight", put, posts, 401, handlers{cors, accounts}, handlers{accounts, cors}, browser.StepPreflight},
		{"keyauth", get, posts, 401, handlers{cors, keys}, handlers{keys, cors}, browser.StepResponse},
		{"redirect", at(get, "/old"), posts, 200, handlers{cors, moved}, handlers{moved, cors}, browser.StepResponse},
		{"redirect after a preflight", at(put, "/old"), posts, 200, handlers{cors, moved}, handlers{moved, cors}, browser.StepPreflight},
		{"compress", at(put, "/none"), posts, 404, handlers{cors, compress.New()}, nil, 0},
		{"compress outside the policy", at(put, "/none"), posts, 404, handlers{compress.New(), cors}, nil, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			serve := func(middleware handlers) *corstest.Client {
				app := newApp(fiber.Config{}, middleware...)
				app.Get("/posts", test.handler)
				app.Put("/posts", test.handler)
				return open(t, app)
			}
			serve(test.right).Reads(test.request, test.status)
			if test.wrong != nil {
				serve(test.wrong).Blocked(test.request, test.stops)
			}
		})
	}
}

func at(r browser.Request, path string) browser.Request {
	r.URL = path
	return r
}

func broken(fiber.Ctx) error { panic("a bug") }

func waits(c fiber.Ctx) error {
	<-c.Context().Done()
	return context.Cause(c.Context())
}

// afresh is an error handler that first resets the response.
func afresh(c fiber.Ctx, err error) error {
	c.Response().Reset()
	c.Vary("Accept")
	return c.Status(http.StatusTeapot).SendString(err.Error())
}

// An error keeps the headers of the policy before the handler, even if ErrorHandler has a
// different policy.
func TestErrorHandlerKeepsHeaders(t *testing.T) {
	allowed := strings.TrimSuffix(corstest.Allowed, "Vary: Origin")
	for _, test := range []struct {
		next       fiber.ErrorHandler
		status     int
		vary, none string
	}{{nil, 404, "Vary: Origin", ""}, {afresh, 418, "Vary: Accept\nVary: Origin", "Vary: Accept"}} {
		decisions := 0
		policy, err := core.NewPolicy(core.Config{AllowOrigins: []string{page}}, core.WithObserver(func(context.Context, core.Verdict) { decisions++ }))
		if err != nil {
			t.Fatal(err)
		}
		app := newApp(fiber.Config{ErrorHandler: fiberv3adapter.ErrorHandler(policy, test.next)})
		app.Use("/api", cors(t))
		app.Use("/strangers", fiberv3adapter.New(core.Config{AllowOrigins: []string{stranger}}))
		app.Get("/open", func(fiber.Ctx) error { return fiber.ErrNotFound })
		c := open(t, app)
		for request, want := range map[[2]string]string{
			{"/api/1", page}:         allowed + test.vary,
			{"/api/1", stranger}:     test.vary,
			{"/strangers", stranger}: "Allow-Origin: " + stranger + "\n" + test.vary,
			{"/strangers", page}:     test.vary,
			{"/open", page}:          test.none,
		} {
			c.Want("GET "+request[0]+"\nOrigin: "+request[1], corstest.Answer{Status: test.status, CORS: want})
		}
		if decisions != 0 {
			t.Errorf("the policy of the error handler decided %d times, want 0", decisions)
		}
	}
	open(t, newApp(fiber.Config{ErrorHandler: afresh}, cors(t))).Want("GET /\nOrigin: "+page, corstest.Answer{Status: 418, CORS: "Vary: Accept"})
}

// If the user's error handler sets Allow-Origin, its CORS headers remain. Otherwise the
// headers of the policy replace them.
func TestErrorHandlerWithOwnHeaders(t *testing.T) {
	app := newApp(fiber.Config{BodyLimit: 10, ErrorHandler: fiberv3adapter.ErrorHandler(corstest.Policy(t), func(c fiber.Ctx, err error) error {
		c.Set(fiber.HeaderAccessControlAllowOrigin, stranger)
		c.Set(fiber.HeaderVary, "Accept, origin")
		return errors.New("the error handler fails")
	})}, cors(t))
	want := strings.NewReplacer(page, stranger, "Vary: Origin", "Vary: Accept, origin").Replace(corstest.Allowed)
	open(t, app).Want("GET /\nOrigin: "+page, corstest.Answer{Status: 500, CORS: want})
	failing := newApp(app.Config())
	failing.Post("/", text("posts"))
	open(t, failing).Reads(large(), http.StatusInternalServerError) // fiber rejects it before any policy

	app = newApp(fiber.Config{ErrorHandler: fiberv3adapter.ErrorHandler(corstest.Policy(t), func(c fiber.Ctx, _ error) error {
		c.Response().Reset()
		c.Set(fiber.HeaderAccessControlExposeHeaders, "X-Error")
		return nil
	})}, cors(t))
	open(t, app).Want("GET /\nOrigin: "+page, corstest.Answer{Status: 200, CORS: corstest.Allowed})
}

// large returns a request over a BodyLimit of 10.
func large() browser.Request {
	return browser.Request{Method: "POST", URL: "/", Body: browser.Text("12345678901")}
}

// For an error of its server, fiber runs the middleware of Use, then the error handler. If
// there is no such middleware, a page can read the error only with ErrorHandler.
func TestErrorsOfTheServer(t *testing.T) {
	cors, handler := cors(t), fiberv3adapter.ErrorHandler(corstest.Policy(t), nil)
	for _, test := range []struct {
		name     string
		handler  fiber.ErrorHandler
		register func(app *fiber.App)
		blocked  bool
	}{
		{"Use", nil, func(app *fiber.App) { app.Use(cors).Post("/", text("posts")) }, false},
		{"Use after the route", nil, func(app *fiber.App) { app.Post("/", text("posts")).Use(cors) }, false},
		{"Use on a group", nil, func(app *fiber.App) { app.Group("/", cors).Post("/", text("posts")) }, false},
		{"Install", nil, func(app *fiber.App) {
			fiberv3adapter.Install(app, corstest.Policy(t))
			app.Post("/", text("posts"))
		}, false},
		{"a single route", nil, func(app *fiber.App) { app.Post("/", cors, text("posts")) }, true},
		{"ErrorHandler and a single route", handler, func(app *fiber.App) { app.Post("/", cors, text("posts")) }, false},
		{"ErrorHandler and other middleware", handler, func(app *fiber.App) { app.Use(pass).Post("/", cors, text("posts")) }, true},
	} {
		app := newApp(fiber.Config{BodyLimit: 10, ErrorHandler: test.handler})
		test.register(app)
		t.Run(test.name, func(t *testing.T) {
			if test.blocked {
				open(t, app).Blocked(large(), browser.StepResponse)
			} else {
				open(t, app).Reads(large(), http.StatusRequestEntityTooLarge)
			}
		})
	}
}

// If fiber cannot read a request, a policy gets no Origin. In particular, it does not get
// that of the previous request on the connection. A policy of Use and that of ErrorHandler
// give the same answers.
func TestUnreadableRequests(t *testing.T) {
	const size = 200 // the limit for heads
	const fine = "GET / HTTP/1.1\r\nHost: api\r\nOrigin: " + page + "\r\n\r\n"
	post := strings.Replace(fine[:len(fine)-2], "GET", "POST", 1)
	chunked := post + "Transfer-Encoding: chunked\r\n\r\n"
	everyone, err := core.NewPolicy(core.Config{AllowOrigins: []string{"*"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, request, without, with, everyone string
		getOnly                                bool
	}{
		{"unknown method", strings.Replace(fine, "GET", "BREW", 1), "501", "501", "501", false},
		{"malformed method", strings.Replace(fine, "GET", "G(T", 1), "501", "501 Origin", "501 *", false},
		{"large body", post + "Content-Length: 11\r\n\r\n", "413", "413 " + page + " Origin", "413 *", false},
		{"preflight with a body", "OPTIONS" + post[4:] + "Access-Control-Request-Method: PUT\r\nContent-Length: 11\r\n\r\n",
			"413", "413 " + page + " Origin, Access-Control-Request-Method", "413 * Origin, Access-Control-Request-Method", false},
		{"only GET", post + "Content-Length: 0\r\n\r\n", "405", "405 " + page + " Origin", "405 *", true},
		{"large head", post + strings.Repeat("x", size-len(post)), "431", "431 Origin", "431 *", false}, // fiber reads all bytes, so it does not reset the connection
		{"line break in a value", strings.Replace(fine, "https", "https\r", 1), "400", "400 Origin", "400 *", false},
		{"large chunk", chunked + "b\r\n12345678901\r\n", "413", "413 Origin", "413 *", false},
		{"bad chunk", chunked + "x\r\n", "400", "400 Origin", "400 *", false},
		{"late body", post + "Content-Length: 5\r\n\r\n", "408", "408 Origin", "408 *", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			ask := func(want string, handler fiber.ErrorHandler, middleware ...fiber.Handler) {
				t.Helper()
				app := newApp(fiber.Config{ReadBufferSize: size, BodyLimit: 10, GETOnly: test.getOnly, ErrorHandler: handler}, middleware...)
				app.Get("/", text("posts"))
				s := server(app)
				s.Serve = func(l net.Listener) error { return listener(app)(impatient{l}) }
				conn := dial(t, corstest.Open(t, s))
				io.Copy(io.Discard, conn.send(t, fine).Body)
				if got := brief(conn.send(t, test.request)); got != want {
					t.Errorf("got %s, want %s", got, want)
				}
			}
			policy := corstest.Policy(t)
			ask(test.without, nil)
			ask(test.with, nil, fiberv3adapter.Middleware(policy))
			ask(test.everyone, nil, fiberv3adapter.Middleware(everyone))
			ask(test.with, fiberv3adapter.ErrorHandler(policy, nil))
			ask(test.everyone, fiberv3adapter.ErrorHandler(everyone, nil))
		})
	}
}

// For an unknown method fiber runs no middleware, and c.Method and c.Route panic in an error
// handler.
func TestErrorHandlerForUnknownMethods(t *testing.T) {
	app := newApp(fiber.Config{BodyLimit: 10, ErrorHandler: fiberv3adapter.ErrorHandler(corstest.Policy(t), nil)}, cors(t))
	conn := dial(t, open(t, app))
	got := brief(conn.send(t, "BREW / HTTP/1.1\r\nHost: api\r\nOrigin: "+page+"\r\nContent-Length: 11\r\n\r\n"))
	if want := "413 " + page + " Origin"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// After a timeout, the handler may still run and change the request and the response. A race
// detector shows whether the policy and KeepCORS look at them.
func TestTimeoutWithRunningHandler(t *testing.T) {
	returned, done := make(chan struct{}), make(chan struct{})
	running := func(c fiber.Ctx) error {
		<-returned
		c.Set("X-Late", "1")
		c.RequestCtx().SetUserValue("late", true)
		close(done)
		return nil
	}
	late := timeout.New(running, timeout.Config{Timeout: time.Nanosecond, OnTimeout: func(c fiber.Ctx) error {
		return c.SendStatus(http.StatusRequestTimeout)
	}})
	app := newApp(fiber.Config{}, cors(t), fiberv3adapter.KeepCORS, func(c fiber.Ctx) error {
		defer close(returned)
		return late(c)
	})
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Origin", stranger) // the policy looks at the answers to denied pages
	res, err := app.Test(r, fiber.TestConfig{})
	if err != nil {
		t.Fatal(err)
	}
	<-done
	if got := brief(res); got != "408 Origin" {
		t.Errorf("got %s", got)
	}
}

// impatient is a listener whose connections time out before a body of 5 bytes.
type impatient struct{ net.Listener }

func (l impatient) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	return &hurried{Conn: conn}, err
}

type hurried struct {
	net.Conn

	late bool
}

func (c *hurried) Read(b []byte) (int, error) {
	if c.late {
		return 0, &net.OpError{Op: "read", Net: "tcp", Err: os.ErrDeadlineExceeded}
	}
	n, err := c.Conn.Read(b)
	c.late = strings.Contains(string(b[:n]), "Content-Length: 5\r\n")
	return n, err
}
