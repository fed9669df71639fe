package repo

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestInlining holds what the compiler makes of the small functions that every
// request goes through: each call more would be a tenth of what CORS costs. That
// nothing escapes to the heap is held by the counts of internal/bench.
func TestInlining(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), "go", "build", "-gcflags=-m", ".")
	cmd.Dir = filepath.Join(root, "core")
	said, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	for _, name := range []string{
		"(*Policy).Watched", "(*Request).preflight", "(*originSet).listed", "(*answer).to",
		"Decision.Status", "Decision.Len", "Decision.Header", "Decision.Vary",
	} {
		if !strings.Contains(string(said), ": can inline "+name+"\n") {
			t.Errorf("the compiler does not inline %s", name)
		}
	}
}
