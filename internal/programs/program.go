// Package programs starts browsers and servers for the tests, and builds corsprobe. Browsers
// and servers come from Debian's packages, and end with the test.
package programs

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// Patience is the time limit for every action of a program. A browser starts within seconds,
// but it needs longer on a busy machine.
const Patience = 3 * time.Minute

// Program is a program that is ready to start.
type Program struct {
	Path      string
	Args, Env []string
	Home      string // by [NewHome]
}

// Start starts the program with additional arguments. Its environment has no variables of
// the user.
func (p Program) Start(t *testing.T, args ...string) *Process {
	t.Helper()
	cmd := exec.Command(p.Path, append(p.Args, args...)...)
	cmd.Env = p.Env
	return launch(t, p.Home, cmd)
}

// Version returns the name and version of the program.
func (p Program) Version(t *testing.T) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), Patience)
	defer cancel()
	running := p.Start(t, "--version")
	select {
	case <-running.Exited:
	case <-ctx.Done():
	}
	running.Kill()
	output, err := os.ReadFile(running.Log)
	if err != nil {
		t.Fatal(err)
	}
	version := regexp.MustCompile(`(?m)^[A-Z][A-Za-z ]+ \d\S+`).Find(output)
	if version == nil {
		t.Fatalf("%s --version prints %q", p.Path, output)
	}
	return string(version)
}

// The environment variables that make a missing program fail the test, with this value.
const (
	Browsers = "CORSUITE_BROWSERS"
	Servers  = "CORSUITE_SERVERS"
	required = "required"
)

// Find returns the path of a program that Debian installs at one of places. If there is
// none, it skips the test or, if the variable is "required", fails it.
func Find(t *testing.T, variable, debianPackage string, places ...string) string {
	t.Helper()
	for _, place := range places {
		// Glob fails only for a malformed pattern.
		if found, _ := filepath.Glob(place); len(found) != 0 {
			return found[0]
		}
	}
	Missing(t, variable, "there is no "+strings.Join(places, " or ")+": install Debian's package "+debianPackage)
	return ""
}

// Missing skips the test or, if the variable is "required", fails it.
func Missing(t *testing.T, variable, reason string) {
	t.Helper()
	if os.Getenv(variable) == required {
		t.Fatal(reason)
	}
	t.Skip(reason) //nolint:forbidigo // a missing program must not fail the other tests
}

// NewHome returns a folder that is removed when the test ends.
func NewHome(t *testing.T) string {
	t.Helper()
	home, err := os.MkdirTemp("", "") //nolint:usetesting // t.TempDir is too long for the path of Chromium's socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(home); err != nil {
			t.Error(err)
		}
	})
	return home
}

// Environment returns an environment in which a program writes only to its home.
func Environment(t *testing.T, home string, more ...string) []string {
	t.Helper()
	env := append([]string{
		"PATH=" + os.Getenv("PATH"),
		"LANG=C.UTF-8",
		"HOME=" + home,
		"TMPDIR=" + home,
	}, more...)
	for _, name := range []string{"XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"} {
		folder := filepath.Join(home, strings.ToLower(name))
		if err := os.Mkdir(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		env = append(env, name+"="+folder)
	}
	return env
}
