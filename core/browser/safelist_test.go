package browser_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core/browser"
)

// want has the headers that a preflight requests, and is empty if no preflight is needed.
func TestHeadersThatNeedPreflight(t *testing.T) {
	long := func(n int) string { return strings.Repeat("a", n) }
	for _, test := range []struct {
		name    string
		headers []browser.Header
		want    string
	}{
		{"none", nil, ""},
		{"Accept", headers("Accept", "application/json"), ""},
		{"Accept, 128 bytes", headers("Accept", long(128)), ""},
		{"Accept, 129 bytes", headers("Accept", long(129)), "accept"},
		{"Accept, 128 bytes between blanks", headers("Accept", "  "+long(128)+"\t\r\n "), ""},
		{"Accept, empty", headers("Accept", ""), ""},
		{"Accept, tab", headers("Accept", "a\tb"), ""},
		{"Accept, control", headers("Accept", "a\x01b"), "accept"},
		{"Accept, DEL", headers("Accept", "a\x7fb"), "accept"},
		{"Accept, UTF-8", headers("Accept", "ü"), ""},
		{"two Accept headers", headers("Accept", long(100), "accept", long(100)), ""},
		{"Accept-Language", headers("Accept-Language", "en-GB, *;q=0.5"), ""},
		{"Accept-Language, underscore", headers("Accept-Language", "en_GB"), "accept-language"},
		{"Accept-Language, tab", headers("Accept-Language", "en\tde"), "accept-language"},
		{"Accept-Language, 129 bytes", headers("Accept-Language", long(129)), "accept-language"},
		{"Content-Language", headers("Content-Language", "de, en"), ""},
		{"Content-Language, slash", headers("Content-Language", "de/en"), "content-language"},
		{"Range, first and last", headers("Range", "bytes=0-3"), ""},
		{"Range, equal", headers("Range", "bytes=3-3"), ""},
		{"Range, first alone", headers("Range", "bytes=5-"), ""},
		{"Range, last alone", headers("Range", "bytes=-3"), "range"},
		{"Range, neither", headers("Range", "bytes=-"), "range"},
		{"Range, backwards", headers("Range", "bytes=5-3"), "range"},
		{"Range, backwards, with fewer digits", headers("Range", "bytes=10-9"), "range"},
		{"Range, more digits than 64 bits", headers("Range", "bytes=99999999999999999999-99999999999999999998"), "range"},
		{"Range, leading zeros", headers("Range", "bytes=0000000000000000000000009-10"), ""},
		{"Range, blank", headers("Range", "bytes= 0-3"), "range"},
		{"Range, two", headers("Range", "bytes=0-3,5-6"), "range"},
		{"Range, sign", headers("Range", "bytes=+0-3"), "range"},
		{"Range, upper case", headers("Range", "Bytes=0-3"), "range"},
		{"Range, other unit", headers("Range", "lines=0-3"), "range"},
		{"Range, no dash", headers("Range", "bytes=3"), "range"},
		{"Range, empty", headers("Range", ""), "range"},
		{"Authorization", headers("Authorization", "Bearer x"), "authorization"},
		{"Cache-Control", headers("Cache-Control", "no-cache"), "cache-control"},
		{"X-Requested-With", headers("X-Requested-With", "XMLHttpRequest"), "x-requested-with"},
		{"empty value", headers("X-Id", ""), "x-id"},
		{"lower case, sorted", headers("X-B", "1", "x-a", "2", "X-C", "3"), "x-a,x-b,x-c"},
		{"sorted by byte", headers("x_b", "1", "x-a", "2", "x1", "3"), "x-a,x1,x_b"},
		{"two headers with one name", headers("X-A", "1", "x-a", "2"), "x-a"},
		{"an unsafe and a safe header", headers("Accept", "text/html", "X-A", "1"), "x-a"},
		{"an unsafe and a safe header with one name", headers("Accept", "(", "Accept", "text/html"), "accept"},
		{"1024 safe bytes", thousand(1024), ""},
		{"1025 safe bytes", thousand(1025), "accept,accept-language,content-language"},
		{"1024 safe bytes and an unsafe header", append(thousand(1024), headers("X-Long", long(500))...), "x-long"},
		{"1025 safe bytes and an unsafe header", append(thousand(1025), headers("X-A", "1", "Accept", "*/*")...), "accept,accept-language,content-language,x-a"},
	} {
		t.Run(test.name, func(t *testing.T) {
			outcome := fetch(t, newBrowser(agreeable(), browser.Standard), browser.Request{Headers: test.headers})
			want := "OPTIONS GET " + test.want + "; GET"
			if test.want == "" {
				want = "GET"
			}
			if got := trace(outcome); got != want || !outcome.Allowed {
				t.Errorf("sent %s, %s, want %s", got, verdict(outcome), want)
			}
		})
	}
}

// thousand returns safelisted headers. Their values and the default Accept have n bytes
// together.
func thousand(n int) (list []browser.Header) {
	n -= len("*/*")
	for i := 0; n > 0; i++ {
		size := min(n, 128)
		list = append(list, browser.Header{Name: []string{"Accept-Language", "Content-Language"}[i%2], Value: strings.Repeat("a", size)})
		n -= size
	}
	return list
}

