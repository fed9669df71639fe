package nethttp_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/browser"
	"github.com/corsuite/corsuite/core/corstest"
	"github.com/corsuite/corsuite/core/nethttp"
)

// upstreams returns applications that set no CORS headers, or different ones.
func upstreams(t *testing.T) map[string]http.Handler {
	another := config()
	another.AllowOrigins = []string{stranger}
	t.Helper()
	return map[string]http.Handler{
		"no CORS":        text("posts"),
		"same policy":    cors(t)(text("posts")),
		"another policy": nethttp.New(another)(text("posts")),
		"*":              withLines("Access-Control-Allow-Origin", "*", "Access-Control-Expose-Headers", "*"),
		"*, twice": withLines(
			"Access-Control-Allow-Origin", "*", "Access-Control-Allow-Origin", "*", "Access-Control-Allow-Methods", "PUT"),
		"reflecting": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
			w.Header().Set("Access-Control-Allow-Credentials", "true")
		}),
	}
}

// withLines returns a handler that adds header lines, given as names and values.
func withLines(lines ...string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(lines); i += 2 {
			w.Header().Add(lines[i], lines[i+1])
		}
	})
}

// proxyTo returns a reverse proxy for an upstream on a socket. The test fails if a
// preflight reaches the upstream.
func proxyTo(t *testing.T, upstream http.Handler) *httputil.ReverseProxy {
	t.Helper()
	client := open(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodOptions {
			t.Error("a preflight reached the upstream")
		}
		upstream.ServeHTTP(w, r)
	}))
	return &httputil.ReverseProxy{
		Rewrite:        func(r *httputil.ProxyRequest) { r.SetURL(&url.URL{Scheme: "http", Host: client.Addr()}) },
		ModifyResponse: nethttp.StripCORS,
	}
}

// With StripCORS, the policy in front of the proxy decides alone.
func TestStripCORS(t *testing.T) {
	for name, upstream := range upstreams(t) {
		t.Run(name, func(t *testing.T) {
			proxy := proxyTo(t, upstream)
			front := cors(t)(proxy)
			for _, method := range []string{"GET", "PUT"} {
				open(t, front).Reads(browser.Request{Method: method, URL: "/"}, http.StatusOK)
			}
			proxy.ModifyResponse = nil
			without := open(t, front).Fetch(browser.Request{URL: "/"})
			if want := name == "no CORS" || name == "another policy"; without.Allowed != want {
				t.Errorf("without StripCORS: %+v", without)
			}
			if name == "reflecting" && !open(t, front).Fetch(browser.Request{Origin: stranger, URL: "/"}).Allowed {
				t.Error("without StripCORS, a denied page cannot read the answer, so this test proves nothing")
			}
		})
	}
}

func TestStripCORSKeepsOtherHeaders(t *testing.T) {
	proxy := proxyTo(t, withLines("Vary", "Accept", "Access-Control-Allow-Origin", "*", "Access-Control-Max-Age", "5", "X-Total", "7"))
	c := open(t, cors(t)(proxy))
	c.Want("GET /\nOrigin: "+page, corstest.Answer{Status: 200, CORS: strings.Replace(corstest.Allowed, "Vary", "Vary: Accept\nVary", 1)})
	if got := c.Fetch(browser.Request{URL: "/"}).Response.Header.Get("X-Total"); got != "7" {
		t.Errorf("X-Total is %q", got)
	}
}

func TestStripCORSInModifyResponse(t *testing.T) {
	proxy := proxyTo(t, withLines("Access-Control-Allow-Origin", "*"))
	front := cors(t)(proxy)
	proxy.ModifyResponse = func(resp *http.Response) error {
		resp.Header.Set("X-Total", "7")
		return nethttp.StripCORS(resp)
	}
	outcome := open(t, front).Fetch(browser.Request{URL: "/"})
	if got := outcome.Response.Header.Get("X-Total"); got != "7" {
		t.Errorf("X-Total is %q", got)
	}

	target := httptest.NewServer(withLines("Access-Control-Allow-Origin", "*"))
	t.Cleanup(target.Close)
	u, err := url.Parse(target.URL)
	if err != nil {
		t.Fatal(err)
	}
	director := httputil.NewSingleHostReverseProxy(u)
	director.ModifyResponse = nethttp.StripCORS
	open(t, cors(t)(director)).Reads(browser.Request{Method: "PUT", URL: "/"}, http.StatusOK)
}

