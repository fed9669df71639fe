package repo

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/corsuite/corsuite/configfile"
	"github.com/corsuite/corsuite/core"
)

// givens declares the names that the README uses without a declaration.
func givens() []given {
	return []given{
		{"core.NewPolicy(cfg", "var cfg core.Config"},
		{"configfile.Read(", "var ctx context.Context"},
		{"policy.Shadow(&stricter)", "var (policy *core.Policy; stricter core.Config)"},
		{"ginadapter.Middleware(policy)", "var r *gin.Engine"},
		{"chiadapter.New(admin)", "var (r chi.Router; admin core.Config; policy *core.Policy; requireToken func(http.Handler) http.Handler; save http.HandlerFunc)"},
		{"nethttp.Install(mux, policy)", "var (mux *http.ServeMux; policy, admin *core.Policy; save http.HandlerFunc)"},
		{"cors.Group(", "var (r *gin.Engine; policy, admin *core.Policy; save gin.HandlerFunc)"},
		{"policy.Reload(next)", "var (policy *core.Policy; next core.Config)"},
		{"policy.Enable(false)", "var policy *core.Policy"},
		{"nethttp.KeepCORS(mux))", "var (policy *core.Policy; mux *http.ServeMux)"},
		{"browser.Handler(newRouter())", "func newRouter() http.Handler"},
		{"policy.Warnings()", "var t *testing.T"},
		{"stream)", "var stream http.HandlerFunc"},
		{"core.WithLogger(corsLogger)", "var corsLogger *slog.Logger"},
		{"decisions.Add(", "var decisions *expvar.Map"},
		{"http.SetCookie(w,", "var (w http.ResponseWriter; token string)"},
		{"tenants.Has(", "var tenants interface { Has(context.Context, string) (bool, error) }"},
		{"browser.Handler(router)", "var (ctx context.Context; router http.Handler)"},
		{"fiberadapter.ErrorHandler(policy", "var policy *core.Policy"},
		{"httputil.ReverseProxy{", "var (policy *core.Policy; rewrite func(*httputil.ProxyRequest))"},
		{"fiberadapter.KeepCORS", "var (app *fiber.App; policy *core.Policy)"},
		{"nethttp.CrossOriginProtection(", "var (policy *core.Policy; mux *http.ServeMux)"},
		{"check := nethttp.CheckOrigin(policy)", "var policy *core.Policy"},
		{"tenants.Allows(", "var tenants interface { Allows(context.Context, string, string) (bool, error) }"},
		{"hostname(r.Host)", "var (mux *http.ServeMux; public, credentialed *core.Policy; hostname func(string) string)"},
		{"newRouter().Test(r)", "var (t *testing.T; newRouter func() *fiber.App)"},
		{"pages.Golden(", "var pages corstest.Pages"},
		{"outcome := pages.May(", "var (pages corstest.Pages; t *testing.T)"},
		{"Engine: browser.WebKit", "var t *testing.T"},
		{"policy.Explain(r.Context()", "var (policy *core.Policy; r *http.Request)"},
	}
}

// TestOutput checks that the documentation shows the error, the log line and the verdict
// that its code prints.
func TestOutput(t *testing.T) {
	_, err := core.NewPolicy(core.Config{
		AllowOrigins: []string{"https://app.example.com/"},
		AllowMethods: []string{"GET", "put"},
		MaxAge:       300,
	})
	if err == nil {
		t.Fatal("no error for a bad config")
	}
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		withoutTime := func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		}
		logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{ReplaceAttr: withoutTime}))
		policy, err2 := core.NewPolicy(core.Config{
			AllowOrigins: []string{"https://app.example.com"},
			AllowMethods: []string{"PUT"},
		}, core.WithLogger(logger))
		if err2 != nil {
			t.Fatal(err2)
		}
		request := core.Request{
			Method:        "OPTIONS",
			Origin:        []string{"https://app.example.com"},
			RequestMethod: []string{"DELETE"},
		}
		verdict := policy.Explain(t.Context(), &request, nil)
		request.RequestHeaders = []string{"x-request-id"}
		policy.Decide(t.Context(), &request, target("/posts/1"))
		synctest.Wait()

		all := pages(t)
		for page, want := range map[string][]string{
			"README.md":         {"\n" + err.Error() + "\n", "\n" + log.String()},
			"docs/operating.md": {"\n" + log.String(), "fmt.Println(verdict) // " + verdict.String() + "\n"},
		} {
			for _, want := range want {
				if !strings.Contains(all[page], want) {
					t.Errorf("%s does not show\n%s", page, want)
				}
			}
		}
		<-time.After(time.Hour) // The log and the report of a policy end with their timers.
	})
}

// TestMessages checks that docs/operating.md explains every message of the log.
func TestMessages(t *testing.T) {
	page := pages(t)["docs/operating.md"]
	message := regexp.MustCompile(`"(cors: [^"%]+)"`)
	found := make(map[string]bool)
	for _, dir := range append(released(t), "core/nethttp") {
		files, err := filepath.Glob(filepath.Join(root, dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			source, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, match := range message.FindAllStringSubmatch(string(source), -1) {
				found[match[1]] = true
				if !strings.Contains(page, "`"+match[1]+"`") {
					t.Errorf("docs/operating.md lacks the message %q", match[1])
				}
			}
		}
	}
	if len(found) < 5 {
		t.Errorf("the sources have only the messages %v", found)
	}
}

// TestConfigFiles checks that configfile accepts the YAML and JSON in the documentation.
func TestConfigFiles(t *testing.T) {
	parse := map[string]func([]byte, ...configfile.Option) (*configfile.Source, error){
		"yaml": configfile.YAML,
		"json": configfile.JSON,
	}
	n := 0
	for page, text := range pages(t) {
		blocks, _ := split(page, text)
		for _, b := range blocks {
			if parse[b.language] == nil {
				continue
			}
			n++
			source, err := parse[b.language]([]byte(b.code))
			if err == nil {
				_, err = source.NewPolicy()
			}
			if err != nil {
				t.Errorf("%s:%d: %v", page, b.line, err)
			}
		}
	}
	if n == 0 {
		t.Error("no page shows a file")
	}
}

// target is the path of a request.
type target string

func (target) Field(string) string { return "" }
func (target) Host() string        { return "" }
func (t target) Path() string      { return string(t) }
