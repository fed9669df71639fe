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
	if !strings.Contains(string(said), "inlining call to origins.(*Set).Listed\n") {
		t.Error("the compiler does not inline the lookup of a listed origin")
	}
	for _, name := range []string{
		"(*Policy).Watched", "(*Request).preflight", "(*answer).to",
		"Decision.Status", "Decision.Len", "Decision.Header", "Decision.Vary",
	} {
		if !strings.Contains(string(said), ": can inline "+name+"\n") {
			t.Errorf("the compiler does not inline %s", name)
		}
	}
}
