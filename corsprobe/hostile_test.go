package main

import (
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode"
)

// TestHostileServer checks that the output has no control characters of the server, which a
// terminal would execute, and that its size is bounded.
func TestHostileServer(t *testing.T) {
	const escape = "\u009b31m\u202e" // net/http rejects an answer with ASCII control characters
	long := strings.Repeat("a,", 100_000)
	for _, lines := range [][]string{
		{allow + escape}, {allow + page + escape, allow + escape}, {allowPage, "Access-Control-Allow-Methods: " + escape},
		{allowPage, "Access-Control-Allow-Methods: " + long}, {allowPage, puts, "Access-Control-Allow-Headers: " + long},
		{allow + long}, {"Location: http://a.example/" + escape}, {allowPage, puts, types, "Access-Control-Max-Age: " + escape},
		{allowPage, puts, types, "X-" + strings.Repeat("a", 10_000) + ": 1", "Server: " + escape, "Vary: " + long},
	} {
		for _, status := range []int{200, 302, 500} {
			began := time.Now()
			h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				for _, line := range lines {
					name, value, _ := strings.Cut(line, ": ")
					w.Header()[name] = append(w.Header()[name], value)
				}
				w.WriteHeader(status)
			})
			r := probeServer(t, h, put())
			var out strings.Builder
			printer{&out, false}.print(&r, "")
			text := strings.NewReplacer("\n", "", "\t", "").Replace(out.String())
			if i := strings.IndexFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }); i >= 0 {
				t.Errorf("%.60q, status %d: the output has %q", lines, status, text[i:min(i+20, len(text))])
			}
			if len(text) > 20_000 || time.Since(began) > 10*time.Second {
				t.Errorf("%.60q, status %d: the output has %d bytes after %v", lines, status, len(text), time.Since(began))
			}
		}
	}
}
