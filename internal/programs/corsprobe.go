package programs

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Corsprobe builds corsprobe, and returns its path. The test is in a folder below internal.
func Corsprobe(t *testing.T) string {
	t.Helper()
	root, program := filepath.Join("..", ".."), filepath.Join(t.TempDir(), "corsprobe")
	for _, module := range []string{"corsprobe", "configfile", "core"} {
		// The go command repeats a test if a file has changed that the test itself looks at.
		if err := filepath.WalkDir(filepath.Join(root, module), func(file string, _ fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			_, err = os.Stat(file)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".")
	build.Dir = filepath.Join(root, "corsprobe")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return program
}
