package nethttp_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/browser"
	"github.com/corsuite/corsuite/core/nethttp"
)

// upstreams are applications that answer CORS themselves, or do not.
func upstreams() map[string]http.Handler {
	otherPolicy := config()
	otherPolicy.AllowOrigins = []string{other}
	return map[string]http.Handler{
		"no CORS":        text("posts"),
		"same policy":    nethttp.New(config())(text("posts")),
		"another policy": nethttp.New(otherPolicy)(text("posts")),
		"stranger's *":   saying("Access-Control-Allow-Origin", "*", "Access-Control-Expose-Headers", "*"),
		"stranger's *, twice": saying(
			"Access-Control-Allow-Origin", "*", "Access-Control-Allow-Origin", "*", "Access-Control-Allow-Methods", "PUT"),
		"reflecting": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
			w.Header().Set("Access-Control-Allow-Credentials", "true")
		}),
	}
}

// saying answers with header lines.
func saying(lines ...string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(lines); i += 2 {
			w.Header().Add(lines[i], lines[i+1])
		}
	})
}

// proxyTo returns a reverse proxy in front of a real server, which must not see a
// preflight.
func proxyTo(t *testing.T, upstream http.Handler) *httputil.ReverseProxy {
	t.Helper()
	target, err := url.Parse(serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodOptions {
			t.Error("a preflight reached the upstream")
		}
		upstream.ServeHTTP(w, r)
	})).URL)
	if err != nil {
		t.Fatal(err)
	}
	return &httputil.ReverseProxy{
		Rewrite:        func(r *httputil.ProxyRequest) { r.SetURL(target) },
		ModifyResponse: nethttp.StripCORS,
	}
}

// The policy in front answers alone, whatever the upstream says.
func TestStripCORS(t *testing.T) {
	for name, upstream := range upstreams() {
		t.Run(name, func(t *testing.T) {
			proxy := proxyTo(t, upstream)
			front := nethttp.New(config())(proxy)
			for _, method := range []string{"GET", "PUT"} {
				outcome := visit(t, front, browser.Request{Method: method, URL: "/"})
				reads(t, outcome, http.StatusOK)
				for _, e := range outcome.Exchanges {
					if got := e.Response["Access-Control-Allow-Origin"]; len(got) != 1 || got[0] != app {
						t.Errorf("%s: Access-Control-Allow-Origin is %q", e.Method, got)
					}
				}
				if outcome := visit(t, front, browser.Request{Origin: other, Method: method, URL: "/"}); outcome.Allowed {
					t.Error("the upstream lets in a page that the policy denies")
				}
			}
			proxy.ModifyResponse = nil
			without := visit(t, front, browser.Request{URL: "/"})
			if want := name == "no CORS" || name == "another policy"; without.Allowed != want {
				t.Errorf("without StripCORS: %+v", without)
			}
			if name == "reflecting" {
				reads(t, visit(t, front, browser.Request{Origin: other, URL: "/"}), http.StatusOK) // and should not
			}
		})
	}
}

func TestStripCORSKeepsTheRest(t *testing.T) {
	proxy := proxyTo(t, saying("Vary", "Accept", "Access-Control-Allow-Origin", "*", "Access-Control-Max-Age", "5", "X-Total", "7"))
	outcome := visit(t, nethttp.New(config())(proxy), browser.Request{URL: "/"})
	if got := corsLines(outcome.Exchanges[0].Response); got != allowed+"\nVary: Accept" {
		t.Error(got)
	}
	if got := outcome.Response.Header.Get("X-Total"); got != "7" {
		t.Errorf("X-Total is %q", got)
	}
}

func TestStripCORSWithOwnHooks(t *testing.T) {
	proxy := proxyTo(t, saying("Access-Control-Allow-Origin", "*"))
	front := nethttp.New(config())(proxy)
	proxy.ModifyResponse = func(resp *http.Response) error {
		resp.Header.Set("X-Total", "7")
		return nethttp.StripCORS(resp)
	}
	outcome := visit(t, front, browser.Request{URL: "/"})
	reads(t, outcome, http.StatusOK)
	if got := outcome.Response.Header.Get("X-Total"); got != "7" {
		t.Errorf("X-Total is %q", got)
	}

	target := httptest.NewServer(saying("Access-Control-Allow-Origin", "*"))
	t.Cleanup(target.Close)
	u, err := url.Parse(target.URL)
	if err != nil {
		t.Fatal(err)
	}
	director := httputil.NewSingleHostReverseProxy(u)
	director.ModifyResponse = nethttp.StripCORS
	reads(t, visit(t, nethttp.New(config())(director), browser.Request{Method: "PUT", URL: "/"}), http.StatusOK)
}

// What a proxy answers itself has the policy's headers, too.
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
	proxy.ModifyResponse = func(*http.Response) error { return errors.New("not what I expected") }
	for _, proxy := range []*httputil.ReverseProxy{
		proxy,
		{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }, ErrorHandler: failed},
	} {
		reads(t, visit(t, nethttp.New(config())(proxy), browser.Request{URL: "/"}), http.StatusBadGateway)
	}
}

// An upstream that refuses foreign origins does so behind a proxy, too, unless it
// does not see them.
func TestUpstreamThatRefuses(t *testing.T) {
	proxy := proxyTo(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Origin") != "" {
			w.WriteHeader(http.StatusForbidden)
		}
	}))
	front := nethttp.New(config())(proxy)
	reads(t, visit(t, front, browser.Request{URL: "/"}), http.StatusForbidden)
	rewrite := proxy.Rewrite
	proxy.Rewrite = func(r *httputil.ProxyRequest) {
		rewrite(r)
		r.Out.Header.Del("Origin")
	}
	reads(t, visit(t, front, browser.Request{URL: "/"}), http.StatusOK)
}

// httputil.ReverseProxy clears all headers when an upstream sends a 1xx.
func TestEarlyHintsOfUpstream(t *testing.T) {
	proxy := proxyTo(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusEarlyHints)
	}))
	readsNothing(t, visit(t, nethttp.New(config())(proxy), browser.Request{URL: "/"}), browser.StepResponse)
}

// The upstream may as well answer alone: then there is no policy in front.
func TestUpstreamAlone(t *testing.T) {
	target, err := url.Parse(serve(t, nethttp.New(config())(text("posts"))).URL)
	if err != nil {
		t.Fatal(err)
	}
	front := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }}
	for _, method := range []string{"GET", "PUT"} {
		reads(t, visit(t, front, browser.Request{Method: method, URL: "/"}), http.StatusOK)
		if visit(t, front, browser.Request{Origin: other, Method: method, URL: "/"}).Allowed {
			t.Error("a denied page gets in")
		}
	}
}

// The upstream has a policy of its own, which would be a second opinion.
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
