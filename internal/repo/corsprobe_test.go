//go:build unix

package repo

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/internal/programs"
)

// TestCorsprobeLines checks that the configurations which corsprobe proposes for libraries
// in Go compile, with the libraries that the workshop requires.
func TestCorsprobeLines(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	var report struct {
		Results []struct {
			Write []struct{ Server, Write string }
		}
	}
	exit := new(exec.ExitError)
	out, err := exec.CommandContext(t.Context(), programs.Corsprobe(t), "--json", "--origin", "https://app.example.com", "--credentials",
		"-X", "PUT", "-H", "Content-Type: application/json", server.URL).Output()
	if !errors.As(err, &exit) || exit.ExitCode() != 1 {
		t.Fatalf("%v: %s", err, out)
	}
	if err := json.Unmarshal(out, &report); err != nil {
		t.Fatal(err)
	}
	// For a preflight that has no route, each library has a line to register it, and its fields.
	fields := regexp.MustCompile(`(?m)^\w+\.\w*(?:Config|Options)\{.*\}$`)
	checked := 0
	for _, w := range report.Results[0].Write {
		for _, path := range map[string][]string{
			"corsuite":    {"github.com/corsuite/corsuite/core"},
			"gin-contrib": {"github.com/gin-contrib/cors"},
			"echo":        {"github.com/labstack/echo/v4/middleware", "github.com/labstack/echo/v5/middleware"},
			"fiber":       {"github.com/gofiber/fiber/v3/middleware/cors"},
			"fiber-v2":    {"github.com/gofiber/fiber/v2/middleware/cors"},
			"rs/cors":     {"github.com/rs/cors"},
		}[w.Server] {
			config := fields.FindString(w.Write)
			if config == "" {
				t.Errorf("%s: %q has no configuration", w.Server, w.Write)
				continue
			}
			checked++
			file := filepath.Join(t.TempDir(), "main.go")
			source := fmt.Sprintf("package main\n\nimport %q\n\nfunc main() { _ = %s }\n", path, config)
			if err := os.WriteFile(file, []byte(source), 0o600); err != nil {
				t.Fatal(err)
			}
			vet := exec.CommandContext(t.Context(), "go", "vet", file)
			vet.Dir, vet.Env = root, append(os.Environ(), "GOWORK=off")
			if out, err := vet.CombinedOutput(); err != nil {
				t.Errorf("%s: %v: %s\n%s", w.Server, err, strings.TrimSpace(string(out)), source)
			}
		}
	}
	if checked != 7 {
		t.Errorf("%d configurations were checked, want 7", checked)
	}
}
