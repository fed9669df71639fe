package apitest

import (
	"bufio"
	"bytes"
	"errors"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// asProgram is the variable that turns a test binary into the program.
const asProgram = "APITEST_AS_PROGRAM"

// Main is an example's TestMain. It lets [Process] start the test binary as the
// program itself, whose main function it is given.
func Main(m *testing.M, main func()) {
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// Process starts the program as a process, as a shell would, and looks at how
// it ends.
func Process(t *testing.T) {
	t.Helper()
	t.Run("a signal ends it", func(t *testing.T) {
		for _, sig := range []os.Signal{syscall.SIGTERM, os.Interrupt} {
			cmd := command(t, "CORS_ORIGINS="+Page)
			stderr, err := cmd.StderrPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			log := bufio.NewScanner(stderr)
			for log.Scan() {
				if addr, ok := announced(log.Text()); ok {
					exchange{method: get, path: "/posts", origin: Page, status: 200}.with(t, addr)
					if err := cmd.Process.Signal(sig); err != nil {
						t.Fatal(err)
					}
				}
			}
			if err := cmd.Wait(); err != nil {
				t.Errorf("after %v: %v, want exit code 0", sig, err)
			}
		}
	})
	t.Run("a bad origin stops it", func(t *testing.T) {
		cmd := command(t, "CORS_ORIGINS="+Page+"/")
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		var exit *exec.ExitError
		if err := cmd.Run(); !errors.As(err, &exit) || exit.ExitCode() != 1 {
			t.Errorf("%v, want exit code 1", err)
		}
		if want := `use "` + Page + `"`; !strings.Contains(stderr.String(), want) {
			t.Errorf("it said %s, without %s", &stderr, want)
		}
	})
}

func command(t *testing.T, env string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self)
	// Under the race detector, programs otherwise wait a second before they exit.
	cmd.Env = []string{"GORACE=atexit_sleep_ms=0", asProgram + "=1", "ADDR=127.0.0.1:0", "API_TOKEN=" + Token, env}
	return cmd
}
