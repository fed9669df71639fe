package browser

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	model "github.com/corsuite/corsuite/core/browser"
)

// engine is a browser and its model.
type engine struct {
	model model.Engine
	// prepare gets everything ready in a folder of its own. It skips the test
	// where there is no such browser.
	prepare func(t *testing.T) program
}

func engines() []engine {
	return []engine{
		{model.Chromium, prepareChromium},
		{model.Firefox, prepareFirefox},
		{model.WebKit, prepareWebKit},
	}
}

// program is an engine that is ready to start.
type program struct {
	path      string
	args, env []string
	home      string
}

// start starts the program with more arguments, and an environment that has
// nothing of the user's.
func (p program) start(t *testing.T, args ...string) *process {
	t.Helper()
	cmd := exec.Command(p.path, append(p.args, args...)...)
	cmd.Env = p.env
	return launch(t, p.home, cmd)
}

// version returns what the program says of itself.
func (p program) version(t *testing.T) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	running := p.start(t, "--version")
	select {
	case <-running.exited:
	case <-ctx.Done():
	}
	running.kill()
	said, err := os.ReadFile(running.log)
	if err != nil {
		t.Fatal(err)
	}
	version := regexp.MustCompile(`(?m)^[A-Z][A-Za-z ]+ \d\S+`).Find(said)
	if version == nil {
		t.Fatalf("%s --version says %q", p.path, said)
	}
	return string(version)
}

// find returns the program at one of the places where Debian has it. Without it
// the test is skipped, unless CORSUITE_BROWSERS=required says that every
// browser has to be there.
func find(t *testing.T, debianPackage string, places ...string) string {
	t.Helper()
	for _, place := range places {
		// The error is that of a malformed pattern.
		if found, _ := filepath.Glob(place); len(found) != 0 {
			return found[0]
		}
	}
	reason := "no " + strings.Join(places, " or ") + ": install Debian's package " + debianPackage
	if os.Getenv("CORSUITE_BROWSERS") == "required" {
		t.Fatal(reason)
	}
	t.Skip(reason) //nolint:forbidigo // whoever has no such browser still wants to run all other tests
	return ""
}

// newHome returns a folder that is removed when the test ends.
func newHome(t *testing.T) string {
	t.Helper()
	home, err := os.MkdirTemp("", "") //nolint:usetesting // with the test's name in it, it is too long for the path of Chromium's socket
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

// environment keeps a program inside its home.
func environment(t *testing.T, home string, more ...string) []string {
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
