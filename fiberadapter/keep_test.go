package fiberadapter_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/browser"
	"github.com/corsuite/corsuite/fiberadapter"
	"github.com/gofiber/fiber/v2"
)

// afresh is an error handler that resets the response.
func afresh(c *fiber.Ctx, err error) error {
	c.Response().Reset()
	c.Vary("Accept")
	return c.Status(http.StatusTeapot).SendString(err.Error())
}

// An error keeps the headers of the policy that it came through, whichever policy
// the error handler has.
func TestErrorHandlerKeepsHeaders(t *testing.T) {
	told := 0
	policy := newPolicy(t, config(), core.WithObserver(func(context.Context, core.Observation) { told++ }))
	for name, next := range map[string]fiber.ErrorHandler{"default": nil, "resetting": afresh} {
		status, vary := http.StatusNotFound, ""
		if next != nil {
			status, vary = http.StatusTeapot, "\nVary: Accept"
		}
		t.Run(name, func(t *testing.T) {
			app := newApp(fiber.Config{ErrorHandler: fiberadapter.ErrorHandler(policy, next)})
			app.Use("/api", fiberadapter.Middleware(policy))
			app.Get("/api/:id", func(*fiber.Ctx) error { return fiber.ErrNotFound })
			another := config()
			another.AllowOrigins, another.ExposeHeaders = []string{other}, nil
			app.Use("/other", fiberadapter.New(another))
			app.Get("/other", func(*fiber.Ctx) error { return fiber.ErrNotFound })
			app.Get("/none", func(*fiber.Ctx) error { return fiber.ErrNotFound })
			api := serve(t, app)
			told = 0
			sorted := func(cors string) string { // as corsLines would
				return strings.Replace(cors+vary, "Vary: Origin\nVary: Accept", "Vary: Accept\nVary: Origin", 1)
			}
			check(t, api.ask(t, actual("GET", "/api/1", page)), status, sorted(allowed))
			check(t, api.ask(t, actual("GET", "/api/1", other)), status, sorted(denied))
			if told != 4 { // in process and over a socket
				t.Errorf("two requests were observed %d times", told)
			}
			if got := api.ask(t, actual("GET", "/other", other)); !strings.Contains(got.cors, "Access-Control-Allow-Origin: "+other) {
				t.Errorf("the headers of another policy are gone:\n%s", got.cors)
			}
			if got := api.ask(t, actual("GET", "/other", page)); strings.Contains(got.cors, "Allow-Origin") {
				t.Errorf("another policy's error is allowed:\n%s", got.cors)
			}
			if got := api.ask(t, actual("GET", "/none", page)); strings.Contains(got.cors, "Allow-Origin") {
				t.Errorf("the error of a route without a policy is allowed:\n%s", got.cors)
			}
		})
	}
}

func TestErrorHandlerThatDecidesItself(t *testing.T) {
	app := newApp(fiber.Config{ErrorHandler: fiberadapter.ErrorHandler(newPolicy(t, config()), func(c *fiber.Ctx, err error) error {
		c.Set(fiber.HeaderAccessControlAllowOrigin, other)
		c.Set(fiber.HeaderVary, "Accept, origin")
		return errors.New("and fails")
	})})
	app.Use(fiberadapter.New(config()))
	check(t, serve(t, app).ask(t, actual("GET", "/none", page)), http.StatusInternalServerError,
		strings.Replace(strings.Replace(allowed, page, other, 1), "Vary: Origin", "Vary: Accept, origin", 1))
}

// A page reads what fiber answers before any handler runs.
func TestErrorHandlerForFibersOwnErrors(t *testing.T) {
	large := browser.Request{Method: "POST", URL: "/", Body: browser.Text("12345678901")}
	build := func(next fiber.ErrorHandler) *fiber.App {
		app := newApp(fiber.Config{BodyLimit: 10, ErrorHandler: next})
		app.Use(fiberadapter.New(config()))
		return app
	}
	handler := fiberadapter.ErrorHandler(newPolicy(t, config()), nil)
	readsNothing(t, visit(t, build(nil), large), browser.StepResponse)
	reads(t, visit(t, build(handler), large), http.StatusRequestEntityTooLarge)
	large.Origin = other
	readsNothing(t, visit(t, build(handler), large), browser.StepResponse)

	api := serve(t, build(handler))
	check(t, api.dial(t).ask(t, "OPTIONS", "Origin: "+page, "Access-Control-Request-Method: PUT", "Content-Length: 11"),
		http.StatusRequestEntityTooLarge, allowed+", Access-Control-Request-Method")
	check(t, api.dial(t).ask(t, "FOO", "Origin: "+page), http.StatusBadRequest, "") // no error handler sees it

	reading := newApp(fiber.Config{GETOnly: true, ErrorHandler: handler})
	check(t, serve(t, reading).dial(t).ask(t, "PUT", "Origin: "+page), http.StatusMethodNotAllowed, allowed)
}

