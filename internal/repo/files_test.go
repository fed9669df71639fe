package repo

import (
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// ruleLength: nobody reads a file of more than 500 lines.
func ruleLength(name, text string) (complaints []string) {
	if n := strings.Count(text, "\n"); n > 500 {
		complaints = append(complaints, fmt.Sprintf("%s: %d lines", name, n))
	}
	return complaints
}

// rulePresent: what everyone looks for has to be there and to say something.
func rulePresent(files map[string]string, wanted ...string) (complaints []string) {
	for _, name := range wanted {
		if strings.TrimSpace(files[name]) == "" {
			complaints = append(complaints, name+" is missing or empty")
		}
	}
	return complaints
}

// ruleNoPlace: the project does not depend on where it is built. hosts are
// those that serve packages, folders those of one machine.
func ruleNoPlace(name, text string) (complaints []string) {
	hosts := `proxy\.golang|sum\.golang|goproxy\.|registry\.npm|deb\.debian|archive\.ubuntu|pypi\.`
	folders := `(?:^|[\s"'=(:` + "`" + `])/(?:root|home|work|Users)/`
	place := regexp.MustCompile(hosts + `|` + folders)
	for i, line := range strings.Split(text, "\n") {
		if found := place.FindString(line); found != "" {
			complaints = append(complaints, fmt.Sprintf("%s:%d: names %q", name, i+1, found))
		}
	}
	return complaints
}

// ruleLinks: a link from one file of the repository to another leads somewhere.
func ruleLinks(name string, files map[string]string) (complaints []string) {
	link := regexp.MustCompile(`\]\(([^()\s]+)\)`)
	for _, match := range link.FindAllStringSubmatch(files[name], -1) {
		target, section, _ := strings.Cut(match[1], "#")
		if strings.Contains(target, ":") {
			continue // to somewhere else
		}
		file := name
		if target != "" {
			file = path.Join(path.Dir(name), target)
		}
		if !exists(files, file) || section != "" && !slices.Contains(sections(files[file]), section) {
			complaints = append(complaints, name+": link to "+match[1])
		}
	}
	return complaints
}

// exists reports whether files has the file, or the folder.
func exists(files map[string]string, name string) bool {
	if _, ok := files[name]; ok {
		return true
	}
	for f := range files {
		if strings.HasPrefix(f, name+"/") {
			return true
		}
	}
	return false
}

// sections lists the anchors that a page of Markdown has.
func sections(text string) (anchors []string) {
	heading := regexp.MustCompile(`(?m)^#+ +(.+)$`)
	other := regexp.MustCompile(`[^\p{L}\p{N} _-]`)
	for _, match := range heading.FindAllStringSubmatch(text, -1) {
		anchor := other.ReplaceAllString(strings.ToLower(match[1]), "")
		anchors = append(anchors, strings.ReplaceAll(anchor, " ", "-"))
	}
	return anchors
}

func TestFiles(t *testing.T) {
	files := texts(t)
	obeyed(t, rulePresent(files, "README.md", "LICENSE", "CHANGELOG.md", "SECURITY.md",
		"CONTRIBUTING.md", ".golangci.yml", ".ci/run", ".gitignore", "go.work", "go.work.sum"))
	for _, name := range slices.Sorted(maps.Keys(files)) {
		obeyed(t, ruleNoPlace(name, files[name]))
		switch path.Ext(name) {
		case ".go":
			obeyed(t, ruleLength(name, files[name]))
		case ".md":
			obeyed(t, ruleLinks(name, files))
		}
	}
	if ci, err := os.Stat(filepath.Join(root, ".ci", "run")); err != nil || ci.Mode()&0o111 == 0 {
		t.Errorf(".ci/run cannot be run: %v", err)
	}
}

func TestFileRules(t *testing.T) {
	wantComplaints(t, ruleLength("a.go", strings.Repeat("x\n", 500)), nil)
	wantComplaints(t, ruleLength("a.go", strings.Repeat("x\n", 501)), []string{"a.go: 501 lines"})
	wantComplaints(t, rulePresent(map[string]string{"a": "x", "b": "\n"}, "a", "b", "c"), []string{"b is", "c is"})

	// The names are put together here, or this file would be the first to err.
	places := map[string][]string{
		"https://" + "proxy" + ".golang.org":     {"a:1: names"},
		"fine\nGOPROXY=https://goproxy" + ".cn":  {"a:2: names"},
		"deb http://deb" + ".debian.org/debian":  {"a:1: names"},
		"see /" + "root/go/pkg":                  {"a:1: names"},
		"/" + "work/main/core":                   {"a:1: names"},
		`dir := "/` + `home/me"`:                 {"a:1: names"},
		"https://example.com/" + "home/page":     nil,
		"go.work and ./work, the home of a root": nil,
	}
	for text, want := range places {
		wantComplaints(t, ruleNoPlace("a", text), want)
	}
}

func TestRuleLinks(t *testing.T) {
	pages := map[string]string{
		"README.md":         "# Top\n\n## Where to `register`, and why?\n",
		"docs/a.md":         "",
		"examples/x/run.go": "",
	}
	links := map[string][]string{
		"[a](../README.md)":                                 nil,
		"[a](../README.md#where-to-register-and-why)":       nil,
		"[a](../examples/x), [b](https://example.com/none)": nil,
		"[a](../README.md#nowhere)":                         {"link to ../README.md#nowhere"},
		"[a](README.md) and [b](#top)":                      {"link to README.md", "link to #top"},
		"[a](../examples/y)":                                {"link to ../examples/y"},
	}
	for text, want := range links {
		pages["docs/a.md"] = text
		wantComplaints(t, ruleLinks("docs/a.md", pages), want)
	}
}
