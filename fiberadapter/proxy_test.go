package fiberadapter_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/browser"
	"github.com/corsuite/corsuite/core/nethttp"
	"github.com/corsuite/corsuite/fiberadapter"
	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/proxy"
)

// upstream starts a server that must not see a preflight.
func upstream(t *testing.T, h http.Handler) (url string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodOptions {
			t.Error("a preflight reached the upstream")
		}
		h.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// front returns an app that has a policy, then middleware, then a proxy.
func front(proxy fiber.Handler, middleware ...fiber.Handler) *fiber.App {
	app := newApp(fiber.Config{})
	for _, h := range append(append([]fiber.Handler{fiberadapter.New(config())}, middleware...), proxy) {
		app.Use(h)
	}
	return app
}

// The policy in front of a proxy answers alone, whatever the upstream says.
func TestProxy(t *testing.T) {
	denying := config()
	denying.AllowOrigins = []string{other}
	for name, up := range map[string]http.Handler{
		"no CORS":        http.NotFoundHandler(),
		"same policy":    nethttp.New(config())(http.NotFoundHandler()),
		"another policy": nethttp.New(denying)(http.NotFoundHandler()),
		"stranger's *": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Access-Control-Allow-Origin", "*")
			w.WriteHeader(http.StatusNotFound)
		}),
		"reflecting": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
			w.Header().Set("Access-Control-Allow-Credentials", "true")
			w.WriteHeader(http.StatusNotFound)
		}),
	} {
		url := upstream(t, up)
		for kind, handler := range map[string]fiber.Handler{
			"Balancer":        proxy.Balancer(proxy.Config{Servers: []string{url}}),
			"Forward":         proxy.Forward(url),
			"Do":              func(c *fiber.Ctx) error { return proxy.Do(c, url) },
			"BalancerForward": proxy.BalancerForward([]string{url}),
			"DomainForward":   proxy.DomainForward("example.com", url), // the host that httptest gives
		} {
			t.Run(name+", "+kind, func(t *testing.T) {
				app := front(handler, fiberadapter.KeepCORS)
				for _, method := range []string{"GET", "PUT"} {
					if kind == "DomainForward" {
						continue // a page's request goes to another host
					}
					outcome := visit(t, app, browser.Request{Method: method, URL: "/"})
					reads(t, outcome, http.StatusNotFound)
					for _, e := range outcome.Exchanges {
						if got := e.Response["Access-Control-Allow-Origin"]; len(got) != 1 || got[0] != page {
							t.Errorf("%s: Access-Control-Allow-Origin is %q", e.Method, got)
						}
					}
					if visit(t, app, browser.Request{Origin: other, Method: method, URL: "/"}).Allowed {
						t.Error("the upstream lets in a page that the policy denies")
					}
				}
				for origin, want := range map[string]string{page: allowed, other: denied} {
					resp, err := app.Test(actual("GET", "/", origin), -1)
					if err != nil {
						t.Fatal(err)
					}
					check(t, read(t, resp), http.StatusNotFound, want)
				}
			})
		}
	}
}

// Without KeepCORS, the upstream's answer is all that is left.
func TestProxyAlone(t *testing.T) {
	reflecting := upstream(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
		w.Header().Set("Access-Control-Allow-Credentials", "true")
	}))
	reads(t, visit(t, front(proxy.Forward(reflecting)), browser.Request{Origin: other, URL: "/"}), http.StatusOK) // and should not
	silent := upstream(t, http.NotFoundHandler())
	readsNothing(t, visit(t, front(proxy.Forward(silent)), browser.Request{URL: "/"}), browser.StepResponse)

	// An upstream that shall decide itself has no policy in front.
	app := newApp(fiber.Config{})
	server := httptest.NewServer(nethttp.New(config())(http.NotFoundHandler()))
	t.Cleanup(server.Close)
	app.Use(proxy.Forward(server.URL))
	for _, method := range []string{"GET", "PUT"} {
		reads(t, visit(t, app, browser.Request{Method: method, URL: "/"}), http.StatusNotFound)
		if visit(t, app, browser.Request{Origin: other, Method: method, URL: "/"}).Allowed {
			t.Error("a denied page gets in")
		}
	}
}

func TestProxyWithoutUpstream(t *testing.T) {
	gone := httptest.NewServer(nil)
	gone.Close()
	readsNothing(t, visit(t, front(proxy.Forward(gone.URL)), browser.Request{URL: "/"}), browser.StepResponse)
	reads(t, visit(t, front(proxy.Forward(gone.URL), fiberadapter.KeepCORS), browser.Request{URL: "/"}), http.StatusInternalServerError)
}

