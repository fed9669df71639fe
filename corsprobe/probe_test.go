package main

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core/browser"
)

const page = "https://app.example.com"

// answer is a server that sends exactly this status and these header lines.
type answer struct {
	status int
	lines  []string
}

func say(status int, lines ...string) answer { return answer{status, lines} }

func (a answer) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	for _, line := range a.lines {
		name, value, _ := strings.Cut(line, ": ")
		w.Header().Add(name, value)
	}
	w.WriteHeader(a.status)
	_, _ = io.WriteString(w, "hi")
}

// api is a server with one answer for preflights and one for other requests.
type api struct{ preflight, actual http.Handler }

func (a api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == "OPTIONS" && r.Header.Get("Access-Control-Request-Method") != "" {
		a.preflight.ServeHTTP(w, r)
	} else {
		a.actual.ServeHTTP(w, r)
	}
}

const (
	allow       = "Access-Control-Allow-Origin: "
	allowPage   = allow + page
	allowAll    = allow + "*"
	credentials = "Access-Control-Allow-Credentials: true"
	puts        = "Access-Control-Allow-Methods: PUT"
	types       = "Access-Control-Allow-Headers: content-type"
	vary        = "Vary: Origin"
)

// put is the request of most tests. It needs a preflight for its method and one header.
func put() call {
	return call{request: browser.Request{
		Origin: page, Method: "PUT", Headers: []browser.Header{{Name: "Content-Type", Value: "application/json"}}, Body: browser.Body{Content: []byte("{}")},
	}}
}

func get() call { return call{request: browser.Request{Origin: page}} }

func (c call) with(credentials browser.Credentials) call {
	c.request.Credentials = credentials
	return c
}

