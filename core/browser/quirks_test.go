package browser_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core/browser"
)

// Each row has a request that at least one engine treats in another way than the standard, as
// it was observed. want lists the requests that are sent, and then the result.
func TestQuirks(t *testing.T) {
	long := headers()
	for range 9 {
		long = append(long, browser.Header{Name: "Accept", Value: strings.Repeat("a", 128)})
	}
	listener := browser.Request{Method: "POST", UploadListener: true}
	own := func(r browser.Request) browser.Request {
		r.URL = app + "/posts"
		return r
	}
	type wants = map[browser.Engine]string
	ok := allowing(allowMethods("*"), allowHeaders("X-A, Content-Type, Authorization, Range, Accept, DPR, User-Agent"))
	for _, test := range []struct {
		name    string
		request browser.Request
		first   answer // to the first URL; if it redirects, all other URLs allow everything
		want    string
		engines wants
	}{
		{"empty upload", listener, ok, "OPTIONS POST; POST: allowed", wants{browser.Chromium: "POST: allowed"}},
		{"client hint", browser.Request{Headers: headers("DPR", "2")}, ok, "OPTIONS GET dpr; GET: allowed", wants{browser.Chromium: "GET: allowed"}},
		{"client hint, not a number", browser.Request{Headers: headers("DPR", "x")}, ok, "OPTIONS GET dpr; GET: allowed", nil},
		{"User-Agent", browser.Request{Headers: headers("User-Agent", "x")}, ok, "OPTIONS GET user-agent; GET: allowed", wants{browser.Chromium: "GET: allowed"}},
		{"range beyond 64 bits", browser.Request{Headers: headers("Range", "bytes=0-99999999999999999999")}, ok, "GET: allowed", wants{
			browser.Chromium: "OPTIONS GET range; GET: allowed", browser.Firefox: "OPTIONS GET range; GET: allowed", browser.WebKit: "OPTIONS GET range; GET: allowed",
		}},
		{"range in upper case", browser.Request{Headers: headers("Range", "BYTES=0-3")}, ok, "OPTIONS GET range; GET: allowed", wants{browser.WebKit: "GET: allowed"}},
		{"range with a sign", browser.Request{Headers: headers("Range", "bytes=+1-2")}, ok, "OPTIONS GET range; GET: allowed", wants{browser.WebKit: "GET: allowed"}},
		{"not ASCII", browser.Request{Headers: headers("Accept", "text/\xe9")}, ok, "GET: allowed", wants{browser.Firefox: "OPTIONS GET accept; GET: allowed"}},
		{"comma in Content-Type", browser.Request{Headers: headers("Content-Type", "multipart/form-data;a,b")}, ok, "GET: allowed", wants{browser.Firefox: "OPTIONS GET content-type; GET: allowed"}},
		{"more than 1,024 bytes", browser.Request{Headers: long}, ok, "OPTIONS GET accept; GET: allowed", wants{browser.Firefox: "GET: allowed"}},
		{"header twice", browser.Request{Headers: headers("X-A", "1", "x-a", "2")}, ok, "OPTIONS GET x-a; GET: allowed", wants{browser.Firefox: "OPTIONS GET x-a,x-a; GET: allowed"}},
		{"credentials and an empty line", browser.Request{Credentials: browser.Include}, ok.with("Access-Control-Allow-Credentials: "), "GET: response", wants{browser.Firefox: "GET: allowed"}},

		{"DELETE elsewhere", own(browser.Request{Method: "DELETE"}), say(302, "Location: "+api+"/a"), "DELETE; OPTIONS DELETE; DELETE: allowed", wants{browser.WebKit: "DELETE; GET: allowed"}},
		{"Authorization, then elsewhere", own(browser.Request{Headers: headers("Authorization", "1")}), say(302, "Location: "+api+"/a"), "GET; GET: allowed", wants{
			browser.Firefox: "GET; OPTIONS GET; GET: allowed", browser.WebKit: "GET; OPTIONS GET authorization; GET: allowed",
		}},
		{"JSON, then GET elsewhere", own(browser.Request{Method: "POST", Body: browser.Body{Type: "application/json", Content: []byte("{}")}}), say(302, "Location: "+api+"/a"), "POST; GET: allowed", wants{
			browser.Firefox: "POST; OPTIONS GET; GET: allowed", browser.WebKit: "POST; OPTIONS GET content-type; GET: allowed",
		}},
		{"error without Location", browser.Request{Redirect: browser.Error}, to(302, "").without("Location"), "GET: redirect", wants{browser.Chromium: "GET: allowed", browser.WebKit: "GET: allowed"}},
		{"manual with a malformed Location", browser.Request{Redirect: browser.Manual}, to(302, "https://["), "GET: allowed", wants{browser.Chromium: "GET: redirect"}},
		{"two equal Locations", browser.Request{}, to(302, "/a").with("Location: /a"), "GET: redirect", wants{
			browser.Chromium: "GET; GET: allowed", browser.Firefox: "GET; GET: allowed", browser.WebKit: "GET; GET: allowed",
		}},
		{"empty Location", browser.Request{URL: api + "/posts#a"}, to(302, ""), "GET; GET: allowed", wants{browser.Chromium: "GET: allowed"}},
		{"user name with no-cors", browser.Request{Mode: browser.NoCORS}, to(302, "https://u@api.example.com/a"), "GET; GET: allowed", wants{browser.Chromium: "GET: redirect"}},
	} {
		for _, engine := range engines() {
			want, differs := test.engines[engine]
			if !differs {
				want = test.want
			}
			h := server(ok.forEveryone(), inTurn(test.first, ok.forEveryone()))
			outcome := fetch(t, newBrowser(h, engine), test.request)
			if got := trace(outcome) + ": " + verdict(outcome); got != want {
				t.Errorf("%s, %v: sent %s (%s), want %s", test.name, engine, got, outcome.Reason, want)
			}
		}
	}
}

