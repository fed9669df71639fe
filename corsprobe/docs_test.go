package main

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

// TestDocumentation checks that docs/corsprobe.md has the output of the program, and all
// names of causes, flags, servers and fields.
func TestDocumentation(t *testing.T) {
	read := func(elements ...string) string {
		t.Helper()
		text, err := os.ReadFile(filepath.Join(elements...))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	page := read("..", "docs", "corsprobe.md")
	_, picture, _ := strings.Cut(read("testdata", "ladder.txtar"), "-- want --\n")
	picture, _, _ = strings.Cut(picture, "-- want.json --")
	if picture = strings.ReplaceAll(picture, "$API", "https://api.example.com"); !strings.Contains(page, "\n"+picture+"```\n") {
		t.Errorf("docs/corsprobe.md does not show\n%s", picture)
	}
	_, source, _ := strings.Cut(read("cause.go"), "\nfunc inspect(") // the names of checks are before
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
