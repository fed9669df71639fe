package middleware

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/corsuite/corsuite/core/browser"
	"github.com/corsuite/corsuite/core/nethttp"
	"github.com/corsuite/corsuite/echoadapter"
	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
)

// With nethttp.StripCORS as the ModifyResponse of echo's Proxy, the policy before the
// proxy decides alone, and the CORS headers of the upstream have no effect.
func TestEchoProxy(t *testing.T) {
	denying := config()
	denying.AllowOrigins = []string{other}
	for name, upstream := range map[string]http.Handler{
		"another policy": nethttp.New(denying)(http.NotFoundHandler()),
		"every origin": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Access-Control-Allow-Origin", "*")
			w.WriteHeader(http.StatusNotFound)
		}),
		"reflecting": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
			w.Header().Set("Access-Control-Allow-Credentials", "true")
			w.WriteHeader(http.StatusNotFound)
		}),
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(upstream)
			t.Cleanup(server.Close)
			e := proxyTo(t, server.URL)
			for _, method := range []string{"GET", "PUT"} {
				outcome := visit(t, e, browser.Request{Method: method, URL: "/"})
				reads(t, outcome, http.StatusNotFound)
				for _, exchange := range outcome.Exchanges {
					if got := exchange.Response["Access-Control-Allow-Origin"]; len(got) != 1 || got[0] != app {
						t.Errorf("%s: Access-Control-Allow-Origin is %q, want %q", exchange.Method, got, app)
					}
				}
				if visit(t, e, browser.Request{Origin: other, Method: method, URL: "/"}).Allowed {
					t.Error("a page that the policy denies can read the answer")
				}
			}
		})
	}
}

func TestEchoProxyWithoutUpstream(t *testing.T) {
	gone := httptest.NewServer(nil)
	gone.Close()
	reads(t, visit(t, proxyTo(t, gone.URL), browser.Request{URL: "/"}), http.StatusBadGateway)
}

func proxyTo(t *testing.T, upstream string) *echo.Echo {
	t.Helper()
	target, err := url.Parse(upstream)
	if err != nil {
		t.Fatal(err)
	}
	e := echo.New()
	e.Use(echoadapter.New(config()), middleware.ProxyWithConfig(middleware.ProxyConfig{
		Balancer:       middleware.NewRoundRobinBalancer([]*middleware.ProxyTarget{{URL: target}}),
		ModifyResponse: nethttp.StripCORS,
	}))
	return e
}
