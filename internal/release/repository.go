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

	"github.com/corsuite/corsuite/internal/release/modules"
	"golang.org/x/mod/modfile"
	"golang.org/x/mod/semver"
)

// repository is the tree of the project.
type repository struct{ *modules.Repository }

func read(root string) (repository, error) {
	r, err := modules.Read(root)
	return repository{r}, err
}

// tags returns the tags that publish the modules, in the order in which to push them.
func (r repository) tags() (tags []string) {
	for _, folder := range r.Published {
		tags = append(tags, folder+"/"+r.Version)
	}
	return tags
}

// check returns an error for everything in the tree that prevents the release. It is true
// for every commit, not only for one that is released.
func (r repository) check() error {
	var problems []error
	if semver.Canonical(r.Version) != r.Version || semver.Prerelease(r.Version) != "" {
		problems = append(problems, fmt.Errorf("go.mod: the version of core is %s, want one such as v1.2.3", r.Version))
	}
	for folder, m := range r.Files {
		name := path.Join(folder, "go.mod")
		if m.Module.Mod.Path != path.Join(path.Dir(modules.Prefix), folder) {
			problems = append(problems, fmt.Errorf("%s: the module is %s, want the path of its folder", name, m.Module.Mod.Path))
		}
		for _, required := range modules.Requirements(m) {
			if required.Mod.Version != r.Version {
				problems = append(problems, fmt.Errorf("%s: requires %s, want %s", name, required.Mod, r.Version))
			}
			target := strings.TrimPrefix(required.Mod.Path, modules.Prefix)
			if folder != modules.Command && !slices.ContainsFunc(m.Replace, func(replaced *modfile.Replace) bool {
				return replaced.Old.Path == required.Mod.Path && replaced.Old.Version == "" && path.Join(folder, replaced.New.Path) == target
			}) {
				problems = append(problems, fmt.Errorf("%s: does not replace %s with its folder", name, required.Mod.Path))
			}
		}
		if folder == modules.Command && len(m.Replace) > 0 {
			problems = append(problems, fmt.Errorf("%s: replaces %s; go install accepts no such module", name, m.Replace[0].Old.Path))
		}
	}
	changes, err := r.changes(strings.TrimPrefix(r.Version, "v"))
	switch {
	case err != nil:
		problems = append(problems, err)
	case changes == "":
		problems = append(problems, fmt.Errorf("CHANGELOG.md: has no section with changes for %s", r.Version))
	}
	return errors.Join(problems...)
}

// checkUnpublished returns an error for everything that prevents a release now.
func (r repository) checkUnpublished() error {
	var problems []error
	changes, err := r.changes("Unreleased")
	if changes != "" {
		problems = append(problems, fmt.Errorf("CHANGELOG.md: move the changes below Unreleased to %s", r.Version))
	}
	tags, err2 := r.git("tag", "--list", "*/"+r.Version)
	if tags != "" {
		problems = append(problems, fmt.Errorf("%s has tags already: %s", r.Version, strings.Join(strings.Fields(tags), " ")))
	}
	changed, err3 := r.git("status", "--porcelain")
	if changed != "" {
		problems = append(problems, errors.New("commit your changes first:\n"+changed))
	}
	return errors.Join(append(problems, err, err2, err3)...)
}

// changes returns the text of a section of the changelog.
func (r repository) changes(section string) (string, error) {
	data, err := os.ReadFile(filepath.Join(r.Root, "CHANGELOG.md"))
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
func (r repository) set(version string) error {
	if semver.Canonical(version) != version {
		return fmt.Errorf("%q is no version; use one such as v1.2.3", version)
	}
	for folder, m := range r.Files {
		for _, required := range modules.Requirements(m) {
			if err := m.AddRequire(required.Mod.Path, version); err != nil {
				return err
			}
		}
		data, err := m.Format()
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(r.Root, folder, "go.mod"), data, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// git runs git in the repository.
func (r repository) git(args ...string) (string, error) {
	command := exec.Command("git", args...)
	command.Dir = r.Root
	output, err := command.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("git %s: %w: %s", strings.Join(args, " "), err, output)
	}
	return strings.TrimSpace(string(output)), nil
}
