// Command vulncheck fails if a module of the workspace can reach a known vulnerability of
// a module that it requires. Modules are checked as they are published: without the
// workspace, at the lowest versions that they allow. The modules below internal are never
// published, and are not checked.
//
// The database comes as a Go module, so that no other server is needed. Without it,
// vulncheck says so and succeeds.
package main

import (
	"bytes"
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
)

const (
	database = "golang.org/x/vulndb"
	checker  = "golang.org/x/vuln/cmd/govulncheck@v1.9.0"
)

// accepted returns the findings that are known to be wrong, with the reason. Most traces go
// through an interface of the standard library, such as error, whose values govulncheck
// does not follow.
func accepted() map[string]string {
	const http2 = "golang.org/x/net/http2 before 0.60, which requires Go 1.26; gin and echo use it for HTTP/2 without TLS, which no adapter does"
	return map[string]string{
		"GO-2026-6603": http2,
		"GO-2026-6611": http2,
		"GO-2026-6612": http2,
		"GO-2026-6617": http2,
		"GO-2026-6865": "fiber v3 decompresses bodies with github.com/klauspost/compress, which no adapter does",
		"GO-2026-6872": "all of echo v4, without a corrected version; the rate limiter, which no adapter uses",
		"GO-2026-6875": "all of echo v4, without a corrected version; the proxy middleware, which no adapter uses",
		"GO-2026-6888": "fasthttp decompresses bodies with github.com/andybalholm/brotli, which no adapter does",
	}
}

func main() {
	log.SetFlags(0)
	if err := check(); err != nil {
		log.Fatal(err)
	}
}

func check() error {
	folder, err := os.MkdirTemp("", "vulncheck")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	if err := index(folder); err != nil {
		fmt.Println("skipped, since the database cannot be had:", err)
		return nil
	}
	modules, err := published()
	if err != nil {
		return err
	}
	var problems []error
	known := accepted()
	inGo, inModules := make(map[string]bool), make(map[string]bool)
	for _, module := range modules {
		reached, err := findings(module, folder)
		if err != nil {
			return err
		}
		for _, f := range reached {
			if f.module() == "stdlib" {
				inGo[f.ID] = true
				continue
			}
			inModules[f.ID] = true
			if known[f.ID] == "" {
				problems = append(problems, fmt.Errorf("%s: %s in %s, corrected in %s: %s", filepath.Base(module), f.ID, f.module(), f.Fixed, f.path()))
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(inGo)) {
		fmt.Printf("- %s is in this release of Go: use a newer one\n", id)
	}
	for _, id := range slices.Sorted(maps.Keys(known)) {
		fmt.Printf("- %s is accepted: %s\n", id, known[id])
		if !inModules[id] {
			problems = append(problems, fmt.Errorf("%s: no module reaches it; remove it from the accepted ones", id))
		}
	}
	return errors.Join(problems...)
}

// published returns the folders of the modules of the workspace, except those below internal.
func published() (folders []string, err error) {
	root, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	modules, err := run(".", "list", "-m", "-f", "{{.Dir}}")
	if err != nil {
		return nil, err
	}
	for folder := range strings.Lines(string(modules)) {
		folder = strings.TrimSpace(folder)
		if !strings.HasPrefix(folder, filepath.Join(root, "internal")+string(filepath.Separator)) {
			folders = append(folders, folder)
		}
	}
	return folders, nil
}

// index makes a database that govulncheck can read.
func index(folder string) error {
	download, err := run(".", "mod", "download", "-json", database+"@latest")
	if err != nil {
		return err
	}
	var module struct{ Version, Dir string }
	if err := json.Unmarshal(download, &module); err != nil {
		return err
	}
	fmt.Println("the database is of", module.Version)
	_, err = run(".", "run", database+"/cmd/indexdb@"+module.Version, "-vulns", filepath.Join(module.Dir, "data", "osv"), "-out", folder)
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
func findings(module, folder string) (reached []finding, err error) {
	report, err := run(module, "run", checker, "-format", "json", "-db", "file://"+filepath.ToSlash(folder), "./...")
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

// run runs the go command in a folder. Modules are checked without the workspace.
func run(folder string, args ...string) ([]byte, error) {
	command := exec.Command("go", args...)
	command.Dir = folder
	if folder != "." {
		command.Env = append(os.Environ(), "GOWORK=off")
	}
	var message bytes.Buffer
	command.Stderr = &message
	output, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("go %s: %w: %s", args[0], err, bytes.TrimSpace(message.Bytes()))
	}
	return output, nil
}
