package repo

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestAdapterSurface checks that all adapters have the same API, with the same
// documentation: a user who changes the router changes only the import and the
// types of the router.
func TestAdapterSurface(t *testing.T) {
	own := map[string][]string{
		// gin does not expose a route's middleware, so Install relies on what Group recorded.
		"ginadapter": {"Groups", "Groups.Group"},
		// fiber's error handler may reset a response, and its requests are not net/http's.
		"fiberadapter":   {"CheckOrigin", "ErrorHandler"},
		"fiberv3adapter": {"CheckOrigin", "ErrorHandler"},
	}
	dirs, err := filepath.Glob(filepath.Join(root, "*adapter"))
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no adapters: %v", err)
	}
	_, model := surface(t, filepath.Join(root, "ginadapter"))
	for _, dir := range dirs {
		adapter := filepath.Base(dir)
		t.Run(adapter, func(t *testing.T) {
			text, names := surface(t, dir)
			if !strings.Contains(text, "\n# Where to register\n") {
				t.Error(`the package comment has no section "Where to register"`)
			}
			first := strings.Join(strings.SplitN(text, "\n", 11)[:10], "\n")
			for _, want := range []string{
				"\t" + `AllowOrigins: []string{"https://app.example.com"},` + "\n",
				"\t" + `AllowHeaders: []string{"Content-Type"}, // for JSON` + "\n",
				"\nIf a browser blocks a page, slog.Default has the reason and what to change:",
			} {
				if !strings.Contains(first, want) {
					t.Errorf("the first ten lines of the package comment lack %q:\n%s", want, first)
				}
			}
			got := slices.Sorted(maps.Keys(names))
			want := slices.Sorted(slices.Values(append(own[adapter], "Config", "Install", "KeepCORS", "Middleware", "New")))
			if !slices.Equal(got, want) {
				t.Errorf("exports %q, want %q", got, want)
			}
			for _, name := range []string{"Config", "Middleware", "New"} {
				if names[name] != model[name] {
					t.Errorf("%s differs from ginadapter's:\n%s\nwant\n%s", name, names[name], model[name])
				}
			}
		})
	}
}

// surface returns the package comment, and the documentation of each exported
// name. The documentation of a function includes its parameters, but not its
// result, whose type is the router's.
func surface(t *testing.T, dir string) (text string, names map[string]string) {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var files []*ast.File
	fset := token.NewFileSet()
	for _, name := range all {
		f, err := parser.ParseFile(fset, name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	pkg, err := doc.NewFromFiles(fset, files, dir)
	if err != nil {
		t.Fatal(err)
	}
	names = make(map[string]string)
	add := func(prefix string, funcs []*doc.Func) {
		for _, f := range funcs {
			names[prefix+f.Name] = types.ExprString(&ast.FuncType{Params: f.Decl.Type.Params}) + "\n" + f.Doc
		}
	}
	addValues := func(values []*doc.Value) {
		for _, v := range values {
			for _, name := range v.Names {
				names[name] = v.Doc
			}
		}
	}
	add("", pkg.Funcs)
	addValues(slices.Concat(pkg.Consts, pkg.Vars))
	for _, typ := range pkg.Types {
		names[typ.Name] = typ.Doc
		add("", typ.Funcs)
		add(typ.Name+".", typ.Methods)
		addValues(slices.Concat(typ.Consts, typ.Vars))
	}
	return pkg.Doc, names
}
