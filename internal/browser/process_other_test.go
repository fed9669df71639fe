//go:build !linux

package browser

import (
	"os/exec"
	"testing"
)

// process is a program with all its child processes.
type process struct {
	log    string
	exited chan struct{}
}

// launch is never called, because find looks for engines only where Debian installs them.
func launch(t *testing.T, _ string, _ *exec.Cmd) *process {
	t.Helper()
	t.Fatal("this test can start browsers only on Linux")
	return nil
}

func (*process) kill() {}
