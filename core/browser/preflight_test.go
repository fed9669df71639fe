package browser_test

import (
	"maps"
	"net/http/cookiejar"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core/browser"
)

// The exact headers of all requests that are sent.
func TestHeadersOfRequests(t *testing.T) {
	accept, half := []string{"*/*"}, strings.Repeat("a", 64)
	for _, test := range []struct {
		name    string
		request browser.Request
		want    []map[string][]string
	}{
		{"simple", browser.Request{}, []map[string][]string{{"Accept": accept, "Origin": {app}}}},
		{"PUT", browser.Request{Method: "PUT"}, []map[string][]string{
			{"Accept": accept, "Origin": {app}, "Access-Control-Request-Method": {"PUT"}},
			{"Accept": accept, "Origin": {app}},
		}},
		{"headers", browser.Request{Headers: headers("X-B", " 1\t", "x-a", "2", "X-B", "3", "Accept", "text/html")}, []map[string][]string{
			{"Accept": accept, "Origin": {app}, "Access-Control-Request-Method": {"GET"}, "Access-Control-Request-Headers": {"x-a,x-b"}},
			{"Accept": {"text/html"}, "Origin": {app}, "X-B": {"1, 3"}, "X-A": {"2"}},
		}},
		{"opaque page", browser.Request{Origin: "null", Method: "POST", Body: browser.Text("x")}, []map[string][]string{
			{"Accept": accept, "Origin": {"null"}, "Content-Type": {"text/plain;charset=UTF-8"}},
		}},
		{"sendBeacon with JSON", browser.Request{Method: "POST", Credentials: browser.Include, Body: browser.Body{Type: "application/json", Content: []byte("{}")}}, []map[string][]string{
			{"Accept": accept, "Origin": {app}, "Access-Control-Request-Method": {"POST"}, "Access-Control-Request-Headers": {"content-type"}},
			{"Accept": accept, "Origin": {app}, "Cookie": {"session=1"}, "Content-Type": {"application/json"}},
		}},
		{"upload listener", browser.Request{Method: "POST", UploadListener: true, Body: browser.Text("x")}, []map[string][]string{
			{"Accept": accept, "Origin": {app}, "Access-Control-Request-Method": {"POST"}},
			{"Accept": accept, "Origin": {app}, "Content-Type": {"text/plain;charset=UTF-8"}},
		}},
		{"upload listener, two headers with one name", browser.Request{Method: "POST", UploadListener: true, Headers: headers("Accept", half, "accept", half), Body: browser.Body{Content: []byte{}}}, []map[string][]string{
			{"Accept": accept, "Origin": {app}, "Access-Control-Request-Method": {"POST"}, "Access-Control-Request-Headers": {"accept"}},
			{"Accept": {half + ", " + half}, "Origin": {app}},
		}},
		{"with credentials", browser.Request{Method: "PUT", Credentials: browser.Include}, []map[string][]string{
			{"Accept": accept, "Origin": {app}, "Access-Control-Request-Method": {"PUT"}},
			{"Accept": accept, "Origin": {app}, "Cookie": {"session=1"}},
		}},
		{"no-cors GET", browser.Request{Mode: browser.NoCORS}, []map[string][]string{{"Accept": accept}}},
		{"no-cors POST", browser.Request{Mode: browser.NoCORS, Method: "POST", Credentials: browser.Include}, []map[string][]string{{"Accept": accept, "Origin": {app}, "Cookie": {"session=1"}}}},
		{"no-cors POST to http", browser.Request{Mode: browser.NoCORS, Method: "POST", URL: "http://api.example.com/"}, []map[string][]string{{"Accept": accept, "Origin": {"null"}}}},
		{"http page, no-cors POST to http", browser.Request{Origin: "http://app.example.com", Mode: browser.NoCORS, Method: "POST", URL: "http://api.example.com/"}, []map[string][]string{{"Accept": accept, "Origin": {"http://app.example.com"}}}},
		{"same origin GET", browser.Request{Origin: api}, []map[string][]string{{"Accept": accept, "Cookie": {"session=1"}}}},
		{"same origin HEAD", browser.Request{Origin: api, Method: "HEAD", Headers: headers("X-A", "1")}, []map[string][]string{{"Accept": accept, "Cookie": {"session=1"}, "X-A": {"1"}}}},
		{"same origin POST", browser.Request{Origin: api, Method: "POST"}, []map[string][]string{{"Accept": accept, "Origin": {api}, "Cookie": {"session=1"}}}},
		{"same origin PUT", browser.Request{Origin: api, Method: "PUT", Mode: browser.SameOrigin}, []map[string][]string{{"Accept": accept, "Origin": {api}, "Cookie": {"session=1"}}}},
		{"same origin without credentials", browser.Request{Origin: api, Method: "DELETE", Credentials: browser.Omit}, []map[string][]string{{"Accept": accept, "Origin": {api}}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := newBrowser(agreeable(), browser.Standard)
			b.Jar = jar(t, api)
			outcome := fetch(t, b, test.request)
			if len(outcome.Exchanges) != len(test.want) {
				t.Fatalf("sent %q, want %d requests", trace(outcome), len(test.want))
			}
			for i, e := range outcome.Exchanges {
				if got := map[string][]string(e.Request); !reflect.DeepEqual(got, test.want[i]) {
					t.Errorf("request %d has the headers %q, want %q", i, got, test.want[i])
				}
				if e.Preflight != (len(test.want) == 2 && i == 0) || e.URL == "" {
					t.Errorf("request %d has the wrong Preflight or no URL: %+v", i, e)
				}
			}
		})
	}
}

