package repo

import (
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestNoMachine checks that no file names a folder of one machine or a server of packages:
// the project does not depend on where it is built.
func TestNoMachine(t *testing.T) {
	machine := regexp.MustCompile(`(^|[^[:alnum:]_.~/-])/(root|home|work|Users)/|(proxy|sum)\.golang|goproxy\.|registry\.npm|deb\.debian|archive\.ubuntu|pypi\.`)
	files := 0
	for name, text := range textFiles(t) {
		files++
		if name == "internal/repo/tree_test.go" {
			continue // it has them all
		}
		for i, line := range strings.Split(text, "\n") {
			if found := machine.FindString(line); found != "" {
				t.Errorf("%s:%d: remove %q", name, i+1, found)
			}
		}
	}
	if files < 100 {
		t.Errorf("only %d files were read", files)
	}
}

// TestWorkspace checks that go.work has every module of the repository.
func TestWorkspace(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}")
	cmd.Dir = root
	cmd.Stderr = t.Output()
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	top, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for name := range textFiles(t) {
		if path.Base(name) == "go.mod" {
			want = append(want, filepath.Join(top, path.Dir(name)))
		}
	}
	got := strings.Fields(string(out))
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("go.work has the modules\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// textFiles reads the files of the repository that have no NUL. Its keys are paths with
// slashes.
func textFiles(t *testing.T) map[string]string {
	t.Helper()
	texts := make(map[string]string)
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (name == ".git" || d.Name() == "node_modules"):
			return fs.SkipDir
		case !d.Type().IsRegular(), name == ".git": // a file in a worktree
			return nil
		}
		data, err := os.ReadFile(filepath.Join(root, name))
		if text := string(data); !strings.Contains(text, "\x00") {
			texts[name] = text
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return texts
}
