package fiberadapter_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/browser"
	"github.com/corsuite/corsuite/core/corstest"
	"github.com/corsuite/corsuite/fiberadapter"
	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/basicauth"
	"github.com/gofiber/fiber/v2/middleware/compress"
	"github.com/gofiber/fiber/v2/middleware/keyauth"
	"github.com/gofiber/fiber/v2/middleware/recover"
	"github.com/gofiber/fiber/v2/middleware/redirect"
	"github.com/gofiber/fiber/v2/middleware/timeout"
)

// A page can read an error if the policy is registered before the code that answers.
func TestPagesCanReadErrors(t *testing.T) {
	cors, accounts := cors(t), basicauth.New(basicauth.Config{})
	keys := keyauth.New(keyauth.Config{Validator: func(*fiber.Ctx, string) (bool, error) { return false, keyauth.ErrMissingOrMalformedAPIKey }})
	moved := redirect.New(redirect.Config{Rules: map[string]string{"/old": "/posts"}, StatusCode: http.StatusPermanentRedirect})
	late := timeout.NewWithContext(waits, time.Nanosecond)
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

func broken(*fiber.Ctx) error { panic("a bug") }

func waits(c *fiber.Ctx) error {
	<-c.UserContext().Done()
	return context.Cause(c.UserContext())
}

// afresh is an error handler that first resets the response.
func afresh(c *fiber.Ctx, err error) error {
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
		app := newApp(fiber.Config{ErrorHandler: fiberadapter.ErrorHandler(policy, test.next)})
		app.Use("/api", cors(t))
		app.Use("/strangers", fiberadapter.New(core.Config{AllowOrigins: []string{stranger}}))
		app.Get("/open", func(*fiber.Ctx) error { return fiber.ErrNotFound })
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
	app := newApp(fiber.Config{BodyLimit: 10, ErrorHandler: fiberadapter.ErrorHandler(corstest.Policy(t), func(c *fiber.Ctx, err error) error {
		c.Set(fiber.HeaderAccessControlAllowOrigin, stranger)
		c.Set(fiber.HeaderVary, "Accept, origin")
		return errors.New("the error handler fails")
	})}, cors(t))
	want := strings.NewReplacer(page, stranger, "Vary: Origin", "Vary: Accept, origin").Replace(corstest.Allowed)
	open(t, app).Want("GET /\nOrigin: "+page, corstest.Answer{Status: 500, CORS: want})
	open(t, app).Reads(large(), http.StatusInternalServerError) // fiber rejects it before any policy

	app = newApp(fiber.Config{ErrorHandler: fiberadapter.ErrorHandler(corstest.Policy(t), func(c *fiber.Ctx, _ error) error {
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

// If fiber answers before any handler runs, a page can read the answer only with
// ErrorHandler.
func TestErrorHandlerBeforeHandlers(t *testing.T) {
	limited := func(handler fiber.ErrorHandler) *corstest.Client {
		return open(t, newApp(fiber.Config{BodyLimit: 10, ErrorHandler: handler}, cors(t)))
	}
	limited(nil).Blocked(large(), browser.StepResponse)
	limited(fiberadapter.ErrorHandler(corstest.Policy(t), nil)).Reads(large(), http.StatusRequestEntityTooLarge)
}

// If fiber cannot read a request, ErrorHandler gets no Origin. In particular, it does not
// get that of the previous request on the connection.
func TestErrorHandlerForUnreadableRequests(t *testing.T) {
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
		{"method", strings.Replace(fine, "GET", "BREW", 1), "400", "400", "400", false},
		{"large body", post + "Content-Length: 11\r\n\r\n", "413", "413 " + page + " Origin", "413 *", false},
		{"preflight with a body", "OPTIONS" + post[4:] + "Access-Control-Request-Method: PUT\r\nContent-Length: 11\r\n\r\n",
			"413", "413 " + page + " Origin, Access-Control-Request-Method", "413 * Origin, Access-Control-Request-Method", false},
		{"only GET", post + "Content-Length: 0\r\n\r\n", "405", "405 " + page + " Origin", "405 *", true},
		{"large head", post + strings.Repeat("x", size-len(post)), "431", "431 Origin", "431 *", false}, // fiber reads all bytes, so it does not reset the connection
		{"large chunk", chunked + "b\r\n12345678901\r\n", "413", "413 Origin", "413 *", false},
		{"bad chunk", chunked + "x\r\n", "400", "400 Origin", "400 *", false},
		{"late body", post + "Content-Length: 5\r\n\r\n", "408", "408 Origin", "408 *", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			policy := corstest.Policy(t)
			for _, way := range []struct {
				handler fiber.ErrorHandler
				want    string
			}{{nil, test.without}, {fiberadapter.ErrorHandler(policy, nil), test.with}, {fiberadapter.ErrorHandler(everyone, nil), test.everyone}} {
				cfg := fiber.Config{ReadBufferSize: size, BodyLimit: 10, GETOnly: test.getOnly, ErrorHandler: way.handler}
				app := newApp(cfg, fiberadapter.Middleware(policy), text("posts"))
				s := server(app)
				s.Serve = func(l net.Listener) error { return app.Listener(impatient{l}) }
				conn := dial(t, corstest.Open(t, s))
				io.Copy(io.Discard, conn.send(t, fine).Body)
				if got := brief(conn.send(t, test.request)); got != way.want {
					t.Errorf("got %s, want %s", got, way.want)
				}
			}
		})
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
