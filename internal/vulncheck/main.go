// Command vulncheck fails if a module of the workspace can reach a known vulnerability of
// a module that it requires. Modules are checked as they are published: without the
// workspace, at the lowest versions that they allow. The workshop and the modules below
// internal are never published, and are not checked.
//
// The database comes as a Go module, so that no other server is needed. Without it,
// vulncheck says so and succeeds.
package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/corsuite/corsuite/internal/release/modules"
)

const (
	database = "golang.org/x/vulndb"
	checker  = "golang.org/x/vuln/cmd/govulncheck@v1.9.0"
)

// exposure is a vulnerability that a published module may reach.
type exposure struct{ id, module string }

// accepted returns the exposures that are known to be wrong, with the reason. Most traces go
// through an interface of the standard library, such as error, whose values govulncheck
// does not follow. A reason holds only for the modules that it names, since another module
// may use the vulnerable function.
func accepted() map[exposure]string {
	known := make(map[exposure]string)
	accept := func(reason, ids string, folders ...string) {
		for id := range strings.FieldsSeq(ids) {
			for _, folder := range folders {
				known[exposure{id, modules.Prefix + folder}] = reason
			}
		}
	}
	accept("golang.org/x/net/http2 before 0.60, which requires Go 1.26; gin and echo use it for HTTP/2 without TLS, which no adapter does",
		"GO-2026-6603 GO-2026-6611 GO-2026-6612 GO-2026-6617", "echoadapter", "ginadapter")
	accept("fiber v3 decompresses bodies with github.com/klauspost/compress, which no adapter does",
		"GO-2026-6865", "fiberv3adapter")
	accept("all of echo v4, without a corrected version; the rate limiter, which neither the adapter nor an example uses",
		"GO-2026-6872", "echoadapter", "examples")
	accept("all of echo v4, without a corrected version; the proxy middleware, which neither the adapter nor an example uses",
		"GO-2026-6875", "echoadapter", "examples")
	accept("fasthttp decompresses bodies with github.com/andybalholm/brotli, which no adapter does",
		"GO-2026-6888", "fiberadapter", "fiberv3adapter")
	return known
}

func main() {
	log.SetFlags(0)
	if err := check(); err != nil {
		log.Fatal(err)
	}
}

func check() error {
	vulns, err := os.MkdirTemp("", "vulncheck")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(vulns) }()
	if err := index(vulns); err != nil {
		fmt.Println("skipped, since the database cannot be had:", err)
		return nil
	}
	repository, err := modules.Read(".")
	if err != nil {
		return err
	}
	inGo, inModules := make(map[string]bool), make(map[exposure]finding)
	for folder, file := range repository.Files {
		path := file.Module.Mod.Path
		if name, ok := strings.CutPrefix(path, modules.Prefix); !ok || strings.HasPrefix(name, "internal/") {
			continue
		}
		workspace := "off"
		if folder == modules.Command {
			workspace = filepath.Join(vulns, "go.work")
			if err := repository.Workspace(folder, workspace); err != nil {
				return err
			}
		}
		reached, err := findings(folder, workspace, vulns)
		if err != nil {
			return err
		}
		for _, f := range reached {
			if f.module() == "stdlib" {
				inGo[f.ID] = true
			} else {
				inModules[exposure{f.ID, path}] = f
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(inGo)) {
		fmt.Printf("- %s is in this release of Go: use a newer one\n", id)
	}
	known := accepted()
	for _, e := range sorted(known) {
		fmt.Printf("- %s is accepted in %s: %s\n", e.id, e.module, known[e])
	}
	return errors.Join(compare(inModules, known)...)
}

// compare returns what is reached and not accepted, and what is accepted and not reached.
func compare(reached map[exposure]finding, accepted map[exposure]string) (problems []error) {
	for _, e := range sorted(reached) {
		if accepted[e] == "" {
			f := reached[e]
			problems = append(problems, fmt.Errorf("%s: %s in %s, corrected in %s: %s", e.module, e.id, f.module(), cmp.Or(f.Fixed, "no version"), f.path()))
		}
	}
	for _, e := range sorted(accepted) {
		if _, ok := reached[e]; !ok {
			problems = append(problems, fmt.Errorf("%s: %s is not reached; remove it from the accepted ones", e.module, e.id))
		}
	}
	return problems
}

func sorted[V any](m map[exposure]V) []exposure {
	return slices.SortedFunc(maps.Keys(m), func(a, b exposure) int {
		return cmp.Or(cmp.Compare(a.id, b.id), cmp.Compare(a.module, b.module))
	})
}

// index makes a database that govulncheck can read.
func index(folder string) error {
	download, err := run(".", "off", "mod", "download", "-json", database+"@latest")
	if err != nil {
		return err
	}
	var module struct{ Version, Dir string }
	if err := json.Unmarshal(download, &module); err != nil {
		return err
	}
	fmt.Println("the database is of", module.Version)
	_, err = run(".", "off", "run", database+"/cmd/indexdb@"+module.Version, "-vulns", filepath.Join(module.Dir, "data", "osv"), "-out", folder)
	return err
}

// finding is a vulnerability with the calls that lead to it, the vulnerable function first.
type finding struct {
	ID    string `json:"osv"`
	Fixed string `json:"fixed_version"`
	Trace []struct{ Module, Version, Package, Receiver, Function string }
}

func (f finding) module() string { return f.Trace[0].Module }

func (f finding) path() string {
	var calls []string
	for _, call := range slices.Backward(f.Trace) {
		calls = append(calls, call.Package+"."+call.Function)
	}
	return strings.Join(calls, " > ")
}

// findings returns the vulnerabilities that a module may call.
func findings(module, workspace, vulns string) (reached []finding, err error) {
	report, err := run(module, workspace, "run", checker, "-format", "json", "-db", "file://"+filepath.ToSlash(vulns), "./...")
	if err != nil {
		return nil, err
	}
	for decoder := json.NewDecoder(bytes.NewReader(report)); ; {
		var message struct{ Finding *finding }
		switch err := decoder.Decode(&message); {
		case errors.Is(err, io.EOF):
			return reached, nil
		case err != nil:
			return nil, fmt.Errorf("read the report of govulncheck: %w", err)
		}
		if f := message.Finding; f != nil && f.Trace[0].Function != "" {
			reached = append(reached, *f)
		}
	}
}

// run runs the go command in a folder, with a workspace or "off".
func run(folder, workspace string, args ...string) ([]byte, error) {
	command := exec.Command("go", args...)
	command.Dir = folder
	command.Env = append(os.Environ(), "GOWORK="+workspace)
	var message bytes.Buffer
	command.Stderr = &message
	output, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("go %s: %w: %s", args[0], err, bytes.TrimSpace(message.Bytes()))
	}
	return output, nil
}
