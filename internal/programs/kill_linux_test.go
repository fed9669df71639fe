package programs

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
	"testing"
)

// After Kill, no process of the browser remains, not even its crash handlers.
func TestKillEndsAllProcesses(t *testing.T) {
	for _, e := range Engines() {
		t.Run(e.Model.String(), func(t *testing.T) {
			t.Parallel()
			p := e.Prepare(t)
			c := Open(t.Context(), t, ServePages(t), p)
			if len(groups(p.Home)) == 0 {
				t.Fatal("groups did not find the running browser")
			}
			c.Process.Kill()
			if left := groups(p.Home); len(left) != 0 {
				t.Errorf("the process groups %v still exist", left)
			}
			if err := syscall.Kill(-c.Process.cmd.Process.Pid, 0); err != syscall.ESRCH {
				t.Errorf("the process group of the browser still exists: %v", err)
			}
		})
	}
}

// helper is an environment variable. It makes TestHelper start the engine with this name,
// for TestBrowserEndsWithKilledTest.
const helper = "CORSUITE_BROWSER_HELPER"

// If a test is killed, it cannot clean up. No process of its browser remains anyway.
func TestBrowserEndsWithKilledTest(t *testing.T) {
	if err := adoptOrphans(); err != nil {
		t.Fatal(err)
	}
	for _, e := range Engines() {
		t.Run(e.Model.String(), func(t *testing.T) {
			t.Parallel()
			e.Prepare(t) // skips the test if the browser is not installed
			folder := NewHome(t)
			cmd := exec.Command(os.Args[0], "-test.run=^TestHelper$")
			cmd.Env = append(os.Environ(), helper+"="+e.Model.String(), "TMPDIR="+folder)
			cmd.Stderr = os.Stderr
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			output := bufio.NewReader(out)
			first, _ := output.ReadString('\n') // after an error, first is incomplete
			running := groups(folder)
			if first != helper+"\n" || len(running) == 0 {
				rest, _ := io.ReadAll(output)
				t.Errorf("the helper did not start the browser; it printed %s%s", first, rest)
			}
			if err := cmd.Process.Kill(); err != nil {
				t.Error(err)
			}
			_ = cmd.Wait() // returns the error of the kill
			ended := make(chan struct{})
			go func() {
				defer close(ended)
				for _, group := range running {
					waitGroup(group)
				}
			}()
			ctx, cancel := context.WithTimeout(t.Context(), Patience)
			defer cancel()
			select {
			case <-ended:
			case <-ctx.Done():
				t.Errorf("the process groups %v still exist", groups(folder))
				for _, group := range running {
					_ = syscall.Kill(-group, syscall.SIGKILL) // fails for groups that have ended
				}
				<-ended
			}
		})
	}
}

// TestHelper starts a browser and blocks until it is killed. Without the variable helper it
// does nothing.
func TestHelper(t *testing.T) {
	for _, e := range Engines() {
		if e.Model.String() == os.Getenv(helper) {
			Open(t.Context(), t, ServePages(t), e.Prepare(t))
			fmt.Println(helper)
			select {}
		}
	}
}
