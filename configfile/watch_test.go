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

func TestWatch(t *testing.T) {
	follow(t, "cors.yaml", func(f *follower) {
		f.allows("https://first.example")
		f.says()

		write(t, f.name, list("https://second.example"))
		f.says("in force")
		f.allows("https://second.example")

		write(t, f.name, list("https://bad.example/"))
		f.says(`CORS config: FILE:2:5: allowOrigins[0] "https://bad.example/": an origin has no path; use "https://bad.example"`)
		f.says()
		f.allows("https://second.example")

		write(t, f.name, "allowOrigins:\n")
		f.says("CORS config: FILE:1:14: allowOrigins: it is empty; write a value or remove it")
		write(t, f.name, "allowOrigins: []\nmax: 1")
		f.says("CORS config: 2 problems:\n\tFILE:1:15: allowOrigins: the list is empty, which never means everyone; write an entry or remove the key\n\tFILE:2:1: max: there is no such key among " + everyKey)
		f.allows("https://second.example")

		write(t, f.name, list("https://third.example"))
		f.says("in force")
		f.allows("https://third.example")

		succeed(t, os.Chtimes(f.name, time.Unix(1, 0), time.Unix(1, 0)))
		write(t, f.name, list("https://third.example"))
		f.says()
		if got, want := f.had(), []string{"https://first.example", "https://second.example", "https://third.example"}; !slices.Equal(got, want) {
			t.Errorf("applied %q, want %q", got, want)
		}
	})
}

// TestWatchReplaced: a change counts however it is made, with the old time and
// size too.
func TestWatchReplaced(t *testing.T) {
	follow(t, "cors.yml", func(f *follower) {
		next := f.name + "~"
		write(t, next, list("https://renamed.example"))
		succeed(t, os.Rename(next, f.name))
		f.says("in force")
		f.allows("https://renamed.example")

		info, err := os.Stat(f.name)
		succeed(t, err)
		write(t, f.name, list("https://retimed.example"))
		succeed(t, os.Chtimes(f.name, info.ModTime(), info.ModTime()))
		f.says("in force")
		f.allows("https://retimed.example")

		succeed(t, os.Remove(f.name))
		f.says("CORS config: stat FILE: no such file or directory")
		f.says()
		f.allows("https://retimed.example")
		write(t, f.name, list("https://back.example"))
		f.says("in force")
		f.allows("https://back.example")

		succeed(t, os.Remove(f.name))
		write(t, f.name, list("https://again.example"))
		f.says("in force")

		succeed(t, os.Remove(f.name))
		f.says("CORS config: stat FILE: no such file or directory")
		succeed(t, os.Mkdir(f.name, 0o700))
		f.says("CORS config: FILE is no regular file")
		succeed(t, os.Remove(f.name))
		write(t, f.name, big())
		f.says("CORS config: FILE: there are more than 16 MiB")
		f.allows("https://again.example")
	})
}

// TestWatchConfigMap swaps a file as Kubernetes does: the file and its folder are
// links, and one link is replaced.
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
		f.says("in force")
		f.allows("https://one.example")
		mount("..2", "https://two.example")
		succeed(t, os.RemoveAll(filepath.Join(dir, "..1")))
		f.says("in force")
		f.allows("https://two.example")
	})
}

// TestWatchHalf: half of a file is a config too, but it is not taken if the rest
// follows, and not for long if the writer was slow.
func TestWatchHalf(t *testing.T) {
	follow(t, "cors.yaml", func(f *follower) {
		whole := list("https://a.example", "https://b.example")
		half := whole[:strings.Index(whole, "\n  - https://b")]
		f.had()

		write(t, f.name, "") // truncated
		<-time.After(time.Second)
		write(t, f.name, half)
		<-time.After(time.Second)
		write(t, f.name, whole)
		f.says("in force")
		f.allows("https://b.example")
		if got := f.had(); len(got) != 1 {
			t.Errorf("applied %q, want one", got)
		}

		write(t, f.name, half)
		f.says("in force")
		write(t, f.name, whole)
		f.says("in force")
		f.allows("https://b.example")
	})
}

func TestWatchMisuse(t *testing.T) {
	apply := func(core.Config) error { t.Error("applied"); return nil }
	report := func(err error) { t.Errorf("reported %v", err) }
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for want, watch := range map[string]func() error{
		"CORS config: cors.toml: the name has to end in .json, .yaml or .yml":          func() error { return configfile.Watch(t.Context(), "cors.toml", apply, report) },
		"CORS config: Watch needs a function that applies and one that reports":        func() error { return configfile.Watch(t.Context(), "cors.yaml", nil, report) },
		"CORS config: Watch needs a function that applies and one that reports, again": func() error { return configfile.Watch(t.Context(), "cors.yaml", apply, nil) },
	} {
		if err := watch(); err == nil || err.Error() != strings.TrimSuffix(want, ", again") {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if err := configfile.Watch(ended, "cors.yaml", apply, report); err != nil {
		t.Errorf("ended: %v", err)
	}
}
