package nethttp_test

import (
	"bytes"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/corstest"
	"github.com/corsuite/corsuite/core/nethttp"
)

// TestSpellingsOfHeaders shows that no spelling of a CORS header survives: neither one that
// other middleware has set before the policy nor, with KeepCORS, one of the handler.
func TestSpellingsOfHeaders(t *testing.T) {
	spoil := func(w http.ResponseWriter) {
		for _, name := range core.ResponseHeaders() {
			w.Header()[strings.ToLower(name)] = []string{"*"}
			w.Header()[strings.ToUpper(name)] = []string{"*"}
		}
	}
	cors := nethttp.Middleware(corstest.Policy(t))
	before := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			spoil(w)
			next.ServeHTTP(w, r)
		})
	}
	done := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	spoils := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		spoil(w)
		done(w, r)
	})
	for name, h := range map[string]http.Handler{
		"before the policy": before(cors(done)), "in the handler": cors(nethttp.KeepCORS(spoils)),
	} {
		for origin, want := range map[string][]string{
			corstest.Page:     {"Access-Control-Allow-Credentials", "Access-Control-Allow-Origin", "Access-Control-Expose-Headers", "Vary"},
			corstest.Stranger: {"Vary"},
		} {
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.Header.Set("Origin", origin)
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if got := slices.Sorted(maps.Keys(w.Header())); !slices.Equal(got, want) {
				t.Errorf("%s, %s: got %q, want %q", name, origin, got, want)
			}
		}
	}
}

// TestSpellingsOfHeadersAreLogged shows that the log has a handler that allows a denied page,
// in all spellings.
func TestSpellingsOfHeadersAreLogged(t *testing.T) {
	for name, logged := range map[string]bool{
		"Access-Control-Allow-Origin": true, "access-control-allow-origin": true, "ACCESS-CONTROL-ALLOW-ORIGIN": true, "Access-control-allow-origin": true,
		"Access-Control-Allow-Originals": false, "Vary": false,
	} {
		synctest.Test(t, func(t *testing.T) {
			var log bytes.Buffer
			policy, err := core.NewPolicy(config(), core.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
			if err != nil {
				t.Fatal(err)
			}
			h := nethttp.Middleware(policy)(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Header()[name] = []string{"*"} }))
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.Header.Set("Origin", stranger)
			h.ServeHTTP(httptest.NewRecorder(), r)
			synctest.Wait()
			if got := strings.Contains(log.String(), "a handler sets Access-Control-Allow-Origin itself"); got != logged {
				t.Errorf("%s: logged %v, want %v", name, got, logged)
			}
			<-time.After(time.Minute) // until the journal has ended its minute
		})
	}
}

// TestRejectionOfInstallHasNoCORS shows that a preflight for a route without a policy is
// rejected without the CORS headers of outer middleware.
func TestRejectionOfInstallHasNoCORS(t *testing.T) {
	mux := http.NewServeMux()
	mux.Handle("PUT /posts", text("posts"))
	install := nethttp.Install(mux, nil)(mux)
	c := open(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, name := range core.ResponseHeaders() {
			w.Header().Set(name, "*")
		}
		install.ServeHTTP(w, r)
	}))
	c.Want(ask("PUT", "/posts"), corstest.Answer{Status: http.StatusForbidden})
}

func TestKeepCORSBeforeEachWrite(t *testing.T) {
	corstest.RunKeepCORS(t, func(policy *core.Policy, h http.Handler) http.Handler {
		return nethttp.Middleware(policy)(nethttp.KeepCORS(h))
	})
}

// TestCheckOrigin shows the decision for WebSockets, which is that of core.
func TestCheckOrigin(t *testing.T) {
	check := nethttp.CheckOrigin(corstest.Policy(t))
	for origin, want := range map[string]bool{corstest.Page: true, corstest.Stranger: false, "null": false, "": true, "http://example.com": true} {
		r := httptest.NewRequest(http.MethodGet, "http://example.com/socket", nil)
		if origin != "" {
			r.Header.Set("Origin", origin)
		}
		if got := check(r); got != want {
			t.Errorf("%q: %v, want %v", origin, got, want)
		}
	}
	defer func() {
		if p := recover(); p != "nethttp: CheckOrigin needs a policy" {
			t.Errorf("without a policy: %v", p)
		}
	}()
	nethttp.CheckOrigin(nil)
}
