//go:build linux

package main

import (
	"os/exec"
	"runtime"
	"syscall"
	"testing"
)

// process is a program that a test has started. The kernel kills it if the test is killed.
type process struct {
	*exec.Cmd
	ended chan error
}

func begin(tb testing.TB, cmd *exec.Cmd) *process {
	tb.Helper()
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = new(syscall.SysProcAttr)
	}
	cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL
	started, ended := make(chan error), make(chan error, 1)
	go func() {
		// The kernel sends Pdeathsig when the thread that started the program ends.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			ended <- cmd.Wait()
		}
	}()
	if err := <-started; err != nil {
		tb.Fatal(err)
	}
	return &process{cmd, ended}
}

// end sends a signal, and waits until the process has ended.
func (p *process) end(tb testing.TB, signal syscall.Signal) {
	tb.Helper()
	if err := p.Process.Signal(signal); err != nil {
		tb.Fatal(err)
	}
	<-p.ended
}
