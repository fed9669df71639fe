package browser_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core/browser"
)

// A request that no page can make is an error, and nothing is sent.
func TestInvalidRequestsAreErrors(t *testing.T) {
	content := browser.Text("")
	for name, test := range map[string]struct {
		request browser.Request
		want    string
	}{
		"no URL":                      {browser.Request{Origin: app}, "not an absolute http or https URL"},
		"relative URL":                {browser.Request{URL: "/posts"}, "not an absolute http or https URL"},
		"other scheme":                {browser.Request{URL: "ftp://example.com/"}, "not an absolute http or https URL"},
		"no host":                     {browser.Request{URL: "https:///"}, "the host is invalid"},
		"broken URL":                  {browser.Request{URL: "https://exa mple.com/"}, "the URL"},
		"broken port":                 {browser.Request{URL: "https://example.com:99999/"}, "the URL"},
		"broken address":              {browser.Request{URL: "https://[::1::]/"}, "the URL"},
		"%2F in host":                 {browser.Request{URL: "https://a%2Fb/"}, "the host is invalid"},
		"NUL in host":                 {browser.Request{URL: "https://a%00b/"}, "the host is invalid"},
		"too many bytes in address":   {browser.Request{URL: "https://1.2.3.4.5/"}, "the host is invalid"},
		"number as last label":        {browser.Request{URL: "https://example.1/"}, "the host is invalid"},
		"sign in port":                {browser.Request{URL: "https://example.com:+1/"}, "the port is invalid"},
		"user name":                   {browser.Request{URL: "https://user@example.com/"}, "user name or password"},
		"password":                    {browser.Request{URL: "https://:x@example.com/"}, "user name or password"},
		"no Origin":                   {browser.Request{Origin: "", URL: api}, `"https://app.example.com", or "null"`},
		"Origin *":                    {browser.Request{Origin: "*"}, "the Origin"},
		"Origin of a path":            {browser.Request{Origin: "https://app.example.com/"}, `use "https://app.example.com"`},
		"upper-case Origin":           {browser.Request{Origin: "https://App.example.com"}, `use "https://app.example.com"`},
		"default port":                {browser.Request{Origin: "https://app.example.com:443"}, `use "https://app.example.com"`},
		"Unicode Origin":              {browser.Request{Origin: "https://bücher.example"}, `use "https://xn--bcher-kva.example"`},
		"Origin of a file":            {browser.Request{Origin: "file://"}, `or "null"`},
		"Origin with a break":         {browser.Request{Origin: "https://a.example\r\nX: y"}, "the Origin"},
		"Origin with a user":          {browser.Request{Origin: "https://user@a.example"}, `use "https://a.example"`},
		"two Origins":                 {browser.Request{Origin: "https://a.example https://b.example"}, "the Origin"},
		"empty method":                {browser.Request{Method: " "}, "not a valid token"},
		"two methods":                 {browser.Request{Method: "GET POST"}, "not a valid token"},
		"method with a break":         {browser.Request{Method: "GET\r\n"}, "not a valid token"},
		"method not ASCII":            {browser.Request{Method: "opt\u0131ons"}, "not a valid token"},
		"CONNECT":                     {browser.Request{Method: "connect"}, "forbidden"},
		"TRACE":                       {browser.Request{Method: "Trace"}, "forbidden"},
		"TRACK":                       {browser.Request{Method: "TRACK"}, "forbidden"},
		"no-cors PUT":                 {browser.Request{Mode: browser.NoCORS, Method: "put"}, "mode no-cors"},
		"GET with a body":             {browser.Request{Body: content}, "must not have a body"},
		"head with a body":            {browser.Request{Method: "head", Body: content}, "must not have a body"},
		"empty header name":           {browser.Request{Headers: headers("", "x")}, "invalid"},
		"two header names":            {browser.Request{Headers: headers("X A", "x")}, "invalid"},
		"colon in header name":        {browser.Request{Headers: headers("X:", "x")}, "invalid"},
		"break in header name":        {browser.Request{Headers: headers("X\n", "x")}, "invalid"},
		"CR in value":                 {browser.Request{Headers: headers("X", "a\rb")}, "invalid"},
		"LF in value":                 {browser.Request{Headers: headers("X", "a\nb")}, "invalid"},
		"NUL in value":                {browser.Request{Headers: headers("X", "a\x00b")}, "invalid"},
		"break in a forbidden header": {browser.Request{Headers: headers("Cookie", "a\nb")}, "invalid"},
		"break in body type":          {browser.Request{Method: "POST", Body: browser.Body{Type: "a\r\nb", Content: []byte{}}}, "invalid"},
	} {
		t.Run(name, func(t *testing.T) {
			r := test.request
			if name != "no Origin" && name != "no URL" {
				r = complete(r)
			}
			outcome, err := newBrowser(agreeable(), browser.Standard).Fetch(t.Context(), r)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want one with %q", err, test.want)
			}
			if len(outcome.Exchanges) != 0 || outcome.Allowed {
				t.Errorf("sent %s, want nothing", trace(outcome))
			}
		})
	}
}

