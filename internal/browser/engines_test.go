package browser

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func prepareChromium(t *testing.T) program {
	t.Helper()
	// Debian's /usr/bin/chromium is a script that adds the settings of the machine.
	path, home := find(t, "chromium", "/usr/lib/chromium/chromium"), newHome(t)
	return program{
		path: path,
		args: []string{
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
		env:  environment(t, home),
		home: home,
	}
}

func prepareFirefox(t *testing.T) program {
	t.Helper()
	path, home := find(t, "firefox-esr", "/usr/lib/firefox-esr/firefox-esr"), newHome(t)
	settings, err := os.ReadFile(filepath.Join("testdata", "user.js"))
	if err != nil {
		t.Fatal(err)
	}
	profile := filepath.Join(home, "profile")
	if err := os.Mkdir(profile, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(profile, "user.js"), settings, 0o600); err != nil {
		t.Fatal(err)
	}
	return program{
		path: path,
		args: []string{"--headless", "--no-remote", "--profile", profile},
		env:  environment(t, home, "MOZ_CRASHREPORTER_DISABLE=1"),
		home: home,
	}
}

func prepareWebKit(t *testing.T) program {
	t.Helper()
	path, home := find(t, "webkit2gtk-driver", "/usr/lib/*/webkit2gtk-4.1/MiniBrowser"), newHome(t)
	return program{
		path: path,
		args: []string{"--enable-write-console-messages-to-stdout=true"},
		env: environment(t, home,
			"DISPLAY="+startDisplay(t),
			"LIBGL_ALWAYS_SOFTWARE=1", "NO_AT_BRIDGE=1", "GSETTINGS_BACKEND=memory"),
		home: home,
	}
}

// startDisplay starts an X server and returns the name of its display.
func startDisplay(t *testing.T) string {
	t.Helper()
	path, home := find(t, "xvfb", "/usr/bin/Xvfb"), newHome(t)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	cmd := exec.Command(path, "-displayfd", "3", "-screen", "0", "800x600x24", "-nolisten", "tcp")
	cmd.Env = environment(t, home)
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
