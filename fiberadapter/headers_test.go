package fiberadapter_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/fiberadapter"
	"github.com/gofiber/fiber/v2"
)

// adding returns middleware that adds a line with each value to the response.
func adding(name string, values ...string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		for _, value := range values {
			c.Response().Header.Add(name, value)
		}
		return c.Next()
	}
}

func TestVaryFurtherOut(t *testing.T) {
	const accept, origin, method = "Vary: Accept-Encoding", "Vary: Origin", "Vary: Access-Control-Request-Method"
	for _, test := range []struct {
		present           []string
		actual, preflight string
	}{
		{[]string{"Accept-Encoding"}, accept + "\n" + origin, accept + "\n" + origin + ", Access-Control-Request-Method"},
		{[]string{"Origin"}, origin, origin + "\n" + method},
		{[]string{"origin"}, "Vary: origin", "Vary: origin\n" + method},
		{[]string{"Accept-Encoding,ORIGIN"}, accept + ",ORIGIN", accept + ",ORIGIN\n" + method},
		{[]string{"Accept-Encoding", "Origin"}, accept + "\n" + origin, accept + "\n" + origin + "\n" + method},
		{[]string{"*"}, "Vary: *", "Vary: *"},
	} {
		t.Run(strings.Join(test.present, ";"), func(t *testing.T) {
			api := serve(t, behind(text("posts"), adding("Vary", test.present...), fiberadapter.New(config())))
			if got := vary(api.ask(t, actual("GET", "/", page))); got != test.actual {
				t.Errorf("actual:\n%s\nwant\n%s", got, test.actual)
			}
			if got := vary(api.ask(t, preflight("/", page, "PUT"))); got != test.preflight {
				t.Errorf("preflight:\n%s\nwant\n%s", got, test.preflight)
			}
		})
	}
}

// vary returns the Vary lines of an answer; they are the last.
func vary(a answer) string {
	return a.cors[strings.Index(a.cors, "Vary: "):]
}

func TestVaryOfHandler(t *testing.T) {
	api := serve(t, behind(func(c *fiber.Ctx) error {
		if c.Query("by") == "fiber" {
			c.Vary("Accept", "Origin") // it joins its names to the first line
		} else {
			c.Response().Header.Add("Vary", "Accept")
		}
		return nil
	}, fiberadapter.New(config())))
	check(t, api.ask(t, actual("GET", "/", page)), http.StatusOK, allowed+"\nVary: Accept")
	check(t, api.ask(t, actual("GET", "/?by=fiber", page)), http.StatusOK, allowed+", Accept")
}

// The policy next to the handler decides alone, whatever the outer one says.
func TestNestedPolicies(t *testing.T) {
	for _, test := range []struct {
		name         string
		outer, inner string // the origin that is allowed
		credentials  bool   // of the inner policy
		want         string
	}{
		{"outer allows, inner denies", page, other, true, denied},
		{"outer denies, inner allows", other, page, true, allowed},
		{"both allow, inner without credentials", page, page, false, `Access-Control-Allow-Origin: https://app.example.com
Access-Control-Expose-Headers: X-Total
Vary: Origin`},
	} {
		t.Run(test.name, func(t *testing.T) {
			outer, inner := config(), config()
			outer.AllowOrigins = []string{test.outer}
			inner.AllowOrigins, inner.AllowCredentials = []string{test.inner}, test.credentials
			app := newApp(fiber.Config{})
			app.Use(fiberadapter.New(outer))
			app.Group("/api", fiberadapter.New(inner)).Get("/posts", text("posts"))
			app.Get("/posts", fiberadapter.New(inner), text("posts"))
			api := serve(t, app)
			check(t, api.ask(t, actual("GET", "/api/posts", page)), http.StatusOK, test.want)
			check(t, api.ask(t, actual("GET", "/posts", page)), http.StatusOK, test.want)
		})
	}
}

// fasthttp's Set would replace the first line only.
func TestHeadersFurtherOutAreReplaced(t *testing.T) {
	api := serve(t, behind(text("posts"),
		adding("Access-Control-Allow-Origin", "*", page),
		adding("Access-Control-Allow-Credentials", "true", "true"),
		adding("Access-Control-Max-Age", "5"),
		fiberadapter.New(config())))
	check(t, api.ask(t, actual("GET", "/", page)), http.StatusOK, allowed)
	check(t, api.ask(t, actual("GET", "/", other)), http.StatusOK, denied)
	check(t, api.ask(t, preflight("/", page, "PUT")), http.StatusNoContent, approved)
	check(t, api.ask(t, preflight("/", other, "PUT")), http.StatusForbidden, refused)

	api = serve(t, behind(text("posts"), adding("Access-Control-Expose-Headers", "X-Outer"), fiberadapter.New(config())))
	check(t, api.ask(t, actual("GET", "/", page)), http.StatusOK, allowed)
}

// A handler may do what it likes with the bytes of its own response.
func TestValuesAreNotShared(t *testing.T) {
	names := core.ResponseHeaders()
	api := serve(t, behind(func(c *fiber.Ctx) error {
		if c.Query("spoil") != "" {
			for _, name := range append([]string{"Vary"}, names[:]...) {
				value := c.Response().Header.Peek(name)
				copy(value, strings.Repeat("x", len(value)))
			}
		}
		return nil
	}, fiberadapter.New(config())))
	if spoilt := read(t, api.send(t, actual("GET", "/?spoil=1", page))); spoilt.cors == allowed {
		t.Error("the handler could not change its own response")
	}
	for range 2 {
		check(t, api.ask(t, actual("GET", "/", page)), http.StatusOK, allowed)
		check(t, api.ask(t, preflight("/", page, "PUT")), http.StatusNoContent, approved)
	}
}