func TestErrorListsAllProblems(t *testing.T) {
	_, err := new(browser.Browser).Fetch(t.Context(), browser.Request{Method: "A B", Headers: headers("X Y", "1", "Z", "\x00")})
	if err == nil || strings.Count(err.Error(), "\n") != 4 {
		t.Errorf("got %v, want five problems", err)
	}
}

// Forbidden headers are ignored: they are not sent and cause no preflight.
func TestForbiddenHeadersAreIgnored(t *testing.T) {
	for _, name := range []string{
		"Accept-Charset", "Accept-Encoding", "Access-Control-Request-Headers", "Access-Control-Request-Method",
		"Connection", "Content-Length", "Cookie", "Cookie2", "Date", "DNT", "Expect", "Host", "Keep-Alive", "Origin",
		"Referer", "Set-Cookie", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Via", "Proxy-Authorization", "proxy-",
		"Sec-Fetch-Mode", "SEC-x",
	} {
		for _, spelled := range []string{name, strings.ToLower(name), strings.ToUpper(name)} {
			outcome := fetch(t, newBrowser(agreeable(), browser.Standard), browser.Request{Headers: headers(spelled, "https://evil.example")})
			if got := trace(outcome); got != "GET" {
				t.Errorf("%s: sent %s, want GET", spelled, got)
			}
			if sent := slices.Sorted(maps.Keys(outcome.Exchanges[0].Request)); !slices.Equal(sent, []string{"Accept", "Origin"}) || outcome.Exchanges[0].Request.Get("Origin") != app {
				t.Errorf("%s: sent the headers %q, want only Accept and Origin", spelled, outcome.Exchanges[0].Request)
			}
		}
	}
}

// A header that overrides the method is forbidden if its value has a forbidden method.
func TestOverridesWithForbiddenMethods(t *testing.T) {
	for value, sent := range map[string]bool{
		"PUT": true, "": true, "TRACER": true, "PUT TRACE": true, `"PUT, TRACE"`: true, `"\", TRACE, "`: true, `"PUT, TRACE`: true, "TRAC\u212a": true,
		"TRACE": false, "trace": false, " Connect ": false, "PUT,TRACK": false, "PUT ,\ttrack ,": false, `"a", TRACE`: false, `"\\", TRACE`: false,
	} {
		for _, name := range []string{"X-HTTP-Method", "X-HTTP-Method-Override", "x-method-override"} {
			want := "GET"
			if sent {
				want = "OPTIONS GET " + strings.ToLower(name) + "; GET"
			}
			outcome := fetch(t, newBrowser(agreeable(), browser.Standard), browser.Request{Headers: headers(name, value)})
			if got := trace(outcome); got != want {
				t.Errorf("%s: %s: sent %s, want %s", name, value, got, want)
			}
		}
	}
}