// forEveryone returns the answer with the Allow-Origin of the request.
func (a answer) forEveryone() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.without("Access-Control-Allow-Origin").with("Access-Control-Allow-Origin: "+r.Header.Get("Origin")).ServeHTTP(w, r)
	})
}

// without returns the answer without a header.
func (a answer) without(name string) answer {
	return answer{a.status, slices.DeleteFunc(slices.Clone(a.lines), func(line string) bool { return strings.HasPrefix(line, name+":") })}
}

// The requests of a page after a preflight. The letters are those of play.
func TestQuirksOfCache(t *testing.T) {
	put := browser.Request{Method: "PUT"}
	withA := browser.Request{Headers: headers("X-A", "1")}
	keepPUT := allowing(allowMethods("PUT"), maxAge("600"))
	include := browser.Request{Method: "PUT", Credentials: browser.Include}
	type wants = map[browser.Engine]string
	for _, test := range []struct {
		name       string
		preflights []http.Handler
		visits     []visit
		want       wants
	}{
		{"a refused header, then the method", []http.Handler{keepPUT}, visits(browser.Request{Method: "PUT", Headers: withA.Headers}, put), wants{
			browser.Standard: "xp", browser.Chromium: "xp", browser.Firefox: "xp", browser.WebKit: "x-",
		}},
		{"* with credentials, then without", []http.Handler{allowing(allowMethods("PUT"), allowHeaders("*"), maxAge("600"))}, visits(include, withA), wants{
			browser.Standard: "p-", browser.Chromium: "pp", browser.Firefox: "pp", browser.WebKit: "p-",
		}},
		{"a refused condition", []http.Handler{keepPUT, say(403), keepPUT}, visits(put, browser.Request{Method: "PUT", Headers: headers("If-None-Match", "1")}, put), wants{
			browser.Chromium: "px-", browser.Firefox: "pxp", browser.WebKit: "pxp",
		}},
		{"the origin null", []http.Handler{say(200, allowNull, allowMethods("PUT"), maxAge("600"))}, visits(browser.Request{Method: "PUT", Origin: "null"}, browser.Request{Method: "PUT", Origin: "null"}), wants{
			browser.Standard: "p-", browser.Chromium: "pp", browser.Firefox: "p-", browser.WebKit: "p-",
		}},
		{"not cached after a cached answer", []http.Handler{keepPUT, allowing(allowMethods("PUT"), allowHeaders("X-A"), maxAge("60s"))}, visits(put, withA, put), wants{
			browser.Standard: "pp-", browser.Chromium: "pp-", browser.Firefox: "pp-", browser.WebKit: "pp-",
		}},
		{"HEAD", []http.Handler{allowing(allowHeaders("X-A"), maxAge("600"))}, visits(browser.Request{Method: "HEAD", Headers: withA.Headers}, browser.Request{Method: "HEAD", Headers: withA.Headers}), wants{
			browser.Standard: "p-", browser.Chromium: "p-", browser.Firefox: "pp", browser.WebKit: "p-",
		}},
	} {
		for engine, want := range test.want {
			actual := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { allowing().forEveryone().ServeHTTP(w, r) })
			if got := play(t, engine, server(inTurn(test.preflights...), actual), test.visits); got != want {
				t.Errorf("%s, %v: %s, want %s", test.name, engine, got, want)
			}
		}
	}
}
