package browser_test

import (
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core/browser"
)

// The CORS check is the same in all engines. The last two columns are the results without
// and with credentials.
func TestCORSCheck(t *testing.T) {
	origin := func(value string) string { return "Access-Control-Allow-Origin: " + value }
	credentials := func(value string) string { return "Access-Control-Allow-Credentials: " + value }
	for _, test := range []struct {
		name             string
		lines            []string
		without, include bool
	}{
		{"nothing", nil, false, false},
		{"the origin", []string{allowApp}, true, false},
		{"the origin and credentials", []string{allowApp, allowCreds}, true, true},
		{"*", []string{allowAll}, true, false},
		{"* and credentials", []string{allowAll, allowCreds}, true, false},
		{"credentials alone", []string{allowCreds}, false, false},
		{"blanks around the value", []string{origin(" \t" + app + " ")}, true, false},
		{"lower-case field name", []string{strings.ToLower(allowApp)}, true, false},
		{"other origin", []string{origin(other), allowCreds}, false, false},
		{"null", []string{allowNull, allowCreds}, false, false},
		{"empty", []string{origin(""), allowCreds}, false, false},
		{"trailing slash", []string{origin(app + "/"), allowCreds}, false, false},
		{"upper case", []string{origin("https://App.example.com"), allowCreds}, false, false},
		{"upper-case scheme", []string{origin("HTTPS://app.example.com"), allowCreds}, false, false},
		{"default port", []string{origin(app + ":443"), allowCreds}, false, false},
		{"other scheme", []string{origin("http://app.example.com"), allowCreds}, false, false},
		{"pattern", []string{origin("https://*.example.com"), allowCreds}, false, false},
		{"list", []string{origin(app + ", " + other), allowCreds}, false, false},
		{"list with blanks", []string{origin(app + " " + other), allowCreds}, false, false},
		{"the origin twice in a line", []string{origin(app + ", " + app), allowCreds}, false, false},
		{"the origin twice", []string{allowApp, allowApp, allowCreds}, false, false},
		{"the origin and *", []string{allowApp, allowAll, allowCreds}, false, false},
		{"the origin and an empty line", []string{allowApp, origin(""), allowCreds}, false, false},
		{"two stars", []string{allowAll, allowAll}, false, false},
		{"quoted", []string{origin(`"` + app + `"`), allowCreds}, false, false},
		{"True", []string{allowApp, credentials("True")}, true, false},
		{"TRUE", []string{allowApp, credentials("TRUE")}, true, false},
		{"1", []string{allowApp, credentials("1")}, true, false},
		{"false", []string{allowApp, credentials("false")}, true, false},
		{"empty credentials", []string{allowApp, credentials("")}, true, false},
		{"blanks around true", []string{allowApp, credentials("  true\t")}, true, true},
		{"true, true", []string{allowApp, credentials("true, true")}, true, false},
		{"true twice", []string{allowApp, allowCreds, allowCreds}, true, false},
		{"credentials *", []string{allowApp, credentials("*")}, true, false},
	} {
		for mode, allowed := range map[browser.Credentials]bool{
			browser.Omit: test.without, browser.SameOriginCredentials: test.without, browser.Include: test.include,
		} {
			want := "response"
			if allowed {
				want = "allowed"
			}
			for _, engine := range engines() {
				outcome := fetch(t, newBrowser(say(403, test.lines...), engine), browser.Request{Credentials: mode})
				if got := verdict(outcome); got != want || trace(outcome) != "GET" {
					t.Errorf("%s, %v, credentials %d: %s (%s), want %s", test.name, engine, mode, got, outcome.Reason, want)
				}
			}
		}
	}
}

// For a page with the origin null, Allow-Origin must be exactly null or *.
func TestCORSCheckOfNull(t *testing.T) {
	for line, want := range map[string]string{allowNull: "allowed", allowAll: "allowed", "Access-Control-Allow-Origin: NULL": "response", allowApp: "response", "Vary: Origin": "response"} {
		if got := verdict(fetch(t, newBrowser(say(200, line), browser.Standard), browser.Request{Origin: "null"})); got != want {
			t.Errorf("%s: %s, want %s", line, got, want)
		}
	}
}

// A page can read every answer from the same origin, without CORS headers.
func TestSameOriginNeedsNoCheck(t *testing.T) {
	for _, r := range []browser.Request{
		{Origin: api, Method: "PUT", Headers: headers("X-A", "1")},
		{Origin: api, Credentials: browser.Include},
		{Origin: api, URL: "https://api.example.com:443/posts"},
		{Origin: api, URL: "https://API.Example.com/posts"},
		{Origin: api, Mode: browser.NoCORS, Redirect: browser.Manual},
		{Origin: "http://[::1]:8080", URL: "http://[0:0:0:0:0:0:0:1]:8080/"},
		{Origin: "http://localhost", URL: "http://localhost:080/"},
		{Origin: "https://xn--bcher-kva.example", URL: "https://BÜCHER.example/"},
	} {
		outcome := fetch(t, newBrowser(say(200), browser.Standard), r)
		if !outcome.Allowed || outcome.Response.Type != "basic" || len(outcome.Exchanges) != 1 {
			t.Errorf("%+v: sent %s, got %+v, want one request and a basic answer", r, trace(outcome), outcome.Response)
		}
	}
}

// Pages with another scheme, port or spelling of the host are on another origin.
func TestCrossOriginNeedsCheck(t *testing.T) {
	for _, r := range []browser.Request{
		{Origin: "http://api.example.com"},
		{Origin: "https://api.example.com:8443"},
		{Origin: "https://www.api.example.com"},
		{Origin: "https://api.example.com."},
		{Origin: "null"},
		{Origin: "capacitor://api.example.com"},
	} {
		if got := verdict(fetch(t, newBrowser(say(200), browser.Standard), r)); got != "response" {
			t.Errorf("%s: %s, want response", r.Origin, got)
		}
		r.Mode = browser.SameOrigin
		if outcome := fetch(t, newBrowser(say(200), browser.Standard), r); verdict(outcome) != "mode" || len(outcome.Exchanges) != 0 {
			t.Errorf("%s, mode same-origin: %s, sent %q; want mode, nothing sent", r.Origin, verdict(outcome), trace(outcome))
		}
	}
}