// jar returns a jar with one cookie of an origin.
func jar(t *testing.T, origin string) *cookiejar.Jar {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(origin)
	if err != nil {
		t.Fatal(err)
	}
	jar.SetCookies(u, say(200, "Set-Cookie: session=1").cookies())
	return jar
}

// These answers to a preflight have the same result in all engines.
func TestAnswersToPreflights(t *testing.T) {
	put := browser.Request{Method: "PUT"}
	header := browser.Request{Headers: headers("X-A", "1")}
	auth := browser.Request{Headers: headers("Authorization", "1")}
	post := browser.Request{Method: "POST", Headers: headers("X-A", "1")}
	include := func(r browser.Request) browser.Request {
		r.Credentials = browser.Include
		return r
	}
	m, h := allowMethods, allowHeaders
	for _, test := range []struct {
		name    string
		request browser.Request
		answer  answer
		want    string
	}{
		// Status.
		{"200", put, say(200, allowApp, m("PUT")), "allowed"},
		{"202", put, say(202, allowApp, m("PUT")), "allowed"},
		{"204", put, say(204, allowApp, m("PUT")), "allowed"},
		{"299", put, say(299, allowApp, m("PUT")), "allowed"},
		{"300", put, say(300, allowApp, m("PUT")), "preflight status"},
		{"302", put, say(302, allowApp, m("PUT"), "Location: /elsewhere"), "preflight status"},
		{"304", put, say(304, allowApp, m("PUT")), "preflight status"},
		{"307", put, say(307, allowApp, m("PUT"), "Location: /elsewhere"), "preflight status"},
		{"401", put, say(401, allowApp, m("PUT")), "preflight status"},
		{"404", put, say(404, allowApp, m("PUT")), "preflight status"},
		{"405", put, say(405, allowApp, m("PUT")), "preflight status"},
		{"500", put, say(500, allowApp, m("PUT")), "preflight status"},
		{"the CORS check comes first", put, say(500), "preflight"},
		// Allow-Origin and Allow-Credentials; TestCORSCheck has more cases.
		{"no Allow-Origin", put, say(204, m("PUT")), "preflight"},
		{"other origin", put, say(204, "Access-Control-Allow-Origin: "+other, m("PUT")), "preflight"},
		{"* with credentials", include(put), say(204, allowAll, allowCreds, m("PUT")), "preflight"},
		{"no Allow-Credentials", include(put), say(204, allowApp, m("PUT")), "preflight"},
		{"credentials", include(put), say(204, allowApp, allowCreds, m("PUT")), "allowed"},
		// Methods.
		{"no Allow-Methods", put, allowing(), "method"},
		{"no Allow-Methods for POST", post, allowing(h("x-a")), "allowed"},
		{"no Allow-Methods for POST with credentials", include(post), allowing(h("x-a")), "allowed"},
		{"other methods for POST", post, allowing(m("PUT"), h("x-a")), "allowed"},
		{"other method", put, allowing(m("DELETE, PATCH")), "method"},
		{"put for PUT", put, allowing(m("put")), "method"},
		{"PATCH for patch", browser.Request{Method: "patch"}, allowing(m("PATCH")), "method"},
		{"several methods", put, allowing(m("GET,PUT ,\tDELETE")), "allowed"},
		{"empty elements", put, allowing(m(",, PUT , ,")), "allowed"},
		{"repeated lines", put, allowing(m("DELETE"), m("PUT")), "allowed"},
		{"lower-case field name", put, allowing("access-control-allow-methods: PUT"), "allowed"},
		{"invalid token", put, allowing(m("PUT, x y")), "method"},
		{"invalid line", put, allowing(m("PUT"), m("(")), "method"},
		{"invalid token for POST", post, allowing(m("x y"), h("x-a")), "method"},
		{"quoted", put, allowing(m(`"PUT"`)), "method"},
		{"semicolon", put, allowing(m("PUT; DELETE")), "method"},
		{"empty Allow-Methods", put, allowing(m("")), "method"},
		{"* for the method", put, allowing(m("*")), "allowed"},
		{"* among methods", put, allowing(m("GET, *")), "allowed"},
		{"* for the method with credentials", include(put), allowing(m("*")), "method"},
		{"* and PUT with credentials", include(put), allowing(m("*, PUT")), "allowed"},
		{"method * with credentials", include(browser.Request{Method: "*"}), allowing(m("*")), "allowed"},
		// Headers.
		{"no Allow-Headers", header, allowing(), "headers"},
		{"other header", header, allowing(h("x-b")), "headers"},
		{"any case", header, allowing(h("x-A")), "allowed"},
		{"several headers", header, allowing(h("x-b,X-A")), "allowed"},
		{"one of two missing", browser.Request{Headers: headers("X-A", "1", "X-B", "1")}, allowing(h("x-a")), "headers"},
		{"empty header elements", header, allowing(h(",,x-a,")), "allowed"},
		{"repeated header lines", header, allowing(h("x-b"), h("x-a")), "allowed"},
		{"invalid header token", header, allowing(h("x-a, x b")), "headers"},
		{"invalid header token, none needed", put, allowing(m("PUT"), h("x b")), "headers"},
		{"not ASCII", header, allowing(h("x-a, ü")), "headers"},
		{"both invalid", put, allowing(m("x y"), h("x y")), "method"},
		{"method missing, header list invalid", put, allowing(h("x y")), "headers"},
		{"empty Allow-Headers", header, allowing(h("")), "headers"},
		{"safelisted headers need no listing", browser.Request{Method: "PUT", Headers: headers("Accept", "a", "Range", "bytes=0-")}, allowing(m("PUT")), "allowed"},
		{"long Accept is not listed", browser.Request{Headers: headers("Accept", strings.Repeat("a", 129))}, allowing(h("x-a")), "headers"},
		{"long Accept is listed", browser.Request{Headers: headers("Accept", strings.Repeat("a", 129))}, allowing(h("Accept")), "allowed"},
		{"* for the header", header, allowing(h("*")), "allowed"},
		{"* for the header with credentials", include(header), allowing(h("*")), "headers"},
		{"* and the header with credentials", include(header), allowing(h("*,x-a")), "allowed"},
		{"header * with credentials", include(browser.Request{Headers: headers("*", "1")}), allowing(h("*")), "allowed"},
		{"Authorization by name", auth, allowing(h("authorization")), "allowed"},
		{"Authorization beside *", auth, allowing(h("*, AUTHORIZATION")), "allowed"},
		{"* for Authorization with credentials", include(auth), allowing(h("*")), "headers"},
		{"other headers of the answer do not matter", put, allowing(m("PUT"), "Vary: Origin", "Allow: GET", "Access-Control-Allow-Private-Network: maybe"), "allowed"},
	} {
		for _, engine := range engines() {
			t.Run(test.name+"/"+engine.String(), func(t *testing.T) {
				outcome := fetch(t, newBrowser(server(test.answer, allowing()), engine), test.request)
				if got := verdict(outcome); got != test.want {
					t.Errorf("%s (%s), want %s", got, outcome.Reason, test.want)
				}
				if got, want := len(outcome.Exchanges), map[bool]int{true: 2, false: 1}[test.want == "allowed"]; got != want {
					t.Errorf("%d exchanges, want %d", got, want)
				}
			})
		}
	}
}

