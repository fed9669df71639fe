package fiberadapter_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/corsuite/corsuite/fiberadapter"
	"github.com/gofiber/fiber/v2"
)

func TestPrefixIsNoPathSegment(t *testing.T) {
	app := newApp(fiber.Config{})
	app.Use("/api", fiberadapter.New(config()))
	app.Get("/apiary", text("bees"))
	api := serve(t, app)
	check(t, api.ask(t, preflight("/apiary", page, "PUT")), http.StatusNoContent, approved)
	check(t, api.ask(t, actual("GET", "/apiary", page)), http.StatusOK, allowed)
}

// What resets a response removes its CORS headers with the rest.
func TestResetResponse(t *testing.T) {
	app := newApp(fiber.Config{ErrorHandler: func(c *fiber.Ctx, err error) error {
		c.Response().Reset()
		return c.Status(http.StatusInternalServerError).SendString(err.Error())
	}})
	app.Use(fiberadapter.New(config()))
	check(t, serve(t, app).ask(t, actual("GET", "/none", page)), http.StatusInternalServerError, "")

	api := serve(t, everything(t))
	check(t, api.ask(t, actual("GET", "/fasthttp", page)), http.StatusRequestEntityTooLarge, "")
	cached := actual("GET", "/static/logo.svg", page)
	cached.Header.Set("If-Modified-Since", "Fri, 31 Dec 9999 23:59:59 GMT")
	check(t, api.ask(t, cached), http.StatusNotModified, "")
}

// What fiber answers by itself no page can read, unless middleware says it first.
func TestAnswersOfFiberItself(t *testing.T) {
	short := func(c *fiber.Ctx) error {
		if len(c.Body()) > 10 {
			return fiber.ErrRequestEntityTooLarge
		}
		return c.Next()
	}
	body := []string{"Content-Length: 11", "", "0123456"} // and the four bytes that end every request here
	for _, test := range []struct {
		name, method string
		cfg          fiber.Config
		lines        []string
		status       int
		cors         string
	}{
		{"method", "OPTIONS", fiber.Config{RequestMethods: []string{"GET", "HEAD"}}, []string{"Access-Control-Request-Method: PUT"}, http.StatusBadRequest, ""},
		{"body", "POST", fiber.Config{BodyLimit: 10}, body, http.StatusRequestEntityTooLarge, ""},
		{"body, in middleware", "POST", fiber.Config{BodyLimit: 11}, body, http.StatusRequestEntityTooLarge, allowed},
	} {
		t.Run(test.name, func(t *testing.T) {
			app := newApp(test.cfg)
			app.Use(fiberadapter.New(config()), short)
			got := serve(t, app).dial(t).ask(t, test.method, append([]string{"Origin: " + page}, test.lines...)...)
			check(t, got, test.status, test.cors)
		})
	}
}

func TestHeadThatIsTooLong(t *testing.T) {
	head := "GET / HTTP/1.1\r\nHost: api\r\nOrigin: " + page + "\r\nX-Long: xxxx"
	app := newApp(fiber.Config{ReadBufferSize: len(head)}) // so that no byte is left unread
	app.Use(fiberadapter.New(config()))
	conn := serve(t, app).dial(t)
	fmt.Fprint(conn, head)
	resp, err := http.ReadResponse(conn.answers, nil)
	if err != nil {
		t.Fatal(err)
	}
	check(t, read(t, resp), http.StatusRequestHeaderFieldsTooLarge, "")
}
