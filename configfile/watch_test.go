package configfile_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/corsuite/corsuite/configfile"
	"github.com/corsuite/corsuite/core"
)

func TestWatchAppliesChangesAndReportsErrors(t *testing.T) {
	follow(t, "cors.yaml", func(f *follower) {
		f.allows("https://first.example")
		f.reported()

		write(t, f.name, list("https://second.example"))
		f.reported("in force")
		f.allows("https://second.example")

		write(t, f.name, list("https://bad.example/"))
		f.reported(`CORS config: FILE:2:5: allowOrigins[0] "https://bad.example/": an origin has no path; use "https://bad.example"`)
		f.reported()
		f.allows("https://second.example")

		write(t, f.name, "allowOrigins:\n")
		f.reported("CORS config: FILE:1:14: allowOrigins: the value is empty; write a value, or remove this setting")
		write(t, f.name, "allowOrigins: []\nmax: 1")
		f.reported("CORS config: 2 problems:\n\tFILE:1:15: allowOrigins: the list is empty; write an entry, or remove this setting\n\tFILE:2:1: max: there is no such key; write one of " + everyKey)
		f.allows("https://second.example")

		write(t, f.name, list("https://third.example"))
		f.reported("in force")
		f.allows("https://third.example")

		succeed(t, os.Chtimes(f.name, time.Unix(1, 0), time.Unix(1, 0)))
		write(t, f.name, list("https://third.example"))
		f.reported()
		if got, want := f.takeApplied(), []string{"https://first.example", "https://second.example", "https://third.example"}; !slices.Equal(got, want) {
			t.Errorf("applied %q, want %q", got, want)
		}
	})
}

// Watch finds a change if the file is renamed, deleted or replaced, and if its time and
// size remain equal.
func TestWatchFindsEveryKindOfChange(t *testing.T) {
	follow(t, "cors.yml", func(f *follower) {
		next := f.name + "~"
		write(t, next, list("https://renamed.example"))
		succeed(t, os.Rename(next, f.name))
		f.reported("in force")
		f.allows("https://renamed.example")

		info, err := os.Stat(f.name)
		succeed(t, err)
		write(t, f.name, list("https://retimed.example"))
		succeed(t, os.Chtimes(f.name, info.ModTime(), info.ModTime()))
		f.reported("in force")
		f.allows("https://retimed.example")

		succeed(t, os.Remove(f.name))
		f.reported("CORS config: FILE: no such file or directory")
		f.reported()
		f.allows("https://retimed.example")
		write(t, f.name, list("https://back.example"))
		f.reported("in force")
		f.allows("https://back.example")

		succeed(t, os.Remove(f.name))
		write(t, f.name, list("https://again.example"))
		f.reported("in force")

		succeed(t, os.Remove(f.name))
		f.reported("CORS config: FILE: no such file or directory")
		succeed(t, os.Mkdir(f.name, 0o700))
		f.reported("CORS config: FILE: this is not a regular file")
		succeed(t, os.Remove(f.name))
		write(t, f.name, big())
		f.reported("CORS config: FILE: the text has more than 8 MiB")
		f.allows("https://again.example")
	})
}

// Kubernetes updates a mounted ConfigMap so: the file and its folder are symbolic links,
// and the link to the folder is replaced.
func TestWatchConfigMap(t *testing.T) {
	follow(t, "cors.yaml", func(f *follower) {
		dir := filepath.Dir(f.name)
		mount := func(version, origin string) {
			succeed(t, os.Mkdir(filepath.Join(dir, version), 0o700))
			write(t, filepath.Join(dir, version, "cors.yaml"), list(origin))
			succeed(t, os.Symlink(version, filepath.Join(dir, "..data_tmp")))
			succeed(t, os.Rename(filepath.Join(dir, "..data_tmp"), filepath.Join(dir, "..data")))
		}
		mount("..1", "https://one.example")
		succeed(t, os.Remove(f.name))
		succeed(t, os.Symlink(filepath.Join("..data", "cors.yaml"), f.name))
		f.reported("in force")
		f.allows("https://one.example")
		mount("..2", "https://two.example")
		succeed(t, os.RemoveAll(filepath.Join(dir, "..1")))
		f.reported("in force")
		f.allows("https://two.example")
	})
}

// An incomplete file can be a valid config. Watch does not apply it if the rest is written
// before the next read, and otherwise replaces it when the rest is written.
func TestWatchIncompleteFile(t *testing.T) {
	follow(t, "cors.yaml", func(f *follower) {
		whole := list("https://a.example", "https://b.example")
		half := whole[:strings.Index(whole, "\n  - https://b")]
		f.takeApplied()

		write(t, f.name, "") // truncated
		<-time.After(time.Second)
		write(t, f.name, half)
		<-time.After(time.Second)
		write(t, f.name, whole)
		f.reported("in force")
		f.allows("https://b.example")
		if got := f.takeApplied(); len(got) != 1 {
			t.Errorf("applied %q, want only the complete file", got)
		}

		write(t, f.name, half)
		f.reported("in force")
		write(t, f.name, whole)
		f.reported("in force")
		f.allows("https://b.example")
	})
}

func TestWatchWithBadArguments(t *testing.T) {
	apply := func(core.Config) error { t.Error("Watch called apply"); return nil }
	report := func(err error) { t.Errorf("Watch called report with %v", err) }
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for want, watch := range map[string]func() error{
		"CORS config: cors.toml: the name must end in .json, .yaml or .yml":              func() error { return configfile.Watch(t.Context(), "cors.toml", apply, report) },
		"CORS config: Watch needs the functions apply and report, but one is nil":        func() error { return configfile.Watch(t.Context(), "cors.yaml", nil, report) },
		"CORS config: Watch needs the functions apply and report, but one is nil, again": func() error { return configfile.Watch(t.Context(), "cors.yaml", apply, nil) },
	} {
		if err := watch(); err == nil || err.Error() != strings.TrimSuffix(want, ", again") {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if err := configfile.Watch(ended, "cors.yaml", apply, report); err != nil {
		t.Errorf("with an ended context: %v, want nil", err)
	}
}