// Parameters of a content type are ignored, but the type itself must be exact (MIME
// Sniffing, parse a MIME type).
func TestContentTypesThatNeedPreflight(t *testing.T) {
	for value, simple := range map[string]bool{
		"text/plain":                              true,
		"TEXT/Plain":                              true,
		"text/plain;charset=utf-8":                true,
		"text/plain; charset=utf-8":               true,
		"text/plain;charset":                      true,
		"text/plain;":                             true,
		"text/plain ;x":                           true,
		"text/plain\t;x":                          true,
		" text/plain\n":                           true,
		"text/plain;a=b;;;=":                      true,
		"text/plain;ü":                            true,
		"text/plain; application/json":            true,
		"multipart/form-data":                     true,
		"multipart/form-data; boundary=x":         true,
		"application/x-www-form-urlencoded":       true,
		"text/plain;" + strings.Repeat("a", 117):  true,
		"text/plain;" + strings.Repeat("a", 118):  false,
		`text/plain; charset="utf-8"`:             false,
		"text/plain, text/html":                   false,
		"text/plain,text/plain":                   false,
		"text/plainx":                             false,
		"text /plain":                             false,
		"text/ plain":                             false,
		"text/":                                   false,
		"text":                                    false,
		"":                                        false,
		";text/plain":                             false,
		"application/json":                        false,
		"application/json; text/plain":            false,
		"application/json;charset=utf-8":          false,
		"application/vnd.api+json":                false,
		"application/csp-report":                  false,
		"text/html":                               false,
		"mult\u0130part/form-data":                false,
		"application/x-www-form-urlencoded\u00a0": false,
		"application/x-www-form-urlencoded, text/plain": false,
	} {
		t.Run(value, func(t *testing.T) {
			outcome := fetch(t, newBrowser(agreeable(), browser.Standard), browser.Request{
				Method: "POST", Headers: headers("Content-Type", value), Body: browser.Body{Content: []byte("{}")},
			})
			want := "OPTIONS POST content-type; POST"
			if simple {
				want = "POST"
			}
			if got := trace(outcome); got != want {
				t.Errorf("sent %s, want %s", got, want)
			}
		})
	}
}

// The content type of a body decides whether a preflight is needed.
func TestBodiesThatNeedPreflight(t *testing.T) {
	content := []byte("{}")
	for _, test := range []struct {
		name      string
		body      browser.Body
		headers   []browser.Header
		want      string
		wantTypes []string
	}{
		{"none", browser.Body{}, nil, "POST", nil},
		{"no body, but a type", browser.Body{Type: "application/json"}, nil, "POST", nil},
		{"string", browser.Text("x"), nil, "POST", []string{"text/plain;charset=UTF-8"}},
		{"empty string", browser.Text(""), nil, "POST", []string{"text/plain;charset=UTF-8"}},
		{"URLSearchParams", browser.Body{Type: "application/x-www-form-urlencoded;charset=UTF-8", Content: content}, nil, "POST", []string{"application/x-www-form-urlencoded;charset=UTF-8"}},
		{"FormData", browser.Body{Type: "multipart/form-data; boundary=x", Content: content}, nil, "POST", []string{"multipart/form-data; boundary=x"}},
		{"Blob", browser.Body{Type: "application/json", Content: content}, nil, "OPTIONS POST content-type; POST", []string{"application/json"}},
		{"ArrayBuffer", browser.Body{Content: content}, nil, "POST", nil},
		{"string sent as JSON", browser.Text("{}"), headers("content-type", "application/json"), "OPTIONS POST content-type; POST", []string{"application/json"}},
		{"Blob sent as text", browser.Body{Type: "application/json", Content: content}, headers("Content-Type", "text/plain"), "POST", []string{"text/plain"}},
		{"two types", browser.Text("{}"), headers("Content-Type", "application/json", "Content-Type", "text/plain"), "OPTIONS POST content-type; POST", []string{"application/json, text/plain"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			outcome := fetch(t, newBrowser(agreeable(), browser.Standard), browser.Request{Method: "POST", Body: test.body, Headers: test.headers})
			if got := trace(outcome); got != test.want {
				t.Errorf("sent %s, want %s", got, test.want)
			}
			last := outcome.Exchanges[len(outcome.Exchanges)-1]
			if got := last.Request["Content-Type"]; !slices.Equal(got, test.wantTypes) {
				t.Errorf("Content-Type %q, want %q", got, test.wantTypes)
			}
		})
	}
}

// Methods are normalized, and some need a preflight.
func TestMethodsThatNeedPreflight(t *testing.T) {
	for method, want := range map[string]string{
		"": "GET", "GET": "GET", "get": "GET", "HEAD": "HEAD", "head": "HEAD", "POST": "POST", "pOsT": "POST",
		"PUT": "OPTIONS PUT; PUT", "put": "OPTIONS PUT; PUT", "DELETE": "OPTIONS DELETE; DELETE", "delete": "OPTIONS DELETE; DELETE",
		"OPTIONS": "OPTIONS OPTIONS; OPTIONS", "options": "OPTIONS OPTIONS; OPTIONS",
		"PATCH": "OPTIONS PATCH; PATCH", "patch": "OPTIONS patch; patch", "PURGE": "OPTIONS PURGE; PURGE",
		"purge": "OPTIONS purge; purge", "QUERY": "OPTIONS QUERY; QUERY", "CHICKEN": "OPTIONS CHICKEN; CHICKEN",
	} {
		for _, engine := range engines() {
			outcome := fetch(t, newBrowser(agreeable(), engine), browser.Request{Method: method})
			if got := trace(outcome); got != want || !outcome.Allowed {
				t.Errorf("%v, %q: sent %s, %s, want %s", engine, method, got, verdict(outcome), want)
			}
		}
	}
}
