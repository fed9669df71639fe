package fiberv3adapter_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core/browser"
	"github.com/corsuite/corsuite/core/corstest"
	"github.com/corsuite/corsuite/core/nethttp"
	"github.com/corsuite/corsuite/fiberv3adapter"
	"github.com/gofiber/fiber/v3"
	"github.com/gofiber/fiber/v3/middleware/proxy"
)

// upstream starts a server. The test fails if a preflight reaches it.
func upstream(t *testing.T, h http.HandlerFunc) (url string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodOptions {
			t.Error("a preflight reached the upstream")
		}
		h(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func silent(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) }

// reflecting allows every page, with credentials.
func reflecting(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
	w.Header().Set("Access-Control-Allow-Credentials", "true")
	w.WriteHeader(http.StatusNotFound)
}

// With KeepCORS, the policy before a proxy decides alone, even if the upstream allows
// other pages.
func TestKeepCORSBeforeProxies(t *testing.T) {
	for name, up := range map[string]http.HandlerFunc{
		"no CORS":        silent,
		"same policy":    nethttp.Middleware(corstest.Policy(t))(http.HandlerFunc(silent)).ServeHTTP,
		"another policy": nethttp.New(nethttp.Config{AllowOrigins: []string{stranger}})(http.HandlerFunc(silent)).ServeHTTP,
		"*": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Access-Control-Allow-Origin", "*")
			silent(w, r)
		},
		"reflecting": reflecting,
	} {
		url := upstream(t, up)
		for kind, handler := range map[string]fiber.Handler{
			"Balancer":        proxy.Balancer(proxy.Config{Servers: []string{url}}),
			"Forward":         proxy.Forward(url),
			"Do":              func(c fiber.Ctx) error { return proxy.Do(c, url) },
			"BalancerForward": proxy.BalancerForward([]string{url}),
			"DomainForward":   proxy.DomainForward("api.example", url), // the host of the suite's requests
		} {
			t.Run(name+", "+kind, func(t *testing.T) {
				c := open(t, newApp(fiber.Config{}, cors(t), fiberv3adapter.KeepCORS, handler))
				c.Answers(map[string]corstest.Answer{"GET /": {Status: http.StatusNotFound}})
				if kind != "DomainForward" { // it forwards requests for one host, and Reads uses another
					c.Reads(browser.Request{Method: "PUT", URL: "/"}, http.StatusNotFound)
				}
			})
		}
	}
}

// Without KeepCORS, only the headers of the upstream remain.
func TestProxyWithoutKeepCORS(t *testing.T) {
	get := browser.Request{URL: "/"}
	open(t, newApp(fiber.Config{}, cors(t), proxy.Forward(upstream(t, silent)))).Blocked(get, browser.StepResponse)
	c := open(t, newApp(fiber.Config{}, cors(t), proxy.Forward(upstream(t, reflecting))))
	if get.Origin = stranger; !c.Fetch(get).Allowed {
		t.Error("the headers of the policy remain without KeepCORS")
	}
	// If the upstream has a policy, the proxy needs none.
	own := httptest.NewServer(nethttp.Middleware(corstest.Policy(t))(http.HandlerFunc(silent)))
	t.Cleanup(own.Close)
	open(t, newApp(fiber.Config{}, proxy.Forward(own.URL))).Reads(browser.Request{Method: "PUT", URL: "/"}, http.StatusNotFound)
}

func TestProxyWithoutUpstream(t *testing.T) {
	gone := httptest.NewServer(nil)
	gone.Close()
	forward, get := proxy.Forward(gone.URL), browser.Request{URL: "/"}
	open(t, newApp(fiber.Config{}, cors(t), forward)).Blocked(get, browser.StepResponse)
	open(t, newApp(fiber.Config{}, cors(t), fiberv3adapter.KeepCORS, forward)).Reads(get, http.StatusInternalServerError)
}

// An upstream may reject foreign origins. Remove Origin before the proxy to prevent this.
func TestUpstreamThatRejects(t *testing.T) {
	forward := proxy.Forward(upstream(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Origin") != "" {
			w.WriteHeader(http.StatusForbidden)
		}
	}))
	hide := func(c fiber.Ctx) error {
		c.Request().Header.Del("Origin")
		return c.Next()
	}
	get := browser.Request{URL: "/"}
	open(t, newApp(fiber.Config{}, cors(t), fiberv3adapter.KeepCORS, forward)).Reads(get, http.StatusForbidden)
	open(t, newApp(fiber.Config{}, cors(t), fiberv3adapter.KeepCORS, hide, forward)).Reads(get, http.StatusOK)
}

// After KeepCORS, handlers that reset the response keep the CORS headers, and can add to
// Vary.
func TestKeepCORS(t *testing.T) {
	resets := func(vary ...string) fiber.Handler {
		return func(c fiber.Ctx) error {
			c.Response().Reset()
			for _, line := range vary {
				c.Response().Header.Add("Vary", line)
			}
			return nil
		}
	}
	others := func(c fiber.Ctx) error {
		c.Vary("Accept")
		return c.Next()
	}
	for name, test := range map[string]struct {
		middleware, handler fiber.Handler
		vary                string
	}{
		"no Vary":            {pass, resets(), "Vary: Origin"},
		"another Vary":       {pass, resets("Accept"), "Vary: Accept\nVary: Origin"},
		"the same Vary":      {pass, resets("Accept, origin"), "Vary: Accept, origin"},
		"Vary: *":            {pass, resets("*"), "Vary: *"},
		"Vary of middleware": {others, resets("Cookie"), "Vary: Accept\nVary: Cookie\nVary: Origin"},
		"no reset":           {others, text("posts"), "Vary: Origin, Accept"},
	} {
		t.Run(name, func(t *testing.T) {
			c := open(t, newApp(fiber.Config{}, cors(t), test.middleware, fiberv3adapter.KeepCORS, test.handler))
			c.Want("GET /\nOrigin: "+page, corstest.Answer{Status: 200, CORS: strings.Replace(corstest.Allowed, "Vary: Origin", test.vary, 1)})
		})
	}

	// Without a policy before KeepCORS, no page is allowed.
	foreign := func(c fiber.Ctx) error {
		c.Set("Access-Control-Allow-Origin", "*")
		return nil
	}
	open(t, newApp(fiber.Config{}, fiberv3adapter.KeepCORS, foreign)).Want("GET /\nOrigin: "+page, corstest.Answer{Status: 200})
}

// fiber resets the response in c.RequestCtx().Error and for the 304 of static.New.
func TestKeepCORSWhenFiberResets(t *testing.T) {
	for head, status := range map[string]int{
		"GET /reset": http.StatusRequestEntityTooLarge,
		"GET /static/logo.svg\nIf-Modified-Since: Fri, 31 Dec 9999 23:59:59 GMT": http.StatusNotModified,
	} {
		open(t, everything(t, cors(t))).Want(head+"\nOrigin: "+page, corstest.Answer{Status: status})
		open(t, everything(t, cors(t), fiberv3adapter.KeepCORS)).Answers(map[string]corstest.Answer{head: {Status: status}})
	}
}
