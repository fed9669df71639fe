package corstest

import (
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core/browser"
)

// Pages tests what pages on other origins may do with an application. It sends what a
// browser sends, preflights included, and reports differences with TB.Error:
//
//	func TestPages(t *testing.T) {
//		pages := corstest.Pages{TB: t, Transport: browser.Handler(newRouter())}
//		pages.May("https://app.example.com", "POST /posts", "Content-Type: application/json")
//		pages.MayNot("https://other.example.com", "GET /posts")
//	}
//
// A request is a method and a path, which may have a query. The headers are those that the
// script of the page sets. The body of a POST, PUT or PATCH is {}.
type Pages struct {
	TB testing.TB
	// Transport sends a request to the application: [browser.Handler] for an
	// [http.Handler], and for fiber a [browser.TransportFunc] that calls Test of the app.
	Transport http.RoundTripper
	// URL is the origin of the application. Empty means "https://api.example.com".
	URL string
	// Credentials is true if the pages send cookies: credentials: "include".
	Credentials bool
	// Engine is the browser. The zero Engine follows the standard.
	Engine browser.Engine
}

// May requires that a page on the origin can read the answer, and that the application has a
// route for the request. It accepts every status but 404 and 405, such as a 401. It returns
// the outcome, for more checks: the status is in Response.Status.
func (p Pages) May(origin, request string, headers ...string) browser.Outcome {
	p.TB.Helper()
	outcome := p.fetch(origin, request, headers)
	switch {
	case !outcome.Allowed:
		p.TB.Errorf("%s: %s: the browser blocks the page at the %v: %s", origin, described(request, headers), outcome.Step, outcome.Reason)
		outcome.Response = new(browser.Response) // so that checks of it do not panic
	case outcome.Response.Status == http.StatusNotFound || outcome.Response.Status == http.StatusMethodNotAllowed:
		p.TB.Errorf("%s: %s: the page can read the answer, but its status is %d: is there such a route?", origin, described(request, headers), outcome.Response.Status)
	}
	return outcome
}

// MayNot requires that the browser blocks a page on the origin, so that the page cannot
// read the answer. Without a preflight, the request still reaches the application.
func (p Pages) MayNot(origin, request string, headers ...string) browser.Outcome {
	p.TB.Helper()
	outcome := p.fetch(origin, request, headers)
	if outcome.Allowed {
		p.TB.Errorf("%s: %s: the browser should block the page, but the page can read the answer, which has the status %d", origin, described(request, headers), outcome.Response.Status)
	}
	return outcome
}

func (p Pages) fetch(origin, request string, headers []string) browser.Outcome {
	p.TB.Helper()
	method, path, ok := strings.Cut(request, " ")
	if !ok || !strings.HasPrefix(path, "/") {
		p.TB.Fatalf("%q is not a method and a path, such as %q", request, "GET /posts")
	}
	url := p.URL
	if url == "" {
		url = "https://api.example.com"
	}
	r := browser.Request{Origin: origin, Method: method, URL: url + path}
	if p.Credentials {
		r.Credentials = browser.Include
	}
	switch method {
	case http.MethodPost, http.MethodPut, http.MethodPatch:
		r.Body = browser.Text("{}")
	}
	for _, header := range headers {
		name, value, ok := strings.Cut(header, ":")
		if !ok {
			p.TB.Fatalf("%q is not a header, such as %q", header, "Content-Type: application/json")
		}
		r.Headers = append(r.Headers, browser.Header{Name: name, Value: strings.TrimSpace(value)})
	}
	outcome, err := (&browser.Browser{Transport: p.Transport, Engine: p.Engine}).Fetch(p.TB.Context(), r)
	if err != nil {
		p.TB.Fatalf("%s: %v", described(request, headers), err)
	}
	return outcome
}

func described(request string, headers []string) string {
	if len(headers) == 0 {
		return request
	}
	return request + " with " + strings.Join(headers, ", ")
}

// updateGolden is the environment variable that makes [Pages.Golden] write its file.
const updateGolden = "CORSTEST_UPDATE"

// Golden compares what pages on the origins may do with a file, so that a review shows each
// change of the policy. A request is a method and a path, then one header in each line. Set
// CORSTEST_UPDATE=1 to write the file, and the folder that it is in.
func (p Pages) Golden(file string, origins, requests []string) {
	p.TB.Helper()
	var text strings.Builder
	for _, origin := range origins {
		fmt.Fprintf(&text, "%s\n", origin)
		for _, request := range requests {
			lines := strings.Split(request, "\n")
			outcome := p.fetch(origin, lines[0], lines[1:])
			fmt.Fprintf(&text, "\t%s: %s\n", described(lines[0], lines[1:]), summary(outcome))
		}
	}
	if os.Getenv(updateGolden) != "" {
		if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
			p.TB.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text.String()), 0o600); err != nil {
			p.TB.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		p.TB.Fatalf("%v; set %s=1 to write the file", err, updateGolden)
	}
	if text.String() != string(want) {
		p.TB.Errorf("pages may do something else than %s says; read the changes, then set %s=1 to write the file:\n%s", file, updateGolden, changes(string(want), text.String()))
	}
}

// summary says what a page gets, in one line.
func summary(o browser.Outcome) string {
	var facts []string
	switch {
	case !o.Allowed:
		facts = append(facts, fmt.Sprintf("blocked at the %v: %s", o.Step, o.Reason))
	default:
		facts = append(facts, fmt.Sprintf("allowed, status %d", o.Response.Status))
		if exposed := o.Response.Header; len(exposed) != 0 {
			facts = append(facts, "reads "+strings.Join(slices.Sorted(maps.Keys(exposed)), ", "))
		}
	}
	if len(o.Exchanges) > 1 {
		facts = append(facts, fmt.Sprintf("%d requests", len(o.Exchanges)))
	}
	return strings.Join(facts, "; ")
}

// changes lists the lines that only one of two texts has, each under its origin.
func changes(before, after string) string {
	var list strings.Builder
	for _, side := range []struct{ sign, text, other string }{{"-", before, after}, {"+", after, before}} {
		other := qualified(side.other)
		for _, line := range qualified(side.text) {
			if !slices.Contains(other, line) {
				fmt.Fprintf(&list, "%s %s\n", side.sign, line)
			}
		}
	}
	return list.String()
}

// qualified returns the lines about requests, each with its origin.
func qualified(text string) (lines []string) {
	origin := ""
	for line := range strings.Lines(text) {
		if request, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "\t"); ok {
			lines = append(lines, origin+" "+request)
		} else {
			origin = strings.TrimSpace(line)
		}
	}
	return lines
}
