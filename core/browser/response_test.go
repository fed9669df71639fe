package browser_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core/browser"
)

// The response headers that a page can see.
func TestVisibleHeaders(t *testing.T) {
	sent := []string{
		"X-A: 1", "X-B: 2", "X-B: 3", "Etag: x", "Set-Cookie: a=b", "Set-Cookie2: c=d",
		"Cache-Control: no-cache", "Content-Language: de", "Content-Length: 2", "Content-Type: text/plain",
		"Expires: x", "Last-Modified: x", "Pragma: x",
	}
	const safelisted = "Cache-Control Content-Language Content-Length Content-Type Expires Last-Modified Pragma"
	expose := func(list string) string { return "Access-Control-Expose-Headers: " + list }
	for _, test := range []struct {
		name             string
		lines            []string
		without, include string // beyond the safelist
	}{
		{"nothing", nil, "", ""},
		{"one", []string{expose("x-a")}, "X-A", "X-A"},
		{"two", []string{expose("X-a,x-B")}, "X-A X-B", "X-A X-B"},
		{"two lines", []string{expose("x-a"), expose("x-b")}, "X-A X-B", "X-A X-B"},
		{"an absent header", []string{expose("x-a, x-c")}, "X-A", "X-A"},
		{"empty elements", []string{expose(",, x-a ,")}, "X-A", "X-A"},
		{"empty", []string{expose("")}, "", ""},
		{"invalid token", []string{expose("x-a, x b")}, "", ""},
		{"invalid line", []string{expose("x-a"), expose("(")}, "", ""},
		{"semicolon", []string{expose("x-a; x-b")}, "", ""},
		{"lower-case field name", []string{"access-control-expose-headers: x-a"}, "X-A", "X-A"},
		{"*", []string{expose("*")}, "Access-Control-Allow-Credentials Access-Control-Allow-Origin Access-Control-Expose-Headers Etag X-A X-B", ""},
		{"* among others", []string{expose("x-a, *")}, "Access-Control-Allow-Credentials Access-Control-Allow-Origin Access-Control-Expose-Headers Etag X-A X-B", "X-A"},
		{"* after an invalid token", []string{expose("x b, *")}, "", ""},
		{"cookies", []string{expose("Set-Cookie, set-cookie2")}, "", ""},
	} {
		for mode, more := range map[browser.Credentials]string{browser.Omit: test.without, browser.Include: test.include} {
			for _, engine := range engines() {
				outcome := fetch(t, newBrowser(allowing(sent...).with(test.lines...), engine), browser.Request{Credentials: mode})
				want := strings.Fields(safelisted + " " + more)
				slices.Sort(want)
				if got := slices.Sorted(maps.Keys(outcome.Response.Header)); !slices.Equal(got, want) {
					t.Errorf("%s, %v, credentials %d: the page sees %q, want %q", test.name, engine, mode, got, want)
				}
				if b := outcome.Response.Header.Values("X-B"); strings.Contains(more, "X-B") && !slices.Equal(b, []string{"2", "3"}) {
					t.Errorf("%s: X-B is %q", test.name, b)
				}
			}
		}
	}
}

// The type, URL, status and body that a page can see.
func TestResponseTypes(t *testing.T) {
	for _, test := range []struct {
		name    string
		request browser.Request
		answer  answer
		want    browser.Response
	}{
		{"cors", browser.Request{URL: api + "/posts?q#f"}, allowing(), browser.Response{Type: "cors", URL: api + "/posts?q", Status: 200, Body: []byte("hi")}},
		{"any status", browser.Request{}, say(503, allowAll), browser.Response{Type: "cors", URL: api + "/posts", Status: 503, Body: []byte("hi")}},
		{"basic", browser.Request{Origin: api, URL: "https://API.example.com:443"}, say(404, "X-A: 1", "Set-Cookie: a=b"), browser.Response{Type: "basic", URL: api + "/", Status: 404, Header: http.Header{"X-A": {"1"}}, Body: []byte("hi")}},
		{"opaque", browser.Request{Mode: browser.NoCORS}, allowing("X-A: 1"), browser.Response{Type: "opaque"}},
		{"opaque error", browser.Request{Mode: browser.NoCORS}, say(500), browser.Response{Type: "opaque"}},
		{"no-cors on the same origin", browser.Request{Origin: api, Mode: browser.NoCORS}, say(200), browser.Response{Type: "basic", URL: api + "/posts", Status: 200, Body: []byte("hi")}},
		{"HEAD", browser.Request{Method: "HEAD"}, allowing(), browser.Response{Type: "cors", URL: api + "/posts", Status: 200}},
		{"204", browser.Request{}, say(204, allowApp), browser.Response{Type: "cors", URL: api + "/posts", Status: 204}},
		{"205", browser.Request{}, say(205, allowApp), browser.Response{Type: "cors", URL: api + "/posts", Status: 205}},
		{"304", browser.Request{}, say(304, allowApp), browser.Response{Type: "cors", URL: api + "/posts", Status: 304}},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := fetch(t, newBrowser(test.answer, browser.Standard), test.request).Response
			if r == nil {
				t.Fatal("the browser blocked the request")
			}
			if r.Type != test.want.Type || r.URL != test.want.URL || r.Status != test.want.Status || string(r.Body) != string(test.want.Body) {
				t.Errorf("%+v, want %+v", r, test.want)
			}
			if len(r.Header) != len(test.want.Header) || r.Header.Get("X-A") != test.want.Header.Get("X-A") || r.Header == nil {
				t.Errorf("headers %q, want %q", r.Header, test.want.Header)
			}
		})
	}
}

// The Response and the Exchanges of an outcome share no memory.
func TestOutcomeSharesNoMemory(t *testing.T) {
	outcome := fetch(t, newBrowser(allowing("Content-Type: text/plain"), browser.Standard), browser.Request{Headers: headers("Accept", "a")})
	outcome.Response.Header.Set("Content-Type", "changed")
	outcome.Response.Header["Content-Type"][0] = "changed"
	if got := outcome.Exchanges[0].Response.Get("Content-Type"); got != "text/plain" {
		t.Errorf("a change of the Response changed the exchange to %q", got)
	}
}
