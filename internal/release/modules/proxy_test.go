package modules

import (
	"archive/zip"
	"path"
	"path/filepath"
	"testing"

	"golang.org/x/mod/module"
	modzip "golang.org/x/mod/zip"
)

// TestZips checks what the modules consist of.
func TestZips(t *testing.T) {
	r, err := Read("../../..")
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := r.Proxy(folder); err != nil {
		t.Fatal(err)
	}
	for _, name := range r.Published {
		m := module.Version{Path: Prefix + name, Version: r.Version}
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
