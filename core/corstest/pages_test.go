package corstest_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/browser"
	"github.com/corsuite/corsuite/core/corstest"
	"github.com/corsuite/corsuite/core/nethttp"
)

// recordingTB records what a test reports. Fatalf ends with a panic.
type recordingTB struct {
	testing.TB

	reports []string
}

func (r *recordingTB) Errorf(format string, args ...any) {
	r.reports = append(r.reports, fmt.Sprintf(format, args...))
}

func (r *recordingTB) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	panic(r)
}

// application allows https://app.example.com the given request header.
func application(header string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /posts", func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("X-Total", "2") })
	mux.HandleFunc("POST /posts", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusCreated) })
	return nethttp.New(core.Config{
		AllowOrigins: []string{"https://app.example.com"}, AllowHeaders: []string{header}, ExposeHeaders: []string{"X-Total"},
	}, core.WithLogger(nil))(mux)
}

// report runs a test against the application and returns what the test reports.
func report(t *testing.T, test func(corstest.Pages)) (reports string) {
	t.Helper()
	tb := &recordingTB{TB: t}
	defer func() {
		if p := recover(); p != nil && p != any(tb) {
			panic(p)
		}
		reports = strings.Join(tb.reports, "\n")
	}()
	test(corstest.Pages{TB: tb, Transport: browser.Handler(application("Content-Type"))})
	return ""
}

func TestPages(t *testing.T) {
	const mine, other, json = "https://app.example.com", "https://other.example.com", "Content-Type: application/json"
	for name, tt := range map[string]struct {
		test func(corstest.Pages)
		want string
	}{
		"may": {func(p corstest.Pages) {
			if o := p.May(mine, "POST /posts?draft=1", json); o.Response.Status != http.StatusCreated || len(o.Exchanges) != 2 {
				p.TB.Errorf("got %+v", o)
			}
		}, ""},
		"may not": {func(p corstest.Pages) { p.MayNot(other, "GET /posts") }, ""},
		"should": {func(p corstest.Pages) { p.May(mine, "POST /posts", "X-Trace: 1") },
			mine + ": POST /posts with X-Trace: 1: the browser blocks the page at the headers: request header field x-trace is not allowed by Access-Control-Allow-Headers of the preflight's answer"},
		"should not": {func(p corstest.Pages) { p.MayNot(mine, "GET /posts") }, mine + ": GET /posts: the browser should block the page, but the page can read the answer, which has the status 200"},
		"no route":   {func(p corstest.Pages) { p.May(mine, "GET /other") }, mine + ": GET /other: the page can read the answer, but its status is 404: is there such a route?"},
		"status of a blocked page": {func(p corstest.Pages) {
			if o := p.May(other, "GET /posts"); o.Response.Status != 0 {
				p.TB.Errorf("got %+v", o)
			}
		}, other + ": GET /posts: the browser blocks the page at the response: no Access-Control-Allow-Origin header is present, so the page from https://other.example.com is not allowed"},
		"credentials": {func(p corstest.Pages) { p.Credentials = true; p.MayNot(mine, "GET /posts") }, ""},
		"no path":     {func(p corstest.Pages) { p.May(mine, "GET posts") }, `"GET posts" is not a method and a path, such as "GET /posts"`},
		"no header":   {func(p corstest.Pages) { p.May(mine, "GET /posts", "JSON") }, `"JSON" is not a header, such as "Content-Type: application/json"`},
		"no origin":   {func(p corstest.Pages) { p.May("app.example.com", "GET /posts") }, "GET /posts: "},
	} {
		t.Run(name, func(t *testing.T) {
			if got := report(t, tt.test); got != tt.want && !(name == "no origin" && strings.HasPrefix(got, tt.want)) {
				t.Errorf("reported %q, want %q", got, tt.want)
			}
		})
	}
}

func TestGolden(t *testing.T) {
	file := filepath.Join(t.TempDir(), "testdata", "pages.txt")
	golden := func(header string) string {
		return report(t, func(p corstest.Pages) {
			p.Transport = browser.Handler(application(header))
			p.Golden(file, []string{"https://app.example.com", "https://other.example.com"}, []string{"GET /posts", "POST /posts\nContent-Type: application/json"})
		})
	}
	if got := golden("Content-Type"); !strings.Contains(got, "set CORSTEST_UPDATE=1") {
		t.Errorf("without the file, reported %q", got)
	}
	t.Setenv("CORSTEST_UPDATE", "1")
	golden("Content-Type")
	t.Setenv("CORSTEST_UPDATE", "")
	data, err := os.ReadFile(file)
	const want = `https://app.example.com
	GET /posts: allowed, status 200; reads X-Total
	POST /posts with Content-Type: application/json: allowed, status 201; 2 requests
https://other.example.com
	GET /posts: blocked at the response: no Access-Control-Allow-Origin header is present, so the page from https://other.example.com is not allowed
	POST /posts with Content-Type: application/json: blocked at the preflight: the preflight fails: no Access-Control-Allow-Origin header is present, so the page from https://other.example.com is not allowed
`
	if string(data) != want {
		t.Errorf("the file has\n%s%v\nwant\n%s", data, err, want)
	}
	if got := golden("Content-Type"); got != "" {
		t.Errorf("unchanged, reported %s", got)
	}
	got := golden("X-Other")
	if strings.Contains(got, "other.example.com") {
		t.Errorf("reported lines that did not change: %s", got)
	}
	for _, line := range []string{
		"- https://app.example.com POST /posts with Content-Type: application/json: allowed, status 201; 2 requests\n",
		"+ https://app.example.com POST /posts with Content-Type: application/json: blocked at the headers: ",
	} {
		if !strings.Contains(got, line) {
			t.Errorf("with another header, reported %s\nwant %s", got, line)
		}
	}
}