// An upstream that refuses foreign origins does so behind a proxy, too, unless it
// does not see them.
func TestUpstreamThatRefuses(t *testing.T) {
	forward := proxy.Forward(upstream(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Origin") != "" {
			w.WriteHeader(http.StatusForbidden)
		}
	})))
	hide := func(c *fiber.Ctx) error {
		c.Request().Header.Del("Origin")
		return c.Next()
	}
	reads(t, visit(t, front(forward, fiberadapter.KeepCORS), browser.Request{URL: "/"}), http.StatusForbidden)
	reads(t, visit(t, front(forward, fiberadapter.KeepCORS, hide), browser.Request{URL: "/"}), http.StatusOK)
}

// What starts the response afresh loses nothing behind KeepCORS, and adds to Vary.
func TestKeepCORS(t *testing.T) {
	says := func(vary ...string) fiber.Handler {
		return func(c *fiber.Ctx) error {
			c.Response().Reset()
			for _, line := range vary {
				c.Response().Header.Add("Vary", line)
			}
			return c.SendStatus(http.StatusOK)
		}
	}
	others := func(c *fiber.Ctx) error {
		c.Vary("Accept")
		return c.Next()
	}
	without := strings.TrimSuffix(allowed, "\nVary: Origin")
	for name, test := range map[string]struct {
		middleware, handler fiber.Handler
		status              int
		want                string
	}{
		"c.Context().Error": {nil, func(c *fiber.Ctx) error {
			c.Context().Error("too much", http.StatusRequestEntityTooLarge)
			return nil
		}, http.StatusRequestEntityTooLarge, allowed},
		"no Vary":              {nil, says(), http.StatusOK, allowed},
		"other Vary":           {nil, says("Accept"), http.StatusOK, without + "\nVary: Accept\nVary: Origin"},
		"same Vary":            {nil, says("Accept, origin"), http.StatusOK, without + "\nVary: Accept, origin"},
		"Vary: *":              {nil, says("*"), http.StatusOK, without + "\nVary: *"},
		"Vary of others":       {others, says("Cookie"), http.StatusOK, without + "\nVary: Cookie\nVary: Origin\nVary: Accept"},
		"a handler that stays": {others, text("posts"), http.StatusOK, without + "\nVary: Origin, Accept"},
	} {
		t.Run(name, func(t *testing.T) {
			if test.middleware == nil {
				test.middleware = func(c *fiber.Ctx) error { return c.Next() }
			}
			app := behind(test.handler, fiberadapter.New(config()), test.middleware, fiberadapter.KeepCORS)
			check(t, serve(t, app).ask(t, actual("GET", "/", page)), test.status, test.want)
		})
	}

	// No policy stands before it: nobody gets in.
	app := behind(func(c *fiber.Ctx) error {
		c.Set("Access-Control-Allow-Origin", "*")
		return nil
	}, fiberadapter.KeepCORS)
	check(t, serve(t, app).ask(t, actual("GET", "/", page)), http.StatusOK, "")
}

func TestKeepCORSAndStatic(t *testing.T) {
	app := everything(t)
	app.Use(fiberadapter.KeepCORS)
	app.Static("/kept", ".")
	r := actual("GET", "/kept/keep.go", page)
	r.Header.Set("If-Modified-Since", "Fri, 31 Dec 9999 23:59:59 GMT")
	check(t, serve(t, app).ask(t, r), http.StatusNotModified, allowed)
}

// The upstream would let everybody in, and the policy does not.
func ExampleKeepCORS() {
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		io.WriteString(w, "posts")
	}))
	defer upstream.Close()
	app := fiber.New()
	app.Use(fiberadapter.New(core.Config{AllowOrigins: []string{"https://app.example.com"}}))
	app.Use("/api", fiberadapter.KeepCORS, proxy.Forward(upstream.URL))

	for _, origin := range []string{"https://app.example.com", "https://other.example.com"} {
		r := httptest.NewRequest("GET", "/api", nil)
		r.Header.Set("Origin", origin)
		resp, err := app.Test(r)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%s: %q\n", origin, resp.Header.Values("Access-Control-Allow-Origin"))
		resp.Body.Close()
	}
	// Output:
	// https://app.example.com: ["https://app.example.com"]
	// https://other.example.com: []
}
