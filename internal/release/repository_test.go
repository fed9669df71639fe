package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestReady checks that the tree can be released.
func TestReady(t *testing.T) {
	r, err := read("../..")
	if err != nil {
		t.Fatal(err)
	}
	if err := r.check(); err != nil {
		t.Error(err)
	}
	if tags := r.tags(); tags[0] != "core/"+r.Version {
		t.Errorf("tags %v, want that of core first", tags)
	}
}

// TestCommands checks that RELEASING.md shows the commands that release prints.
func TestCommands(t *testing.T) {
	r, err := read("../..")
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("../../RELEASING.md")
	if err != nil {
		t.Fatal(err)
	}
	r.Version = "v0.1.0"
	var want strings.Builder
	want.WriteString("   ```sh\n")
	for _, tag := range r.tags() {
		want.WriteString("   " + publish(tag) + "\n")
	}
	want.WriteString("   ```\n")
	if !strings.Contains(string(page), want.String()) {
		t.Errorf("RELEASING.md does not show\n%s", want.String())
	}
}

// TestNotReady shows that check finds what prevents a release.
func TestNotReady(t *testing.T) {
	tests := map[string]struct {
		file, old, new string
		want           string
	}{
		"ready":                          {"go.work", "", "", ""},
		"another version":                {"gin/go.mod", "core v0.1.0", "core v0.0.0", "gin/go.mod: requires github.com/corsuite/corsuite/core@v0.0.0, want v0.1.0"},
		"another path":                   {"gin/go.mod", "module github.com/corsuite/corsuite/gin", "module github.com/corsuite/corsuite/gni", "gin/go.mod: the module is github.com/corsuite/corsuite/gni, want the path of its folder"},
		"no replacement":                 {"gin/go.mod", "replace ", "// ", "gin/go.mod: does not replace github.com/corsuite/corsuite/core with its folder"},
		"a replaced module of a command": {"corsprobe/go.mod", "require ", "replace github.com/corsuite/corsuite/core => ../core\nrequire ", "corsprobe/go.mod: replaces github.com/corsuite/corsuite/core; go install accepts no such module"},
		"another replacement":            {"gin/go.mod", "../core", "../cors", "gin/go.mod: does not replace github.com/corsuite/corsuite/core with its folder"},
		"never published":                {"go.mod", "core v0.1.0", "core v0.1.0-rc.1", "go.mod: the version of core is v0.1.0-rc.1, want one such as v1.2.3"},
		"no section":                     {"CHANGELOG.md", "## 0.1.0", "## 0.0.9", "CHANGELOG.md: has no section with changes for v0.1.0"},
		"no changes":                     {"CHANGELOG.md", "Everything.", "", "CHANGELOG.md: has no section with changes for v0.1.0"},
		"no core":                        {"go.mod", "corsuite/core v", "corsuite/gin v", "go.mod: the module at the root does not require core"},
		"circle":                         {"core/go.mod", "\ngo 1", "\nrequire github.com/corsuite/corsuite/gin v0.1.0\ngo 1", "modules require each other in a circle"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			root := small(t)
			edit(t, filepath.Join(root, test.file), test.old, test.new)
			r, err := read(root)
			if err == nil {
				err = r.check()
			}
			switch {
			case test.want == "" && err != nil:
				t.Error(err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Errorf("error %v, want %s", err, test.want)
			}
		})
	}
}

// TestUnpublished checks what release refuses although the tree is ready.
func TestUnpublished(t *testing.T) {
	root := small(t)
	commit(t, root)
	r, err := read(root)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.checkUnpublished(); err != nil {
		t.Fatal(err)
	}
	edit(t, filepath.Join(root, "CHANGELOG.md"), "## 0.1.0", "- More.\n\n## 0.1.0")
	run(t, root, "git", "tag", "core/v0.1.0")
	err = r.checkUnpublished()
	for _, want := range []string{
		"move the changes below Unreleased to v0.1.0",
		"v0.1.0 has tags already: core/v0.1.0",
		"commit your changes first:\nM CHANGELOG.md",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}

func TestSet(t *testing.T) {
	root := small(t)
	r, err := read(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"0.2.0", "v0.2", "next"} {
		if err := r.set(bad); err == nil {
			t.Errorf("set %q: no error", bad)
		}
	}
	if err := r.set("v0.2.0"); err != nil {
		t.Fatal(err)
	}
	if r, err = read(root); err != nil {
		t.Fatal(err)
	}
	if want := []string{"core/v0.2.0", "corsprobe/v0.2.0", "gin/v0.2.0"}; !slices.Equal(r.tags(), want) {
		t.Errorf("tags %v, want %v", r.tags(), want)
	}
	edit(t, filepath.Join(root, "CHANGELOG.md"), "## 0.1.0", "## 0.2.0")
	if err := r.check(); err != nil {
		t.Error(err)
	}
}

// small makes a small repository of two modules that can be released, and returns its
// folder.
func small(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	const core = "\ngo 1.25.0\nrequire github.com/corsuite/corsuite/core v0.1.0\n"
	for name, text := range map[string]string{
		"go.work":                 "go 1.25.0\nuse (\n.\n./core\n./corsprobe\n./gin\n)\n",
		"CHANGELOG.md":            "# Changelog\n\n## Unreleased\n\n## 0.1.0 - 2026-11-28\n\nEverything.\n\n## 0.0.1\n\nNothing.\n",
		"go.mod":                  "module github.com/corsuite/corsuite\n" + core + "replace github.com/corsuite/corsuite/core => ./core\n",
		"core/go.mod":             "module github.com/corsuite/corsuite/core\n\ngo 1.25.0\n",
		"core/core.go":            "package core\n\nfunc New() {}\n\nfunc Old() {}\n",
		"core/internal/x/x.go":    "package x\n\nfunc X() {}\n",
		"core/internal/main/x.go": "package main\n\nfunc main() {}\n",
		"corsprobe/go.mod":        "module github.com/corsuite/corsuite/corsprobe\n" + core,
		"corsprobe/main.go":       "package main\n\nimport _ \"github.com/corsuite/corsuite/core\"\n\nfunc main() {}\n",
		"gin/go.mod":              "module github.com/corsuite/corsuite/gin\n" + core + "replace github.com/corsuite/corsuite/core => ../core\n",
		"gin/gin.go":              "package gin\n\nimport _ \"github.com/corsuite/corsuite/core\"\n\nfunc New() {}\n",
	} {
		file := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// edit replaces a text of a file.
func edit(t *testing.T, file, old, replacement string) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(data), old) {
		t.Fatalf("%s does not contain %q", file, old)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(string(data), old, replacement, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
}

// commit makes a git repository of a folder.
func commit(t *testing.T, root string) {
	t.Helper()
	run(t, root, "git", "init", "--quiet")
	run(t, root, "git", "add", ".")
	run(t, root, "git", "-c", "user.name=test", "-c", "user.email=test@example.com", "commit", "--quiet", "--message", "test")
}