// These answers to a preflight have another result in all engines than in the standard.
func TestAnswersWithAnotherResultThanInStandard(t *testing.T) {
	upload := browser.Request{Method: "PUT", UploadListener: true, Body: browser.Text("x")}
	for _, test := range []struct {
		name                    string
		request                 browser.Request
		answer                  answer
		standard, inEveryEngine string
	}{
		{"* for Authorization", browser.Request{Headers: headers("Authorization", "1")}, allowing(allowHeaders("*")), "headers", "allowed"},
		{"upload without Allow-Methods", upload, allowing(allowHeaders("content-type")), "allowed", "method"},
		{"upload with empty Allow-Methods", upload, allowing(allowMethods("")), "method", "method"},
	} {
		for _, engine := range engines() {
			want := test.inEveryEngine
			if engine == browser.Standard {
				want = test.standard
			}
			outcome := fetch(t, newBrowser(server(test.answer, allowing()), engine), test.request)
			if got := verdict(outcome); got != want {
				t.Errorf("%s, %v: %s (%s), want %s", test.name, engine, got, outcome.Reason, want)
			}
		}
	}
}

// No engine sends headers for private networks any more.
func TestNoPrivateNetworkHeaders(t *testing.T) {
	for _, engine := range engines() {
		outcome := fetch(t, newBrowser(agreeable(), engine), browser.Request{Method: "PUT", URL: "http://192.168.0.1/"})
		for _, e := range outcome.Exchanges {
			if names := slices.Sorted(maps.Keys(e.Request)); strings.Contains(strings.Join(names, ","), "Private-Network") {
				t.Errorf("%v sends the headers %q", engine, names)
			}
		}
	}
}
