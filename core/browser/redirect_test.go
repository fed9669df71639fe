package browser_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core/browser"
)

// route returns a handler that allows all preflights, and answers other requests by their
// path.
func route(paths map[string]answer) http.Handler {
	return server(
		allowingEveryone(allowMethods("PUT"), allowHeaders("X-A, Authorization, Content-Type")),
		http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { paths[r.URL.Path].ServeHTTP(w, r) }),
	)
}

// allowingEveryone returns an answer that allows every origin, without credentials.
func allowingEveryone(lines ...string) answer { return say(200, allowAll).with(lines...) }

func to(status int, location string) answer {
	return say(status, allowAll, "Location: "+location)
}

// journey lists the requests other than preflights, with method, URL and the named
// headers.
func journey(o browser.Outcome, names ...string) string {
	var hops []string
	for _, e := range o.Exchanges {
		if e.Preflight {
			continue
		}
		hop := e.Method + " " + strings.TrimPrefix(e.URL, api)
		for _, name := range names {
			if value, present := e.Request[name]; present {
				hop += fmt.Sprintf(" %s=%s", name, strings.Join(value, "+"))
			}
		}
		hops = append(hops, hop)
	}
	return strings.Join(hops, ", ")
}

// A redirect can change the method to GET. It then removes the body and the headers of
// the body.
func TestRedirectMethods(t *testing.T) {
	for _, test := range []struct {
		status       int
		method, want string
	}{
		{301, "GET", "GET"}, {302, "GET", "GET"}, {303, "GET", "GET"}, {307, "GET", "GET"}, {308, "GET", "GET"},
		{301, "HEAD", "HEAD"}, {302, "HEAD", "HEAD"}, {303, "HEAD", "HEAD"}, {307, "HEAD", "HEAD"}, {308, "HEAD", "HEAD"},
		{301, "POST", "GET"}, {302, "POST", "GET"}, {303, "POST", "GET"}, {307, "POST", "POST"}, {308, "POST", "POST"},
		{301, "PUT", "PUT"}, {302, "PUT", "PUT"}, {303, "PUT", "GET"}, {307, "PUT", "PUT"}, {308, "PUT", "PUT"},
	} {
		t.Run(fmt.Sprint(test.status, test.method), func(t *testing.T) {
			r := browser.Request{Method: test.method, URL: api + "/a", Headers: headers("X-A", "1")}
			first, second := test.method+" /a X-A=1", test.want+" /b X-A=1"
			if test.method == "POST" || test.method == "PUT" {
				r.Body = browser.Text("text")
				r.Headers = append(r.Headers, headers("Content-Language", "de", "Content-Encoding", "x", "Content-Location", "/x")...)
				first += all
				if test.method == test.want {
					second += all
				}
			}
			bodies := ""
			paths := route(map[string]answer{"/a": to(test.status, "/b"), "/b": allowingEveryone()})
			h := server(allowingEveryone(allowMethods("PUT"), allowHeaders("x-a,content-encoding,content-location")), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				b := make([]byte, 9)
				n, _ := r.Body.Read(b)
				bodies += string(b[:n])
				paths.ServeHTTP(w, r)
			}))
			outcome := fetch(t, newBrowser(h, browser.Standard), r)
			got := journey(outcome, "X-A", "Content-Type", "Content-Language", "Content-Encoding", "Content-Location")
			if got != first+", "+second {
				t.Errorf("sent %s, want %s, %s (%s)", got, first, second, outcome.Reason)
			}
			if strings.Count(bodies, "text") != strings.Count(got, "Content-Type") {
				t.Errorf("sent %s, but with the bodies %q", got, bodies)
			}
		})
	}
}

const all = " Content-Type=text/plain;charset=UTF-8 Content-Language=de Content-Encoding=x Content-Location=/x"

