package repo

import (
	"go/doc/comment"
	"path/filepath"
	"strings"
	"testing"
)

// TestPackageComments checks that the comment of each package for users begins with an
// example that compiles. pkg.go.dev shows it first.
func TestPackageComments(t *testing.T) {
	names := "var (policy *core.Policy; mux *http.ServeMux; cfg core.Config; ctx context.Context; t *testing.T; handler http.Handler; tenants interface { Has(context.Context, string) (bool, error) }; newRouter func() http.Handler)"
	dirs := []string{"core", "core/browser", "core/corstest", "core/nethttp", "core/origincache", "configfile"}
	for _, name := range released(t) {
		if strings.HasSuffix(name, "adapter") {
			dirs = append(dirs, name)
		}
	}
	all := newChecker(t, []given{{"", names}})
	for _, dir := range dirs {
		t.Run(dir, func(t *testing.T) {
			text, _ := surface(t, filepath.Join(root, dir))
			code := firstCode(text)
			if code == "" {
				t.Fatal("the package comment has no code in its first three paragraphs")
			}
			c := *all
			for adapter, newer := range map[string][2]string{
				"echov5adapter":  {"labstack/echo/v4", "labstack/echo/v5"},
				"fiberv3adapter": {"gofiber/fiber/v2", "gofiber/fiber/v3"},
			} {
				if dir == adapter {
					c.imports = strings.ReplaceAll(c.imports, newer[0]+`"`, newer[1]+`"`)
				}
			}
			for _, err := range c.check(snippet{block: block{page: dir, line: 1, code: code}}) {
				t.Error(err)
			}
		})
	}
}

// firstCode returns the code among the first three blocks of a comment.
func firstCode(text string) string {
	blocks := new(comment.Parser).Parse(text).Content
	for _, b := range blocks[:min(3, len(blocks))] {
		if code, ok := b.(*comment.Code); ok {
			return code.Text
		}
	}
	return ""
}
