//go:build unix

package repo

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/internal/release/modules"
)

// TestGettingStarted follows docs/getting-started.md for each router in an empty folder, as
// a reader does when the modules are published: go get finds them in a proxy that the test
// makes from this repository.
func TestGettingStarted(t *testing.T) {
	const page = "docs/getting-started.md"
	blocks, _ := split(page, pages(t)[page])
	sections := make(map[string][]block)
	for _, b := range blocks {
		sections[b.heading] = append(sections[b.heading], b)
	}
	env := moduleEnv(t)
	local := localSources(t)
	for _, router := range []string{"gin", "echo v4", "echo v5", "chi", "fiber v2", "fiber v3", "net/http"} {
		t.Run(router, func(t *testing.T) {
			s := newShell(t, emptyFolder(t), "go run .", local+"go run .", "go test .", local+"go test .")
			s.env = append(s.env, env...)
			for _, heading := range []string{"Make a module", router, "Run the program", "Test the program"} {
				if len(sections[heading]) == 0 {
					t.Errorf("%s has no blocks in the section %s", page, heading)
				}
				for _, b := range sections[heading] {
					if strings.HasPrefix(router, "fiber") && heading == "Test the program" && b.language == "go" {
						b.code = forFiber(t, b.code, sections["A transport for fiber"])
					}
					s.follow(t, b)
				}
			}
			switch router {
			case "gin":
				clone(t, s, sections["Use a clone"])
			case "net/http":
				s.fail(t, sections["Test the program"])
			}
		})
	}
}

// clone follows the section for a clone, in which the repository is cloned from itself.
func clone(t *testing.T, s *shell, section []block) {
	t.Helper()
	dir, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	const command = "git clone https://github.com/corsuite/corsuite ../corsuite"
	for _, b := range section {
		if !strings.Contains(b.code, command) {
			t.Errorf("%s:%d: no %s", b.page, b.line, command)
		}
		code := strings.Replace(b.code, command, "ln -s "+dir+" ../corsuite", 1)
		if _, err := s.run(t, "rm go.mod\ngo mod init example.com/api\n"+code+"go list -deps . >deps.txt\n"); err != nil {
			t.Errorf("%s:%d: %v", b.page, b.line, err)
		}
	}
}

// fail removes the line that the page tells its readers to remove, and requires the message
// that the page shows.
func (s *shell) fail(t *testing.T, section []block) {
	t.Helper()
	name := filepath.Join(s.dir, "main.go")
	program, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	program = bytes.Replace(program, []byte(`"Content-Type"`), nil, 1)
	if err := os.WriteFile(name, program, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = s.run(t, "go test .")
	want := section[len(section)-1].code
	if err == nil || !strings.Contains(err.Error(), strings.TrimSpace(want)) {
		t.Errorf("error %v, want %s", err, want)
	}
}

// emptyFolder returns a folder in a folder, so that a command may write beside it.
func emptyFolder(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "api")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return dir
}

// follow runs a shell block, and saves a Go block as the file of its kind. Output in the page
// has to be part of the output of the shell block before it.
func (s *shell) follow(t *testing.T, b block) {
	t.Helper()
	switch b.language {
	case "sh":
		var err error
		if s.printed, err = s.run(t, b.code); err != nil {
			t.Fatalf("%s:%d: %v", b.page, b.line, err)
		}
	case "":
		for line := range strings.Lines(b.code) {
			if b.heading == "Run the program" && !strings.Contains(s.printed, "\n"+strings.TrimSpace(line)+"\r\n") {
				t.Errorf("%s:%d: the answer does not have %s\n%s", b.page, b.line, line, s.printed)
			}
		}
	case "go":
		name := "main.go"
		if strings.Contains(b.code, "\nfunc Test") {
			name = "main_test.go"
		}
		if err := os.WriteFile(filepath.Join(s.dir, name), []byte(s.replacer.Replace(b.code)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// forFiber replaces the line of a test that has the transport by the one for fiber, and
// imports net/http.
func forFiber(t *testing.T, code string, replacement []block) string {
	t.Helper()
	const begin, imports = "\tpages := corstest.Pages{", "import (\n"
	before, after, ok := strings.Cut(code, begin)
	_, after, ok2 := strings.Cut(after, "\n")
	if !ok || !ok2 || len(replacement) != 1 {
		t.Fatalf("no line begins with %q, or there is not one block for fiber", begin)
	}
	return strings.Replace(before, imports, imports+"\t\"net/http\"\n", 1) + replacement[0].code + after
}

// moduleEnv returns the environment of a user for whom the modules are published.
func moduleEnv(t *testing.T) []string {
	t.Helper()
	r, err := modules.Read(root)
	if err != nil {
		t.Fatal(err)
	}
	proxy := t.TempDir()
	if err := r.Proxy(proxy); err != nil {
		t.Fatal(err)
	}
	env, err := modules.Environment(proxy, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return env
}

// localSources returns commands after which go builds the versions in go.mod, but from this
// repository and from the module cache of this user. So the build cache has most of them.
func localSources(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	cache, err := exec.CommandContext(t.Context(), "go", "env", "GOMODCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	commands := "cp go.sum local.sum\ngo mod edit -print"
	for _, name := range released(t) {
		commands += " -replace github.com/corsuite/corsuite/" + name + "=" + filepath.Join(dir, name)
	}
	return commands + " >local.mod\nexport GOFLAGS='-modfile=local.mod -buildvcs=false' GOMODCACHE=" + strings.TrimSpace(string(cache)) + "\n"
}
