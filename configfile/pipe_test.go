//go:build unix

package configfile_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/corsuite/corsuite/configfile"
)

// Read does not wait for the writer of a pipe, and reads no device.
func TestReadPipesAndDevices(t *testing.T) {
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe.yaml")
	succeed(t, syscall.Mkfifo(pipe, 0o600))
	device := filepath.Join(dir, "device.yaml")
	succeed(t, os.Symlink("/dev/zero", device))
	for _, name := range []string{pipe, device} {
		if _, err := configfile.Read(name); err == nil || err.Error() != "CORS config: "+name+": this is not a regular file" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Read does not wait for the next message of the kernel. If the test may not open the file,
// or the system has none, Read fails without waiting.
func TestReadWithoutEnd(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "cors.yaml")
	succeed(t, os.Symlink("/proc/kmsg", name))
	done := make(chan error, 1)
	go func() {
		_, err := configfile.Read(name)
		done <- err
	}()
	select {
	case err := <-done:
		if err == nil {
			t.Error("the file has been read")
		}
	case <-time.After(time.Minute):
		t.Error("Read waits")
	}
}

// Read does not wait for a pipe that replaces the file while Read opens it.
func TestReadWhilePipesReplaceFiles(t *testing.T) {
	dir := t.TempDir()
	pipe, file, name := filepath.Join(dir, "pipe"), filepath.Join(dir, "file"), filepath.Join(dir, "cors.yaml")
	succeed(t, syscall.Mkfifo(pipe, 0o600))
	write(t, file, "allowOrigins: ['*']")
	succeed(t, os.Symlink(file, name))
	stop, done := make(chan struct{}), make(chan error)
	go func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				done <- nil
				return
			default:
			}
			next := filepath.Join(dir, "next")
			err := os.Symlink([]string{pipe, file}[i%2], next)
			if err == nil {
				err = os.Rename(next, name)
			}
			if err != nil {
				done <- err
				return
			}
		}
	}()
	for range 10_000 {
		if _, err := configfile.Read(name); err != nil && !strings.HasSuffix(err.Error(), ": this is not a regular file") {
			t.Error(err)
		}
	}
	close(stop)
	succeed(t, <-done)
}

func TestWatchPipe(t *testing.T) {
	follow(t, "cors.yaml", func(f *follower) {
		succeed(t, os.Remove(f.name))
		succeed(t, syscall.Mkfifo(f.name, 0o600))
		f.reported("CORS config: FILE: this is not a regular file")
		succeed(t, os.Remove(f.name))
		write(t, f.name, list("https://file.example"))
		f.reported("in force")
		f.allows("https://file.example")
	})
}
