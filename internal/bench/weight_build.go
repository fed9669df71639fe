package main

import (
	"bytes"
	"debug/buildinfo"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// listedModule is what `go list -m -json` says of a module.
type listedModule struct {
	Path, Version, GoVersion, Dir string
	Main                          bool
	Replace                       *struct{ Path string }
}

// workshop lists the modules that this one is built from, itself first.
func workshop() (modules []listedModule, err error) {
	list, err := command("", "list", "-m", "-json", "all")
	if err != nil {
		return nil, err
	}
	dec := json.NewDecoder(bytes.NewReader(list))
	for {
		var m listedModule
		err := dec.Decode(&m)
		switch {
		case errors.Is(err, io.EOF):
			return modules, nil
		case err != nil:
			return nil, err
		}
		modules = append(modules, m)
	}
}

// command runs go without the workspace, which would raise versions.
func command(dir string, args ...string) ([]byte, error) {
	var out, problems bytes.Buffer
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "CGO_ENABLED=0")
	cmd.Stdout, cmd.Stderr = &out, &problems
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, &problems)
	}
	return out.Bytes(), nil
}

// built is what became of a program.
type built struct {
	bytes  int64
	graph  int // modules that its go command knows of
	linked int // modules that have a part in it
}

// build makes a program the way its users do, in a folder of its own.
func (p *program) build(dir string, modules []listedModule) (b built, err error) {
	for name, content := range map[string]string{"go.mod": p.module(modules), "main.go": p.source} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			return built{}, err
		}
	}
	if _, err := command(dir, "mod", "tidy"); err != nil {
		return built{}, err
	}
	graph, err := command(dir, "list", "-m", "all")
	if err != nil {
		return built{}, err
	}
	if _, err := command(dir, "build", "-trimpath", "-ldflags=-s -w", "-o", "program"); err != nil {
		return built{}, err
	}
	file := filepath.Join(dir, "program")
	info, err := buildinfo.ReadFile(file)
	if err != nil {
		return built{}, err
	}
	stat, err := os.Stat(file)
	if err != nil {
		return built{}, err
	}
	return built{stat.Size(), bytes.Count(graph, []byte("\n")), len(info.Deps)}, nil
}

// module writes the go.mod of a program. It asks for the versions that the
// workshop has, and for the modules of this repository where they are.
func (p *program) module(modules []listedModule) string {
	var mod strings.Builder
	for _, m := range modules {
		if m.Main {
			fmt.Fprintf(&mod, "module example.com/consumer\n\ngo %s\n\n", m.GoVersion)
			continue
		}
		if m.Replace != nil {
			fmt.Fprintf(&mod, "replace %s => %q\n", m.Path, m.Dir)
		}
		for _, path := range p.paths {
			if path == m.Path || strings.HasPrefix(path, m.Path+"/") {
				fmt.Fprintf(&mod, "require %s %s\n", m.Path, m.Version)
				break
			}
		}
	}
	return mod.String()
}
