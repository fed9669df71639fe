package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/semver"
)

// project is the prefix of the paths of the modules that users require.
const project = "github.com/corsuite/corsuite/"

// repository is the tree of the project.
type repository struct {
	root    string
	version string // of the next release
	modules map[string]*modfile.File
	// published has the folders of the modules that users require, in the order in
	// which they are published: each after those that it requires.
	published []string
}

// read reads the go.mod files that go.work lists. The version of the next release is the
// one at which the module at the root requires core.
func read(root string) (*repository, error) {
	data, err := os.ReadFile(filepath.Join(root, "go.work"))
	if err != nil {
		return nil, err
	}
	work, err := modfile.ParseWork("go.work", data, nil)
	if err != nil {
		return nil, err
	}
	r := &repository{root: root, modules: make(map[string]*modfile.File)}
	for _, use := range work.Use {
		folder := path.Clean(use.Path)
		name := path.Join(folder, "go.mod")
		data, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			return nil, err
		}
		if r.modules[folder], err = modfile.Parse(name, data, nil); err != nil {
			return nil, err
		}
	}
	for _, required := range requirements(r.modules["."]) {
		if required.Mod.Path == project+"core" {
			r.version = required.Mod.Version
		}
	}
	if r.version == "" {
		return nil, errors.New("go.mod: the module at the root does not require core")
	}
	for folder := range r.modules {
		if !strings.HasPrefix(folder, "examples") && !strings.HasPrefix(folder, "internal") && folder != "." {
			r.published = append(r.published, folder)
		}
	}
	slices.Sort(r.published)
	if err := r.sort(); err != nil {
		return nil, err
	}
	return r, nil
}

// sort moves each published module behind those that it requires.
func (r *repository) sort() error {
	var sorted []string
	for len(sorted) < len(r.published) {
		next := slices.IndexFunc(r.published, func(folder string) bool {
			return !slices.Contains(sorted, folder) && !slices.ContainsFunc(requirements(r.modules[folder]), func(required *modfile.Require) bool {
				return !slices.Contains(sorted, strings.TrimPrefix(required.Mod.Path, project))
			})
		})
		if next < 0 {
			return fmt.Errorf("modules require each other in a circle, or a module that is not published: all but %v", sorted)
		}
		sorted = append(sorted, r.published[next])
	}
	r.published = sorted
	return nil
}

// requirements returns the modules of the project that a module requires.
func requirements(m *modfile.File) (found []*modfile.Require) {
	for _, required := range m.Require {
		if strings.HasPrefix(required.Mod.Path, project) {
			found = append(found, required)
		}
	}
	return found
}

// tags returns the tags that publish the modules, in the order in which to push them.
func (r *repository) tags() (tags []string) {
	for _, folder := range r.published {
		tags = append(tags, folder+"/"+r.version)
	}
	return tags
}

// check returns an error for everything in the tree that prevents the release. It is true
// for every commit, not only for one that is released.
func (r *repository) check() error {
	var problems []error
	if semver.Canonical(r.version) != r.version || semver.Prerelease(r.version) != "" {
		problems = append(problems, fmt.Errorf("go.mod: the version of core is %s, want one such as v1.2.3", r.version))
	}
	for folder, m := range r.modules {
		name := path.Join(folder, "go.mod")
		if m.Module.Mod.Path != path.Join(path.Dir(project+"x"), folder) {
			problems = append(problems, fmt.Errorf("%s: the module is %s, want the path of its folder", name, m.Module.Mod.Path))
		}
		for _, required := range requirements(m) {
			if required.Mod.Version != r.version {
				problems = append(problems, fmt.Errorf("%s: requires %s, want %s", name, required.Mod, r.version))
			}
			target := strings.TrimPrefix(required.Mod.Path, project)
			if !slices.ContainsFunc(m.Replace, func(replaced *modfile.Replace) bool {
				return replaced.Old.Path == required.Mod.Path && replaced.Old.Version == "" && path.Join(folder, replaced.New.Path) == target
			}) {
				problems = append(problems, fmt.Errorf("%s: does not replace %s with its folder", name, required.Mod.Path))
			}
		}
	}
	changes, err := r.changes(strings.TrimPrefix(r.version, "v"))
	switch {
	case err != nil:
		problems = append(problems, err)
	case changes == "":
		problems = append(problems, fmt.Errorf("CHANGELOG.md: has no section with changes for %s", r.version))
	}
	return errors.Join(problems...)
}

// checkUnpublished returns an error for everything that prevents a release now.
func (r *repository) checkUnpublished() error {
	var problems []error
	changes, err := r.changes("Unreleased")
	if changes != "" {
		problems = append(problems, fmt.Errorf("CHANGELOG.md: move the changes below Unreleased to %s", r.version))
	}
	tags, err2 := r.git("tag", "--list", "*/"+r.version)
	if tags != "" {
		problems = append(problems, fmt.Errorf("%s has tags already: %s", r.version, strings.Join(strings.Fields(tags), " ")))
	}
	changed, err3 := r.git("status", "--porcelain")
	if changed != "" {
		problems = append(problems, errors.New("commit your changes first:\n"+changed))
	}
	return errors.Join(append(problems, err, err2, err3)...)
}

// changes returns the text of a section of the changelog.
func (r *repository) changes(section string) (string, error) {
	data, err := os.ReadFile(filepath.Join(r.root, "CHANGELOG.md"))
	if err != nil {
		return "", err
	}
	heading := regexp.MustCompile(`(?m)^## ` + regexp.QuoteMeta(section) + `( - \d{4}-\d\d-\d\d)?$`)
	found := heading.FindIndex(data)
	if found == nil {
		return "", nil
	}
	text, _, _ := strings.Cut(string(data[found[1]:]), "\n## ")
	return strings.TrimSpace(text), nil
}

// set changes the version at which all modules require those of the project.
func (r *repository) set(version string) error {
	if semver.Canonical(version) != version {
		return fmt.Errorf("%q is no version; use one such as v1.2.3", version)
	}
	for folder, m := range r.modules {
		for _, required := range requirements(m) {
			if err := m.AddRequire(required.Mod.Path, version); err != nil {
				return err
			}
		}
		data, err := m.Format()
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(r.root, folder, "go.mod"), data, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// git runs git in the repository.
func (r *repository) git(args ...string) (string, error) {
	command := exec.Command("git", args...)
	command.Dir = r.root
	output, err := command.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("git %s: %w: %s", strings.Join(args, " "), err, output)
	}
	return strings.TrimSpace(string(output)), nil
}
