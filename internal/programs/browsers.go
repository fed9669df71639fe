package programs

import (
	"bufio"
	_ "embed" // for user.js
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	model "github.com/corsuite/corsuite/core/browser"
)

// Browser is a browser and its model.
type Browser struct {
	Model model.Engine
	// Prepare makes a new folder with everything that the browser needs. If the browser
	// is not installed, Prepare skips the test.
	Prepare func(t *testing.T) Program
}

// Engines returns a browser of each engine.
func Engines() []Browser {
	return []Browser{
		{model.Chromium, Chromium},
		{model.Firefox, prepareFirefox},
		{model.WebKit, prepareWebKit},
	}
}

//go:embed user.js
var firefoxSettings []byte

// Chromium prepares Chromium.
func Chromium(t *testing.T) Program {
	t.Helper()
	// Debian's /usr/bin/chromium is a script that adds the settings of the machine.
	path, home := Find(t, Browsers, "chromium", "/usr/lib/chromium/chromium"), NewHome(t)
	return Program{
		Path: path,
		Args: []string{
			"--headless",
			"--no-sandbox", // required for root
			"--user-data-dir=" + filepath.Join(home, "profile"),
			"--no-first-run",
			"--disable-gpu",
			"--disable-dev-shm-usage",
			"--disable-background-networking",
			"--disable-component-update",
			"--disable-sync",
			"--disable-extensions",
			"--enable-logging=stderr",
			"--log-level=0",
			"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost, EXCLUDE 127.0.0.1",
		},
		Env:  Environment(t, home),
		Home: home,
	}
}

func prepareFirefox(t *testing.T) Program {
	t.Helper()
	path, home := Find(t, Browsers, "firefox-esr", "/usr/lib/firefox-esr/firefox-esr"), NewHome(t)
	profile := filepath.Join(home, "profile")
	if err := os.Mkdir(profile, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(profile, "user.js"), firefoxSettings, 0o600); err != nil {
		t.Fatal(err)
	}
	return Program{
		Path: path,
		Args: []string{"--headless", "--no-remote", "--profile", profile},
		Env:  Environment(t, home, "MOZ_CRASHREPORTER_DISABLE=1"),
		Home: home,
	}
}

func prepareWebKit(t *testing.T) Program {
	t.Helper()
	path, home := Find(t, Browsers, "webkit2gtk-driver", "/usr/lib/*/webkit2gtk-4.1/MiniBrowser"), NewHome(t)
	return Program{
		Path: path,
		Args: []string{"--enable-write-console-messages-to-stdout=true"},
		Env: Environment(t, home,
			"DISPLAY="+startDisplay(t),
			"LIBGL_ALWAYS_SOFTWARE=1", "NO_AT_BRIDGE=1", "GSETTINGS_BACKEND=memory"),
		Home: home,
	}
}

// startDisplay starts an X server and returns the name of its display.
func startDisplay(t *testing.T) string {
	t.Helper()
	path, home := Find(t, Browsers, "xvfb", "/usr/bin/Xvfb"), NewHome(t)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	cmd := exec.Command(path, "-displayfd", "3", "-screen", "0", "800x600x24", "-nolisten", "tcp")
	cmd.Env = Environment(t, home)
	cmd.ExtraFiles = []*os.File{w}
	launch(t, home, cmd)
	w.Close()
	// Xvfb writes the number and the end of the line separately.
	number, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		t.Fatalf("Xvfb did not print its display: %v", err)
	}
	return ":" + strings.TrimSpace(number)
}
