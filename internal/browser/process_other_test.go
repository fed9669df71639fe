//go:build !linux

package browser

import (
	"os/exec"
	"testing"
)

// process is a program together with everything it starts.
type process struct {
	log    string
	exited chan struct{}
}

// launch is never reached: the engines are looked for where Debian has them.
func launch(t *testing.T, _ string, _ *exec.Cmd) *process {
	t.Helper()
	t.Fatal("browsers are started on Linux only")
	return nil
}

func (*process) kill() {}
