package modules

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"
)

// Proxy writes the published modules to a folder, which the go command then reads like a
// proxy (go.dev/ref/mod, section GOPROXY protocol). The modules are those that the go
// command would make of tags for this tree.
func (r *Repository) Proxy(folder string) error {
	for _, name := range r.Published {
		m := module.Version{Path: Prefix + name, Version: r.Version}
		versions := filepath.Join(folder, filepath.FromSlash(m.Path), "@v")
		if err := os.MkdirAll(versions, 0o700); err != nil {
			return err
		}
		mod, err := os.ReadFile(filepath.Join(r.Root, name, "go.mod"))
		if err != nil {
			return err
		}
		for file, text := range map[string]string{
			"list":              m.Version + "\n",
			m.Version + ".info": `{"Version":"` + m.Version + `","Time":"` + time.Now().UTC().Format(time.RFC3339) + `"}`,
			m.Version + ".mod":  string(mod),
		} {
			if err := os.WriteFile(filepath.Join(versions, file), []byte(text), 0o600); err != nil {
				return err
			}
		}
		if err := r.zip(filepath.Join(versions, m.Version+".zip"), m, name); err != nil {
			return err
		}
	}
	return nil
}

// zip writes the archive of a module. The go command adds the license of the repository to
// a module that has none. zip opens all files in this process, so that go test does not
// reuse a cached result after one has changed.
func (r *Repository) zip(archive string, m module.Version, name string) error {
	folder := filepath.Join(r.Root, name)
	checked, err := zip.CheckDir(folder)
	if err != nil {
		return err
	}
	var files []zip.File
	for _, file := range checked.Valid {
		relative, err := filepath.Rel(folder, file)
		if err != nil {
			return err
		}
		files = append(files, source{file, filepath.ToSlash(relative)})
	}
	if !slices.ContainsFunc(files, func(f zip.File) bool { return f.Path() == "LICENSE" }) {
		files = append(files, source{filepath.Join(r.Root, "LICENSE"), "LICENSE"})
	}
	f, err := os.Create(archive)
	if err != nil {
		return err
	}
	if err := zip.Create(f, m, files); err != nil {
		_ = f.Close()
		return err
	}
	return f.Close()
}

// source is a file of a module.
type source struct{ name, path string }

func (s source) Path() string                 { return s.path }
func (s source) Lstat() (os.FileInfo, error)  { return os.Lstat(s.name) }
func (s source) Open() (io.ReadCloser, error) { return os.Open(s.name) }

// Environment returns the variables for the go command of a user for whom the proxy in a
// folder is in front of the others. Modules that the module cache has come from there, but
// the user has a new cache, in another folder: this one must not keep modules of this tree.
// The two share what they know of the checksum database, or else the go command would ask
// for the checksum of each module again. Without a proxy, the modules of the project are
// those that are published.
func Environment(proxy, cache string) ([]string, error) {
	output, err := exec.Command("go", "env", "GOMODCACHE", "GOPROXY").Output()
	if err != nil {
		return nil, err
	}
	lines := strings.Split(string(output), "\n")
	downloads, proxies := filepath.Join(strings.TrimSpace(lines[0]), "cache", "download"), strings.TrimSpace(lines[1])
	if proxy != "" {
		proxies = "file://" + filepath.ToSlash(proxy) + ",file://" + filepath.ToSlash(downloads) + "," + proxies
	}
	checksums := filepath.Join(downloads, "sumdb")
	for _, folder := range []string{checksums, filepath.Join(cache, "cache", "download")} {
		if err := os.MkdirAll(folder, 0o750); err != nil {
			return nil, err
		}
	}
	if err := os.Symlink(checksums, filepath.Join(cache, "cache", "download", "sumdb")); err != nil {
		return nil, err
	}
	return []string{
		"GOWORK=off",
		"GOFLAGS=-modcacherw -trimpath", // without folders, the build cache can be used
		"GOMODCACHE=" + cache,
		"GOPRIVATE=",
		"GONOPROXY=",
		"GONOSUMDB=" + Prefix + "*",
		"GOPROXY=" + proxies,
	}, nil
}
