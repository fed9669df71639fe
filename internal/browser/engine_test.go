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
	// prepare makes a new folder with everything that the browser needs. If the browser
	// is not installed, prepare skips the test.
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

// start starts the program with additional arguments. Its environment has no variables of
// the user.
func (p program) start(t *testing.T, args ...string) *process {
	t.Helper()
	cmd := exec.Command(p.path, append(p.args, args...)...)
	cmd.Env = p.env
	return launch(t, p.home, cmd)
}

// version returns the name and version of the program.
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
	output, err := os.ReadFile(running.log)
	if err != nil {
		t.Fatal(err)
	}
	version := regexp.MustCompile(`(?m)^[A-Z][A-Za-z ]+ \d\S+`).Find(output)
	if version == nil {
		t.Fatalf("%s --version prints %q", p.path, output)
	}
	return string(version)
}

// find returns the path of a program that Debian installs at one of places. If there is
// none, it skips the test or, with CORSUITE_BROWSERS=required, fails it.
func find(t *testing.T, debianPackage string, places ...string) string {
	t.Helper()
	for _, place := range places {
		// Glob fails only for a malformed pattern.
		if found, _ := filepath.Glob(place); len(found) != 0 {
			return found[0]
		}
	}
	reason := "there is no " + strings.Join(places, " or ") + ": install Debian's package " + debianPackage
	if os.Getenv("CORSUITE_BROWSERS") == "required" {
		t.Fatal(reason)
	}
	t.Skip(reason) //nolint:forbidigo // a missing browser must not fail the other tests
	return ""
}

// newHome returns a folder that is removed when the test ends.
func newHome(t *testing.T) string {
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

// environment returns an environment in which a program writes only to its home.
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
