package repo

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// snippet is a block of Go in a page of Markdown.
type snippet struct {
	page string
	line int // of its first line
	code string
}

func snippets(page, text string) (found []snippet) {
	fence := regexp.MustCompile("(?s)(?:^|\n)```go\n(.*?\n)```")
	for _, m := range fence.FindAllStringSubmatchIndex(text, -1) {
		found = append(found, snippet{page, 1 + strings.Count(text[:m[2]], "\n"), text[m[2]:m[3]]})
	}
	return found
}

// given is what a page takes for granted in a snippet that contains a text.
type given struct{ in, declarations string }

// packages maps the names that snippets use to what they would import.
func packages() map[string]string {
	return map[string]string{
		"chi": "github.com/go-chi/chi/v5", "chiadapter": modulePrefix + "/chiadapter",
		"echo": "github.com/labstack/echo/v4", "echoadapter": modulePrefix + "/echoadapter",
		"fiber": "github.com/gofiber/fiber/v2", "fiberadapter": modulePrefix + "/fiberadapter",
		"gin": "github.com/gin-gonic/gin", "ginadapter": modulePrefix + "/ginadapter",
		"configfile": modulePrefix + "/configfile",
		"core":       modulePrefix + "/core", "origincache": modulePrefix + "/core/origincache", "nethttp": modulePrefix + "/core/nethttp",
		"browser": modulePrefix + "/core/browser", "corstest": modulePrefix + "/core/corstest",
		"proxy": "github.com/gofiber/fiber/v2/middleware/proxy", "httputil": "net/http/httputil",
		"context": "context", "errors": "errors", "fmt": "fmt", "http": "net/http", "json": "encoding/json",
		"log": "log", "os": "os", "slog": "log/slog", "testing": "testing", "time": "time",
	}
}

// source makes a snippet a file that compiles if the snippet would in the
// reader's program. A whole file is one already; declarations need a package;
// statements need a function that returns an error. The snippet itself stays as
// it is, and the compiler is told where it stands.
func (s snippet) source(givens []given) (string, error) {
	code := fmt.Sprintf("//line %s:%d\n%s", s.page, s.line, s.code)
	if _, err := parse(code); err == nil {
		return code, nil
	}
	if _, err := parse("package snippet\n" + code); err != nil {
		code = "func _() error {\n" + code
		f, err := parse("package snippet\n" + code + "}\n")
		if err != nil {
			return "", err
		}
		for _, name := range assigned(f) {
			code += "_ = " + name + "\n"
		}
		code += "return nil\n}\n"
	}
	for _, g := range givens {
		if strings.Contains(s.code, g.in) {
			code = g.declarations + "\n" + code
		}
	}
	f, err := parse("package snippet\n" + code)
	if err != nil {
		return "", err
	}
	return "package snippet\n" + imported(f) + code, nil
}

func parse(source string) (*ast.File, error) {
	return parser.ParseFile(token.NewFileSet(), "", source, parser.SkipObjectResolution)
}

// assigned lists the variables that the statements of a snippet define, which a
// reader's program would go on to use.
func assigned(f *ast.File) (names []string) {
	for _, decl := range f.Decls {
		fn, ok := decl.(*ast.FuncDecl)
		if !ok {
			continue
		}
		for _, stmt := range fn.Body.List {
			if a, ok := stmt.(*ast.AssignStmt); ok && a.Tok == token.DEFINE {
				for _, left := range a.Lhs {
					if id, ok := left.(*ast.Ident); ok && id.Name != "_" {
						names = append(names, id.Name)
					}
				}
			}
		}
	}
	return names
}

// imported writes the imports for the packages that a file mentions.
func imported(f *ast.File) string {
	paths := make(map[string]bool)
	ast.Inspect(f, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if base, ok := sel.X.(*ast.Ident); ok && packages()[base.Name] != "" {
				paths[packages()[base.Name]] = true
			}
		}
		return true
	})
	var b strings.Builder
	for _, p := range slices.Sorted(maps.Keys(paths)) {
		fmt.Fprintf(&b, "import %q\n", p)
	}
	return b.String()
}

// ruleSnippets: what a page shows compiles.
func ruleSnippets(t *testing.T, found []snippet, givens []given) (complaints []string) {
	t.Helper()
	var sources []string
	for _, s := range found {
		source, err := s.source(givens)
		if err != nil {
			complaints = append(complaints, fmt.Sprintf("%s:%d: %v", s.page, s.line, err))
			continue
		}
		sources = append(sources, source)
	}
	if len(sources) == 0 {
		return complaints
	}
	cmd := exec.CommandContext(t.Context(), "go", "build", "-overlay="+overlay(t, sources), "./internal/repo/snippets/...")
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		complaints = append(complaints, fmt.Sprintf("%v\n%s", err, out))
	}
	return complaints
}

// overlay makes each source a package of the workshop that only the compiler
// sees. It returns the file that says so.
func overlay(t *testing.T, sources []string) (file string) {
	t.Helper()
	workshop, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	temp := t.TempDir()
	write := func(name string, content []byte) string {
		file := filepath.Join(temp, name)
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	places := make(map[string]string)
	for i, source := range sources {
		dir := filepath.Join(workshop, "internal", "repo", "snippets", strconv.Itoa(i))
		places[filepath.Join(dir, "snippet.go")] = write(strconv.Itoa(i)+".go", []byte(source))
	}
	list, err := json.Marshal(map[string]any{"Replace": places})
	if err != nil {
		t.Fatal(err)
	}
	return write("overlay.json", list)
}
