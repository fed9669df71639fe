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
		{"policy.Reload(next)", "var next core.Config"},
		{"tenants.Has(", "var tenants interface { Has(context.Context, string) (bool, error) }"},
		{"browser.Handler(router)", "var (ctx context.Context; router http.Handler)"},
		{"fiberadapter.ErrorHandler(policy", "var policy *core.Policy"},
		{"httputil.ReverseProxy{", "var (policy *core.Policy; rewrite func(*httputil.ProxyRequest))"},
		{"fiberadapter.KeepCORS", "var (app *fiber.App; policy *core.Policy)"},
		{"nethttp.CrossOriginProtection(", "var (policy *core.Policy; mux *http.ServeMux)"},
		{"check := nethttp.CheckOrigin(policy)", "var policy *core.Policy"},
		{"tenants.Allows(", "var tenants interface { Allows(context.Context, string, string) (bool, error) }"},
		{"hostname(r.Host)", "var (mux *http.ServeMux; public, credentialed *core.Policy; hostname func(string) string)"},
		{"newRouter().Test(r)", "var newRouter func() *fiber.App"},
		{"policy.Explain(r.Context()", "var (policy *core.Policy; r *http.Request)"},
	}
}

// TestReadmeOutput checks that the README shows the error, the log line and the
// verdict that its code prints.
func TestReadmeOutput(t *testing.T) {
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
		policy, err2 := core.NewPolicy(core.Config{AllowOrigins: []string{"https://app.example.com"}}, core.WithLogger(logger))
		if err2 != nil {
			t.Fatal(err2)
		}
		request := core.Request{
			Method:        "OPTIONS",
			Origin:        []string{"https://app.example.com"},
			RequestMethod: []string{"DELETE"},
		}
		verdict := policy.Explain(t.Context(), &request, nil)
		request.RequestHeaders = []string{"authorization"}
		policy.Decide(t.Context(), &request, target("/posts/1"))
		synctest.Wait()

		readme := pages(t)["README.md"]
		for _, want := range []string{
			"\n" + err.Error() + "\n",
			"\n" + log.String(),
			"fmt.Println(verdict) // " + verdict.String() + "\n",
		} {
			if !strings.Contains(readme, want) {
				t.Errorf("README.md does not show\n%s", want)
			}
		}
		<-time.After(time.Hour) // The log and the report of a policy end with their timers.
	})
}

// target is the path of a request.
type target string

func (target) Field(string) string { return "" }
func (target) Host() string        { return "" }
func (t target) Path() string      { return string(t) }
