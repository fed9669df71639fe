package repo

import (
	"encoding/json"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// module is what `go mod edit -json` prints. go.work has the same shape.
type module struct {
	Module  struct{ Path string }
	Go      string
	Tool    []struct{ Path string }
	Require []struct {
		Path     string
		Indirect bool
	}
	Replace []struct {
		Old, New struct{ Path, Version string }
	}
	Use []struct{ DiskPath string }

	toolchain string
}

// parseModule reads the text of a go.mod, or of a go.work if kind is "work".
func parseModule(t *testing.T, kind, text string) module {
	t.Helper()
	file := filepath.Join(t.TempDir(), "go."+kind)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var m module
	if err := json.Unmarshal(goCommand(t, ".", kind, "edit", "-json", file), &m); err != nil {
		t.Fatal(err)
	}
	// The command does not tell the toolchain of a go.work.
	m.toolchain = regexp.MustCompile(`(?m)^toolchain .*`).FindString(text)
	return m
}

// parseModules reads every go.mod, by its folder.
func parseModules(t *testing.T, files map[string]string) map[string]module {
	t.Helper()
	modules := make(map[string]module)
	for name, text := range files {
		if path.Base(name) == "go.mod" {
			modules[path.Dir(name)] = parseModule(t, "mod", text)
		}
	}
	return modules
}

// direct lists what a module requires for its own imports.
func (m *module) direct() (paths []string) {
	for _, r := range m.Require {
		if !r.Indirect {
			paths = append(paths, r.Path)
		}
	}
	return paths
}

// ruleGoLine: the newest two Go releases are supported everywhere, so no file
// may ask for more, and none may name a toolchain or a tool, which do.
func ruleGoLine(name, goLine string, m module) (complaints []string) {
	if m.Go != goLine {
		complaints = append(complaints, name+": go "+m.Go+", and go.work has "+goLine)
	}
	if m.toolchain != "" {
		complaints = append(complaints, name+": "+m.toolchain)
	}
	for _, tool := range m.Tool {
		complaints = append(complaints, name+": tool "+tool.Path+"; use go run "+tool.Path+"@version")
	}
	return complaints
}

// ruleReplaces: a module of this repository is required by its place beside the
// others, and nothing else is ever replaced.
func ruleReplaces(dir string, m module) (complaints []string) {
	replaced := make(map[string]bool)
	for _, r := range m.Replace {
		replaced[r.Old.Path] = true
		sibling, ours := strings.CutPrefix(r.Old.Path, modulePrefix+"/")
		want := strings.Repeat("../", strings.Count(dir, "/")+1) + sibling
		if dir == "." {
			want = "./" + sibling
		}
		if !ours || r.Old.Version != "" || r.New.Version != "" || r.New.Path != want {
			complaints = append(complaints, dir+": replace "+r.Old.Path+" => "+r.New.Path)
		}
	}
	for _, r := range m.Require {
		if strings.HasPrefix(r.Path, modulePrefix) && !replaced[r.Path] {
			complaints = append(complaints, dir+": "+r.Path+" has no replace")
		}
	}
	return complaints
}

// ruleRequires: a module, its tests included, requires nothing for its own
// imports but what is allowed to it.
func ruleRequires(dir string, m module, allowed ...string) (complaints []string) {
	for _, p := range m.direct() {
		if !slices.Contains(allowed, p) {
			complaints = append(complaints, dir+": requires "+p)
		}
	}
	return complaints
}

// ruleWorkspace: go.work lists every module, and only modules.
func ruleWorkspace(work module, modules map[string]module) (complaints []string) {
	used := make(map[string]bool)
	for _, u := range work.Use {
		dir := path.Clean(u.DiskPath)
		used[dir] = true
		if _, ok := modules[dir]; !ok {
			complaints = append(complaints, "go.work: uses "+dir+", which has no go.mod")
		}
	}
	for _, dir := range slices.Sorted(maps.Keys(modules)) {
		if !used[dir] {
			complaints = append(complaints, "go.work: does not use "+dir)
		}
		want := path.Join(modulePrefix, dir)
		if got := modules[dir].Module.Path; got != want {
			complaints = append(complaints, dir+": module "+got+", want "+want)
		}
	}
	return complaints
}

func TestModules(t *testing.T) {
	files := texts(t)
	work := parseModule(t, "work", files["go.work"])
	modules := parseModules(t, files)
	obeyed(t, ruleWorkspace(work, modules))
	obeyed(t, ruleGoLine("go.work", work.Go, work))
	for dir, m := range modules {
		obeyed(t, ruleGoLine(dir, work.Go, m))
		obeyed(t, ruleReplaces(dir, m))
	}
	core := modulePrefix + "/core"
	obeyed(t, ruleRequires("configfile", modules["configfile"], core, "go.yaml.in/yaml/v4"))
	obeyed(t, ruleRequires("examples/tenants", modules["examples/tenants"], core, "go.etcd.io/bbolt"))
	obeyed(t, ruleRequires("core", modules["core"], "golang.org/x/net"))
	for adapter, framework := range adapters() {
		obeyed(t, ruleRequires(adapter, modules[adapter], core, framework))
	}
}
