// Package modules reads the modules of the project, and serves them as a proxy does that
// has the next release. Tests use it to do what users do.
package modules

import (
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
)

// Prefix is the prefix of the paths of the modules that users require.
const Prefix = "github.com/corsuite/corsuite/"

// Command is the folder of the module that users get with go install, which accepts no
// module that replaces others. It is the only one whose requirements are not replaced.
const Command = "corsprobe"

// Repository is the tree of the project.
type Repository struct {
	Root    string
	Version string                   // of the next release
	Files   map[string]*modfile.File // the go.mod files, by folder
	// Published has the folders of the modules that users require, in the order in
	// which they are published: each after those that it requires.
	Published []string
}

// Read reads the go.mod files that go.work lists. The version of the next release is the
// one at which the module at the root requires core.
func Read(root string) (*Repository, error) {
	data, err := os.ReadFile(filepath.Join(root, "go.work"))
	if err != nil {
		return nil, err
	}
	work, err := modfile.ParseWork("go.work", data, nil)
	if err != nil {
		return nil, err
	}
	r := &Repository{Root: root, Files: make(map[string]*modfile.File)}
	for _, use := range work.Use {
		folder := path.Clean(use.Path)
		name := path.Join(folder, "go.mod")
		data, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			return nil, err
		}
		if r.Files[folder], err = modfile.Parse(name, data, nil); err != nil {
			return nil, err
		}
	}
	for _, required := range Requirements(r.Files["."]) {
		if required.Mod.Path == Prefix+"core" {
			r.Version = required.Mod.Version
		}
	}
	if r.Version == "" {
		return nil, errors.New("go.mod: the module at the root does not require core")
	}
	for folder := range r.Files {
		if !strings.HasPrefix(folder, "examples") && !strings.HasPrefix(folder, "internal") && folder != "." {
			r.Published = append(r.Published, folder)
		}
	}
	slices.Sort(r.Published)
	if err := r.sort(); err != nil {
		return nil, err
	}
	return r, nil
}

// sort moves each published module behind those that it requires.
func (r *Repository) sort() error {
	var sorted []string
	for len(sorted) < len(r.Published) {
		next := slices.IndexFunc(r.Published, func(folder string) bool {
			return !slices.Contains(sorted, folder) && !slices.ContainsFunc(Requirements(r.Files[folder]), func(required *modfile.Require) bool {
				return !slices.Contains(sorted, strings.TrimPrefix(required.Mod.Path, Prefix))
			})
		})
		if next < 0 {
			return fmt.Errorf("modules require each other in a circle, or a module that is not published: all but %v", sorted)
		}
		sorted = append(sorted, r.Published[next])
	}
	r.Published = sorted
	return nil
}

// Workspace writes a go.work file that has one module, and replaces those of the project
// that it requires.
func (r *Repository) Workspace(folder, file string) error {
	root, err := filepath.Abs(r.Root)
	if err != nil {
		return err
	}
	work := new(modfile.WorkFile)
	work.Syntax = new(modfile.FileSyntax)
	if err := work.AddGoStmt(r.Files[folder].Go.Version); err != nil {
		return err
	}
	if err := work.AddUse(filepath.Join(root, folder), ""); err != nil {
		return err
	}
	for _, required := range Requirements(r.Files[folder]) {
		target := filepath.Join(root, strings.TrimPrefix(required.Mod.Path, Prefix))
		if err := work.AddReplace(required.Mod.Path, "", target, ""); err != nil {
			return err
		}
	}
	return os.WriteFile(file, modfile.Format(work.Syntax), 0o600)
}

// Requirements returns the modules of the project that a module requires.
func Requirements(m *modfile.File) (found []*modfile.Require) {
	for _, required := range m.Require {
		if strings.HasPrefix(required.Mod.Path, Prefix) {
			found = append(found, required)
		}
	}
	return found
}
