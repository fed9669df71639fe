package main

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/spf13/pflag"
)

// TestAuditDocumentation checks that docs/corsprobe-audit.md has the output of the program, and
// all names of findings, flags and fields.
func TestAuditDocumentation(t *testing.T) {
	page := read(t, "..", "docs", "corsprobe-audit.md")
	shows(t, page, section(t, "audit.txtar", "want"))
	names := regexp.MustCompile(`(?m)^\t\w+ += "([a-z]+(-[a-z]+)+)"$`).FindAllStringSubmatch(read(t, "audit_findings.go"), -1)
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
	hasFields(t, page, jsonAudit{}, finding{}, proof{}, advice{})
	if !strings.Contains(page, "At most "+strconv.Itoa(mostRequests)+" requests") || !strings.Contains(page, "at most "+strconv.Itoa(mostTrusted)+" |") {
		t.Error("docs/corsprobe-audit.md has other bounds")
	}
}

// TestDocumentation checks that docs/corsprobe.md has the output of the program, and all
// names of causes, flags, servers and fields.
func TestDocumentation(t *testing.T) {
	page := read(t, "..", "docs", "corsprobe.md")
	shows(t, page, section(t, "ladder.txtar", "want"))
	shows(t, page, section(t, "table.txtar", "headers"))
	_, source, _ := strings.Cut(read(t, "cause.go"), "\nfunc inspect(") // the names of checks are before
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
	hasFields(t, page, report{}, jsonResult{}, jsonExchange{}, jsonCause{}, jsonNeed{}, check{}, advice{})
}

// TestDocumentationOfConfigs is the same for docs/corsprobe-config.md.
func TestDocumentationOfConfigs(t *testing.T) {
	page := read(t, "..", "docs", "corsprobe-config.md")
	shows(t, page, section(t, "explain.txtar", "want"))
	shows(t, page, section(t, "check.txtar", "problems"))
	shows(t, page, section(t, "diff.txtar", "want"))
	fs := pflag.NewFlagSet("", pflag.ContinueOnError)
	new(configFlags).add(fs)
	fs.VisitAll(func(f *pflag.Flag) {
		if !strings.Contains(page, "`--"+f.Name) {
			t.Errorf("docs/corsprobe-config.md lacks the flag --%s", f.Name)
		}
	})
	hasFields(t, page, jsonDiff{}, jsonGroup{}, jsonEntry{}, jsonRight{}, jsonSetting{})
}

func read(t *testing.T, elements ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(elements...))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// section returns a file of a script, with a server as in the documentation.
func section(t *testing.T, script, name string) string {
	t.Helper()
	for _, f := range txtar.Parse([]byte(read(t, "testdata", script))).Files {
		if f.Name == name {
			return strings.ReplaceAll(string(f.Data), "$API", "https://api.example.com")
		}
	}
	t.Fatalf("%s has no file %s", script, name)
	return ""
}

func shows(t *testing.T, page, output string) {
	t.Helper()
	if !strings.Contains(page, "\n"+output+"```\n") {
		t.Errorf("the page does not show\n%s", output)
	}
}

func hasFields(t *testing.T, page string, values ...any) {
	t.Helper()
	for _, v := range values {
		for i := range reflect.TypeOf(v).NumField() {
			name, _, _ := strings.Cut(reflect.TypeOf(v).Field(i).Tag.Get("json"), ",")
			if !regexp.MustCompile("`([a-z]+\\[\\]\\.)*" + name + "`").MatchString(page) {
				t.Errorf("the page lacks the field %s", name)
			}
		}
	}
}
