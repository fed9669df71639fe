package main

import (
	"bufio"
	"bytes"
	"flag"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/internal/release/modules"
)

//nolint:gochecknoglobals // a flag of the test
var published = flag.Bool("published", false, "install the modules that are published, not those of this tree")

// program is a main function that serves one route.
type program struct {
	framework, imports string // packages, apart from net and net/http
	router, serves     string // statements
	registers          string // the statements that register the policy
}

// programs maps each adapter, core for net/http and configfile to a program.
func programs() map[string]program {
	const (
		cors = "cors.New(cors.Config{AllowOrigins: []string{\"https://app.example.com\"}, AllowMethods: []string{\"PUT\"}})"
		use  = "r.Use(" + cors + ")"
		mux  = "r := http.NewServeMux()"
		http = "http.Serve(ln, r)"
	)
	return map[string]program{
		"core": {"", "core/nethttp", mux, http, "r.Handle(\"/\", " + cors + "(http.NotFoundHandler()))"},
		"configfile": {
			"", "configfile core/nethttp", mux, http, `source, err := configfile.JSON([]byte("{\"allowOrigins\": [\"https://app.example.com\"], \"allowMethods\": [\"PUT\"]}"))
	if err != nil { panic(err) }
	policy, err := source.NewPolicy()
	if err != nil { panic(err) }
	r.Handle("/", cors.Middleware(policy)(http.NotFoundHandler()))`,
		},
		"chiadapter":     {"github.com/go-chi/chi/v5", "chiadapter", "r := chi.NewRouter()", http, use + `; r.Put("/", http.NotFound)`}, // without a route, chi runs no middleware
		"echoadapter":    {"github.com/labstack/echo/v4", "echoadapter", "r := echo.New(); r.Listener = ln", `r.Start("")`, use},
		"echov5adapter":  {"github.com/labstack/echo/v5", "echov5adapter", "r := echo.New()", "(echo.StartConfig{Listener: ln}).Start(context.Background(), r)", use},
		"fiberadapter":   {"github.com/gofiber/fiber/v2", "fiberadapter", "r := fiber.New()", "r.Listener(ln)", use},
		"fiberv3adapter": {"github.com/gofiber/fiber/v3", "fiberv3adapter", "r := fiber.New()", "r.Listener(ln)", use},
		"ginadapter":     {"github.com/gin-gonic/gin", "ginadapter", "r := gin.New()", "r.RunListener(ln)", use},
	}
}

// source returns the program with or without CORS. The program prints its address.
func (p program) source(cors bool) string {
	imports, registers := "", ""
	if cors {
		for name := range strings.FieldsSeq(p.imports) {
			if name != "configfile" {
				imports += "import cors \"" + modules.Prefix + name + "\"\n"
			} else {
				imports += "import \"" + modules.Prefix + name + "\"\n"
			}
		}
		registers = p.registers
	}
	if p.framework != "" {
		imports += "import \"" + p.framework + "\"\n"
	}
	for _, name := range []string{"context", "net", "net/http"} {
		if strings.Contains(p.router+registers+p.serves+"net.", filepath.Base(name)+".") {
			imports += "import \"" + name + "\"\n"
		}
	}
	return "package main\n\n" + imports + `
func main() {
	ln, err := net.Listen("tcp", "localhost:0")
	if err != nil { panic(err) }
	println(ln.Addr().String())
	` + p.router + "\n\t" + registers + "\n\tpanic(" + p.serves + ")\n}\n"
}

