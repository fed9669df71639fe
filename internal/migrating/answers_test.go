package migrating

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core/browser"
)

const (
	app      = "https://app.example.com" // a page that is allowed
	stranger = "https://evil.example"    // a page that is not
	api      = "https://api.example.com"
)

// request is a call of fetch() in a page or, if raw is set, one request without a browser.
type request struct {
	label   string
	raw     bool
	method  string
	origin  string // "" if raw has none
	path    string
	header  browser.Header
	cookies bool
}

// usual returns the requests that every page of docs/migrating compares.
func usual() []request {
	json := browser.Header{Name: "Content-Type", Value: "application/json"}
	requests := []request{
		{label: "GET from app", method: "GET", origin: app},
		{label: "GET from evil", method: "GET", origin: stranger},
		{label: "GET from a sandboxed frame (`null`)", method: "GET", origin: "null"},
		{label: "GET without Origin", raw: true, method: "GET"},
		{label: "GET from app, no route", method: "GET", origin: app, path: "/missing"},
		{label: "PUT with JSON from app", method: "PUT", origin: app, header: json},
		{label: "PUT with JSON from evil", method: "PUT", origin: stranger, header: json},
		{label: "DELETE from app, not listed", method: "DELETE", origin: app},
		{label: "PUT with X-Trace from app, not listed", method: "PUT", origin: app, header: browser.Header{Name: "X-Trace", Value: "1"}},
		{label: "PUT from app, no route", method: "PUT", origin: app, path: "/missing"},
		{label: "OPTIONS from app without Access-Control-Request-Method", raw: true, method: "OPTIONS", origin: app},
	}
	for i := range requests {
		requests[i].cookies = true
	}
	return requests
}

// server is an application in process.
type server = http.RoundTripper

// exchange is one answer. Its header has only the fields that CORS sets.
type exchange struct {
	preflight bool
	status    int
	header    http.Header
}

// answers are the answers to a request, the preflight's first.
type answers struct {
	refusal   string // why the application does not start
	exchanges []exchange
	mark      string // whether the page can read the answer
}

// ask sends r to the application.
func ask(t *testing.T, v variant, r request) answers {
	t.Helper()
	s, refusal := v.start(t)
	if refusal != "" {
		return answers{refusal: refusal}
	}
	url := api + "/posts"
	if r.path != "" {
		url = api + r.path
	}
	if r.raw {
		req, err := http.NewRequestWithContext(t.Context(), r.method, url, nil)
		if err != nil {
			t.Fatal(err)
		}
		if r.origin != "" {
			req.Header.Set("Origin", r.origin)
		}
		resp, err := s.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		return answers{exchanges: []exchange{{false, resp.StatusCode, ofCORS(resp.Header)}}}
	}
	call := browser.Request{Origin: r.origin, Method: r.method, URL: url}
	if r.header.Name != "" {
		call.Headers = []browser.Header{r.header}
	}
	if r.cookies {
		call.Credentials = browser.Include
	}
	b := browser.Browser{Transport: s}
	outcome, err := b.Fetch(t.Context(), call)
	if err != nil {
		t.Fatal(err)
	}
	a := answers{mark: " ✗"}
	if outcome.Allowed {
		a.mark = " ✓"
	}
	for _, e := range outcome.Exchanges {
		a.exchanges = append(a.exchanges, exchange{e.Preflight, e.Status, ofCORS(e.Response)})
	}
	return a
}

// allows reports whether a page with the origin can read the answer to a GET.
func allows(t *testing.T, v variant, origin string) bool {
	t.Helper()
	a := ask(t, v, request{raw: true, method: "GET", origin: origin})
	if a.refusal != "" {
		t.Fatalf("%s: %s", v.literal(false), a.refusal)
	}
	header := a.exchanges[0].header
	allowed := header.Get("Access-Control-Allow-Origin")
	return allowed == origin || allowed == "*" && header.Get("Access-Control-Allow-Credentials") == ""
}

// ofCORS keeps the fields that CORS sets.
func ofCORS(h http.Header) http.Header {
	kept := make(http.Header)
	for name, values := range h {
		if name == "Vary" || strings.HasPrefix(name, "Access-Control-") {
			kept[name] = values
		}
	}
	return kept
}

// cell writes the answers, with the fields of the first one in which others differ.
func (a answers) cell(others []answers) string {
	if a.refusal != "" {
		return a.refusal
	}
	var statuses []string
	for _, e := range a.exchanges {
		statuses = append(statuses, fmt.Sprint(e.status))
	}
	text := strings.Join(statuses, ", ") + a.mark
	if fields := a.differing(others); fields != nil {
		text += "<br>" + strings.Join(fields, ", ")
	}
	return text
}

// differing returns the fields of the first answer that one of the others does not have.
// The Vary of a preflight is left out, since browsers and most caches ignore it.
func (a answers) differing(others []answers) (fields []string) {
	mine := a.exchanges[0]
	names := make(map[string]bool)
	for _, other := range others {
		if other.refusal != "" {
			continue
		}
		theirs := other.exchanges[0]
		if mine.bare() != theirs.bare() && mine.preflight {
			if mine.bare() {
				return []string{"no CORS headers"}
			}
			return []string{"CORS headers"}
		}
		for _, h := range []http.Header{mine.header, theirs.header} {
			for name := range h {
				if (name != "Vary" || !mine.preflight) && !slices.Equal(elements(mine.header[name]), elements(theirs.header[name])) {
					names[name] = true
				}
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		short := strings.TrimPrefix(name, "Access-Control-")
		if values, ok := mine.header[name]; ok {
			fields = append(fields, fmt.Sprintf("`%s: %s`", short, strings.ReplaceAll(strings.Join(values, ", "), ", ", ",")))
		} else {
			fields = append(fields, fmt.Sprintf("no %#q", short))
		}
	}
	return fields
}

// bare reports whether the answer has no header of CORS.
func (e exchange) bare() bool {
	for name := range e.header {
		if name != "Vary" {
			return false
		}
	}
	return true
}

// elements returns the elements of a field that holds a list, in an order that does not
// depend on the library.
func elements(values []string) []string {
	var list []string
	for element := range strings.SplitSeq(strings.ToLower(strings.Join(values, ",")), ",") {
		list = append(list, strings.TrimSpace(element))
	}
	slices.Sort(list)
	return list
}
