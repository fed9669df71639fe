package repo

import (
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// root is the repository, relative to the folder in which go test runs.
const root = "../.."

// pages reads every Markdown file of the repository. Its keys are paths with
// slashes. It opens the files in this process, so that go test does not reuse a
// cached result after one has changed.
func pages(t *testing.T) map[string]string {
	t.Helper()
	texts := make(map[string]string)
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || path.Ext(name) != ".md" || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(os.DirFS(root), name)
		texts[name] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(texts) == 0 {
		t.Fatal("the repository has no Markdown file")
	}
	return texts
}

// TestLinks checks that each link to a file, a folder or a section of this
// repository has a target. README.md links to the license and to the other basic
// files, so the test also finds a missing one.
func TestLinks(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^()\s]+)\)`)
	all := pages(t)
	for page, text := range all {
		for _, match := range link.FindAllStringSubmatch(text, -1) {
			file, section, _ := strings.Cut(match[1], "#")
			if strings.Contains(file, ":") {
				continue // a URL
			}
			target := page
			if file != "" {
				target = path.Join(path.Dir(page), file)
			}
			if _, err := fs.Stat(os.DirFS(root), target); err != nil {
				t.Errorf("%s: broken link to %s: %v", page, match[1], err)
			} else if section != "" && !slices.Contains(sections(all[target]), section) {
				t.Errorf("%s: broken link to %s: %s has no such section", page, match[1], target)
			}
		}
	}
}

// sections returns the anchors of a page's headings.
func sections(text string) (anchors []string) {
	heading := regexp.MustCompile(`(?m)^#+ +(.+)$`)
	dropped := regexp.MustCompile(`[^\p{L}\p{N} _-]`)
	for _, match := range heading.FindAllStringSubmatch(text, -1) {
		anchor := dropped.ReplaceAllString(strings.ToLower(match[1]), "")
		anchors = append(anchors, strings.ReplaceAll(anchor, " ", "-"))
	}
	return anchors
}
