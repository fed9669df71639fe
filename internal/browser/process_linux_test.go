package browser

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

// process is a program together with everything it starts.
type process struct {
	cmd    *exec.Cmd
	home   string        // its HOME, which nothing else has
	log    string        // the file with what it prints
	exited chan struct{} // closed once the program itself has ended
	once   sync.Once
}

// launch starts a program that ends with the test at the latest, even if the
// test is killed. home is the program's HOME; no other program may share it.
func launch(t *testing.T, home string, cmd *exec.Cmd) *process {
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
	p := &process{cmd: cmd, home: home, log: log.Name(), exited: make(chan struct{})}
	started := make(chan error)
	go func() {
		// The death signal comes when the thread ends that started the program.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait() // the log says more than the status
			close(p.exited)
		}
	}()
	if err := <-started; err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.kill)
	return p
}

// kill ends the program and everything it has started, and returns when all of
// it is gone.
func (p *process) kill() { p.once.Do(p.killAll) }

func (p *process) killAll() {
	all := append(groups(p.home), p.cmd.Process.Pid)
	for _, group := range all {
		_ = syscall.Kill(-group, syscall.SIGKILL) // fails if nobody is left
	}
	<-p.exited
	for _, group := range all {
		bury(group)
	}
}

// groups returns the process groups of everything whose HOME is that folder, or
// below it. Crash handlers have it, which leave the group of their program.
// Others overwrite where it stands, but stay in the group.
func groups(home string) (all []int) {
	environments, _ := filepath.Glob("/proc/[0-9]*/environ") // the pattern is well-formed
	for _, path := range environments {
		content, err := os.ReadFile(path)
		if err != nil || !bytes.Contains(content, []byte("\x00HOME="+home+"\x00")) && !bytes.Contains(content, []byte("\x00HOME="+home+"/")) {
			continue // a process that has ended meanwhile, or another's
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

// bury waits until every process of a group has ended. Whoever loses its parent
// becomes a child of this process, so there is somebody to wait for as long as
// anybody lives.
func bury(group int) {
	for {
		if _, err := syscall.Wait4(-group, nil, 0, nil); err != nil && !errors.Is(err, syscall.EINTR) {
			return
		}
	}
}

// adoptOrphans makes this process the parent of those below it that lose theirs.
func adoptOrphans() error {
	const setChildSubreaper = 36 // prctl(2), PR_SET_CHILD_SUBREAPER
	if _, _, errno := syscall.RawSyscall(syscall.SYS_PRCTL, setChildSubreaper, 1, 0); errno != 0 {
		return os.NewSyscallError("prctl", errno)
	}
	return nil
}
