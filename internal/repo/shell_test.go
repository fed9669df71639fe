//go:build unix

package repo

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// shorter replaces parts of commands, so that they take seconds instead of minutes, or
// download nothing. Each of them has to occur in a page.
func shorter() []string {
	return []string{
		"-count 10", "-benchtime 1x",
		"'CORS/router=gin/case=^allowed$/cors=^corsuite$'", "'CORS/router=gin/case=^allowed$/cors=^corsuite$' -benchtime 1x",
		"-bench Overhead", "-bench 'Overhead/router=chi/case=^allowed$'",
		"-soak 10m", "-soak 1s",
		"go test ./internal/routes -args -probes 50000", "go test -run /chi ./internal/routes -args -probes 2000",
		"go test -race ./...", "go vet ./...",
		"go test -race -run TestSoak", "go test -run TestSoak",
		"go test -run TestPreflightsOfAPage -v -timeout 1h", "go test -list TestPreflightsOfAPage",
		"go test -run TestPlayground/Chromium", "go test -list TestPlayground",
		"go test -run TestServers", "go test -list TestServers",
		"go test ./internal/browser -run 'TestCopied$' -args -update", "go test -list TestCopied ./internal/browser",
		"CGO_ENABLED=0 go build -trimpath", "go build",
		"go run golang.org/x/perf/cmd/benchstat@v0.0.0-20250813145418-2f7363a06fe1", "cat",
	}
}

// unrun has the first lines of blocks that are parsed, but not run, and why.
func unrun() map[string]string {
	return map[string]string{
		"go get github.com/corsuite/corsuite/ginadapter":                       "TestGettingStarted does, in an empty folder",
		"go install github.com/corsuite/corsuite/corsprobe@latest":             "TestConsumers in internal/release does",
		"git switch main && git pull && .ci/run":                               "it is for a clone of the main branch",
		"go run ./internal/release":                                            "it is for a clone; its tests run it",
		"git tag -a core/v0.1.0 -m core/v0.1.0 && git push origin core/v0.1.0": "it publishes a version",
		"go test -count=1 -run TestConsumers ./internal/release -published":    "it needs a published version",
		"go list -m -u github.com/corsuite/corsuite/core@v0.1.0":               "it needs a retracted version",
		"go test -race work": ".ci/run does, in its check named tests",
		"go test -run '^$' -bench Instructions ./internal/bench": ".ci/run does, in its check named instructions",
		"createdb shop": "TestFleet in examples/tenants starts three instances",
		`curl -X PUT -H 'Authorization: Bearer secret' -d '{"origins":["https://shop.example.com"]}' localhost:8081/tenants/shop`: "TestFleet/tenants in examples/tenants does the same",
		"psql shop <<'SQL'": "TestFleet/policy in examples/tenants does the same",
		"go test -count=1 -run TestFleet/figures ./examples/tenants -args -page ../../docs/tenants.md":      "TestFleet/figures measures less without -page",
		"go test -count=1 -run TestFleet ./examples/tenants":                                                ".ci/run does, in its check named tests",
		"GOMAXPROCS=1 go run ./examples/gin > requests.log &":                                               "it needs wrk",
		"(printf 'Access-Control-Request-Headers: '; head -c 1000000 /dev/zero | tr '\\0' ,) > hostile.txt": "it does not end",
	}
}

// TestShell runs the shell blocks of all pages in a copy of the repository. Those of
// docs/getting-started.md need an empty folder; TestGettingStarted runs them.
func TestShell(t *testing.T) {
	dir := t.TempDir()
	copyRepository(t, dir)
	texts, shorter, unrun := pages(t), shorter(), unrun()
	var all strings.Builder
	for _, page := range slices.Sorted(maps.Keys(texts)) {
		if page == "docs/getting-started.md" {
			continue
		}
		s := newShell(t, dir, shorter...)
		blocks, _ := split(page, texts[page])
		for _, b := range blocks {
			if b.language != "sh" {
				continue
			}
			all.WriteString(b.code)
			first, _, _ := strings.Cut(b.code, "\n")
			first = strings.TrimSpace(first) // a block in a list is indented
			if _, ok := unrun[first]; ok {
				delete(unrun, first)
				s.parse(t, b)
				continue
			}
			began := time.Now()
			if _, err := s.run(t, b.code); err != nil {
				t.Errorf("%s:%d: %v", page, b.line, err)
			}
			t.Logf("%s:%d: %v", page, b.line, time.Since(began).Round(time.Second/10))
		}
		s.stop()
	}
	for first := range unrun {
		t.Errorf("no shell block begins with %q", first)
	}
	for i := 0; i < len(shorter); i += 2 {
		if !strings.Contains(all.String(), shorter[i]) {
			t.Errorf("no shell block contains %q", shorter[i])
		}
	}
}