// The headers Origin and Authorization after each redirect, and the result.
func TestRedirectOrigins(t *testing.T) {
	auth := headers("Authorization", "1", "X-A", "1")
	for _, test := range []struct {
		name    string
		request browser.Request
		servers map[string]http.Handler
		want    string
		verdict string
	}{
		{"one origin", browser.Request{}, map[string]http.Handler{
			api: route(map[string]answer{"/posts": to(302, "/a"), "/a": allowingEveryone()}),
		}, "GET /posts Origin=" + app + ", GET /a Origin=" + app, "allowed"},
		{"to another origin", browser.Request{}, map[string]http.Handler{
			api: to(302, other+"/a"), other: allowingEveryone(),
		}, "GET /posts Origin=" + app + ", GET " + other + "/a Origin=null", "allowed"},
		{"to another origin that allows the page", browser.Request{}, map[string]http.Handler{
			api: to(302, other+"/a"), other: allowing(),
		}, "GET /posts Origin=" + app + ", GET " + other + "/a Origin=null", "response"},
		{"to another origin that allows null", browser.Request{Credentials: browser.Include}, map[string]http.Handler{
			api: say(302, allowApp, allowCreds, "Location: "+other+"/a"), other: say(200, allowNull, allowCreds),
		}, "GET /posts Origin=" + app + ", GET " + other + "/a Origin=null", "allowed"},
		{"to another origin and back", browser.Request{}, map[string]http.Handler{
			api: route(map[string]answer{"/posts": to(302, other+"/a"), "/b": allowingEveryone()}), other: to(302, api+"/b"),
		}, "GET /posts Origin=" + app + ", GET " + other + "/a Origin=null, GET /b Origin=null", "allowed"},
		{"to the page's own origin", browser.Request{}, map[string]http.Handler{
			api: to(302, app+"/a"), app: allowingEveryone(),
		}, "GET /posts Origin=" + app + ", GET " + app + "/a Origin=null", "allowed"},
		{"to the page's own origin without CORS headers", browser.Request{}, map[string]http.Handler{
			api: to(302, app+"/a"), app: say(200),
		}, "GET /posts Origin=" + app + ", GET " + app + "/a Origin=null", "response"},
		{"from the page's own origin", browser.Request{URL: app + "/a"}, map[string]http.Handler{
			app: say(302, "Location: "+api+"/b"), api: allowing(),
		}, "GET " + app + "/a, GET /b Origin=" + app, "allowed"},
		{"within the page's own origin", browser.Request{URL: app + "/a", Headers: auth, Mode: browser.SameOrigin}, map[string]http.Handler{
			app: route(map[string]answer{"/a": say(302, "Location: b"), "/b": say(200)}),
		}, "GET " + app + "/a Authorization=1 X-A=1, GET " + app + "/b Authorization=1 X-A=1", "allowed"},
		{"out of the page's own origin, mode same-origin", browser.Request{URL: app + "/a", Mode: browser.SameOrigin}, map[string]http.Handler{
			app: say(302, "Location: "+api+"/b"),
		}, "GET " + app + "/a", "mode"},
		{"a redirect that the page cannot read", browser.Request{}, map[string]http.Handler{
			api: say(302, "Location: /a"),
		}, "GET /posts Origin=" + app, "response"},
		{"Authorization to the same origin", browser.Request{Headers: auth}, map[string]http.Handler{
			api: route(map[string]answer{"/posts": to(302, "/a"), "/a": allowingEveryone()}),
		}, "GET /posts Origin=" + app + " Authorization=1 X-A=1, GET /a Origin=" + app + " Authorization=1 X-A=1", "allowed"},
		{"Authorization to another origin", browser.Request{Headers: auth}, map[string]http.Handler{
			api: route(map[string]answer{"/posts": to(302, other+"/a")}), other: route(map[string]answer{"/a": allowingEveryone()}),
		}, "GET /posts Origin=" + app + " Authorization=1 X-A=1, GET " + other + "/a Origin=null X-A=1", "allowed"},
		{"Authorization out of the page's own origin", browser.Request{URL: app + "/a", Headers: auth}, map[string]http.Handler{
			app: say(302, "Location: "+api+"/b"), api: route(map[string]answer{"/b": allowingEveryone()}),
		}, "GET " + app + "/a Authorization=1 X-A=1, GET /b Origin=" + app + " X-A=1", "allowed"},
		{"no-cors", browser.Request{Mode: browser.NoCORS, Method: "POST"}, map[string]http.Handler{
			api: say(307, "Location: "+other+"/a"), other: say(200),
		}, "POST /posts Origin=" + app + ", POST " + other + "/a Origin=null", "allowed"},
	} {
		t.Run(test.name, func(t *testing.T) {
			outcome := fetch(t, newBrowser(hosts(test.servers), browser.Standard), test.request)
			if got := journey(outcome, "Origin", "Authorization", "X-A"); got != test.want {
				t.Errorf("sent %s, want %s", got, test.want)
			}
			if got := verdict(outcome); got != test.verdict {
				t.Errorf("%s (%s), want %s", got, outcome.Reason, test.verdict)
			}
		})
	}
}

