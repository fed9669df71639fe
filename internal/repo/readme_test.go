package repo

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/corsuite/corsuite/core"
)

// givens are the variables that the README speaks of without saying where they
// come from.
func givens() []given {
	return []given{
		{"core.NewPolicy(cfg", "var cfg core.Config"},
		{"configfile.Read(", "var ctx context.Context"},
		{"policy.Shadow(&stricter)", "var (\n\tpolicy *core.Policy\n\tstricter core.Config\n)"},
		{"ginadapter.Middleware(policy)", "var r *gin.Engine"},
		{"chiadapter.New(admin)", "var (\n\tr chi.Router\n\tadmin core.Config\n\tpolicy *core.Policy\n\trequireToken func(http.Handler) http.Handler\n\tsave http.HandlerFunc\n)"},
		{"nethttp.Install(mux, policy)", "var (\n\tmux *http.ServeMux\n\tpolicy, admin *core.Policy\n\tsave http.HandlerFunc\n)"},
		{"cors.Group(", "var (\n\tr *gin.Engine\n\tpolicy, admin *core.Policy\n\tsave gin.HandlerFunc\n)"},
		{"policy.Reload(next)", "var next core.Config"},
		{"tenants.Has(", "var tenants interface {\n\tHas(context.Context, string) (bool, error)\n}"},
		{"browser.Handler(router)", "var (\n\tctx context.Context\n\trouter http.Handler\n)"},
		{"fiberadapter.ErrorHandler(policy", "var policy *core.Policy"},
		{"httputil.ReverseProxy{", "var (\n\tpolicy *core.Policy\n\trewrite func(*httputil.ProxyRequest)\n)"},
		{"fiberadapter.KeepCORS", "var (\n\tapp *fiber.App\n\tpolicy *core.Policy\n)"},
		{"nethttp.CrossOriginProtection(", "var (\n\tpolicy *core.Policy\n\tmux *http.ServeMux\n)"},
		{"policy.Explain(r.Context()", "var (\n\tpolicy *core.Policy\n\tr *http.Request\n)"},
	}
}

func TestSnippets(t *testing.T) {
	var found []snippet
	var all strings.Builder
	for page, text := range withSuffix(texts(t), ".md") {
		for _, s := range snippets(page, text) {
			found = append(found, s)
			all.WriteString(s.code)
		}
	}
	if len(found) == 0 {
		t.Error("no page has a snippet")
	}
	for _, g := range givens() {
		if !strings.Contains(all.String(), g.in) {
			t.Errorf("no snippet contains %q", g.in)
		}
	}
	obeyed(t, ruleSnippets(t, found, givens()))
}

func TestRuleSnippets(t *testing.T) {
	const page = "# Page\n\n" +
		"```go\npackage main\n\nfunc main() { undefinedInAFile() }\n```\n" +
		"```go\nfunc cors() { core.UndefinedInADeclaration() }\n```\n" +
		"```go\npolicy := ginadapter.New(cfg)\n```\n" +
		"```\nnot Go\n```\n" +
		"```go\npolicy := }\n```\n"
	found := snippets("page.md", page)
	if len(found) != 4 || found[1].line != 9 {
		t.Fatalf("snippets: %+v", found)
	}
	complaints := ruleSnippets(t, found, nil)
	if len(complaints) != 2 {
		t.Fatalf("complaints: %q", complaints)
	}
	for _, want := range []string{
		"page.md:6: undefined: undefinedInAFile",
		"page.md:9: undefined: core.UndefinedInADeclaration",
		"page.md:12: undefined: cfg",
	} {
		if !strings.Contains(complaints[1], want) {
			t.Errorf("no complaint %q in\n%s", want, complaints[1])
		}
	}
	if !strings.HasPrefix(complaints[0], "page.md:18: ") {
		t.Errorf("complaint about the syntax: %s", complaints[0])
	}
	wantComplaints(t, ruleSnippets(t, found[2:3], []given{{"(cfg)", "var cfg core.Config"}}), nil)
	wantComplaints(t, ruleSnippets(t, nil, nil), nil)
}

// What the README prints is what a reader gets.
func TestReadmeOutput(t *testing.T) {
	readme := texts(t)["README.md"]
	_, err := core.NewPolicy(core.Config{
		AllowOrigins: []string{"https://app.example.com/"},
		AllowMethods: []string{"GET", "put"},
		MaxAge:       300,
	})
	if err == nil || !strings.Contains(readme, "\n"+err.Error()+"\n") {
		t.Errorf("the README does not show the error\n%v", err)
	}

	policy, err := core.NewPolicy(core.Config{AllowOrigins: []string{"https://app.example.com"}})
	if err != nil {
		t.Fatal(err)
	}
	if line := logged(t); !strings.Contains(readme, "\n"+line+"\n") {
		t.Errorf("the README does not show the line\n%s", line)
	}
	verdict := policy.Explain(t.Context(), &core.Request{
		Method:        "OPTIONS",
		Origin:        []string{"https://app.example.com"},
		RequestMethod: []string{"DELETE"},
	})
	if !strings.Contains(readme, "fmt.Println(verdict) // "+verdict.String()+"\n") {
		t.Errorf("the README does not show the verdict\n%v", verdict)
	}
}

// logged returns what is logged of a page's preflight.
func logged(t *testing.T) (line string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		policy, err := core.NewPolicy(core.Config{AllowOrigins: []string{"https://app.example.com"}}, core.WithLogger(
			slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
				if a.Key == slog.TimeKey {
					return slog.Attr{}
				}
				return a
			}})),
		))
		if err != nil {
			t.Fatal(err)
		}
		policy.Decide(t.Context(), &core.Request{
			Method:         "OPTIONS",
			Origin:         []string{"https://app.example.com"},
			RequestMethod:  []string{"DELETE"},
			RequestHeaders: []string{"authorization"},
		})
		synctest.Wait()
		line = strings.TrimSpace(log.String())
		<-time.After(time.Hour) // the end of the minute
	})
	return line
}
