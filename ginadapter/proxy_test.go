package ginadapter_test

import (
	"net/http"
	"net/http/httputil"
	"net/url"
	"testing"

	"github.com/corsuite/corsuite/core/browser"
	"github.com/corsuite/corsuite/core/nethttp"
	"github.com/corsuite/corsuite/ginadapter"
	"github.com/gin-gonic/gin"
)

// The policy in front of a proxy answers alone, not the upstream.
func TestProxy(t *testing.T) {
	denying := config()
	denying.AllowOrigins = []string{other}
	for name, upstream := range map[string]http.Handler{
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
		t.Run(name, func(t *testing.T) {
			target, err := url.Parse(serve(t, upstream).URL)
			if err != nil {
				t.Fatal(err)
			}
			proxy := &httputil.ReverseProxy{
				Rewrite:        func(r *httputil.ProxyRequest) { r.SetURL(target) },
				ModifyResponse: nethttp.StripCORS,
			}
			r := gin.New()
			r.Use(ginadapter.New(config()))
			r.NoRoute(gin.WrapH(proxy))
			for _, method := range []string{"GET", "PUT"} {
				outcome := visit(t, r, browser.Request{Method: method, URL: "/"})
				reads(t, outcome, http.StatusNotFound)
				for _, e := range outcome.Exchanges {
					if got := e.Response["Access-Control-Allow-Origin"]; len(got) != 1 || got[0] != app {
						t.Errorf("%s: Access-Control-Allow-Origin is %q", e.Method, got)
					}
				}
				if visit(t, r, browser.Request{Origin: other, Method: method, URL: "/"}).Allowed {
					t.Error("the upstream lets in a page that the policy denies")
				}
			}
		})
	}
}