// Each redirect needs a separate preflight for the method and headers that remain.
func TestRedirectPreflights(t *testing.T) {
	for _, test := range []struct {
		name    string
		request browser.Request
		hop     answer
		want    map[browser.Engine]string
	}{
		{"PUT", browser.Request{Method: "PUT"}, to(307, other), map[browser.Engine]string{
			browser.Standard: "OPTIONS PUT; PUT; OPTIONS PUT; PUT",
		}},
		{"GET without Authorization", browser.Request{Headers: headers("Authorization", "1", "X-A", "1")}, to(302, other), map[browser.Engine]string{
			browser.Standard: "OPTIONS GET authorization,x-a; GET; OPTIONS GET x-a; GET",
		}},
		{"to the page's own origin", browser.Request{Method: "PUT"}, to(307, app), map[browser.Engine]string{
			browser.Standard: "OPTIONS PUT; PUT; OPTIONS PUT; PUT",
		}},
		{"no preflight needed after the redirect", browser.Request{Method: "PUT", Body: browser.Text("x")}, to(303, other), map[browser.Engine]string{
			browser.Standard: "OPTIONS PUT; PUT; GET", browser.Chromium: "OPTIONS PUT; PUT; GET",
			browser.Firefox: "OPTIONS PUT; PUT; OPTIONS GET; GET", browser.WebKit: "OPTIONS PUT; PUT; OPTIONS GET; GET",
		}},
		{"no preflight needed", browser.Request{Method: "POST"}, to(303, other), map[browser.Engine]string{
			browser.Standard: "POST; GET", browser.Chromium: "POST; GET", browser.Firefox: "POST; GET", browser.WebKit: "POST; GET",
		}},
	} {
		for engine, want := range test.want {
			end := route(map[string]answer{"/": allowingEveryone()})
			h := hosts(map[string]http.Handler{api: route(map[string]answer{"/posts": test.hop}), other: end, app: end})
			outcome := fetch(t, newBrowser(h, engine), test.request)
			if got := trace(outcome); got != want || !outcome.Allowed {
				t.Errorf("%s, %v: sent %s, %s (%s), want %s", test.name, engine, got, verdict(outcome), outcome.Reason, want)
			}
		}
	}
	h := hosts(map[string]http.Handler{api: route(map[string]answer{"/posts": to(307, other)}), other: allowing(allowMethods("PUT"))})
	if got := verdict(fetch(t, newBrowser(h, browser.Standard), browser.Request{Method: "PUT"})); got != "preflight" {
		t.Errorf("a preflight with the origin null to a server that allows only the page: %s, want preflight", got)
	}
}

// The redirects that a browser follows.
func TestRedirectModesAndLocations(t *testing.T) {
	hop := func(lines ...string) answer { return say(302, allowAll).with(lines...) }
	for _, test := range []struct {
		name    string
		request browser.Request
		hop     answer
		want    string
		hops    int
	}{
		{"follow", browser.Request{}, hop("Location: /b"), "cors 200 https://api.example.com/b", 2},
		{"absolute", browser.Request{}, hop("Location: HTTPS://API.example.com:443/b#x"), "cors 200 https://api.example.com/b", 2},
		{"scheme-relative", browser.Request{}, hop("Location: //api.example.com/b"), "cors 200 https://api.example.com/b", 2},
		{"dots and query", browser.Request{}, hop("Location: x/../b?q"), "cors 200 https://api.example.com/b?q", 2},
		{"error", browser.Request{Redirect: browser.Error}, hop("Location: /b"), "redirect", 1},
		{"error, same origin", browser.Request{Origin: api, Redirect: browser.Error}, hop("Location: /b"), "redirect", 1},
		{"manual", browser.Request{Redirect: browser.Manual}, hop("Location: /b"), "opaqueredirect 0 https://api.example.com/a", 1},
		{"manual, no redirect", browser.Request{Redirect: browser.Manual}, say(200, allowAll), "cors 200 https://api.example.com/a", 1},
		{"manual, not allowed", browser.Request{Redirect: browser.Manual}, say(302, "Location: /b"), "response", 1},
		{"no-cors", browser.Request{Mode: browser.NoCORS}, hop("Location: /b"), "opaque 0 ", 2},
		{"no-cors, error", browser.Request{Mode: browser.NoCORS, Redirect: browser.Error}, hop(), "mode", 0},
		{"no-cors, manual", browser.Request{Mode: browser.NoCORS, Redirect: browser.Manual}, hop(), "mode", 0},
		{"no Location", browser.Request{}, hop(), "cors 302 https://api.example.com/a", 1},
		{"300", browser.Request{}, say(300, allowAll, "Location: /b"), "cors 300 https://api.example.com/a", 1},
		{"304", browser.Request{}, say(304, allowAll, "Location: /b"), "cors 304 https://api.example.com/a", 1},
		{"two Locations", browser.Request{}, hop("Location: /b", "Location: /b"), "redirect", 1},
		{"invalid URL", browser.Request{}, hop("Location: https://[/"), "redirect", 1},
		{"no host", browser.Request{}, hop("Location: https://"), "redirect", 1},
		{"other scheme", browser.Request{}, hop("Location: ftp://api.example.com/b"), "redirect", 1},
		{"data URL", browser.Request{Origin: api}, hop("Location: data:,x"), "redirect", 1},
		{"user name", browser.Request{}, hop("Location: https://user@api.example.com/b"), "redirect", 1},
		{"password", browser.Request{}, hop("Location: https://:secret@api.example.com/b"), "redirect", 1},
		{"empty user name", browser.Request{}, hop("Location: https://@api.example.com/b"), "cors 200 https://api.example.com/b", 2},
		{"user name, back to the page", browser.Request{}, hop("Location: https://user@app.example.com/b"), "redirect", 1},
		{"user name, from the same origin", browser.Request{Origin: api}, hop("Location: https://user@other.example.com/b"), "redirect", 1},
		{"user name, same origin", browser.Request{Origin: api}, hop("Location: https://user@api.example.com/b"), "basic 200 https://user@api.example.com/b", 2},
		{"user name, no-cors", browser.Request{Mode: browser.NoCORS}, hop("Location: https://user@api.example.com/b"), "opaque 0 ", 2},
		{"to itself", browser.Request{}, hop("Location: /a"), "redirect", 21},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := route(map[string]answer{"/a": test.hop, "/b": allowingEveryone()})
			test.request.URL = api + "/a"
			outcome := fetch(t, newBrowser(h, browser.Standard), test.request)
			got := verdict(outcome)
			if r := outcome.Response; r != nil {
				got = fmt.Sprint(r.Type, " ", r.Status, " ", r.URL)
			}
			if got != test.want || len(outcome.Exchanges) != test.hops {
				t.Errorf("%s after %d requests, want %s after %d (%s)", got, len(outcome.Exchanges), test.want, test.hops, outcome.Reason)
			}
		})
	}
}

