// Package release tests what a user gets who requires an adapter.
package release

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const project = "github.com/corsuite/corsuite/"

// programs maps each adapter, and core for net/http, to a program that serves one route. Its
// %s is the registration of the policy.
func programs() map[string]program {
	return map[string]program{
		"core": {
			"", "mux := http.NewServeMux()\n%s_ = http.ListenAndServe(\"localhost:0\", mux)",
			"import cors \"" + project + "core/nethttp\"", "mux.Handle(\"/\", cors.New(cors.Config{AllowOrigins: []string{\"https://app.example.com\"}})(http.NotFoundHandler()))",
		},
		"chiadapter":     adapter("chiadapter", "github.com/go-chi/chi/v5", "r := chi.NewRouter()\n%s_ = http.ListenAndServe(\"localhost:0\", r)"),
		"echoadapter":    adapter("echoadapter", "github.com/labstack/echo/v4", "r := echo.New()\n%s_ = r.Start(\"localhost:0\")"),
		"echov5adapter":  adapter("echov5adapter", "github.com/labstack/echo/v5", "r := echo.New()\n%s_ = r.Start(\"localhost:0\")"),
		"fiberadapter":   adapter("fiberadapter", "github.com/gofiber/fiber/v2", "r := fiber.New()\n%s_ = r.Listen(\"localhost:0\")"),
		"fiberv3adapter": adapter("fiberv3adapter", "github.com/gofiber/fiber/v3", "r := fiber.New()\n%s_ = r.Listen(\"localhost:0\")"),
		"ginadapter":     adapter("ginadapter", "github.com/gin-gonic/gin", "r := gin.New()\n%s_ = r.Run(\"localhost:0\")"),
	}
}

// program is a main function around a registration.
type program struct{ framework, main, imports, registers string }

func adapter(name, framework, main string) program {
	return program{
		framework, main,
		"import cors \"" + project + name + "\"",
		"r.Use(cors.New(cors.Config{AllowOrigins: []string{\"https://app.example.com\"}}))",
	}
}

// source returns the program with or without CORS.
func (p program) source(cors bool) string {
	imports, registers := "", ""
	if cors {
		imports, registers = p.imports, p.registers+"\n"
	}
	if p.framework != "" {
		imports += "\nimport \"" + p.framework + "\""
	}
	main := strings.Replace(p.main, "%s", registers, 1)
	if strings.Contains(main, "http.") {
		imports += "\nimport \"net/http\""
	}
	return "package main\n" + imports + "\nfunc main() {\n" + main + "\n}\n"
}

// TestConsumers builds a program with the lowest version of each framework, and then the
// same program with CORS. The adapter brings core, its framework and golang.org/x modules,
// and changes the version of no other module.
func TestConsumers(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	for name, p := range programs() {
		t.Run(name, func(t *testing.T) {
			required := readMod(t, filepath.Join(root, name))
			without, with := newModule(t), newModule(t)
			for _, m := range []module{without, with} {
				if p.framework != "" {
					m.run(t, "mod", "edit", "-require", p.framework+"@"+required[p.framework])
				}
			}
			with.run(t, "mod", "edit", "-require", project+name+"@v0.1.0", "-replace", project+name+"="+filepath.Join(root, name))
			if name != "core" {
				with.run(t, "mod", "edit", "-require", project+"core@v0.1.0", "-replace", project+"core="+filepath.Join(root, "core"))
			}
			before, size := without.build(t, p.source(false))
			after, larger := with.build(t, p.source(true))
			for path, version := range after {
				switch had, ok := before[path]; {
				case strings.HasPrefix(path, project), strings.HasPrefix(path, "golang.org/x/"):
				case !ok:
					t.Errorf("the adapter brings %s %s", path, version)
				case had != version:
					t.Errorf("the adapter changes %s %s to %s", path, had, version)
				}
			}
			t.Logf("%d modules, %d without CORS; the executable grows from %.1f to %.1f MB", len(after), len(before), float64(size)/1e6, float64(larger)/1e6)
			if grown := larger - size; grown > 2<<20 {
				t.Errorf("the executable grows by %d bytes, want at most 2 MiB", grown)
			}
		})
	}
}

// module is a module outside the workspace.
type module struct{ dir string }

func newModule(t *testing.T) module {
	t.Helper()
	m := module{t.TempDir()}
	m.run(t, "mod", "init", "example.com/consumer")
	m.run(t, "mod", "edit", "-go", "1.25.0")
	return m
}

// build builds a program, and returns the versions of all modules in the graph and the size
// of the executable.
func (m module) build(t *testing.T, source string) (versions map[string]string, size int64) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(m.dir, "main.go"), []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	m.run(t, "mod", "tidy")
	m.run(t, "build", "-o", "consumer", ".")
	info, err := os.Stat(filepath.Join(m.dir, "consumer"))
	if err != nil {
		t.Fatal(err)
	}
	versions = make(map[string]string)
	for line := range strings.Lines(m.run(t, "list", "-m", "all")) {
		fields := append(strings.Fields(line), "")
		versions[fields[0]] = fields[1]
	}
	delete(versions, "example.com/consumer")
	return versions, info.Size()
}

// readMod returns the versions that a module of the project requires.
func readMod(t *testing.T, dir string) map[string]string {
	t.Helper()
	var file struct {
		Require []struct{ Path, Version string }
	}
	if err := json.Unmarshal([]byte(module{dir}.run(t, "mod", "edit", "-json")), &file); err != nil {
		t.Fatal(err)
	}
	versions := make(map[string]string)
	for _, r := range file.Require {
		versions[r.Path] = r.Version
	}
	return versions
}

func (m module) run(t *testing.T, args ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "go", args...)
	command.Dir = m.dir
	command.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod")
	var message bytes.Buffer
	command.Stderr = &message
	output, err := command.Output()
	if err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, message.Bytes())
	}
	return string(output)
}
