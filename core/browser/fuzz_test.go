package browser_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core/browser"
)

// For any request and any answer, Fetch does not panic and sends no line break, and a page
// reads an answer only if Allow-Origin allows it.
func FuzzFetch(f *testing.F) {
	f.Add("PUT", "X-Id", "1", app, "PUT", "x-id", "600")
	f.Add("GET", "Range", "bytes=0-3", "*", "*", "*", "-1")
	f.Add("POST", "Content-Type", "text/plain;charset", app+"\r\n", ",,a b", "x y", "99999999999999999999")
	f.Add("patch", "X-HTTP-Method", `"a\", TRACE`, "null", "", "", "")
	f.Add("a\r\nb", "X\r\nY", "a\r\nb", app+", *", "\r\n", "\x00", "600, 600")
	f.Fuzz(func(t *testing.T, method, name, value, allowOrigin, methods, names, age string) {
		lines := []string{"Access-Control-Allow-Origin: " + allowOrigin, allowMethods(methods), allowHeaders(names), maxAge(age), allowCreds, "Access-Control-Expose-Headers: " + names, "Location: " + value}
		statuses := map[string]int{"/ok": 200, "/redirect": 307, "/error": 403}
		for _, engine := range engines() {
			b := newBrowser(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				say(statuses[r.URL.Path], lines...).ServeHTTP(w, r)
			}), engine)
			for path := range statuses {
				for _, mode := range []browser.Credentials{browser.Omit, browser.Include} {
					outcome, err := b.Fetch(t.Context(), browser.Request{
						Origin: app, URL: api + path, Method: method, Headers: headers(name, value), Credentials: mode,
					})
					if err != nil {
						continue
					}
					checkSent(t, outcome)
					allowed := strings.Trim(allowOrigin, " \t\r\n")
					if outcome.Allowed && allowed != app && (allowed != "*" || mode == browser.Include) {
						t.Errorf("the page can read an answer with Allow-Origin %q, credentials %d", allowOrigin, mode)
					}
				}
			}
		}
	})
}

// checkSent requires that no request has a line break or two lines for one header.
func checkSent(t *testing.T, outcome browser.Outcome) {
	t.Helper()
	if len(outcome.Exchanges) == 0 {
		t.Error("nothing was sent")
	}
	for _, e := range outcome.Exchanges {
		if strings.ContainsAny(e.Method+e.URL, "\r\n ") {
			t.Errorf("sent the method %q and the URL %q", e.Method, e.URL)
		}
		for name, values := range e.Request {
			if len(values) != 1 || strings.ContainsAny(name+values[0], "\r\n\x00") {
				t.Errorf("sent the header %q: %q", name, values)
			}
		}
	}
	if strings.ContainsAny(outcome.Reason, "\r\n\x1b") {
		t.Errorf("the reason has unescaped control characters: %q", outcome.Reason)
	}
}