// probeServer sends a call to a server. The path of the call's URL is in its field URL.
func probeServer(t *testing.T, h http.Handler, c call) result {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	c.request.URL = s.URL + c.request.URL
	c.network.maxTime = 20
	r, err := probe(t.Context(), c, allEngines())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestMisconfigurations checks the verdict and the named causes for the mistakes that
// servers make.
func TestMisconfigurations(t *testing.T) {
	good := say(204, allowPage, puts, types, vary)
	goodCredentials := say(204, allowPage, credentials, puts, types, vary)
	ok := say(200, allowPage, vary)
	okCredentials := say(200, allowPage, credentials, vary)
	patch, null, auth := put(), get(), get()
	patch.request.Method = "patch"
	null.request.Origin = "null"
	auth.request.Headers = []browser.Header{{Name: "Authorization", Value: "Bearer t"}}
	for _, test := range []struct {
		name   string
		server api
		call   call
		want   string // the names of the causes; empty if the page is allowed
	}{
		{"correct", api{good, ok}, put(), ""},
		{"correct with credentials", api{goodCredentials, okCredentials}, put().with(browser.Include), ""},
		{"everything for everyone", api{say(200, allowAll, "Access-Control-Allow-Methods: *", "Access-Control-Allow-Headers: *"), say(200, allowAll)}, put(), ""},
		{"no header", api{say(204), say(200)}, get(), "allow-origin-missing"},
		{"no header on the preflight", api{say(204), ok}, put(), "allow-origin-missing method-missing header-missing"},
		{"no header on the actual answer", api{good, say(200)}, put(), "allow-origin-missing"},
		{"another origin", api{good, say(200, allow+"https://www.example.com")}, get(), "allow-origin-mismatch"},
		{"a final slash", api{say(204, allowPage+"/", puts, types), ok}, put(), "allow-origin-slash"},
		{"another scheme", api{good, say(200, allow+"http://app.example.com")}, get(), "allow-origin-scheme"},
		{"another port", api{good, say(200, allowPage+":8443")}, get(), "allow-origin-port"},
		{"no scheme", api{good, say(200, allow+"app.example.com")}, get(), "allow-origin-no-scheme"},
		{"upper case", api{good, say(200, allow+"https://App.example.com")}, get(), "allow-origin-case"},
		{"a path", api{good, say(200, allowPage+"/posts")}, get(), "allow-origin-path"},
		{"a pattern", api{good, say(200, allow+"https://*.example.com")}, get(), "allow-origin-pattern"},
		{"an empty value", api{good, say(200, "Access-Control-Allow-Origin: ")}, get(), "allow-origin-empty"},
		{"null for everyone", api{good, say(200, allow+"null")}, get(), "allow-origin-null"},
		{"a list of origins", api{good, say(200, allow+"https://a.example, "+page)}, get(), "allow-origin-multiple"},
		{"doubled", api{good, say(200, allowPage, allowPage)}, get(), "allow-origin-multiple"},
		{"doubled on the preflight", api{say(204, allowPage, allowAll, puts, types), ok}, put(), "allow-origin-multiple"},
		{"doubled with credentials", api{good, say(200, allowPage, allowPage, credentials, credentials)}, get().with(browser.Include), "allow-origin-multiple allow-credentials-invalid"},
		{"the page is a file", api{good, ok}, null, "origin-null"},
		{"* with credentials", api{good, say(200, allowAll, credentials)}, get().with(browser.Include), "allow-origin-wildcard"},
		{"* with credentials on the preflight", api{say(204, allowAll, credentials, puts, types), ok}, put().with(browser.Include), "allow-origin-wildcard"},
		{"no Allow-Credentials", api{good, ok}, get().with(browser.Include), "allow-credentials-missing"},
		{"no Allow-Credentials on the preflight", api{good, okCredentials}, put().with(browser.Include), "allow-credentials-missing"},
		{"Allow-Credentials: True", api{good, say(200, allowPage, "Access-Control-Allow-Credentials: True")}, get().with(browser.Include), "allow-credentials-invalid"},
		{"no method", api{say(204, allowPage, "Access-Control-Allow-Methods: GET, POST", types), ok}, put(), "method-missing"},
		{"no Allow-Methods", api{say(204, allowPage, types), ok}, put(), "method-missing"},
		{"lower case in Allow-Methods", api{say(204, allowPage, "Access-Control-Allow-Methods: put", types), ok}, put(), "method-case"},
		{"lower case in the page", api{say(204, allowPage, "Access-Control-Allow-Methods: PATCH", types), ok}, patch, "method-case"},
		{"* for methods with credentials", api{say(204, allowPage, credentials, "Access-Control-Allow-Methods: *", types), okCredentials}, put().with(browser.Include), "method-wildcard"},
		{"malformed Allow-Methods", api{say(204, allowPage, "Access-Control-Allow-Methods: [PUT]", types), ok}, put(), "methods-malformed"},
		{"no header name", api{say(204, allowPage, puts, "Access-Control-Allow-Headers: authorization"), ok}, put(), "header-missing"},
		{"no Allow-Headers", api{say(204, allowPage, puts), ok}, put(), "header-missing"},
		{"* for headers with credentials", api{say(204, allowPage, credentials, puts, "Access-Control-Allow-Headers: *"), okCredentials}, put().with(browser.Include), "header-wildcard"},
		{"malformed Allow-Headers", api{say(204, allowPage, puts, "Access-Control-Allow-Headers: content type"), ok}, put(), "headers-malformed"},
		{"no method and no header name", api{say(204, allowPage), ok}, put(), "method-missing header-missing"},
		{"authentication before CORS", api{say(401, "WWW-Authenticate: Bearer"), ok}, put(), "preflight-unauthorized"},
		{"403 with all headers", api{say(403, allowPage, puts, types), ok}, put(), "preflight-unauthorized"},
		{"no route for OPTIONS", api{say(404), ok}, put(), "preflight-not-found"},
		{"405 for OPTIONS", api{say(405, "Allow: PUT"), ok}, put(), "preflight-not-found"},
		{"a redirect for OPTIONS", api{say(301, "Location: /posts/1/"), ok}, put(), "preflight-redirect"},
		{"a rate limit", api{say(429, allowPage), ok}, put(), "preflight-rate-limited method-missing header-missing"},
		{"a gateway's error", api{say(502), ok}, put(), "preflight-server-error"},
		{"an error without headers", api{good, say(500)}, put(), "error-without-cors"},
		{"a redirect to a final slash", api{good, say(301, "Location: /posts/")}, get(), "redirect-without-cors"},
		{"a redirect to a login page", api{good, say(302, "Location: https://sso.example.com/login?next=1")}, get(), "redirect-login"},
		{"Authorization by *", api{say(204, allowAll, "Access-Control-Allow-Headers: *"), say(200, allowAll)}, auth, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := probeServer(t, test.server, test.call)
			if r.failure != nil {
				t.Fatal(r.failure)
			}
			var names []string
			for _, c := range r.causes {
				names = append(names, c.name)
				if c.why == "" || c.fix == "" {
					t.Errorf("the cause %s has why %q and fix %q", c.name, c.why, c.fix)
				}
			}
			if got := strings.Join(names, " "); got != test.want || r.allowed != (test.want == "") {
				t.Errorf("allowed %v, causes %q, want %q", r.allowed, got, test.want)
			}
			if test.name == "Authorization by *" && !slices.ContainsFunc(r.warnings, func(w string) bool { return strings.Contains(w, "Fetch standard") }) {
				t.Errorf("warnings %q", r.warnings)
			}
		})
	}
}

