package repo

import (
	"fmt"
	"io/fs"
	"net/url"
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

// block is a fenced block in a page.
type block struct {
	page, heading string // the heading above it
	line          int    // of its first line
	language      string
	code          string
}

// split returns the blocks of a page, and its text without them.
func split(page, text string) (found []block, prose string) {
	var b block
	var rest strings.Builder
	fence, heading, n := "", "", 0
	for line := range strings.Lines(text) {
		n++
		mark := strings.TrimSpace(line)
		switch {
		case fence == "" && strings.HasPrefix(mark, "```"):
			fence = mark[:len(mark)-len(strings.TrimLeft(mark, "`"))]
			b = block{page, heading, n + 1, mark[len(fence):], ""}
		case fence != "" && mark == fence:
			fence = ""
			found = append(found, b)
		case fence != "":
			b.code += line
		default:
			if m := headings.FindStringSubmatch(line); m != nil {
				heading = m[1]
			}
			rest.WriteString(line)
		}
	}
	return found, rest.String()
}

// TestLanguages checks that the name of each block is one that these tests know, so that no
// block escapes them as "bash" or "golang". A block without a name is output.
func TestLanguages(t *testing.T) {
	known := []string{"", "go", "sh", "yaml", "json", "js", "nginx", "mermaid"}
	for page, text := range pages(t) {
		blocks, _ := split(page, text)
		for _, b := range blocks {
			if !slices.Contains(known, b.language) {
				t.Errorf("%s:%d: a block is %q, want one of %q", page, b.line, b.language, known)
			}
		}
	}
}

// TestLinks checks that each link to a file, a folder or a section of this
// repository has a target. README.md links to the license and to the other basic
// files, so the test also finds a missing one. Of links to other sites it checks the form
// alone, since they may change while the repository does not.
func TestLinks(t *testing.T) {
	all := pages(t)
	for page, text := range all {
		for _, link := range links(text) {
			if err := resolve(all, page, link); err != nil {
				t.Errorf("%s: broken link to %s: %v", page, link, err)
			}
		}
	}
}

// TestIndex checks that docs/README.md links to every page below docs, and that README.md
// is short enough to be read.
func TestIndex(t *testing.T) {
	all := pages(t)
	listed := links(all["docs/README.md"])
	for page := range all {
		name, ok := strings.CutPrefix(page, "docs/")
		if ok && name != "README.md" && (path.Dir(name) == "." || path.Base(name) == "README.md") && !slices.Contains(listed, name) {
			t.Errorf("docs/README.md does not link to %s", name)
		}
	}
	if n := strings.Count(all["README.md"], "\n"); n > 150 {
		t.Errorf("README.md has %d lines, want at most 150", n)
	}
}

// links returns the targets of the links and images of a page.
func links(text string) (targets []string) {
	_, prose := split("", text)
	prose = regexp.MustCompile("`[^`\n]*`").ReplaceAllString(prose, "")
	inline := regexp.MustCompile(`\]\(([^()\s]*)\)|(?m:^\[[^\]]+\]: *(\S+))`)
	for _, match := range inline.FindAllStringSubmatch(prose, -1) {
		targets = append(targets, match[1]+match[2])
	}
	return targets
}

// resolve returns an error if a link of a page has no target.
func resolve(all map[string]string, page, link string) error {
	target, err := url.Parse(link)
	switch {
	case err != nil:
		return err
	case target.Scheme == "https" && target.Host != "":
		return nil
	case target.Scheme != "" || target.Host != "" || link == "":
		return fmt.Errorf("it is neither a file nor an https URL")
	}
	file := page
	if target.Path != "" {
		file = path.Join(path.Dir(page), target.Path)
	}
	text, ok := all[file]
	if _, err := fs.Stat(os.DirFS(root), file); err != nil && !ok {
		return err
	}
	if target.Fragment != "" && !slices.Contains(anchors(text), target.Fragment) {
		return fmt.Errorf("%s has no such section", file)
	}
	return nil
}

// headings matches a heading.
var headings = regexp.MustCompile(`(?m)^#{1,6} +(.+?) *#*$`)

// anchors returns the anchors of a page's headings, as GitHub makes them: the text without
// markup, in lower case, without punctuation, with a hyphen for each blank. A number
// distinguishes equal ones.
func anchors(text string) (all []string) {
	_, prose := split("", text)
	label := regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`)
	dropped := regexp.MustCompile(`[^\p{L}\p{M}\p{N} _-]`)
	times := make(map[string]int)
	for _, match := range headings.FindAllStringSubmatch(prose, -1) {
		title := label.ReplaceAllString(match[1], "$1")
		anchor := strings.ReplaceAll(dropped.ReplaceAllString(strings.ToLower(title), ""), " ", "-")
		if n := times[anchor]; n > 0 {
			all = append(all, fmt.Sprintf("%s-%d", anchor, n))
		} else {
			all = append(all, anchor)
		}
		times[anchor]++
	}
	return all
}

// TestLinksThatAreBroken shows that TestLinks can fail.
func TestLinksThatAreBroken(t *testing.T) {
	all := map[string]string{
		"docs/page.md":  "# Page\n\n## The `Config`, in short\n\n## Limits\n\n## Limits\n\n```sh\n# no heading\n```\n",
		"docs/other.md": "# [Other](page.md) page: a_b\n",
	}
	for link, want := range map[string]string{
		"other.md":                "",
		"../README.md":            "",
		"../core":                 "",
		"#the-config-in-short":    "",
		"#limits-1":               "",
		"other.md#other-page-a_b": "",
		"https://example.com/a#b": "",
		"missing.md":              "no such file",
		"/docs/page.md":           "no such file",
		"#limits-2":               "no such section",
		"#no-heading":             "no such section",
		"#The-Config-in-short":    "no such section",
		"other.md#page":           "no such section",
		"http://example.com":      "neither",
		"https:///path":           "neither",
		"https://exa mple.com":    "invalid",
		"":                        "neither",
	} {
		err := resolve(all, "docs/page.md", link)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: error %v, want %q", link, err, want)
		}
	}
	const text = "[a](a.md) and ![b](b.png)\n\n[c]: c.md\n\n`[d](d.md)`\n\n```go\nf[e](e)\n```\n"
	if got := links(text); !slices.Equal(got, []string{"a.md", "b.png", "c.md"}) {
		t.Errorf("links %q", got)
	}
}
