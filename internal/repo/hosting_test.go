package repo

import (
	"fmt"
	"os/exec"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// TestForms checks that all YAML files for the repository's host can be read.
func TestForms(t *testing.T) {
	files := 0
	for name, text := range hosting(t) {
		files++
		var any map[string]any
		if err := yaml.Unmarshal([]byte(text), &any); err != nil || len(any) == 0 {
			t.Errorf("%s: %v, keys %d", name, err, len(any))
		}
	}
	if files < 8 {
		t.Errorf("only %d files were read", files)
	}
}

// workflow has those parts of a workflow that the tests read.
type workflow struct {
	Permissions map[string]string
	Concurrency map[string]any
	Jobs        map[string]struct {
		Timeout  int `yaml:"timeout-minutes"`
		Strategy struct{ Matrix struct{ Go []string } }
		Steps    []struct{ Uses, Run string }
	}
}

// TestWorkflows checks that no workflow may do more than it needs, that each ends, and that
// the actions are named by their commits: a tag may move.
func TestWorkflows(t *testing.T) {
	for name, problems := range workflowProblems(t, hosting(t)) {
		for _, problem := range problems {
			t.Errorf("%s: %s", name, problem)
		}
	}
}

// TestWorkflowsThatAreWrong shows that TestWorkflows can fail.
func TestWorkflowsThatAreWrong(t *testing.T) {
	const pinned = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1"
	const good = `
permissions: {contents: read}
concurrency: {group: x, cancel-in-progress: true}
jobs:
  x:
    timeout-minutes: 10
    steps:
      - uses: ` + pinned + `
      - run: bash .ci/run lint
`
	for _, test := range []struct{ old, new, want string }{
		{"", "", ""},
		{pinned, "actions/checkout@v7 # v7.0.1", "actions/checkout@v7 is not named by its commit"},
		{pinned, "actions/checkout@3d3c42e # v7.0.1", "actions/checkout@3d3c42e is not named by its commit"},
		{" # v7.0.1", "", "has no comment with its version"},
		{"contents: read", "contents: write", "the permissions are map[contents:write], want contents: read"},
		{"timeout-minutes: 10", "if: true", "the job x has no timeout"},
		{"concurrency: {group: x, cancel-in-progress: true}", "", "has no concurrency"},
		{"run lint", "run format", ".ci/run has no check format"},
	} {
		problems := workflowProblems(t, map[string]string{".github/workflows/x.yml": strings.Replace(good, test.old, test.new, 1)})[".github/workflows/x.yml"]
		if test.want == "" && len(problems) > 0 || test.want != "" && (len(problems) != 1 || !strings.Contains(problems[0], test.want)) {
			t.Errorf("%q in the place of %q: problems %q, want %q", test.new, test.old, problems, test.want)
		}
	}
}

// workflowProblems returns what is wrong with each workflow.
func workflowProblems(t *testing.T, files map[string]string) map[string][]string {
	t.Helper()
	uses := regexp.MustCompile(`(?m)uses: *(\S+)( # v\d+\.\d+\.\d+)?.*$`)
	commit := regexp.MustCompile(`@[0-9a-f]{40}$`)
	check := regexp.MustCompile(`\.ci/run((?: \w+)+)`)
	checks := strings.Fields(regexp.MustCompile(`(?m)^checks=\((.*)\)$`).FindStringSubmatch(textFiles(t)[".ci/run"])[1])
	found := make(map[string][]string)
	for name, text := range files {
		if path.Dir(name) != ".github/workflows" {
			continue
		}
		report := func(format string, args ...any) { found[name] = append(found[name], fmt.Sprintf(format, args...)) }
		var w workflow
		if err := yaml.Unmarshal([]byte(text), &w); err != nil {
			report("%v", err)
		}
		if len(w.Permissions) != 1 || w.Permissions["contents"] != "read" {
			report("the permissions are %v, want contents: read", w.Permissions)
		}
		if len(w.Concurrency) == 0 {
			report("has no concurrency")
		}
		for job, j := range w.Jobs {
			if j.Timeout == 0 {
				report("the job %s has no timeout", job)
			}
		}
		for _, m := range uses.FindAllStringSubmatch(text, -1) {
			switch {
			case !commit.MatchString(m[1]):
				report("%s is not named by its commit", m[1])
			case m[2] == "":
				report("%s has no comment with its version", m[1])
			}
		}
		for _, m := range check.FindAllStringSubmatch(text, -1) {
			for named := range strings.FieldsSeq(m[1]) {
				if !slices.Contains(checks, named) {
					report(".ci/run has no check %s", named)
				}
			}
		}
	}
	return found
}

// TestWorkflowVersions checks that the tests run with the two newest releases of Go.
func TestWorkflowVersions(t *testing.T) {
	m := regexp.MustCompile(`newest=1\.(\d+)\.`).FindStringSubmatch(textFiles(t)[".ci/run"])
	var minor int
	if _, err := fmt.Sscan(m[1], &minor); err != nil {
		t.Fatal(err)
	}
	var w workflow
	if err := yaml.Unmarshal([]byte(hosting(t)[".github/workflows/test.yml"]), &w); err != nil {
		t.Fatal(err)
	}
	want := []string{fmt.Sprintf("1.%d", minor-1), fmt.Sprintf("1.%d", minor)}
	if got := w.Jobs["test"].Strategy.Matrix.Go; !slices.Equal(got, want) {
		t.Errorf("the tests run with Go %v, want %v", got, want)
	}
}

// TestDependabot checks that dependabot reads every module. It must not raise the versions
// that published modules require, except for a vulnerability.
func TestDependabot(t *testing.T) {
	type update struct {
		Ecosystem string `yaml:"package-ecosystem"`
		Directory string
		Limit     *int `yaml:"open-pull-requests-limit"`
	}
	var config struct{ Updates []update }
	if err := yaml.Unmarshal([]byte(hosting(t)[".github/dependabot.yml"]), &config); err != nil {
		t.Fatal(err)
	}
	var got, want []string
	for _, u := range config.Updates {
		got = append(got, fmt.Sprint(u.Ecosystem, " ", u.Directory, ", security only: ", u.Limit != nil && *u.Limit == 0))
	}
	for name := range textFiles(t) {
		if path.Base(name) == "go.mod" {
			dir := path.Join("/", path.Dir(name))
			public := dir != "/" && !strings.HasPrefix(dir, "/examples") && !strings.HasPrefix(dir, "/internal")
			want = append(want, fmt.Sprint("gomod ", dir, ", security only: ", public))
		}
		if path.Base(name) == "package.json" && !strings.Contains(name, "/testdata/") {
			want = append(want, fmt.Sprint("npm ", path.Join("/", path.Dir(name)), ", security only: false"))
		}
	}
	want = append(want, "github-actions /, security only: false")
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("dependabot.yml has\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestMake checks that make knows how to do each of its targets.
func TestMake(t *testing.T) {
	text := textFiles(t)["Makefile"]
	if lines := strings.Count(text, "\n"); lines > 40 {
		t.Errorf("the Makefile has %d lines, want at most 40", lines)
	}
	targets := []string{"test", "lint", "fuzz", "bench"}
	for _, m := range regexp.MustCompile(`(?m)^([a-z]\w*):`).FindAllStringSubmatch(text, -1) {
		targets = append(targets, m[1])
	}
	for _, target := range targets {
		cmd := exec.CommandContext(t.Context(), "make", "-n", target)
		cmd.Dir = root
		if out, err := cmd.CombinedOutput(); err != nil || len(out) == 0 || strings.Contains(string(out), "Nothing to be done") {
			t.Errorf("make -n %s: %v: %s", target, err, out)
		}
	}
}

// TestAssistants checks that llms.txt has the form of llmstxt.org, that its links have
// targets, and that it names each page of docs.
func TestAssistants(t *testing.T) {
	files := textFiles(t)
	text := files["llms.txt"]
	if !regexp.MustCompile(`\A# [^\n]+\n\n> [^\n]+\n\n(?s:.*)\n## `).MatchString(text) {
		t.Error("llms.txt does not begin with a heading, a quoted summary, and sections")
	}
	linked := make(map[string]bool)
	for _, m := range regexp.MustCompile(`\]\(([^()\s]+)\)`).FindAllStringSubmatch(text, -1) {
		linked[m[1]] = true
		if files[m[1]] == "" {
			t.Errorf("llms.txt: broken link to %s", m[1])
		}
	}
	for name := range files {
		if path.Dir(name) == "docs" && path.Ext(name) == ".md" && !linked[name] {
			t.Errorf("llms.txt does not name %s", name)
		}
	}
}

// hosting returns the YAML files that the repository's host reads.
func hosting(t *testing.T) map[string]string {
	t.Helper()
	found := make(map[string]string)
	for name, text := range textFiles(t) {
		if strings.HasPrefix(name, ".github/") && (path.Ext(name) == ".yml" || path.Ext(name) == ".yaml") {
			found[name] = text
		}
	}
	return found
}
