package migrating

import (
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
)

func TestMain(m *testing.M) {
	flag.Bool("update", false, "write the blocks and tables into the pages")
	gin.SetMode(gin.ReleaseMode)
	slog.SetDefault(slog.New(slog.DiscardHandler)) // the applications log why pages are blocked
	os.Exit(m.Run())
}

const root = "../.."

// page is a page of docs/migrating.
type page struct {
	name    string
	library string   // as the tables call it
	modules []string // the versions of which are on the page
	blocks  []string // the files that are its Go blocks
	fields  []string // the names that its table of fields has

	before, after []variant // of the blocks
	requests      []request
	settings      []setting
	lists         []list
}

// setting compares the answers to one request with a config that users have.
type setting struct {
	request
	before, after []variant
}

// list compares which origins two configs allow.
type list struct {
	before, after []variant
	origins       []string
}

func pages(t *testing.T) []page {
	t.Helper()
	return []page{ginContrib(), echo(), fiberPage(), goChi(), rsPage(), gorilla(t), jub0bs(), byHand()}
}

// TestPages checks that the Go blocks of each page are the compiled files, and that its
// tables have the measured answers.
func TestPages(t *testing.T) {
	for _, p := range pages(t) {
		t.Run(p.name, func(t *testing.T) {
			file := filepath.Join(root, "docs", "migrating", p.name)
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := string(data)
			want := p.render(t, got)
			if flag.Lookup("update").Value.String() == "true" {
				if err := os.WriteFile(file, []byte(want), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			have, measured := strings.Split(got, "\n"), strings.Split(want, "\n")
			for i := range min(len(have), len(measured)) {
				if have[i] != measured[i] {
					t.Errorf("%s:%d has\n%s\nwant\n%s", p.name, i+1, have[i], measured[i])
				}
			}
			if len(have) != len(measured) {
				t.Errorf("%s has %d lines, want %d; run the test with -update", p.name, len(have), len(measured))
			}
		})
	}
}

// TestEveryPage checks that no page of docs/migrating but the index is without a test.
func TestEveryPage(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(root, "docs", "migrating", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	tested := []string{"README.md"}
	for _, p := range pages(t) {
		tested = append(tested, p.name)
	}
	for _, file := range files {
		if !slices.Contains(tested, filepath.Base(file)) {
			t.Errorf("no test has the page %s", file)
		}
	}
}

// TestFields checks that each exported name of a library's config is in the first column
// of a table of its page.
func TestFields(t *testing.T) {
	for _, p := range pages(t) {
		data, err := os.ReadFile(filepath.Join(root, "docs", "migrating", p.name))
		if err != nil {
			t.Fatal(err)
		}
		var listed []string
		for _, row := range regexp.MustCompile("(?m)^\\| (`[^|]*) \\|").FindAllStringSubmatch(string(data), -1) {
			for _, name := range regexp.MustCompile("`([^`]*)`").FindAllStringSubmatch(row[1], -1) {
				listed = append(listed, name[1])
			}
		}
		for _, name := range p.fields {
			if !slices.Contains(listed, name) {
				t.Errorf("%s: no row has `%s`", p.name, name)
			}
		}
	}
}

// render returns the text with its Go blocks, tables and versions replaced.
func (p *page) render(t *testing.T, text string) string {
	t.Helper()
	blocks := regexp.MustCompile("(?s)```go\nimport .*?```\n")
	if n := len(blocks.FindAllString(text, -1)); n != len(p.blocks) {
		t.Errorf("%d Go blocks begin with imports, want %d", n, len(p.blocks))
	}
	next := 0
	text = blocks.ReplaceAllStringFunc(text, func(old string) string {
		if next == len(p.blocks) {
			return old
		}
		code, err := os.ReadFile(p.blocks[next])
		if err != nil {
			t.Fatal(err)
		}
		next++
		_, afterPackage, _ := strings.Cut(string(code), "\n\n")
		return "```go\n" + afterPackage + "```\n"
	})
	var rows []string
	for _, r := range p.requests {
		rows = append(rows, p.compare(t, r, p.before, p.after, false))
	}
	text = p.replaceTable(t, text, fmt.Sprintf("| request | %s | corsuite |", p.library), rows)
	rows = nil
	for _, s := range p.settings {
		rows = append(rows, p.compare(t, s.request, s.before, s.after, true))
	}
	text = p.replaceTable(t, text, fmt.Sprintf("| request | with %s | with corsuite |", p.library), rows)
	rows = nil
	for _, l := range p.lists {
		rows = append(rows, p.compareOrigins(t, l))
	}
	text = p.replaceTable(t, text, fmt.Sprintf("| %s | corsuite | both allow | only %s allows |", p.library, p.library), rows)
	return p.replaceVersions(t, text)
}

// replaceTable replaces the rows of the table with that header.
func (p *page) replaceTable(t *testing.T, text, header string, rows []string) string {
	t.Helper()
	if rows == nil {
		return text
	}
	head, rest, found := strings.Cut(text, header+"\n")
	if !found {
		t.Errorf("no table has the header\n%s", header)
		return text
	}
	for strings.HasPrefix(rest, "|") {
		_, rest, _ = strings.Cut(rest, "\n")
	}
	line := strings.Repeat("|---", strings.Count(header, "|")-1) + "|\n"
	return head + header + "\n" + line + strings.Join(rows, "\n") + "\n" + rest
}

// replaceVersions replaces the line that begins with "Measured with".
func (p *page) replaceVersions(t *testing.T, text string) string {
	t.Helper()
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	var versions []string
	for _, module := range p.modules {
		match := regexp.MustCompile(`(?m)^\s` + regexp.QuoteMeta(module) + ` (v\S+)$`).FindStringSubmatch(string(mod))
		if match == nil {
			t.Fatalf("go.mod does not require %s", module)
		}
		versions = append(versions, fmt.Sprintf("%#q %s", module, match[1]))
	}
	line := regexp.MustCompile("(?m)^Measured with .*$")
	if versions != nil && !line.MatchString(text) {
		t.Error(`no line begins with "Measured with"`)
	}
	return line.ReplaceAllLiteralString(text, "Measured with "+strings.Join(versions, " and ")+".")
}

// compare returns a row: the answers before and after.
func (p *page) compare(t *testing.T, r request, before, after []variant, literal bool) string {
	t.Helper()
	var old, now []answers
	for _, v := range before {
		old = append(old, ask(t, v, r))
	}
	for _, v := range after {
		now = append(now, ask(t, v, r))
	}
	cell := func(variants []variant, mine, others []answers) string {
		var texts []string
		for i := range variants {
			texts = append(texts, mine[i].cell(others))
		}
		text := merge(variants, texts)
		if literal {
			text = literals(variants, true) + "<br>" + text
		}
		return text
	}
	return fmt.Sprintf("| %s | %s | %s |", r.label, cell(before, old, now), cell(after, now, old))
}

// literals writes the configs of several versions.
func literals(variants []variant, short bool) string {
	var texts []string
	for _, v := range variants {
		texts = append(texts, v.literal(short))
	}
	text := merge(variants, texts)
	if len(variants) == 1 && variants[0].version != "" {
		text = "only " + variants[0].version + ": " + text
	}
	return text
}

// merge writes the texts of several versions as one if they are equal.
func merge(variants []variant, texts []string) string {
	if len(slices.Compact(slices.Clone(texts))) == 1 {
		return texts[0]
	}
	var all []string
	for i, v := range variants {
		if texts[i] != "" {
			all = append(all, v.version+": "+texts[i])
		}
	}
	return strings.Join(all, "<br>")
}

// compareOrigins returns a row: which origins the configs allow. corsuite's config must
// not allow more.
func (p *page) compareOrigins(t *testing.T, l list) string {
	t.Helper()
	only := func(versions []variant) (both, before []string) {
		for _, origin := range l.origins {
			old, now := allows(t, versions[0], origin), allows(t, versions[1], origin)
			switch {
			case old && now:
				both = append(both, "`"+origin+"`")
			case old:
				before = append(before, "`"+origin+"`")
			case now:
				t.Errorf("%s allows %s, and %s does not", versions[1].literal(false), origin, versions[0].literal(false))
			}
		}
		return both, before
	}
	var both, before []string
	for i, v := range l.before {
		b, o := only([]variant{v, l.after[min(i, len(l.after)-1)]})
		both, before = append(both, strings.Join(b, ", ")), append(before, strings.Join(o, ", "))
	}
	return fmt.Sprintf("| %s | %s | %s | %s |", literals(l.before, false), literals(l.after, false), merge(l.before, both), merge(l.before, before))
}
