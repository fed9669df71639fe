package servers

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"text/template"

	"github.com/corsuite/corsuite/internal/programs"
)

// frame is what surrounds the configurations of the sites in the file of a program.
type frame struct {
	file   string // its name
	before string // a template for the home of the program
	around string // a template for a site, with CONFIG
	after  string
	env    []string
}

// home is the data of before.
type home struct {
	Home string
	Root bool // the program starts as root
}

// run writes the file of a program and starts it. Its arguments can have FILE and HOME.
func (f *frame) run(t *testing.T, path, dir string, sites []*site, args ...string) {
	t.Helper()
	var b strings.Builder
	execute(t, &b, f.before, home{dir, os.Geteuid() == 0})
	for _, s := range sites {
		before := b.Len()
		execute(t, &b, strings.Replace(f.around, "CONFIG", s.config, 1), s)
		s.written = b.String()[before:]
	}
	b.WriteString(f.after)
	file := filepath.Join(dir, f.file)
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	free(t, sites)
	for i := range args {
		args[i] = strings.NewReplacer("FILE", file, "HOME", dir).Replace(args[i])
	}
	p := programs.Program{Path: path, Args: args, Env: programs.Environment(t, dir, f.env...), Home: dir}.Start(t)
	await(t, p, sites)
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(p.EndOfLog())
		}
	})
}

func execute(t *testing.T, b *strings.Builder, text string, data any) {
	t.Helper()
	parsed, err := template.New("").Parse(text)
	if err == nil {
		err = parsed.Execute(b, data)
	}
	if err != nil {
		t.Fatal(err)
	}
}
