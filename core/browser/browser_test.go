package browser_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/corsuite/corsuite/core/browser"
)

// TestConcurrentUse proves more with -race.
func TestConcurrentUse(t *testing.T) {
	b := newBrowser(server(mirror(allowMethods("PUT, DELETE"), allowHeaders("x-id"), maxAge("600")), mirror()), browser.Standard)
	b.Jar = jar(t, api)
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			for n := range 50 {
				r := browser.Request{
					Origin: app, URL: fmt.Sprintf("%s/%d", api, n%3), Method: []string{"PUT", "DELETE", "TRY"}[(i+n)%3],
					Headers: headers("X-Id", "1"), Credentials: browser.Credentials(n % 2),
				}
				outcome, err := b.Fetch(t.Context(), r)
				if want := r.Method != "TRY"; err != nil || outcome.Allowed != want {
					t.Errorf("%s: %v, %s", r.Method, err, outcome.Reason)
				}
			}
		})
	}
	group.Wait()
	if got := trace(fetch(t, b, browser.Request{Method: "DELETE", URL: api + "/new"})); got != "OPTIONS DELETE; DELETE" {
		t.Errorf("after concurrent use: sent %s", got)
	}
}

// The exact text of each Reason.
func TestReasons(t *testing.T) {
	long := strings.Repeat("x", 300)
	include := browser.Include
	for _, test := range []struct {
		name    string
		request browser.Request
		server  http.Handler
		want    string
	}{
		{"no Allow-Origin", browser.Request{}, say(200), "no Access-Control-Allow-Origin header is present, so the page from https://app.example.com is not allowed"},
		{"other origin", browser.Request{}, say(200, "Access-Control-Allow-Origin: "+other), `Access-Control-Allow-Origin is "https://other.example.com", which is not equal to the page's origin https://app.example.com`},
		{"two origins", browser.Request{}, say(200, allowApp, allowAll), `Access-Control-Allow-Origin has several values, "https://app.example.com, *", but only one is allowed`},
		{"* with credentials", browser.Request{Credentials: include}, say(200, allowAll), `Access-Control-Allow-Origin must not be "*" when the request's credentials mode is include`},
		{"no credentials", browser.Request{Credentials: include}, say(200, allowApp), "Access-Control-Allow-Credentials is missing, but must be true when the request's credentials mode is include"},
		{"other credentials", browser.Request{Credentials: include}, say(200, allowApp, "Access-Control-Allow-Credentials: yes"), `Access-Control-Allow-Credentials is "yes", but must be true when the request's credentials mode is include`},
		{"escaped", browser.Request{}, say(200, "Access-Control-Allow-Origin: \x1b[31mü"), `Access-Control-Allow-Origin is "\x1b[31m\u00fc", which is not equal to the page's origin https://app.example.com`},
		{"truncated", browser.Request{}, say(200, "Access-Control-Allow-Origin: "+long), `Access-Control-Allow-Origin is "` + long[:200] + `"…, which is not equal to the page's origin https://app.example.com`},
		{"preflight", browser.Request{Method: "PUT"}, say(200), "the preflight fails: no Access-Control-Allow-Origin header is present, so the page from https://app.example.com is not allowed"},
		{"status", browser.Request{Method: "PUT"}, say(405, allowApp), "the preflight's answer has status 405; the status must be 200 to 299"},
		{"redirected preflight", browser.Request{Method: "PUT"}, say(308, allowApp), "the preflight's answer is a redirect with status 308; a preflight must not be redirected"},
		{"method", browser.Request{Method: "PUT"}, allowing(), "method PUT is not allowed by Access-Control-Allow-Methods of the preflight's answer"},
		{"method *", browser.Request{Method: "PUT", Credentials: include}, allowing(allowMethods("*")), `method PUT must be listed in Access-Control-Allow-Methods of the preflight's answer: "*" is not a wildcard when the request's credentials mode is include`},
		{"malformed methods", browser.Request{Method: "PUT"}, allowing(allowMethods("PUT;"), allowMethods("x")), `Access-Control-Allow-Methods of the preflight's answer is "PUT;, x", which is not a list of tokens`},
		{"header", browser.Request{Headers: headers("X-B", "1", "X-A", "1")}, allowing(allowHeaders("x-b")), "request header field x-a is not allowed by Access-Control-Allow-Headers of the preflight's answer"},
		{"header *", browser.Request{Headers: headers("X-A", "1"), Credentials: include}, allowing(allowHeaders("*")), `request header field x-a must be listed in Access-Control-Allow-Headers of the preflight's answer: "*" is not a wildcard when the request's credentials mode is include`},
		{"Authorization", browser.Request{Headers: headers("Authorization", "1")}, allowing(allowHeaders("*")), `request header field authorization must be listed in Access-Control-Allow-Headers of the preflight's answer: "*" does not cover this field`},
		{"malformed headers", browser.Request{Headers: headers("X-A", "1")}, allowing(allowHeaders("x a")), `Access-Control-Allow-Headers of the preflight's answer is "x a", which is not a list of tokens`},
		{"mode", browser.Request{Mode: browser.SameOrigin}, say(200), "a request with mode same-origin cannot go to https://api.example.com"},
		{"no-cors", browser.Request{Mode: browser.NoCORS, Redirect: browser.Manual}, say(200), "a request with mode no-cors that crosses origins must follow redirects"},
		{"redirect", browser.Request{Redirect: browser.Error}, to(302, "/a"), "the server redirects, and the request's redirect mode is error"},
		{"two locations", browser.Request{}, to(302, "/a").with("Location: /b"), "the redirect has 2 Location headers"},
		{"invalid URL", browser.Request{}, to(302, "//[\x1b"), `the redirect's location "//[\x1b" is not a URL`},
		{"scheme", browser.Request{}, to(302, "about:blank"), `the redirect leads to "about:blank", which is not an http or https URL`},
		{"loop", browser.Request{}, to(302, "/a"), "there are more than 20 redirects"},
		{"user", browser.Request{}, to(302, "https://a:b@api.example.com"), "the redirect leads to a URL with a user name or password, which CORS does not allow"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := fetch(t, newBrowser(test.server, browser.Standard), test.request).Reason; got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestNamesOfStepsAndEngines(t *testing.T) {
	for step := browser.StepNone; step <= browser.StepResponse; step++ {
		if name := step.String(); name == "" || name == "unknown" {
			t.Errorf("step %d has no name", step)
		}
	}
	for value, want := range map[fmt.Stringer]string{
		browser.Step(99): "unknown", browser.StepPreflightStatus: "preflight status",
		browser.Standard: "Fetch standard", browser.Chromium: "Chromium", browser.Firefox: "Firefox", browser.WebKit: "WebKit",
	} {
		if got := value.String(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// Without Now, the cache uses time.Now.
func TestCacheWithoutNow(t *testing.T) {
	b := newBrowser(server(allowing(allowMethods("PUT"), maxAge("3600")), allowing()), browser.Standard)
	put := browser.Request{Method: "PUT"}
	if got := trace(fetch(t, b, put)) + ", " + trace(fetch(t, b, put)); got != "OPTIONS PUT; PUT, PUT" {
		t.Error(got)
	}
	b.Now = func() time.Time { return time.Now().Add(time.Hour) }
	if got := trace(fetch(t, b, put)); got != "OPTIONS PUT; PUT" {
		t.Errorf("an hour later: sent %s, want a preflight", got)
	}
}
