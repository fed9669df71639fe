package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestAPI compares the API of each module with that at its last tag.
func TestAPI(t *testing.T) {
	r, err := read("../..")
	if err != nil {
		t.Fatal(err)
	}
	reports, err := r.compare()
	t.Log(strings.Join(reports, "\n"))
	if err != nil {
		t.Error(err)
	}
}

// TestChanges shows which changes of an API compare reports, and which it rejects.
func TestChanges(t *testing.T) {
	tests := map[string]struct {
		file, old, new string
		version        string
		report, err    string
	}{
		"none":               {"core/core.go", "", "", "v0.1.0", "core: 0 incompatible and 0 compatible changes since v0.1.0", ""},
		"added":              {"core/core.go", "func New", "func Newest() {}\n\nfunc New", "v0.1.0", "core: 0 incompatible and 1 compatible changes since v0.1.0", ""},
		"removed":            {"core/core.go", "func Old", "func old", "v0.1.0", "core: 1 incompatible and 0 compatible changes since v0.1.0", "core: a user of v0.1.0 cannot compile with v0.1.0: Old: removed"},
		"removed, patch":     {"core/core.go", "func Old", "func old", "v0.1.1", "", "core: a user of v0.1.0 cannot compile with v0.1.1: Old: removed"},
		"removed, minor":     {"core/core.go", "func Old", "func old", "v0.2.0", "core: 1 incompatible and 0 compatible changes since v0.1.0", ""},
		"another parameter":  {"core/core.go", "func Old()", "func Old(int)", "v0.1.0", "", "Old: changed from func() to func(int)"},
		"package of its own": {"core/internal/x/x.go", "func X", "func Y", "v0.1.0", "core: 0 incompatible and 0 compatible changes since v0.1.0", ""},
		"no tag":             {"gin/gin.go", "func New() {}", "", "v0.1.0", "gin: no tag yet, so there is no API to compare with", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			root := small(t)
			commit(t, root)
			run(t, root, "git", "tag", "core/v0.0.9")
			run(t, root, "git", "tag", "core/v0.1.0")
			edit(t, filepath.Join(root, filepath.FromSlash(test.file)), test.old, test.new)
			r, err := read(root)
			if err != nil {
				t.Fatal(err)
			}
			r.Version = test.version
			reports, err := r.compare()
			if test.report != "" && !slices.Contains(reports, test.report) {
				t.Errorf("reports %q, want %q", reports, test.report)
			}
			switch {
			case test.err == "" && err != nil:
				t.Error(err)
			case test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err)):
				t.Errorf("error %v, want %s", err, test.err)
			}
		})
	}
}

func TestMayBreak(t *testing.T) {
	for _, test := range []struct {
		last, next string
		want       bool
	}{
		{"v0.1.0", "v0.1.0", false},
		{"v0.1.0", "v0.1.9", false},
		{"v0.9.0", "v0.10.0", true},
		{"v0.9.0", "v1.0.0", true},
		{"v1.0.0", "v1.1.0", false},
		{"v1.9.0", "v2.0.0", true},
		{"v0.2.0", "v0.1.0", false},
	} {
		if got := mayBreak(test.last, test.next); got != test.want {
			t.Errorf("%s to %s: %v, want %v", test.last, test.next, got, test.want)
		}
	}
}
