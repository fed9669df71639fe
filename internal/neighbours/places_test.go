package neighbours

import (
	"cmp"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/browser"
	"github.com/corsuite/corsuite/core/corstest"
)

// place is a row of the table in docs/routers.md: one way to register the policy.
type place struct {
	library string
	// code is the line that registers the policy. The test that follows it has the line.
	code string
	// build returns an application with PUT /posts behind the policy.
	build func(*testing.T, *core.Policy) corstest.Server
	// path is in the place of /posts, and method in the place of PUT.
	path, method string
	// fields are header fields of the actual request, whose body is empty.
	fields string
	// status is in the place of 200, and wrongMethod in the place of 405.
	status, wrongMethod int
}

func places() []place {
	return append(routers(), services()...)
}

// row is a row of a table in Markdown, without its notes.
type row struct{ library, code, preflights, actual, notFound, wrongMethod string }

const documentation = "../../docs"

// TestRouters compares each row of docs/routers.md with what its application answers.
func TestRouters(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(documentation, "routers.md"))
	if err != nil {
		t.Fatal(err)
	}
	documented := make(map[row]bool)
	for _, cells := range rows(t, string(page), "| router or library |") {
		documented[row{cells[0], strings.Trim(cells[1], "`"), cells[2], cells[3], cells[4], cells[5]}] = true
	}
	sources := sources(t)
	for _, p := range places() {
		t.Run(p.library+" "+p.code, func(t *testing.T) {
			if strings.Count(sources, p.code) < 2 {
				t.Errorf("no test contains the line %s", p.code)
			}
			got := p.measure(t)
			if !documented[got] {
				t.Errorf("docs/routers.md has no row\n| %s | `%s` | %s | %s | %s | %s |", got.library, got.code, got.preflights, got.actual, got.notFound, got.wrongMethod)
			}
			delete(documented, got)
		})
	}
	for r := range documented {
		t.Errorf("docs/routers.md has a row that no test measures: %+v", r)
	}
}

// measure asks the application for an allowed and a denied page.
func (p place) measure(t *testing.T) row {
	t.Helper()
	client := corstest.Open(t, p.build(t, corstest.Policy(t)))
	path, method := cmp.Or(p.path, "/posts"), cmp.Or(p.method, "PUT")
	// sees reports whether an answer has the headers of the policy, or none of them.
	sees := func(head string, status int, allowed, denied string) string {
		t.Helper()
		a := client.Ask(head + "\nOrigin: " + corstest.Page)
		d := client.Ask(head + "\nOrigin: " + corstest.Stranger)
		if allowed == corstest.Allowed && (a.Status != status || d.Status != status) {
			t.Errorf("%q: status %d, and %d for a denied page; want %d", head, a.Status, d.Status, status)
		}
		switch {
		case a.CORS == allowed && d.CORS == denied:
			return "✓"
		case a.CORS == "" && d.CORS == "":
			return "–"
		}
		t.Errorf("%q: got %+v, and %+v for a denied page", head, a, d)
		return "?"
	}
	r := row{library: p.library, code: p.code}
	preflight := "OPTIONS " + path + "\nAccess-Control-Request-Method: " + method + "\nAccess-Control-Request-Headers: content-type"
	r.preflights = sees(preflight, 0, corstest.Approved, corstest.Refused)
	r.actual = sees(method+" "+path+p.fields, cmp.Or(p.status, 200), corstest.Allowed, corstest.Denied)
	r.notFound = sees("GET /none", 404, corstest.Allowed, corstest.Denied)
	r.wrongMethod = sees("DELETE "+path, cmp.Or(p.wrongMethod, 405), corstest.Allowed, corstest.Denied)

	request := browser.Request{
		Method: method, URL: path,
		Headers: []browser.Header{{Name: "Content-Type", Value: "application/json"}},
		Body:    browser.Body{Content: []byte(`{"query": "{name}"}`)},
	}
	if r.preflights == "✓" && r.actual == "✓" {
		client.Reads(request, 200)
	} else {
		client.Blocked(request, browser.StepPreflight)
	}
	return r
}

// rows returns the cells of the table in a text whose header begins so.
func rows(t *testing.T, text, header string) (rows [][]string) {
	t.Helper()
	_, rest, found := strings.Cut(text, "\n"+header)
	if !found {
		t.Fatalf("there is no table that begins with %s", header)
	}
	for n, line := range strings.Split(rest, "\n") {
		if n < 2 { // the rest of the header, and the line below it
			continue
		}
		if !strings.HasPrefix(line, "|") {
			return rows
		}
		var cells []string
		for cell := range strings.SplitSeq(strings.Trim(line, "|"), "|") {
			cells = append(cells, strings.TrimSpace(cell))
		}
		rows = append(rows, cells)
	}
	return rows
}

// sources returns the text of the tests of this package.
func sources(t *testing.T) string {
	t.Helper()
	names, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	return all.String()
}