// TestConsumers does what a user does. It installs the command with go install. It takes a program with the lowest version of a
// framework, installs the adapter with go get, and adds the policy. The adapter brings
// core, its framework and golang.org/x modules, and changes the version of no other
// module. The program answers preflights as the policy says.
func TestConsumers(t *testing.T) {
	r, err := read("../..")
	if err != nil {
		t.Fatal(err)
	}
	proxy := ""
	if !*published {
		proxy = t.TempDir()
		if err := r.Proxy(proxy); err != nil {
			t.Fatal(err)
		}
	}
	variables, err := modules.Environment(proxy, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	environment := append(os.Environ(), variables...)
	for _, name := range r.Published {
		t.Run(name, func(t *testing.T) {
			c := consumer{t.TempDir(), environment}
			if name == modules.Command {
				c.installs(t, modules.Prefix+name, r.Version)
				return
			}
			p, ok := programs()[name]
			if !ok {
				t.Fatal("programs has no program for this module")
			}
			required := make(map[string]string)
			for _, m := range r.Files[name].Require {
				if !m.Indirect {
					required[m.Mod.Path] = m.Mod.Version
				}
			}
			c.write(t, "go.mod", "module example.com/consumer\n\ngo 1.25.0\n")
			if p.framework != "" {
				c.run(t, "get", p.framework+"@"+required[p.framework])
			}
			before, size := c.build(t, p.source(false))
			for imported := range strings.FieldsSeq(p.imports) {
				c.run(t, "get", modules.Prefix+imported+"@"+r.Version)
			}
			after, larger := c.build(t, p.source(true))
			for path, version := range after {
				switch had, ok := before[path]; {
				case strings.HasPrefix(path, modules.Prefix), strings.HasPrefix(path, "golang.org/x/"), path == "go.yaml.in/yaml/v4" && name == "configfile":
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
			c.serves(t)
		})
	}
}

// consumer is a module outside the workspace.
type consumer struct {
	dir         string
	environment []string
}

func (c consumer) write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(c.dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// build builds a program, and returns the versions of all modules in the graph and the
// size of the executable.
func (c consumer) build(t *testing.T, source string) (versions map[string]string, size int64) {
	t.Helper()
	c.write(t, "main.go", source)
	c.run(t, "build", "-o", "consumer", ".")
	info, err := os.Stat(filepath.Join(c.dir, "consumer"))
	if err != nil {
		t.Fatal(err)
	}
	versions = make(map[string]string)
	for line := range strings.Lines(c.run(t, "list", "-m", "all")) {
		path, version, _ := strings.Cut(strings.TrimSpace(line), " ")
		versions[path] = version
	}
	delete(versions, "example.com/consumer")
	return versions, info.Size()
}

// installs gets a command as users do, and runs it.
func (c consumer) installs(t *testing.T, path, version string) {
	t.Helper()
	c.environment = append(c.environment, "GOBIN="+c.dir)
	c.run(t, "install", path+"@latest")
	name := filepath.Base(path)
	if printed, want := runIn(t, c.dir, nil, filepath.Join(c.dir, name), "--version"), name+" "+version+"\n"; printed != want {
		t.Errorf("%s --version prints %q, want %q", name, printed, want)
	}
}

// serves runs the program and sends preflights to it.
func (c consumer) serves(t *testing.T) {
	t.Helper()
	command := exec.CommandContext(t.Context(), filepath.Join(c.dir, "consumer"))
	output, err := command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	}()
	address, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	go func() { _, _ = io.Copy(io.Discard, output) }()
	for origin, want := range map[string]struct {
		status          int
		allowed, method string
	}{
		"https://app.example.com": {http.StatusNoContent, "https://app.example.com", "PUT"},
		"https://example.net":     {http.StatusForbidden, "", ""},
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodOptions, "http://"+strings.TrimSpace(address)+"/", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Origin", origin)
		request.Header.Set("Access-Control-Request-Method", "PUT")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		allowed, method := response.Header.Get("Access-Control-Allow-Origin"), response.Header.Get("Access-Control-Allow-Methods")
		if response.StatusCode != want.status || allowed != want.allowed || method != want.method {
			t.Errorf("a preflight of %s: status %d, Allow-Origin %q, Allow-Methods %q; want %v", origin, response.StatusCode, allowed, method, want)
		}
	}
}

func (c consumer) run(t *testing.T, args ...string) string {
	t.Helper()
	return runIn(t, c.dir, c.environment, "go", args...)
}

// run runs a command in a folder, and returns its output.
func run(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	return runIn(t, dir, nil, name, args...)
}

func runIn(t *testing.T, dir string, environment []string, name string, args ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), name, args...)
	command.Dir = dir
	command.Env = environment
	var message bytes.Buffer
	command.Stderr = &message
	output, err := command.Output()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, message.Bytes())
	}
	return string(output)
}
