package repo

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

const modulePrefix = "github.com/corsuite/corsuite"

// root is the repository, seen from the folder in which go test runs.
const root = "../.."

// adapters maps each adapter to the framework that it alone may require.
func adapters() map[string]string {
	return map[string]string{
		"chiadapter":   "github.com/go-chi/chi/v5",
		"echoadapter":  "github.com/labstack/echo/v4",
		"fiberadapter": "github.com/gofiber/fiber/v2",
		"ginadapter":   "github.com/gin-gonic/gin",
	}
}

// obeyed fails the test for every complaint about the repository as it is.
func obeyed(t *testing.T, complaints []string) {
	t.Helper()
	for _, c := range complaints {
		t.Error(c)
	}
}

// wantComplaints checks a rule against made-up data. Each complaint has to
// contain the text at its place.
func wantComplaints(t *testing.T, got, want []string) {
	t.Helper()
	if !slices.EqualFunc(got, want, strings.Contains) {
		t.Errorf("complaints:\n\t%s\nwant, in part:\n\t%s",
			strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

// texts reads every text file of the repository, by its path with slashes. The
// files are opened here, not by a command, so that the test's cached result
// goes stale when one changes.
func texts(t *testing.T) map[string]string {
	t.Helper()
	files := make(map[string]string)
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.Name() == ".git":
			return skip(d)
		case !d.Type().IsRegular():
			return nil
		}
		content, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil // it was there for a moment
		}
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		if !utf8.Valid(content) {
			content = nil
		}
		files[filepath.ToSlash(name)] = string(content)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// skip leaves .git out, which is a file in a second work tree.
func skip(d fs.DirEntry) error {
	if d.IsDir() {
		return filepath.SkipDir
	}
	return nil
}

// withSuffix returns the files whose names end so.
func withSuffix(files map[string]string, suffix string) map[string]string {
	some := make(map[string]string)
	for name, content := range files {
		if strings.HasSuffix(name, suffix) {
			some[name] = content
		}
	}
	return some
}

// goCommand runs the go command in a module of the repository, as someone who
// has that module alone, and returns what it prints.
func goCommand(t *testing.T, dir string, args ...string) []byte {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, stderr.Bytes())
	}
	return out
}
