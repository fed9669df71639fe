package nethttp_test

import (
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

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
	for name, h := range map[string]http.Handler{"before the policy": before(cors(done)), "in the handler": cors(nethttp.KeepCORS(spoils))} {
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

// unwrapped hides all interfaces of a ResponseWriter but lets a ResponseController find them.
type unwrapped struct{ w http.ResponseWriter }

func (u unwrapped) Header() http.Header         { return u.w.Header() }
func (u unwrapped) Write(b []byte) (int, error) { return u.w.Write(b) }
func (u unwrapped) WriteHeader(status int)      { u.w.WriteHeader(status) }
func (u unwrapped) Unwrap() http.ResponseWriter { return u.w }

// TestKeepCORSBeforeEachWrite shows that the headers are restored in every way in which a
// handler can write the header of its answer.
func TestKeepCORSBeforeEachWrite(t *testing.T) {
	hide := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { next.ServeHTTP(unwrapped{w}, r) })
	}
	for name, write := range map[string]func(http.ResponseWriter){
		"nothing":     func(http.ResponseWriter) {},
		"WriteHeader": func(w http.ResponseWriter) { w.WriteHeader(http.StatusTeapot) },
		"Write":       func(w http.ResponseWriter) { io.WriteString(w, "x") },
		"io.Copy":     func(w http.ResponseWriter) { io.Copy(w, strings.NewReader("x")) },
		"Flush":       func(w http.ResponseWriter) { _ = http.NewResponseController(w).Flush() },
		"early hints": func(w http.ResponseWriter) {
			w.WriteHeader(http.StatusEarlyHints)
			w.Header().Set("Access-Control-Allow-Origin", "*")
			w.WriteHeader(http.StatusOK)
		},
		"twice": func(w http.ResponseWriter) {
			w.WriteHeader(http.StatusOK)
			w.Header().Set("Access-Control-Allow-Origin", "*") // too late for the answer
			w.WriteHeader(http.StatusOK)
		},
	} {
		for wrapper, around := range map[string]func(http.Handler) http.Handler{"plain": func(h http.Handler) http.Handler { return h }, "hidden": hide} {
			h := around(nethttp.KeepCORS(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Access-Control-Allow-Origin", "*")
				w.Header().Set("Vary", "Accept")
				write(w)
			})))
			srv := httptest.NewServer(nethttp.Middleware(corstest.Policy(t))(h))
			for origin, want := range map[string]string{corstest.Page: corstest.Page, corstest.Stranger: ""} {
				r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.URL, nil)
				if err != nil {
					t.Fatal(err)
				}
				r.Header.Set("Origin", origin)
				res, err := srv.Client().Do(r)
				if err != nil {
					t.Fatal(err)
				}
				io.Copy(io.Discard, res.Body)
				res.Body.Close()
				if got := strings.Join(res.Header["Access-Control-Allow-Origin"], "|"); got != want || !slices.Contains(res.Header["Vary"], "Origin") {
					t.Errorf("%s, %s, %s: Allow-Origin %q, Vary %q", name, wrapper, origin, got, res.Header["Vary"])
				}
			}
			srv.Close()
		}
	}
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
