package main

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

// TestAuditDocumentation checks that docs/corsprobe-audit.md has the output of the program, and
// all names of findings, flags and fields.
func TestAuditDocumentation(t *testing.T) {
	page := readFile(t, "..", "docs", "corsprobe-audit.md")
	checkPicture(t, page, "audit.txtar", "http://localhost:8080")
	names := regexp.MustCompile(`(?m)^\t\w+ += "([a-z]+(-[a-z]+)+)"$`).FindAllStringSubmatch(readFile(t, "audit_findings.go"), -1)
	for _, name := range names {
		if !strings.Contains(page, "| `"+name[1]+"` |") {
			t.Errorf("docs/corsprobe-audit.md lacks the finding %s", name[1])
		}
	}
	if len(names) != 20 {
		t.Errorf("%d names of findings were found, want 20", len(names))
	}
	for _, f := range faults() {
		if rates := "| " + f.severity.String() + " | " + f.without.String() + " |\n"; !regexp.MustCompile("(?m)^\\| `" + f.name + "` .*" + regexp.QuoteMeta(rates)).MatchString(page) {
			t.Errorf("docs/corsprobe-audit.md does not rate %s as %s", f.name, rates)
		}
	}
	new(auditOptions).flags().VisitAll(func(f *pflag.Flag) {
		if !strings.Contains(page, "`--"+f.Name) && (f.Shorthand == "" || !strings.Contains(page, "`-"+f.Shorthand+"`")) {
			t.Errorf("docs/corsprobe-audit.md lacks the flag --%s", f.Name)
		}
	})
	for _, v := range []any{jsonAudit{}, finding{}, proof{}, advice{}} {
		for i := range reflect.TypeOf(v).NumField() {
			if name, _, _ := strings.Cut(reflect.TypeOf(v).Field(i).Tag.Get("json"), ","); !regexp.MustCompile("`(findings\\[\\]\\.)?" + name + "`").MatchString(page) {
				t.Errorf("docs/corsprobe-audit.md lacks the field %s", name)
			}
		}
	}
	if !strings.Contains(page, "At most "+strconv.Itoa(mostRequests)+" requests") || !strings.Contains(page, "at most "+strconv.Itoa(mostTrusted)+" |") {
		t.Error("docs/corsprobe-audit.md has other bounds")
	}
}

// checkPicture checks that a page shows the output of a script.
func checkPicture(t *testing.T, page, script, url string) {
	t.Helper()
	_, picture, _ := strings.Cut(readFile(t, "testdata", script), "-- want --\n")
	picture, _, _ = strings.Cut(picture, "-- want.json --")
	if picture = strings.ReplaceAll(picture, "$API", url); !strings.Contains(page, "\n"+picture+"```\n") {
		t.Errorf("the page does not show\n%s", picture)
	}
}

func readFile(t *testing.T, elements ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(elements...))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestDocumentation checks that docs/corsprobe.md has the output of the program, and all
// names of causes, flags, servers and fields.
func TestDocumentation(t *testing.T) {
	page := readFile(t, "..", "docs", "corsprobe.md")
	checkPicture(t, page, "ladder.txtar", "https://api.example.com")
	_, source, _ := strings.Cut(readFile(t, "cause.go"), "\nfunc inspect(") // the names of checks are before
	names := regexp.MustCompile(`"[a-z]+(-[a-z]+)+"`).FindAllString(source, -1)
	for _, name := range names {
		if !strings.Contains(page, "`"+strings.Trim(name, `"`)+"`") {
			t.Errorf("docs/corsprobe.md lacks the cause %s", name)
		}
	}
	if len(names) < 30 {
		t.Errorf("only the causes %q were found", names)
	}
	new(options).flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden && !strings.Contains(page, "`--"+f.Name) && !strings.Contains(page, " --"+f.Name) && (f.Shorthand == "" || !strings.Contains(page, "`-"+f.Shorthand+"`")) &&
			!strings.HasPrefix(f.Name, "data-") && f.Name != "url" && f.Name != "version" {
			t.Errorf("docs/corsprobe.md lacks the flag --%s", f.Name)
		}
	})
	for _, v := range []any{report{}, jsonResult{}, jsonExchange{}, jsonCause{}, jsonNeed{}, check{}, advice{}} {
		for i := range reflect.TypeOf(v).NumField() {
			if name, _, _ := strings.Cut(reflect.TypeOf(v).Field(i).Tag.Get("json"), ","); !regexp.MustCompile("`(results\\[\\]\\.)?" + name + "`").MatchString(page) {
				t.Errorf("docs/corsprobe.md lacks the field %s", name)
			}
		}
	}
}