// Of a request that it could not read fiber knows no Origin, not even that of the
// request before.
func TestErrorHandlerForUnreadableRequests(t *testing.T) {
	const fine = "POST / HTTP/1.1\r\nHost: api\r\nContent-Length: 0\r\nOrigin: " + page + "\r\n\r\n"
	everyone := config()
	everyone.AllowOrigins, everyone.AllowCredentials = []string{"*"}, false
	for _, test := range []struct {
		name, request string
		status        int
	}{
		{"long head", strings.Replace(fine, "\r\n\r\n", "\r\nX-Long: "+strings.Repeat("x", 24), 1), http.StatusRequestHeaderFieldsTooLarge},
		{"bad chunk", strings.Replace(fine, "Content-Length: 0", "Transfer-Encoding: chunked", 1) + "x\r\n", http.StatusBadRequest},
		{"long chunks", strings.Replace(fine, "Content-Length: 0", "Transfer-Encoding: chunked", 1) + "b\r\n12345678901\r\n", http.StatusRequestEntityTooLarge},
	} {
		t.Run(test.name, func(t *testing.T) {
			for want, cfg := range map[string]core.Config{
				"Vary: Origin": config(),
				"Access-Control-Allow-Origin: *\nAccess-Control-Expose-Headers: X-Total": everyone,
			} {
				policy := newPolicy(t, cfg)
				app := newApp(fiber.Config{
					ReadBufferSize: len(fine) + 30, BodyLimit: 10, ErrorHandler: fiberadapter.ErrorHandler(policy, nil),
				})
				app.Use(fiberadapter.Middleware(policy))
				conn := serve(t, app).dial(t)
				var last answer
				for _, request := range []string{fine, test.request} {
					fmt.Fprint(conn, request)
					resp, err := http.ReadResponse(conn.answers, nil)
					if err != nil {
						t.Fatal(err)
					}
					last = read(t, resp)
				}
				check(t, last, test.status, want)
			}
		})
	}
}
func TestErrorHandlerForSlowBodies(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	policy := newPolicy(t, config())
	app := newApp(fiber.Config{ErrorHandler: fiberadapter.ErrorHandler(policy, nil)})
	app.Use(fiberadapter.Middleware(policy))
	served := make(chan error)
	go func() { served <- app.Listener(impatient{ln}) }()
	t.Cleanup(func() {
		ln.Close()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	got := server{app, ln.Addr()}.dial(t).ask(t, "POST", "Origin: "+page, "Content-Length: 5")
	check(t, got, http.StatusRequestTimeout, "Vary: Origin")
}

// impatient is a listener whose connections time out as soon as a head has come.
type impatient struct{ net.Listener }

func (l impatient) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	return &hurried{Conn: conn}, err
}

type hurried struct {
	net.Conn

	head strings.Builder
}

func (c *hurried) Read(b []byte) (int, error) {
	if strings.Contains(c.head.String(), "\r\n\r\n") {
		return 0, &net.OpError{Op: "read", Net: "tcp", Err: os.ErrDeadlineExceeded}
	}
	n, err := c.Conn.Read(b)
	c.head.Write(b[:n])
	return n, err
}

func newPolicy(t *testing.T, cfg core.Config, opts ...core.Option) *core.Policy {
	t.Helper()
	policy, err := core.NewPolicy(cfg, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return policy
}

// An error handler may start afresh, and a page can read the error none the less.
func ExampleErrorHandler() {
	policy, err := core.NewPolicy(core.Config{AllowOrigins: []string{"https://app.example.com"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	app := fiber.New(fiber.Config{
		ErrorHandler: fiberadapter.ErrorHandler(policy, func(c *fiber.Ctx, err error) error {
			c.Response().Reset()
			return c.Status(fiber.StatusInternalServerError).SendString("sorry")
		}),
	})
	app.Use(fiberadapter.Middleware(policy))
	app.Get("/posts", func(*fiber.Ctx) error { return errors.New("out of posts") })

	r := httptest.NewRequest("GET", "/posts", nil)
	r.Header.Set("Origin", "https://app.example.com")
	resp, err := app.Test(r)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer resp.Body.Close()
	fmt.Println(resp.StatusCode, resp.Header.Get("Access-Control-Allow-Origin"))
	// Output:
	// 500 https://app.example.com
}