// A browser follows 20 redirects, but not 21.
func TestTwentyRedirects(t *testing.T) {
	paths := map[string]answer{"/0": allowingEveryone()}
	for i := range 21 {
		paths[fmt.Sprint("/", i+1)] = to(302, fmt.Sprint("/", i))
	}
	for start, want := range map[string]string{"/20": "allowed", "/21": "redirect"} {
		outcome := fetch(t, newBrowser(route(paths), browser.Standard), browser.Request{URL: api + start})
		if got := verdict(outcome); got != want || len(outcome.Exchanges) != 21 {
			t.Errorf("%s: %s after %d requests, want %s", start, got, len(outcome.Exchanges), want)
		}
	}
}

// Each URL of a redirect has separate cache entries. If a redirect has changed the origin
// to null, the entries are not those of the page.
func TestCacheAfterRedirects(t *testing.T) {
	keep := []string{allowMethods("PUT"), maxAge("600")}
	b := newBrowser(hosts(map[string]http.Handler{
		api:   server(allowing(keep...), say(307, allowApp, "Location: "+other+"/b")),
		other: server(allowingEveryone(keep...), allowingEveryone()),
	}), browser.Standard)
	for i, want := range []string{"OPTIONS PUT; PUT; OPTIONS PUT; PUT", "PUT; PUT"} {
		if got := trace(fetch(t, b, browser.Request{Method: "PUT"})); got != want {
			t.Errorf("fetch %d: sent %s, want %s", i, got, want)
		}
	}
	for _, page := range []string{app, other, "null"} {
		want := "OPTIONS PUT; PUT"
		if page == other {
			want = "PUT" // the page's own origin
		}
		if got := trace(fetch(t, b, browser.Request{Method: "PUT", Origin: page, URL: other + "/b"})); got != want {
			t.Errorf("page %s: sent %s, want %s", page, got, want)
		}
	}
}

// The fragment of a URL is part of the cache key. A redirect without a fragment keeps the
// fragment of the first URL.
func TestCacheKeyHasFragment(t *testing.T) {
	h := server(allowing(allowMethods("PUT"), maxAge("600")), route(map[string]answer{"/a": to(307, "/b"), "/c": to(307, "/b#g"), "/b": allowingEveryone()}))
	b := newBrowser(h, browser.Standard)
	for _, visit := range []struct{ path, want string }{
		{"/a#f", "OPTIONS PUT; PUT; OPTIONS PUT; PUT"},
		{"/b#f", "PUT"},
		{"/b", "OPTIONS PUT; PUT"},
		{"/c#f", "OPTIONS PUT; PUT; OPTIONS PUT; PUT"},
		{"/b#g", "PUT"},
	} {
		if got := trace(fetch(t, b, browser.Request{Method: "PUT", URL: api + visit.path})); got != visit.want {
			t.Errorf("%s: sent %s, want %s", visit.path, got, visit.want)
		}
	}
}
