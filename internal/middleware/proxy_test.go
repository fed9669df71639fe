package middleware

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/corsuite/corsuite/core/browser"
	"github.com/corsuite/corsuite/core/nethttp"
	"github.com/corsuite/corsuite/echoadapter"
	"github.com/corsuite/corsuite/echov5adapter"
	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
	echov5 "github.com/labstack/echo/v5"
	middlewarev5 "github.com/labstack/echo/v5/middleware"
)

// With nethttp.StripCORS as the ModifyResponse of echo's Proxy, or with KeepCORS before it,
// the policy decides alone, and the CORS headers of the upstream have no effect.
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
			for router, e := range proxiesTo(t, server.URL) {
				for _, method := range []string{"GET", "PUT"} {
					outcome := visit(t, e, browser.Request{Method: method, URL: "/"})
					reads(t, outcome, http.StatusNotFound)
					for _, exchange := range outcome.Exchanges {
						if got := exchange.Response["Access-Control-Allow-Origin"]; len(got) != 1 || got[0] != app {
							t.Errorf("%s, %s: Access-Control-Allow-Origin is %q, want %q", router, exchange.Method, got, app)
						}
					}
					if visit(t, e, browser.Request{Origin: other, Method: method, URL: "/"}).Allowed {
						t.Errorf("%s: a page that the policy denies can read the answer", router)
					}
				}
			}
		})
	}
}

func TestEchoProxyWithoutUpstream(t *testing.T) {
	gone := httptest.NewServer(nil)
	gone.Close()
	for _, e := range proxiesTo(t, gone.URL) {
		reads(t, visit(t, e, browser.Request{URL: "/"}), http.StatusBadGateway)
	}
}

func proxiesTo(t *testing.T, upstream string) map[string]http.Handler {
	t.Helper()
	target, err := url.Parse(upstream)
	if err != nil {
		t.Fatal(err)
	}
	balancer := middleware.NewRoundRobinBalancer([]*middleware.ProxyTarget{{URL: target}})
	strips, keeps := echo.New(), echo.New()
	strips.Use(echoadapter.New(config()), middleware.ProxyWithConfig(middleware.ProxyConfig{Balancer: balancer, ModifyResponse: nethttp.StripCORS}))
	keeps.Use(echoadapter.New(config()), echoadapter.KeepCORS, middleware.Proxy(balancer))

	balancerv5 := middlewarev5.NewRoundRobinBalancer([]*middlewarev5.ProxyTarget{{URL: target}})
	stripsv5, keepsv5 := echov5.New(), echov5.New()
	stripsv5.Use(echov5adapter.New(config()), middlewarev5.ProxyWithConfig(middlewarev5.ProxyConfig{Balancer: balancerv5, ModifyResponse: nethttp.StripCORS}))
	keepsv5.Use(echov5adapter.New(config()), echov5adapter.KeepCORS, middlewarev5.Proxy(balancerv5))
	return map[string]http.Handler{
		"echo, StripCORS": strips, "echo, KeepCORS": keeps, "echov5, StripCORS": stripsv5, "echov5, KeepCORS": keepsv5,
	}
}