// Pages can read the errors of the proxy itself.
func TestErrorsOfProxy(t *testing.T) {
	gone := httptest.NewServer(nil)
	gone.Close()
	target, err := url.Parse(gone.URL)
	if err != nil {
		t.Fatal(err)
	}
	failed := func(w http.ResponseWriter, _ *http.Request, err error) {
		http.Error(w, err.Error(), http.StatusBadGateway)
	}
	proxy := proxyTo(t, text("posts"))
	proxy.ErrorHandler = failed
	proxy.ModifyResponse = func(*http.Response) error { return errors.New("unexpected answer") }
	for _, proxy := range []*httputil.ReverseProxy{
		proxy,
		{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }, ErrorHandler: failed},
	} {
		open(t, cors(t)(proxy)).Reads(browser.Request{URL: "/"}, http.StatusBadGateway)
	}
}

// An upstream that rejects requests with an Origin also does so behind a proxy, unless
// Rewrite removes Origin.
func TestUpstreamThatRejectsOrigins(t *testing.T) {
	proxy := proxyTo(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Origin") != "" {
			w.WriteHeader(http.StatusForbidden)
		}
	}))
	front := cors(t)(proxy)
	open(t, front).Reads(browser.Request{URL: "/"}, http.StatusForbidden)
	rewrite := proxy.Rewrite
	proxy.Rewrite = func(r *httputil.ProxyRequest) {
		rewrite(r)
		r.Out.Header.Del("Origin")
	}
	open(t, front).Reads(browser.Request{URL: "/"}, http.StatusOK)
}

// httputil.ReverseProxy deletes all headers when an upstream sends a 1xx status.
func TestEarlyHintsOfUpstream(t *testing.T) {
	proxy := proxyTo(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusEarlyHints)
	}))
	open(t, cors(t)(proxy)).Blocked(browser.Request{URL: "/"}, browser.StepResponse)
}

// Without a policy in front and without StripCORS, the upstream decides alone.
func TestUpstreamDecidesAlone(t *testing.T) {
	proxy := proxyTo(t, text("posts"))
	alone := open(t, cors(t)(text("posts")))
	proxy.Rewrite = func(r *httputil.ProxyRequest) { r.SetURL(&url.URL{Scheme: "http", Host: alone.Addr()}) }
	proxy.ModifyResponse = nil
	for _, method := range []string{"GET", "PUT"} {
		open(t, proxy).Reads(browser.Request{Method: method, URL: "/"}, http.StatusOK)
	}
}

// The upstream also has a policy. StripCORS removes its headers.
func ExampleStripCORS() {
	upstream := httptest.NewServer(nethttp.New(core.Config{AllowOrigins: []string{"*"}})(http.NotFoundHandler()))
	defer upstream.Close()
	target, err := url.Parse(upstream.URL)
	if err != nil {
		fmt.Println(err)
		return
	}
	proxy := &httputil.ReverseProxy{
		Rewrite:        func(r *httputil.ProxyRequest) { r.SetURL(target) },
		ModifyResponse: nethttp.StripCORS,
	}
	handler := nethttp.New(core.Config{AllowOrigins: []string{"https://app.example.com"}})(proxy)

	for _, origin := range []string{"https://app.example.com", "https://other.example.com"} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Origin", origin)
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		fmt.Printf("%s: %q\n", origin, w.Header().Values("Access-Control-Allow-Origin"))
	}
	// Output:
	// https://app.example.com: ["https://app.example.com"]
	// https://other.example.com: []
}