// With mode no-cors, a page can send only the headers that a form can send.
func TestHeadersWithNoCORS(t *testing.T) {
	json := browser.Body{Type: "application/json", Content: []byte("{}")}
	for _, test := range []struct {
		name    string
		headers []browser.Header
		body    browser.Body
		want    map[string]string
	}{
		{"safelisted", headers("Accept", "a", "Accept-Language", "de", "Content-Language", "en", "Content-Type", "text/plain"), json,
			map[string]string{"Accept": "a", "Accept-Language": "de", "Content-Language": "en", "Content-Type": "text/plain"}},
		{"others", headers("X-A", "1", "Authorization", "1", "Range", "bytes=0-3", "Cache-Control", "no-store"), browser.Body{}, map[string]string{"Accept": "*/*"}},
		{"unsafe values", headers("Accept", "(", "Content-Type", "application/json"), browser.Body{}, map[string]string{"Accept": "*/*"}},
		{"type of a Blob", nil, json, map[string]string{"Accept": "*/*"}},
		{"type of a string instead", headers("Content-Type", "application/json"), browser.Text("x"), map[string]string{"Accept": "*/*", "Content-Type": "text/plain;charset=UTF-8"}},
		{"combined value too long", headers("Accept", strings.Repeat("a", 100), "Accept", strings.Repeat("b", 27)), browser.Body{}, map[string]string{"Accept": strings.Repeat("a", 100)}},
		{"longest combined value", headers("Accept", strings.Repeat("a", 100), "accept", strings.Repeat("b", 26)), browser.Body{}, map[string]string{"Accept": strings.Repeat("a", 100) + ", " + strings.Repeat("b", 26)}},
		{"two types", headers("Content-Type", "text/plain", "Content-Type", "text/plain"), browser.Body{}, map[string]string{"Accept": "*/*", "Content-Type": "text/plain"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			outcome := fetch(t, newBrowser(say(200), browser.Standard), browser.Request{Method: "POST", Mode: browser.NoCORS, Headers: test.headers, Body: test.body})
			if trace(outcome) != "POST" || outcome.Response == nil || outcome.Response.Type != "opaque" {
				t.Errorf("sent %s, got %+v, want one POST and an opaque answer", trace(outcome), outcome.Response)
			}
			got := make(map[string]string)
			for name, values := range outcome.Exchanges[0].Request {
				got[name] = strings.Join(values, "|")
			}
			delete(got, "Origin")
			if !maps.Equal(got, test.want) {
				t.Errorf("sent the headers %q, want %q", got, test.want)
			}
		})
	}
}

// If a request has two headers with one name, the standard checks each value. Chromium
// and WebKit check the combined value.
func TestTwoHeadersWithOneName(t *testing.T) {
	for _, list := range [][]browser.Header{
		headers("Content-Type", "text/plain", "content-type", "text/plain"),
		headers("Accept", strings.Repeat("a", 100), "Accept", strings.Repeat("a", 100)),
		headers("Range", "bytes=0-1", "Range", "bytes=2-3"),
	} {
		for engine, want := range map[browser.Engine]bool{browser.Standard: false, browser.Firefox: false, browser.Chromium: true, browser.WebKit: true} {
			outcome := fetch(t, newBrowser(agreeable(), engine), browser.Request{Method: "POST", Headers: list})
			if got := outcome.Exchanges[0].Preflight; got != want {
				t.Errorf("%v, two %s headers: preflight %v, want %v", engine, list[0].Name, got, want)
			}
			last := outcome.Exchanges[len(outcome.Exchanges)-1].Request
			if got := last.Values(list[0].Name); !slices.Equal(got, []string{list[0].Value + ", " + list[1].Value}) {
				t.Errorf("%v, two %s headers: sent as %q", engine, list[0].Name, got)
			}
		}
	}
}
