package repo

import (
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"path"
	"slices"
	"strings"
	"testing"
)

// surface is what a package exports: each name with its doc comment and, for a
// function, its parameters.
type surface struct {
	doc   string
	names map[string]exported
}

type exported struct{ doc, params string }

// parseSurface reads the files of one package. Tests export nothing.
func parseSurface(t *testing.T, files map[string]string) surface {
	t.Helper()
	s := surface{names: make(map[string]exported)}
	fset := token.NewFileSet()
	for name, content := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(fset, name, content, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		s.doc += f.Doc.Text()
		for _, decl := range f.Decls {
			s.add(t, decl)
		}
	}
	return s
}

func (s *surface) add(t *testing.T, decl ast.Decl) {
	t.Helper()
	switch d := decl.(type) {
	case *ast.FuncDecl:
		if on := receiver(d); d.Name.IsExported() && (on == "" || ast.IsExported(on)) {
			s.names[strings.TrimPrefix(on+"."+d.Name.Name, ".")] = exported{d.Doc.Text(), params(t, d)}
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			for _, name := range specNames(spec) {
				if name.IsExported() {
					s.names[name.Name] = exported{doc: d.Doc.Text()}
				}
			}
		}
	}
}

// receiver returns the type that a method is of.
func receiver(d *ast.FuncDecl) (name string) {
	if d.Recv == nil {
		return ""
	}
	ast.Inspect(d.Recv.List[0].Type, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && name == "" {
			name = id.Name
		}
		return true
	})
	return name
}

func specNames(spec ast.Spec) []*ast.Ident {
	switch s := spec.(type) {
	case *ast.TypeSpec:
		return []*ast.Ident{s.Name}
	case *ast.ValueSpec:
		return s.Names
	default:
		return nil
	}
}

// params prints a function's parameters; its results are the framework's.
func params(t *testing.T, d *ast.FuncDecl) string {
	t.Helper()
	var b strings.Builder
	if err := printer.Fprint(&b, token.NewFileSet(), &ast.FuncType{Params: d.Type.Params}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// ruleSurface: all adapters look alike. got is an adapter's surface, model the one that
// it has to look like.
func ruleSurface(adapter string, got, model surface) (complaints []string) {
	own := map[string][]string{
		// gin does not expose a route's middleware, so Install relies on what Group recorded.
		"ginadapter": {"Groups", "Groups.Group"},
		// fiber answers some requests without middleware, and drops headers that are set.
		"fiberadapter": {"ErrorHandler", "KeepCORS"},
	}
	for name := range got.names {
		if !slices.Contains([]string{"Config", "Middleware", "New", "Install"}, name) &&
			!slices.Contains(own[adapter], name) {
			complaints = append(complaints, adapter+": exports "+name)
		}
	}
	if _, ok := got.names["Install"]; !ok {
		complaints = append(complaints, adapter+": does not export Install")
	}
	for _, name := range []string{"Config", "Middleware", "New"} {
		switch e, ok := got.names[name]; {
		case !ok:
			complaints = append(complaints, adapter+": does not export "+name)
		case e.doc != model.names[name].doc:
			complaints = append(complaints, adapter+": documents "+name+" in its own words")
		case e.params != model.names[name].params:
			complaints = append(complaints, adapter+": "+name+" takes "+e.params)
		}
	}
	if !strings.HasPrefix(got.doc, "Package "+adapter+" brings a CORS policy to ") {
		complaints = append(complaints, adapter+": begins its documentation in its own words")
	}
	if !strings.Contains(got.doc, "\n# Where to register\n") {
		complaints = append(complaints, adapter+": does not say where to register")
	}
	return complaints
}

func TestAdapterSurface(t *testing.T) {
	packages := make(map[string]map[string]string)
	for name, content := range withSuffix(texts(t), ".go") {
		dir := path.Dir(name)
		if packages[dir] == nil {
			packages[dir] = make(map[string]string)
		}
		packages[dir][name] = content
	}
	model := parseSurface(t, packages["ginadapter"])
	for adapter := range adapters() {
		obeyed(t, ruleSurface(adapter, parseSurface(t, packages[adapter]), model))
	}
}

const goodSurface = `// Package xadapter brings a CORS policy to x.
//
// # Where to register
//
// Anywhere.
package xadapter

// Config is [core.Config].
type Config = core.Config

// New returns middleware.
func New(cfg Config, opts ...core.Option) x.Handler { return nil }

// Middleware is [New] for a policy that exists.
func Middleware(policy *core.Policy) x.Handler { return nil }

// Install lets policies answer.
func Install(app *x.App, policy *core.Policy) {}

func hidden() {}
`

func TestRuleSurface(t *testing.T) {
	tests := map[string]struct {
		old, replacement string
		want             []string
	}{
		"good":               {"", "", nil},
		"another result":     {"x.Handler", "http.Handler", nil},
		"another function":   {"hidden", "Default", []string{"exports Default"}},
		"another method":     {"hidden", "(Policy) Shown", []string{"exports Policy.Shown"}},
		"a pointer's method": {"hidden", "(p *Policy[T]) Shown", []string{"exports Policy.Shown"}},
		"a hidden method":    {"hidden", "(policy) Shown", nil},
		"gin's own":          {"hidden", "(*Groups) Group", []string{"exports Groups.Group"}},
		"no Install":         {"Install(", "install(", []string{"does not export Install"}},
		"another variable":   {"func hidden() {}", "var Debug, quiet bool", []string{"exports Debug"}},
		"another type":       {"func hidden() {}", "type Handler x.Handler", []string{"exports Handler"}},
		"Config missing":     {"type Config = core.Config", "", []string{"does not export Config"}},
		"another parameter":  {"opts ...core.Option", "debug bool", []string{"New takes func(cfg Config, debug bool)"}},
		"other words":        {"returns middleware", "makes a handler", []string{"documents New in its own words"}},
		"another synopsis":   {"brings a CORS policy to", "is for", []string{"begins its documentation"}},
		"another package":    {"Package xadapter", "Package ginadapter", []string{"begins its documentation"}},
		"no place":           {"# Where to register", "", []string{"where to register"}},
	}
	model := parseSurface(t, map[string]string{"x.go": goodSurface})
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			text := strings.ReplaceAll(goodSurface, test.old, test.replacement)
			if test.old == "" {
				text = goodSurface
			}
			got := parseSurface(t, map[string]string{"x.go": text, "x_test.go": "package xadapter\n\nfunc Shown() {}\n"})
			wantComplaints(t, ruleSurface("xadapter", got, model), test.want)
		})
	}
}
