package neighbours

import (
	"fmt"
	"go/ast"
	"go/parser"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/nethttp"
)

const recipesPage = "connect-grpc-web-mcp.md"

// recipe is a section of the page of the recipes.
type recipe struct {
	heading string
	// handler is the server, without a policy.
	handler func(*testing.T) http.Handler
	// session does everything that the section promises, in a page.
	session func(t *testing.T, url string) error
}

// TestRecipes runs each session with the Config of its section, and without each entry of
// that Config. The table of the section names the entries, and what the client in the page
// reports without them.
func TestRecipes(t *testing.T) {
	for _, r := range []recipe{connectRecipe(), grpcWebRecipe(), mcpRecipe()} {
		t.Run(r.heading, func(t *testing.T) {
			section := section(t, r.heading)
			cfg := configOf(t, section)
			if err := r.run(t, cfg); err != nil {
				t.Errorf("with the recipe: %v", err)
			}
			documented := make(map[string]string)
			for _, cells := range rows(t, section, "| entry |") {
				documented[strings.Trim(cells[0], "`")] = strings.Trim(cells[2], "`")
			}
			for entry, without := range entriesOf(cfg) {
				want, found := documented[entry]
				delete(documented, entry)
				err := r.run(t, without)
				if !found || want == "" || err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("without %s, the page says %q and the client reports: %v", entry, want, err)
				}
			}
			for entry := range documented {
				t.Errorf("the table has the entry %s, which is not in the Config", entry)
			}
		})
	}
}

// run starts the server behind a policy, and runs the session.
func (r recipe) run(t *testing.T, cfg core.Config) error {
	t.Helper()
	policy, err := core.NewPolicy(cfg, core.WithLogger(nil))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(nethttp.Middleware(policy)(r.handler(t)))
	defer server.Close()
	return r.session(t, server.URL)
}

// section returns the part of the page below a heading.
func section(t *testing.T, heading string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(documentation, recipesPage))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(text), "\n## "+heading+"\n")
	if !found {
		t.Fatalf("%s has no section %q", recipesPage, heading)
	}
	part, _, _ := strings.Cut(rest, "\n## ")
	return part
}

// configOf returns the first Config in the Go blocks of a section.
func configOf(t *testing.T, section string) core.Config {
	t.Helper()
	_, rest, found := strings.Cut(section, "core.Config{")
	literal, _, closed := strings.Cut(rest, "\n}")
	if !found || !closed {
		t.Fatal("the section has no core.Config")
	}
	expr, err := parser.ParseExpr("core.Config{" + literal + "\n}")
	if err != nil {
		t.Fatal(err)
	}
	var cfg core.Config
	for _, element := range expr.(*ast.CompositeLit).Elts {
		pair := element.(*ast.KeyValueExpr)
		field := reflect.ValueOf(&cfg).Elem().FieldByName(pair.Key.(*ast.Ident).Name)
		switch value := pair.Value.(type) {
		case *ast.Ident:
			field.SetBool(value.Name == "true")
		case *ast.CompositeLit:
			for _, e := range value.Elts {
				s, err := strconv.Unquote(e.(*ast.BasicLit).Value)
				if err != nil {
					t.Fatal(err)
				}
				field.Set(reflect.Append(field, reflect.ValueOf(s)))
			}
		default:
			t.Fatalf("the Config has a %T", value)
		}
	}
	return cfg
}

// entriesOf returns for each entry of cfg, such as `AllowHeaders: Content-Type`, a Config
// without it. Without AllowOrigins, a Config is an error.
func entriesOf(cfg core.Config) map[string]core.Config {
	entries := make(map[string]core.Config)
	for i := range reflect.TypeFor[core.Config]().NumField() {
		name := reflect.TypeFor[core.Config]().Field(i).Name
		switch value := reflect.ValueOf(cfg).Field(i).Interface().(type) {
		case bool:
			if value {
				without := cfg
				reflect.ValueOf(&without).Elem().Field(i).SetBool(false)
				entries[name] = without
			}
		case []string:
			for n, entry := range value {
				if name == "AllowOrigins" {
					continue
				}
				without := cfg
				rest := slices.Delete(slices.Clone(value), n, n+1)
				reflect.ValueOf(&without).Elem().Field(i).Set(reflect.ValueOf(rest))
				entries[fmt.Sprintf("%s: %s", name, entry)] = without
			}
		}
	}
	return entries
}