// A page that sends the headers of the fix is allowed.
func TestNeedsAreEnough(t *testing.T) {
	blocked := probeServer(t, api{say(204), say(200)}, put().with(browser.Include))
	var preflight, actual []string
	for _, n := range blocked.needs {
		if n.preflight {
			preflight = append(preflight, n.header+": "+n.value)
		} else {
			actual = append(actual, n.header+": "+n.value)
		}
	}
	if r := probeServer(t, api{say(204, preflight...), say(200, actual...)}, put().with(browser.Include)); !r.allowed {
		t.Errorf("with %q and %q, the page is blocked: %+v", preflight, actual, r.causes)
	}
}

// With --preflight, the request itself is not sent.
func TestPreflightOnly(t *testing.T) {
	server := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != "OPTIONS" {
			t.Error("the server received", r.Method)
		}
		say(204, allowPage, puts, types).ServeHTTP(w, r)
	})
	c := put()
	c.preflightOnly = true
	if r := probeServer(t, server, c); !r.allowed || r.unsent != "PUT" || r.failure != nil {
		t.Errorf("%+v", r)
	}
	c.request.Method, c.request.Headers[0].Name = "DELETE", "X-A"
	if r := probeServer(t, server, c); r.allowed || len(r.causes) != 2 {
		t.Errorf("%+v", r)
	}
}

// The request is sent once, although several engines are asked.
func TestOneRequest(t *testing.T) {
	sent := make(chan string, 100)
	r := probeServer(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent <- r.Method
		say(200, allowPage, puts, types).ServeHTTP(w, r)
	}), put())
	close(sent)
	var methods []string
	for m := range sent {
		methods = append(methods, m)
	}
	if !r.allowed || !slices.Equal(methods, []string{"OPTIONS", "PUT"}) {
		t.Errorf("allowed %v, sent %q", r.allowed, methods)
	}
}

