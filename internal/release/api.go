package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/corsuite/corsuite/internal/release/modules"
	"golang.org/x/exp/apidiff"
	"golang.org/x/mod/semver"
	"golang.org/x/tools/go/packages"
)

// compare compares the API of each published module with that at its last tag. It returns
// one report for each module, and an error if a change is not permitted for the version
// of the next release.
func (r repository) compare() (reports []string, err error) {
	var problems []error
	for _, folder := range r.Published {
		if folder == modules.Command {
			continue // a program has no API
		}
		last, err := r.lastVersion(folder)
		if err != nil {
			return nil, err
		}
		if last == "" {
			reports = append(reports, folder+": no tag yet, so there is no API to compare with")
			continue
		}
		incompatible, compatible, err := r.compareWith(folder, last)
		if err != nil {
			return nil, err
		}
		reports = append(reports, fmt.Sprintf("%s: %d incompatible and %d compatible changes since %s", folder, len(incompatible), len(compatible), last))
		for _, change := range incompatible {
			if !mayBreak(last, r.Version) {
				problems = append(problems, fmt.Errorf("%s: a user of %s cannot compile with %s: %s", folder, last, r.Version, change))
			}
		}
	}
	if problems != nil {
		problems = append(problems, errors.New("take the changes back, or set a higher version, see RELEASING.md"))
	}
	return reports, errors.Join(problems...)
}

// mayBreak reports whether a version may have incompatible changes since another. Before
// v1, a new minor version may.
func mayBreak(last, next string) bool {
	part := semver.Major
	if semver.Major(next) == "v0" {
		part = semver.MajorMinor
	}
	return semver.Compare(part(last), part(next)) < 0
}

// lastVersion returns the highest version of a module that has a tag.
func (r repository) lastVersion(folder string) (string, error) {
	tags, err := r.git("tag", "--list", folder+"/v*")
	if err != nil || tags == "" {
		return "", err
	}
	var versions []string
	for tag := range strings.FieldsSeq(tags) {
		versions = append(versions, strings.TrimPrefix(tag, folder+"/"))
	}
	return slices.MaxFunc(versions, semver.Compare), nil
}

// compareWith returns the changes of a module's API since a version.
func (r repository) compareWith(folder, version string) (incompatible, compatible []string, err error) {
	old, err := os.MkdirTemp("", "release")
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = os.RemoveAll(old) }()
	if _, err := r.git("clone", "--quiet", "--shared", "--branch", folder+"/"+version, ".", old); err != nil {
		return nil, nil, err
	}
	before, err := api(filepath.Join(old, folder))
	if err != nil {
		return nil, nil, err
	}
	after, err := api(filepath.Join(r.Root, folder))
	if err != nil {
		return nil, nil, err
	}
	for _, change := range apidiff.ModuleChanges(before, after).Changes {
		if change.Compatible {
			compatible = append(compatible, change.Message)
		} else {
			incompatible = append(incompatible, change.Message)
		}
	}
	return incompatible, compatible, nil
}

// api loads the packages of the module in a folder that users can import.
func api(folder string) (*apidiff.Module, error) {
	all, err := packages.Load(&packages.Config{
		Mode: packages.NeedName | packages.NeedTypes | packages.NeedImports | packages.NeedModule,
		Dir:  folder,
		Env:  append(os.Environ(), "GOWORK=off"),
	}, "./...")
	if err != nil {
		return nil, err
	}
	m := new(apidiff.Module)
	for _, p := range all {
		if len(p.Errors) > 0 {
			return nil, fmt.Errorf("load %s: %w", p.PkgPath, p.Errors[0])
		}
		m.Path = p.Module.Path
		if p.Name != "main" && !slices.Contains(strings.Split(p.PkgPath, "/"), "internal") {
			m.Packages = append(m.Packages, p.Types)
		}
	}
	return m, nil
}
