package main

import (
	"archive/zip"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/module"
	modzip "golang.org/x/mod/zip"
)

// proxy writes the published modules to a folder that the go command reads like a proxy
// (go.dev/ref/mod, section GOPROXY protocol), and returns its URL. The modules are those
// that the go command would make of a tag for this tree.
func (r *repository) proxy(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	for _, name := range r.published {
		m := module.Version{Path: project + name, Version: r.version}
		versions := filepath.Join(folder, filepath.FromSlash(m.Path), "@v")
		if err := os.MkdirAll(versions, 0o700); err != nil {
			t.Fatal(err)
		}
		mod, err := os.ReadFile(filepath.Join(r.root, name, "go.mod"))
		if err != nil {
			t.Fatal(err)
		}
		for file, text := range map[string]string{
			"list":              m.Version,
			m.Version + ".info": `{"Version":"` + m.Version + `","Time":"` + time.Now().UTC().Format(time.RFC3339) + `"}`,
			m.Version + ".mod":  string(mod),
		} {
			if err := os.WriteFile(filepath.Join(versions, file), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		f, err := os.Create(filepath.Join(versions, m.Version+".zip"))
		if err != nil {
			t.Fatal(err)
		}
		if err := modzip.Create(f, m, r.files(t, name)); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return "file://" + filepath.ToSlash(folder)
}

// files returns the files of a module. The go command adds the license of the repository
// to a module that has none. It opens the files in this process, so that go test does not
// reuse a cached result after one has changed.
func (r *repository) files(t *testing.T, name string) (files []modzip.File) {
	t.Helper()
	folder := filepath.Join(r.root, name)
	checked, err := modzip.CheckDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range checked.Valid {
		relative, err := filepath.Rel(folder, file)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, source{file, filepath.ToSlash(relative)})
	}
	if !slices.ContainsFunc(files, func(f modzip.File) bool { return f.Path() == "LICENSE" }) {
		files = append(files, source{filepath.Join(r.root, "LICENSE"), "LICENSE"})
	}
	return files
}

// source is a file of a module.
type source struct{ name, path string }

func (s source) Path() string                 { return s.path }
func (s source) Lstat() (os.FileInfo, error)  { return os.Lstat(s.name) }
func (s source) Open() (io.ReadCloser, error) { return os.Open(s.name) }

// TestZips checks what the modules consist of.
func TestZips(t *testing.T) {
	r, err := read("../..")
	if err != nil {
		t.Fatal(err)
	}
	folder := strings.TrimPrefix(r.proxy(t), "file://")
	for _, name := range r.published {
		m := module.Version{Path: project + name, Version: r.version}
		file := filepath.Join(folder, filepath.FromSlash(m.Path), "@v", m.Version+".zip")
		if _, err := modzip.CheckZip(m, file); err != nil {
			t.Error(err)
		}
		archive, err := zip.OpenReader(file)
		if err != nil {
			t.Fatal(err)
		}
		var modules, licenses int
		for _, f := range archive.File {
			switch path.Base(f.Name) {
			case "go.mod":
				modules++
			case "LICENSE":
				licenses++
			}
		}
		if err := archive.Close(); err != nil {
			t.Error(err)
		}
		if modules != 1 || licenses != 1 {
			t.Errorf("%s has %d go.mod and %d LICENSE, want one of each", name, modules, licenses)
		}
	}
}
