package nethttp_test

import (
	"net/http"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/nethttp"
)

// The places to register in, as the package documentation has them.
func TestWhereToRegister(t *testing.T) {
	cors := nethttp.New(config())
	around := http.NewServeMux()
	around.Handle("GET /api/posts", text("posts"))
	pattern := http.NewServeMux()
	pattern.Handle("GET /api/posts", cors(text("posts")))
	below := http.NewServeMux()
	below.Handle("GET /api/posts", text("posts"))
	subtree := http.NewServeMux()
	subtree.Handle("/api/", cors(below))

	for _, test := range []struct {
		name              string
		handler           http.Handler
		preflight, actual bool // answered
		notFound, wrong   bool // 404 and 405 answered
	}{
		{"around the mux", cors(around), true, true, true, true},
		{"on a pattern with a method", pattern, false, true, false, false},
		{"on a subtree", subtree, true, true, true, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, path := range []string{"/api/posts", "/api/none"} {
				got := ask(t, test.handler, preflight(path, app, "PUT"))
				if test.preflight {
					check(t, got, http.StatusNoContent, approved)
				} else if got.status < 400 || got.cors != "" {
					t.Errorf("preflight for %s was answered: %+v", path, got)
				}
			}
			check(t, ask(t, test.handler, actual("GET", "/api/posts", app)), http.StatusOK, linesIf(test.actual))
			check(t, ask(t, test.handler, actual("GET", "/api/none", app)), http.StatusNotFound, linesIf(test.notFound))
			check(t, ask(t, test.handler, actual("DELETE", "/api/posts", app)), http.StatusMethodNotAllowed, linesIf(test.wrong))
		})
	}
}

func linesIf(answered bool) string {
	if answered {
		return allowed
	}
	return ""
}

func TestPreflightRunsNoHandler(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("OPTIONS /posts", func(http.ResponseWriter, *http.Request) { t.Error("the OPTIONS handler ran") })
	mux.HandleFunc("PUT /posts", func(http.ResponseWriter, *http.Request) { t.Error("the PUT handler ran") })
	auth := func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			t.Error("middleware behind CORS ran")
			w.WriteHeader(http.StatusUnauthorized)
		})
	}
	handler := nethttp.New(config())(auth(mux))
	check(t, ask(t, handler, preflight("/posts", app, "PUT")), http.StatusNoContent, approved)
	check(t, ask(t, handler, preflight("/posts", other, "PUT")), http.StatusForbidden, refused)
}

func TestOptionsThatIsNoPreflight(t *testing.T) {
	mux := http.NewServeMux()
	mux.Handle("OPTIONS /posts", text("options"))
	got := ask(t, nethttp.New(config())(mux), actual("OPTIONS", "/posts", app))
	check(t, got, http.StatusOK, `Access-Control-Allow-Credentials: true
Access-Control-Allow-Origin: https://app.example.com
Access-Control-Expose-Headers: X-Total
Vary: Origin, Access-Control-Request-Method`)
	if got.body != "options" {
		t.Errorf("body %q, want the handler's", got.body)
	}
}

func TestNewPanicsOnBadConfig(t *testing.T) {
	defer func() {
		err, ok := recover().(*core.ConfigError)
		if !ok || len(err.Problems) != 2 {
			t.Errorf("panicked with %v, want a *core.ConfigError with both problems", err)
		}
	}()
	nethttp.New(nethttp.Config{AllowOrigins: []string{"https://example.com/"}, PreflightStatus: 404})
	t.Error("New accepted a bad config")
}