// The server gets what a browser adds.
func TestSentHeaders(t *testing.T) {
	var preflight, actual http.Header
	c := put().with(browser.Include)
	c.cookies, c.userAgent = `a=1; b="x, y"`, "Test"
	r := probeServer(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == "OPTIONS" {
			preflight = r.Header.Clone()
		} else {
			actual = r.Header.Clone()
		}
		say(200, allowPage, credentials, puts, types).ServeHTTP(w, r)
	}), c)
	if !r.allowed {
		t.Fatal(r.causes)
	}
	for name, want := range map[string][2]string{
		"Origin":                         {page, page},
		"Cookie":                         {"", `a=1; b="x, y"`},
		"User-Agent":                     {"Test", "Test"},
		"Content-Type":                   {"", "application/json"},
		"Access-Control-Request-Method":  {"PUT", ""},
		"Access-Control-Request-Headers": {"content-type", ""},
		"Sec-Fetch-Mode":                 {"cors", "cors"},
		"Sec-Fetch-Site":                 {"cross-site", "cross-site"},
		"Referer":                        {page + "/", page + "/"},
	} {
		if got := [2]string{preflight.Get(name), actual.Get(name)}; got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if shown := r.exchanges[1].Request.Get("Cookie"); strings.Contains(shown, "x, y") {
		t.Errorf("the result shows the cookies %q", shown)
	}
}

// TestCookiesStay checks that cookies are sent to their own host only, and not over http if
// they were given for https.
func TestCookiesStay(t *testing.T) {
	c := call{request: browser.Request{URL: "https://api.example.com/"}, cookies: "a=1"}
	for target, want := range map[string]int{
		"https://api.example.com/x": 1, "https://API.example.com/": 1, "http://api.example.com/": 0, "https://example.com/": 0, "https://api.example.com:8443/": 0,
	} {
		u, err := url.Parse(target)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(newJar(&c).Cookies(u)); got != want {
			t.Errorf("%s: %d cookies, want %d", target, got, want)
		}
	}
	c.request.URL = "http://api.example.com/"
	if u := (&url.URL{Scheme: "https", Host: "api.example.com"}); len(newJar(&c).Cookies(u)) != 1 {
		t.Error("no cookie after a redirect to https")
	}
}

func TestWarnings(t *testing.T) {
	good := []string{allowPage, puts, types, vary}
	for _, test := range []struct {
		name              string
		preflight, actual []string
		call              call
		want              string
	}{
		{"no Max-Age", good, []string{allowPage, vary}, put(), "for 5 seconds"},
		{"a Max-Age with a unit", append(good, "Access-Control-Max-Age: 10m"), []string{allowPage, vary}, put(), `Access-Control-Max-Age is "10m"`},
		{"a Max-Age of 0", append(good, "Access-Control-Max-Age: 0"), []string{allowPage, vary}, put(), "before every request"},
		{"a negative Max-Age", append(good, "Access-Control-Max-Age: -1"), []string{allowPage, vary}, put(), "before every request"},
		{"a long Max-Age", append(good, "Access-Control-Max-Age: 604800"), []string{allowPage, vary}, put(), "at most two hours"},
		{"no Vary", nil, []string{allowPage}, get(), "Vary lacks Origin"},
		{"a wrong name", good, []string{allowPage, vary, "Access-Control-Allowed-Headers: x"}, put(), "Access-Control-Allow-Headers"},
		{"credentials for everyone", good, []string{allowAll, credentials}, get(), "has no effect"},
		{"hidden headers", good, []string{allowPage, vary, "X-Total-Count: 3", "Etag: x"}, get(), "Access-Control-Expose-Headers: Etag, X-Total-Count"},
		{"Expose-Headers: * with credentials", good, []string{allowPage, credentials, vary, "X-Total-Count: 3", "Access-Control-Expose-Headers: *"}, get().with(browser.Include), `"*" is not a wildcard`},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := probeServer(t, api{say(204, test.preflight...), say(200, test.actual...)}, test.call)
			if !r.allowed || !strings.Contains(strings.Join(r.warnings, "\n"), test.want) {
				t.Errorf("allowed %v, warnings %q, want %q", r.allowed, r.warnings, test.want)
			}
		})
	}
	t.Run("none", func(t *testing.T) {
		r := probeServer(t, api{say(204, append(good, "Access-Control-Max-Age: 600")...), say(200, allowPage, vary)}, put())
		if len(r.warnings) > 0 {
			t.Errorf("warnings %q", r.warnings)
		}
	})
}

