package repo

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestInlining checks that the compiler inlines the small functions that run for
// every request. One more call would add a tenth to the time of a decision.
func TestInlining(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), "go", "build", "-gcflags=-m", ".")
	cmd.Dir = filepath.Join(root, "core")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if !strings.Contains(string(out), "inlining call to origins.(*Set).Listed\n") {
		t.Error("the compiler does not inline the lookup of a listed origin")
	}
	for _, name := range []string{
		"(*Request).preflight", "(*answer).to",
		"Decision.Status", "Decision.Len", "Decision.Header", "Decision.Vary",
	} {
		if !strings.Contains(string(out), ": can inline "+name+"\n") {
			t.Errorf("the compiler does not inline %s", name)
		}
	}
}
