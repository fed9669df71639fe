package main

import (
	"go/format"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestProgramsForAll(t *testing.T) {
	var want, got []string
	for _, c := range contests() {
		want = append(want, c.router+", "+alone)
		for _, r := range c.rivals {
			if r.name != without && r.name != nothing && r.name != hand {
				want = append(want, c.router+", "+r.name)
			}
		}
	}
	for _, p := range programs() {
		got = append(got, p.router+", "+p.rival)
	}
	if !slices.Equal(got, want) {
		t.Errorf("programs for %q, want %q", got, want)
	}
}

func TestProgramsCompile(t *testing.T) {
	for _, p := range programs() {
		t.Run(p.router+"/"+p.rival, func(t *testing.T) {
			if formatted, err := format.Source([]byte(p.source)); err != nil || p.rival == alone != !strings.Contains(p.source, page) {
				t.Fatalf("%v\n%s", err, formatted)
			}
			file := filepath.Join(t.TempDir(), "main.go")
			if err := os.WriteFile(file, []byte(p.source), 0o600); err != nil {
				t.Fatal(err)
			}
			if out, err := exec.CommandContext(t.Context(), "go", "vet", file).CombinedOutput(); err != nil {
				t.Errorf("%v\n%s\n%s", err, out, p.source)
			}
		})
	}
}

func TestProgramModule(t *testing.T) {
	modules := []listedModule{
		{Path: "example.org/workshop", GoVersion: "1.25.0", Main: true},
		{Path: "github.com/corsuite/corsuite/core", Version: "v0.0.0", Dir: "/there/core", Replace: &struct{ Path string }{"./core"}},
		{Path: "github.com/corsuite/corsuite/ginadapter", Version: "v0.0.0", Dir: "/there/ginadapter", Replace: &struct{ Path string }{"./ginadapter"}},
		{Path: "github.com/gin-gonic/gin", Version: "v1.12.0"},
		{Path: "github.com/gin-gonic/g", Version: "v1.0.0"},
		{Path: "github.com/rs/cors", Version: "v1.11.1"},
	}
	p := program{paths: []string{"github.com/gin-gonic/gin/binding", "github.com/corsuite/corsuite/ginadapter"}}
	const want = `module example.com/consumer

go 1.25.0

replace github.com/corsuite/corsuite/core => "/there/core"
replace github.com/corsuite/corsuite/ginadapter => "/there/ginadapter"
require github.com/corsuite/corsuite/ginadapter v0.0.0
require github.com/gin-gonic/gin v1.12.0
`
	if got := p.module(modules); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestHold(t *testing.T) {
	var out strings.Builder
	if err := hold(&out, "net/http", corsuite); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(out.String(), "BenchmarkWeight/net-http/corsuite 1 ") || !strings.HasSuffix(out.String(), " live-B\n") {
		t.Errorf("%q", &out)
	}
}

func TestWeightTable(t *testing.T) {
	all, err := parse(strings.NewReader(`goos: linux
,linux,
,program-B,CI
Weight/fiber/alone,6893568,∞
Weight/fiber/fiber's_own,6909952,∞
Weight/fiber/corsuite,6892544,∞

,linux,
,graph,CI
Weight/fiber/alone,18,∞
Weight/fiber/fiber's_own,18,∞
Weight/fiber/corsuite,24,∞

,linux,
,linked,CI
Weight/fiber/alone,12,∞
Weight/fiber/fiber's_own,12,∞
Weight/fiber/corsuite,16,∞

,linux,
,live-B,CI
Weight/fiber/fiber's_own,8388608,0%
Weight/fiber/corsuite,3460300,1%

,linux,
,sec/op,CI
Weight/fiber/fiber's_own,0.0583,33%
Weight/fiber/corsuite,0.0361,37%
`))
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	weightTable(&out, all)
	for _, want := range []string{
		"| fiber alone | 6,732 | 18 | 12 |  |  |",
		"| fiber's own | +16 | 0 | 0 | 8.0 ±0% | 58.3 ±33% |",
		"| corsuite | -1 | +6 | +4 | 3.3 ±1% | 36.1 ±37% |",
	} {
		if !strings.Contains(out.String(), "\n"+want+"\n") {
			t.Errorf("no %s in\n%s", want, &out)
		}
	}
}