// TestShellThatFails shows that TestShell can fail.
func TestShellThatFails(t *testing.T) {
	for code, want := range map[string]string{
		"true\n":                            "",
		"true\nfalse\ntrue\n":               "exit status 1",
		"false | cat\n":                     "exit status 1",
		"echo $UNSET\n":                     "unbound variable",
		"corsuite-has-no-such-program\n":    "not found",
		"curl -sf http://localhost:8080/\n": "exit status 7",
		"go run ./missing\n":                "go.mod file not found",
	} {
		s := newShell(t, t.TempDir())
		_, err := s.run(t, code)
		s.stop()
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: error %v, want %q", code, err, want)
		}
	}
}

func copyRepository(t *testing.T, dir string) {
	t.Helper()
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.Name() == ".git" && d.IsDir():
			return fs.SkipDir
		case d.Name() == ".git":
			return nil // in a worktree, this file would make the copy write into the repository
		case d.IsDir():
			return os.MkdirAll(filepath.Join(dir, name), 0o700)
		case !d.Type().IsRegular():
			return nil
		}
		content, err := fs.ReadFile(os.DirFS(root), name)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(dir, name), content, 0o700)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// shell runs blocks of commands one after the other, as a reader does. A server continues
// to run in the background until stop.
type shell struct {
	dir      string
	env      []string
	replacer *strings.Replacer
	addr     string // in the place of localhost:8080
	groups   []*exec.Cmd
	printed  string // by the last block
}

// newShell returns a shell for a folder. Its commands have the given replacements.
func newShell(t *testing.T, dir string, replacements ...string) *shell {
	t.Helper()
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	s := &shell{dir: dir, env: append(os.Environ(), "GOWORK="), addr: l.Addr().String()}
	s.replacer = strings.NewReplacer(append([]string{"localhost:8080", s.addr}, replacements...)...)
	t.Cleanup(s.stop)
	return s
}

// server matches the last line of a block that starts a server.
var server = regexp.MustCompile(`(?m)^go run (\.|\./examples/\w+)\n\z`)

// run runs a block, and returns what it prints. A block that starts a server has run when
// the server answers.
func (s *shell) run(t *testing.T, code string) (printed string, err error) {
	t.Helper()
	serves := server.MatchString(code)
	switch command := strings.TrimSpace(code); {
	case serves && strings.HasSuffix(command, "/playground"):
		_, port, _ := net.SplitHostPort(s.addr)
		code = command + " -page " + port + " -chi 0 -echo 0 -echov5 0 -fiber 0 -fiberv3 0 -gin 0 -nethttp 0"
	case serves && strings.Contains(command, "./examples/"):
		code = command + " -addr " + s.addr
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, "bash", "-eu", "-o", "pipefail", "-c", s.replacer.Replace(code))
	var out output
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = s.dir, s.env, &out, &out
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.WaitDelay = time.Second // for processes in the background that hold the output
	if err := cmd.Start(); err != nil {
		return "", err
	}
	s.groups = append(s.groups, cmd)
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for tick := time.Tick(20 * time.Millisecond); ; <-tick {
		select {
		case err := <-ended:
			if err == nil && serves {
				err = errors.New("the server has ended")
			}
			if err != nil && !errors.Is(err, exec.ErrWaitDelay) {
				return "", errors.Join(err, errors.New(out.String()))
			}
			return out.String(), nil
		default:
		}
		if serves {
			if conn, err := new(net.Dialer).DialContext(ctx, "tcp", s.addr); err == nil {
				return "", conn.Close()
			}
		}
	}
}

// parse reports a block that is no shell program.
func (s *shell) parse(t *testing.T, b block) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), "bash", "-n", "-c", b.code).CombinedOutput(); err != nil {
		t.Errorf("%s:%d: %v: %s", b.page, b.line, err, out)
	}
}

// stop ends all processes that run has started.
func (s *shell) stop() {
	for _, cmd := range s.groups {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // the group may have ended
	}
	s.groups = nil
}

// output collects what processes print.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}
