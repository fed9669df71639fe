package repo

import "testing"

const goodModule = `module github.com/corsuite/corsuite/ginadapter

go 1.25.0

require (
	github.com/corsuite/corsuite/core v0.0.0
	github.com/gin-gonic/gin v1.12.0
)

require golang.org/x/net v0.58.0 // indirect

replace github.com/corsuite/corsuite/core => ../core
`

// Each bad line is added to the good module above.
func TestModuleRules(t *testing.T) {
	goLine := func(m module) []string { return ruleGoLine("dir", "1.25.0", m) }
	replaces := func(m module) []string { return ruleReplaces("dir", m) }
	requires := func(m module) []string {
		return ruleRequires("dir", m, "github.com/corsuite/corsuite/core", "github.com/gin-gonic/gin")
	}
	tests := map[string]struct {
		rule func(module) []string
		text string
		want []string
	}{
		"good go line":     {goLine, goodModule, nil},
		"another go line":  {goLine, "module m\n\ngo 1.26.0\n", []string{"go 1.26.0, and go.work has 1.25.0"}},
		"no go line":       {goLine, "module m\n", []string{"go , and go.work has 1.25.0"}},
		"toolchain":        {goLine, goodModule + "toolchain go1.26.0\n", []string{"toolchain go1.26.0"}},
		"tool":             {goLine, goodModule + "tool example.com/x\n", []string{"tool example.com/x"}},
		"good replaces":    {replaces, goodModule, nil},
		"replaced with":    {replaces, goodModule + "replace github.com/gin-gonic/gin => ../gin\n", []string{"replace github.com/gin-gonic/gin"}},
		"replaced version": {replaces, goodModule + "replace example.com/x => example.com/y v1.0.0\n", []string{"replace example.com/x => example.com/y"}},
		"wrong sibling":    {replaces, goodModule + "replace github.com/corsuite/corsuite/chiadapter => ../core\n", []string{"=> ../core"}},
		"no replace":       {replaces, "module m\n\nrequire github.com/corsuite/corsuite/core v0.0.0\n", []string{"core has no replace"}},
		"good requires":    {requires, goodModule, nil},
		"another router":   {requires, goodModule + "require github.com/labstack/echo/v4 v4.16.0\n", []string{"requires github.com/labstack/echo/v4"}},
		"a test library":   {requires, goodModule + "require example.com/assert v1.0.0\n", []string{"requires example.com/assert"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			wantComplaints(t, test.rule(parseModule(t, "mod", test.text)), test.want)
		})
	}
}

func TestRuleReplacesInTheRoot(t *testing.T) {
	const text = "module m\n\nreplace github.com/corsuite/corsuite/core => "
	wantComplaints(t, ruleReplaces(".", parseModule(t, "mod", text+"./core\n")), nil)
	wantComplaints(t, ruleReplaces(".", parseModule(t, "mod", text+"../core\n")), []string{"=> ../core"})
	wantComplaints(t, ruleReplaces("examples/one", parseModule(t, "mod", text+"../../core\n")), nil)
	wantComplaints(t, ruleReplaces("examples/one", parseModule(t, "mod", text+"../core\n")), []string{"=> ../core"})
}

func TestRuleGoLineInTheWorkspace(t *testing.T) {
	work := parseModule(t, "work", "go 1.25.0\n\ntoolchain go1.26.0\n\nuse ./core\n")
	wantComplaints(t, ruleGoLine("go.work", "1.25.0", work), []string{"toolchain go1.26.0"})
}

func TestRuleWorkspace(t *testing.T) {
	work := parseModule(t, "work", "go 1.25.0\n\nuse (\n\t.\n\t./core\n\t./gone\n)\n")
	modules := map[string]module{
		".":          parseModule(t, "mod", "module github.com/corsuite/corsuite\n"),
		"core":       parseModule(t, "mod", "module github.com/corsuite/corsuite/kernel\n"),
		"ginadapter": parseModule(t, "mod", goodModule),
	}
	wantComplaints(t, ruleWorkspace(work, modules), []string{
		"uses gone, which has no go.mod",
		"core: module github.com/corsuite/corsuite/kernel",
		"does not use ginadapter",
	})
}
