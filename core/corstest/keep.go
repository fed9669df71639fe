package corstest

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// RunKeepCORS runs the suite for KeepCORS on net/http as subtests of t. build builds an
// application with the handler h at /items, behind policy and KeepCORS. The suite requires
// that KeepCORS restores the headers in every way in which a handler can write the header
// of its answer.
func RunKeepCORS(t *testing.T, build BuildHTTP) {
	for name, write := range map[string]func(http.ResponseWriter){
		"nothing":     func(http.ResponseWriter) {},
		"WriteHeader": func(w http.ResponseWriter) { w.WriteHeader(http.StatusTeapot) },
		"Write":       func(w http.ResponseWriter) { _, _ = w.Write([]byte("x")) },
		"WriteString": func(w http.ResponseWriter) { _, _ = io.WriteString(w, "x") },
		"io.Copy":     func(w http.ResponseWriter) { _, _ = io.Copy(w, strings.NewReader("x")) },
		"Flush":       func(w http.ResponseWriter) { _ = http.NewResponseController(w).Flush() },
		"early hints": func(w http.ResponseWriter) {
			w.WriteHeader(http.StatusEarlyHints)
			w.Header().Set("Access-Control-Allow-Origin", "*")
			w.WriteHeader(http.StatusOK)
		},
		"twice": func(w http.ResponseWriter) {
			_, _ = w.Write([]byte("x"))
			w.Header().Set("Access-Control-Allow-Origin", "*") // too late for the answer
			_, _ = w.Write([]byte("y"))
		},
	} {
		handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Access-Control-Allow-Origin", "*")
			w.Header().Set("Vary", "Accept")
			write(w)
		})
		for kind, h := range map[string]http.Handler{"": handler, ", by a ResponseWriter that hides its interfaces": hide(handler)} {
			t.Run(name+kind, func(t *testing.T) {
				c := Open(t, HTTP(build(Policy(t), h)))
				transport := new(http.Transport)
				defer transport.CloseIdleConnections()
				for origin, want := range map[string]string{Page: Page, Stranger: ""} {
					res, err := transport.RoundTrip(from(t, origin, "http://"+c.Addr()+"/items"))
					if err != nil {
						t.Fatal(err)
					}
					_, _ = io.Copy(io.Discard, res.Body)
					res.Body.Close()
					got := strings.Join(res.Header["Access-Control-Allow-Origin"], "|")
					if vary := strings.Split(strings.Join(res.Header["Vary"], ","), ","); got != want || !slices.Contains(vary, "Origin") {
						t.Errorf("%s: Allow-Origin %q, want %q; Vary %q must have Origin", origin, got, want, vary)
					}
				}
			})
		}
	}
}

// hide is middleware that hides the interfaces of a ResponseWriter. A ResponseController
// still finds them.
func hide(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { next.ServeHTTP(hidden{w}, r) })
}

type hidden struct{ w http.ResponseWriter }

func (h hidden) Header() http.Header         { return h.w.Header() }
func (h hidden) Write(b []byte) (int, error) { return h.w.Write(b) }
func (h hidden) WriteHeader(status int)      { h.w.WriteHeader(status) }
func (h hidden) Unwrap() http.ResponseWriter { return h.w }