// A redirect from http to https, and one to another origin.
func TestRedirects(t *testing.T) {
	elsewhere := httptest.NewServer(say(200, allowPage))
	t.Cleanup(elsewhere.Close)
	moved := func(to string) http.Handler { return say(302, allowPage, "Location: "+to) }
	r := probeServer(t, moved(elsewhere.URL+"/x"), get())
	if r.allowed || len(r.causes) != 1 || r.causes[0].name != "origin-null-after-redirect" || len(r.exchanges) != 2 {
		t.Errorf("another origin: %+v", r.causes)
	}
	r = probeServer(t, say(301, "Location: https://api.example.com/"), get())
	if r.allowed || r.causes[0].name != "redirect-without-cors" || !strings.Contains(r.causes[0].fix, "https://api.example.com/") {
		t.Errorf("to https: %+v", r.causes)
	}
	r = probeServer(t, moved("ftp://api.example.com/"), get())
	if r.allowed || r.causes[0].name != "redirect-invalid" {
		t.Errorf("to ftp: %+v", r.causes)
	}
	r = probeServer(t, moved("http://api.example.com/"), get())
	if r.allowed || r.failure != nil || r.causes[0].name != "mixed-content" {
		t.Errorf("to http: %+v", r.causes)
	}
}

// Firefox and WebKit repeat a preflight after a redirect, and Chromium does not.
func TestEnginesDiffer(t *testing.T) {
	mux := http.NewServeMux()
	mux.Handle("PUT /", say(303, allowPage, "Location: /done"))
	mux.Handle("OPTIONS /{$}", say(204, allowPage, puts, types))
	mux.Handle("GET /done", say(200, allowPage))
	r := probeServer(t, mux, put())
	var out strings.Builder
	printer{&out, false}.print(&r, "nginx")
	if want := "BLOCKED by Firefox and WebKit, and allowed by Chromium\n"; r.allowed || !strings.Contains(out.String(), want) {
		t.Errorf("got\n%s\nwant %q", out.String(), want)
	}
	if len(r.exchanges) != 3 || r.causes[0].name != "preflight-not-found" || r.unsent != "GET" {
		t.Errorf("%d exchanges, causes %+v, unsent %q", len(r.exchanges), r.causes, r.unsent)
	}
}

func TestNoCORS(t *testing.T) {
	c := get()
	s := httptest.NewServer(say(200))
	t.Cleanup(s.Close)
	c.request.URL, c.request.Origin = s.URL, s.URL
	r, err := probe(t.Context(), c, allEngines())
	if err != nil || !r.allowed || !strings.Contains(strings.Join(r.call.notes, "\n"), "CORS does not apply") {
		t.Errorf("the same origin: %v, %+v", err, r)
	}
	c.request.Origin, c.request.Mode = page, browser.NoCORS
	r, err = probe(t.Context(), c, allEngines())
	if err != nil || !r.allowed || !strings.Contains(strings.Join(r.call.notes, "\n"), "cannot read") {
		t.Errorf("mode no-cors: %v, %+v", err, r)
	}
	c.request.Mode = browser.SameOrigin
	r, err = probe(t.Context(), c, allEngines())
	if err != nil || r.allowed || r.causes[0].name != "mode-same-origin" {
		t.Errorf("mode same-origin: %v, %+v", err, r)
	}
}

func TestInvalidCalls(t *testing.T) {
	for want, r := range map[string]browser.Request{
		"not an absolute http or https URL": {Origin: page, URL: "api.example.com"},
		"must not have a body":              {Origin: page, URL: "https://a.example", Body: browser.Text("x")},
		"forbidden for pages":               {Origin: page, URL: "https://a.example", Method: "TRACE"},
		"no origin":                         {URL: "https://a.example"},
	} {
		if _, err := probe(context.Background(), call{request: r}, allEngines()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}
