package repo

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/internal/release/modules"
)

// TestVersions compares the table of docs/versions.md with the modules: the lowest versions
// are those that the adapters require, and the newest are those of the workshop.
func TestVersions(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(root, "docs", "versions.md"))
	if err != nil {
		t.Fatal(err)
	}
	rows := regexp.MustCompile("(?m)^\\| `.*adapter`.*$").FindAllString(string(page), -1)
	dirs, err := filepath.Glob(filepath.Join(root, "*adapter"))
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no adapters: %v", err)
	}
	newest := requirements(t, root)
	var want []string
	for _, dir := range dirs {
		for framework, lowest := range requirements(t, dir) {
			if !strings.HasPrefix(framework, "github.com/corsuite/") {
				want = append(want, fmt.Sprintf("| %#q | %#q | %s | %s |", filepath.Base(dir), framework, lowest, newest[framework]))
			}
		}
	}
	slices.Sort(want)
	if !slices.Equal(rows, want) {
		t.Errorf("docs/versions.md has\n%s\nwant\n%s", strings.Join(rows, "\n"), strings.Join(want, "\n"))
	}
}

// TestVersionsOfRivals checks that README.md compares with the versions that the workshop has.
func TestVersionsOfRivals(t *testing.T) {
	readme, newest := pages(t)["README.md"], requirements(t, root)
	for module, name := range map[string]string{
		"github.com/rs/cors":          "rs/cors ",
		"github.com/jub0bs/cors":      "jub0bs/cors ",
		"github.com/gin-contrib/cors": "gin-contrib/cors ",
		"github.com/go-chi/cors":      "go-chi/cors ",
		"github.com/labstack/echo/v4": "echo ",
		"github.com/labstack/echo/v5": " and ",
		"github.com/gofiber/fiber/v2": "fiber ",
		"github.com/gofiber/fiber/v3": " and ",
	} {
		version := strings.TrimPrefix(newest[module], "v")
		if version == "" || !strings.Contains(readme, name+version) {
			t.Errorf("README.md lacks %q", name+version)
		}
	}
}

// requirements returns the versions that a module requires directly.
func requirements(t *testing.T, dir string) map[string]string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "mod", "edit", "-json", filepath.Join(dir, "go.mod")).Output()
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Require []struct {
			Path, Version string
			Indirect      bool
		}
	}
	if err := json.Unmarshal(out, &file); err != nil {
		t.Fatal(err)
	}
	versions := make(map[string]string)
	for _, r := range file.Require {
		if !r.Indirect {
			versions[r.Path] = r.Version
		}
	}
	return versions
}

// released returns the folders of the modules that users require.
func released(t *testing.T) []string {
	t.Helper()
	r, err := modules.Read(root)
	if err != nil {
		t.Fatal(err)
	}
	return r.Published
}
