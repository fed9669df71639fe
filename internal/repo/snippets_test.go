package repo

import (
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// snippets returns the Go blocks of a page. A file without a main function, such as a test,
// belongs to the program that the page shows last before it.
func snippets(page, text string) (found []snippet) {
	var program block
	blocks, _ := split(page, text)
	for _, b := range blocks {
		switch file := strings.HasPrefix(b.code, "package "); {
		case b.language != "go":
		case file && strings.Contains(b.code, "\nfunc main() {"):
			program = b
			fallthrough
		case !file, program.code == "":
			found = append(found, snippet{block: b})
		default:
			found = append(found, snippet{b, program})
		}
	}
	return found
}

// snippet is a Go block in a page of Markdown, and the program that it belongs to.
type snippet struct{ block, program block }

// given has the declarations that a snippet needs if it contains the text in.
type given struct{ in, declarations string }

// checker type-checks snippets.
type checker struct {
	fset     *token.FileSet
	imports  string // of the packages in imports_test.go, for fragments
	importer types.Importer
	givens   []given
}

func newChecker(t *testing.T, givens []given) *checker {
	t.Helper()
	c := &checker{fset: token.NewFileSet(), givens: givens}
	f, err := parser.ParseFile(c.fset, "imports_test.go", nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	args := []string{"list", "-export", "-deps", "-f", "{{.ImportPath}} {{.Export}}"}
	major := regexp.MustCompile(`/v[0-9]+$`)
	names := make(map[string]bool)
	for _, spec := range f.Imports {
		importPath, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		// Of the major versions of one package, fragments use the lowest.
		if name := path.Base(major.ReplaceAllString(importPath, "")); !names[name] {
			names[name] = true
			c.imports += "import " + spec.Path.Value + "\n"
		}
		args = append(args, importPath)
	}
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Env = append(os.Environ(), "GOWORK=off")
	cmd.Stderr = t.Output()
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	compiled := make(map[string]string)
	for line := range strings.Lines(string(out)) {
		importPath, file, _ := strings.Cut(strings.TrimSpace(line), " ")
		compiled[importPath] = file
	}
	c.importer = importer.ForCompiler(c.fset, "gc", func(path string) (io.ReadCloser, error) {
		if compiled[path] == "" {
			return nil, fmt.Errorf("%s is not in imports_test.go", path)
		}
		return os.Open(compiled[path])
	})
	return c
}

// check returns the errors that a compiler would report for the snippet in a
// reader's program.
func (c *checker) check(s snippet) (errs []error) {
	f, fragment, err := c.parse(s.block)
	if err != nil {
		return []error{err}
	}
	files := []*ast.File{f}
	if s.program.code != "" {
		if f, _, err = c.parse(s.program); err != nil {
			return nil // TestSnippets reports it for the program itself.
		}
		files = append(files, f)
	}
	conf := types.Config{
		Importer:                 c.importer,
		DisableUnusedImportCheck: fragment,
		Error: func(err error) {
			// The reader's program uses the variables that a fragment declares.
			var e types.Error
			if !fragment || !errors.As(err, &e) || !e.Soft {
				errs = append(errs, err)
			}
		},
	}
	_, _ = conf.Check("snippet", c.fset, files, nil) // conf.Error has each error
	return errs
}

// parse parses a snippet as a whole file or, if it is a fragment, as declarations
// or as the statements of a function that returns an error.
func (c *checker) parse(s block) (f *ast.File, fragment bool, err error) {
	code := fmt.Sprintf("//line %s:%d\n%s", s.page, s.line, s.code)
	if f, err = c.parseFile(code); err == nil {
		return f, false, nil
	}
	header := "package snippet\n" + c.imports
	for _, g := range c.givens {
		if strings.Contains(s.code, g.in) {
			header += g.declarations + "\n"
		}
	}
	if f, err = c.parseFile(header + code); err == nil {
		return f, true, nil
	}
	f, err = c.parseFile(header + "func _() error {\n" + code + "return nil\n}\n")
	return f, true, err
}

func (c *checker) parseFile(source string) (*ast.File, error) {
	return parser.ParseFile(c.fset, "", source, parser.SkipObjectResolution)
}

func TestSnippets(t *testing.T) {
	givens := givens()
	c := newChecker(t, givens)
	used := make([]bool, len(givens))
	for page, text := range pages(t) {
		for _, s := range snippets(page, text) {
			if strings.HasPrefix(page, "docs/migrating/") && strings.HasPrefix(s.block.code, "import ") {
				continue // a file of internal/migrating, whose tests compare the two
			}
			for _, err := range c.check(s) {
				t.Error(err)
			}
			for i, g := range givens {
				used[i] = used[i] || strings.Contains(s.block.code, g.in)
			}
		}
	}
	for i, g := range givens {
		if !used[i] {
			t.Errorf("no snippet contains %q", g.in)
		}
	}
}

// TestSnippetsThatDoNotCompile shows that TestSnippets can fail.
func TestSnippetsThatDoNotCompile(t *testing.T) {
	c := newChecker(t, []given{{"Middleware(policy)", "var policy *core.Policy"}})
	tests := map[string]struct {
		code string
		want []string
	}{
		"file":            {"package main\n\nfunc main() {}\n", nil},
		"second file":     {"package main\n\nvar _ = program\n", nil},
		"third file":      {"package main\n\nvar _ = missing\n", []string{"page.md:16: undefined: missing"}},
		"file, undefined": {"package main\n\nfunc main() { missing() }\n", []string{"page.md:16: undefined: missing"}},
		"file, unused":    {"package main\n\nimport \"fmt\"\n\nfunc main() {}\n", []string{`page.md:16: "fmt" imported and not used`}},
		"declarations":    {"func f() { core.Missing() }\n", []string{"page.md:14: undefined: core.Missing"}},
		"statements":      {"mw := ginadapter.New(cfg)\n", []string{"page.md:14: undefined: cfg"}},
		"given":           {"mw := ginadapter.Middleware(policy)\n", nil},
		"syntax":          {"x := }\n", []string{"page.md:14: expected operand, found '}'"}},
		"unknown package": {"package main\n\nimport _ \"example.com/x\"\n", []string{"example.com/x is not in imports_test.go"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			const page = "```go\npackage main\n\nvar program int\n\nfunc main() {}\n```\n\n```\nnot Go\n```\n\n```go\n"
			found := snippets("page.md", page+test.code+"```\n")
			if len(found) != 2 {
				t.Fatalf("snippets: %v", found)
			}
			errs := c.check(found[1])
			if !slices.EqualFunc(errs, test.want, func(err error, want string) bool {
				return strings.Contains(err.Error(), want)
			}) {
				t.Errorf("errors %v, want %q", errs, test.want)
			}
		})
	}
}
