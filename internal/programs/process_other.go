//go:build !linux

package programs

import (
	"os/exec"
	"testing"
)

// Process is a program with all its child processes.
type Process struct {
	Log    string
	Exited chan struct{}
}

// launch is never called, because Find looks for engines only where Debian installs them.
func launch(t *testing.T, _ string, _ *exec.Cmd) *Process {
	t.Helper()
	t.Fatal("this test can start browsers only on Linux")
	return nil
}

func (*Process) Kill() {}
