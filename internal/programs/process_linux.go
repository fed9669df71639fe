package programs

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"testing"
)

// Process is a program with all its child processes.
type Process struct {
	cmd    *exec.Cmd
	home   string        // HOME of the program and its children only
	Log    string        // the file with its output
	Exited chan struct{} // closed when the program itself has ended
	once   sync.Once
}

// launch starts a program. It ends when the test ends, even if the test is killed. home is
// the HOME of the program; no other program may have it.
func launch(t *testing.T, home string, cmd *exec.Cmd) *Process {
	t.Helper()
	if err := adoptOrphans(); err != nil {
		t.Fatal(err)
	}
	log, err := os.Create(filepath.Join(home, "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	p := &Process{cmd: cmd, home: home, Log: log.Name(), Exited: make(chan struct{})}
	started := make(chan error)
	go func() {
		// The kernel sends Pdeathsig when the thread that started the program ends.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait() // the status adds nothing to the log
			close(p.Exited)
		}
	}()
	if err := <-started; err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Kill)
	return p
}

// Kill kills the program and its children, and returns when all have ended.
func (p *Process) Kill() { p.once.Do(p.killAll) }

func (p *Process) killAll() {
	all := append(groups(p.home), p.cmd.Process.Pid)
	for _, group := range all {
		_ = syscall.Kill(-group, syscall.SIGKILL) // fails if all processes have ended
	}
	<-p.Exited
	for _, group := range all {
		waitGroup(group)
	}
}

// groups returns the groups of all processes whose HOME is home or below it. This finds
// crash handlers, which leave the group of their program. Some other children overwrite
// their environment, but they stay in the group.
func groups(home string) (all []int) {
	environments, _ := filepath.Glob("/proc/[0-9]*/environ") // the pattern is well-formed
	for _, path := range environments {
		content, err := os.ReadFile(path)
		if err != nil || !bytes.Contains(content, []byte("\x00HOME="+home+"\x00")) && !bytes.Contains(content, []byte("\x00HOME="+home+"/")) {
			continue // the process has ended, or belongs to another program
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if err != nil {
			continue
		}
		if group, err := syscall.Getpgid(pid); err == nil && !slices.Contains(all, group) {
			all = append(all, group)
		}
	}
	return all
}

// waitGroup waits until every process of a group has ended. After adoptOrphans, orphans
// are children of this process, so it can wait for them.
func waitGroup(group int) {
	for {
		if _, err := syscall.Wait4(-group, nil, 0, nil); err != nil && !errors.Is(err, syscall.EINTR) {
			return
		}
	}
}

// adoptOrphans makes this process the parent of all its descendants whose parents end.
func adoptOrphans() error {
	const setChildSubreaper = 36 // prctl(2), PR_SET_CHILD_SUBREAPER
	if _, _, errno := syscall.RawSyscall(syscall.SYS_PRCTL, setChildSubreaper, 1, 0); errno != 0 {
		return os.NewSyscallError("prctl", errno)
	}
	return nil
}
