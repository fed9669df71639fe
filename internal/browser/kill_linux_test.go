package browser

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

// Nothing is left of a browser that was killed, down to its crash handlers.
func TestKill(t *testing.T) {
	for _, e := range engines() {
		t.Run(e.model.String(), func(t *testing.T) {
			t.Parallel()
			p := e.prepare(t)
			c := open(t.Context(), t, newLab(t, nil), p)
			if len(groups(p.home)) == 0 {
				t.Fatal("the browser is running, but is not found")
			}
			c.process.kill()
			if left := groups(p.home); len(left) != 0 {
				t.Errorf("process groups %v are left", left)
			}
			if err := syscall.Kill(-c.process.cmd.Process.Pid, 0); err != syscall.ESRCH {
				t.Errorf("somebody is left in the browser's own process group: %v", err)
			}
		})
	}
}

// helper names the variable that makes TestHelper the helper of TestKilledTest,
// with the engine that it is to start.
const helper = "CORSUITE_BROWSER_HELPER"

// Nothing is left of a browser whose test was killed, and could not clean up.
func TestKilledTest(t *testing.T) {
	if err := adoptOrphans(); err != nil {
		t.Fatal(err)
	}
	for _, e := range engines() {
		t.Run(e.model.String(), func(t *testing.T) {
			t.Parallel()
			e.prepare(t) // skips where there is no such browser
			folder := newHome(t)
			cmd := exec.Command(os.Args[0], "-test.run=^TestHelper$")
			cmd.Env = append(os.Environ(), helper+"="+e.model.String(), "TMPDIR="+folder)
			cmd.Stderr = os.Stderr
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			said := bufio.NewReader(out)
			first, _ := said.ReadString('\n') // the error shows in what is missing
			running := groups(folder)
			if first != helper+"\n" || len(running) == 0 {
				rest, _ := io.ReadAll(said)
				t.Errorf("the helper has not started the browser, but says %s%s", first, rest)
			}
			if err := cmd.Process.Kill(); err != nil {
				t.Error(err)
			}
			_ = cmd.Wait() // it was killed
			buried := make(chan struct{})
			go func() {
				defer close(buried)
				for _, group := range running {
					bury(group)
				}
			}()
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			select {
			case <-buried:
			case <-ctx.Done():
				t.Errorf("process groups %v are left", groups(folder))
				for _, group := range running {
					_ = syscall.Kill(-group, syscall.SIGKILL) // fails for those that are not
				}
				<-buried
			}
		})
	}
}

// TestHelper starts a browser and waits to be killed.
func TestHelper(t *testing.T) {
	for _, e := range engines() {
		if e.model.String() == os.Getenv(helper) {
			open(t.Context(), t, newLab(t, nil), e.prepare(t))
			fmt.Println(helper)
			select {}
		}
	}
}
