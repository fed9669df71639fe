package repo

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/parser"
	"go/token"
	"io"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// dependency is a package that `go list -deps -json` names.
type dependency struct {
	ImportPath string
	Standard   bool
	Module     struct{ Path string }
}

// dependencies lists what the packages of a module need, all the way down.
func dependencies(t *testing.T, module string) (deps []dependency) {
	t.Helper()
	list := goCommand(t, filepath.Join(root, module), "list", "-deps", "-json=ImportPath,Standard,Module", "./...")
	dec := json.NewDecoder(bytes.NewReader(list))
	for {
		var d dependency
		err := dec.Decode(&d)
		if errors.Is(err, io.EOF) {
			return deps
		}
		if err != nil {
			t.Fatal(err)
		}
		deps = append(deps, d)
	}
}

// ruleDependencies: beyond the standard library, packages need no module but
// those allowed.
func ruleDependencies(deps []dependency, modules ...string) (complaints []string) {
	for _, d := range deps {
		if !d.Standard && !slices.Contains(modules, d.Module.Path) {
			complaints = append(complaints, d.ImportPath+" of "+d.Module.Path)
		}
	}
	return complaints
}

// ruleOneFramework: whoever imports one adapter gets no other framework and no
// other CORS library.
func ruleOneFramework(adapter string, deps []dependency) (complaints []string) {
	others := []string{"github.com/rs/cors", "github.com/go-chi/cors", "github.com/gin-contrib/cors"}
	for name, framework := range adapters() {
		if name != adapter {
			others = append(others, framework, modulePrefix+"/"+name)
		}
	}
	for _, d := range deps {
		if slices.Contains(others, d.Module.Path) {
			complaints = append(complaints, adapter+": needs "+d.ImportPath)
		}
	}
	return complaints
}

func TestDependencies(t *testing.T) {
	deps := dependencies(t, "core")
	obeyed(t, ruleDependencies(deps, modulePrefix+"/core", "golang.org/x/net", "golang.org/x/text"))
	for adapter := range adapters() {
		obeyed(t, ruleOneFramework(adapter, dependencies(t, adapter)))
	}
}

func TestDependencyRules(t *testing.T) {
	gin := dependency{ImportPath: "github.com/gin-gonic/gin/binding"}
	gin.Module.Path = "github.com/gin-gonic/gin"
	adapter := dependency{ImportPath: modulePrefix + "/ginadapter"}
	adapter.Module.Path = adapter.ImportPath
	http := dependency{ImportPath: "net/http", Standard: true}
	deps := []dependency{http, gin, adapter}

	wantComplaints(t, ruleDependencies(deps, modulePrefix+"/ginadapter"), []string{"gin/binding of github.com/gin-gonic/gin"})
	wantComplaints(t, ruleOneFramework("ginadapter", deps), nil)
	wantComplaints(t, ruleOneFramework("chiadapter", deps), []string{"gin/binding", "/ginadapter"})
}

// imports lists what a file imports, whatever the platform.
func imports(t *testing.T, name, content string) (paths []string) {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), name, content, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range f.Imports {
		p, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, p)
	}
	return paths
}

// ruleUnsafe: only fiber hands out memory that has to be read in place.
func ruleUnsafe(name string, paths []string) (complaints []string) {
	if slices.Contains(paths, "unsafe") && path.Dir(name) != "fiberadapter" {
		complaints = append(complaints, name+": imports unsafe")
	}
	return complaints
}

// ruleNoServer: the policy knows no server; that is for core/nethttp and the
// adapters. (The public suffix list drags net/http in, but nothing here uses it.)
func ruleNoServer(name string, paths []string) (complaints []string) {
	if path.Dir(name) != "core" || strings.HasSuffix(name, "_test.go") {
		return nil
	}
	for _, p := range paths {
		if within(p, "net/http") {
			complaints = append(complaints, name+": imports "+p)
		}
	}
	return complaints
}

// ruleAdapterImports: an adapter's own code stands between core and its
// framework, and needs nothing else.
func ruleAdapterImports(name string, paths []string) (complaints []string) {
	framework, ok := adapters()[path.Dir(name)]
	if !ok || strings.HasSuffix(name, "_test.go") {
		return nil
	}
	for _, p := range paths {
		domain, _, _ := strings.Cut(p, "/")
		if strings.Contains(domain, ".") && !within(p, framework) && !within(p, modulePrefix+"/core") {
			complaints = append(complaints, name+": imports "+p)
		}
	}
	return complaints
}

// within reports whether a package belongs to a module.
func within(pkg, module string) bool {
	return pkg == module || strings.HasPrefix(pkg, module+"/")
}

func TestImports(t *testing.T) {
	files := withSuffix(texts(t), ".go")
	for _, name := range slices.Sorted(maps.Keys(files)) {
		paths := imports(t, name, files[name])
		obeyed(t, ruleUnsafe(name, paths))
		obeyed(t, ruleNoServer(name, paths))
		obeyed(t, ruleAdapterImports(name, paths))
	}
}

func TestImportRules(t *testing.T) {
	paths := imports(t, "x.go", `package x

import (
	"net/http/httptest"
	_ "unsafe"

	"github.com/corsuite/corsuite/core/nethttp"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)
`)
	wantComplaints(t, ruleUnsafe("core/origin.go", paths), []string{"core/origin.go: imports unsafe"})
	wantComplaints(t, ruleUnsafe("core/origin.go", paths[2:]), nil)
	wantComplaints(t, ruleUnsafe("fiberadapter/fasthttp.go", paths), nil)
	wantComplaints(t, ruleNoServer("core/origin.go", paths), []string{"core/origin.go: imports net/http/httptest"})
	wantComplaints(t, ruleNoServer("core/origin.go", paths[1:]), nil)
	wantComplaints(t, ruleNoServer("core/origin_test.go", paths), nil)
	wantComplaints(t, ruleNoServer("core/nethttp/nethttp.go", paths), nil)
	wantComplaints(t, ruleAdapterImports("chiadapter/chi.go", paths), []string{"gofiber/fiber", "valyala/fasthttp"})
	wantComplaints(t, ruleAdapterImports("chiadapter/chi_test.go", paths), nil)
	wantComplaints(t, ruleAdapterImports("fiberadapter/fiber.go", paths), []string{"go-chi/chi", "valyala/fasthttp"})
}
