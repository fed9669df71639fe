package main

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

// TestJSONEscapes checks that JSON has no characters that a terminal executes, and keeps
// their values.
func TestJSONEscapes(t *testing.T) {
	const escape = "\u009b31m\u202e\U000e0001\x7f"
	h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", escape[:len(escape)-1])
	})
	r := probeServer(t, h, get())
	r.call.notes = append(r.call.notes, escape)
	var out strings.Builder
	if err := writeJSON(&out, []result{r}, ""); err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(out.String(), "\n", "")
	if i := strings.IndexFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }); i >= 0 {
		t.Errorf("the JSON has %q", text[i:min(i+20, len(text))])
	}
	if want := `"\u009b31m\u202e\udb40\udc01\u007f"`; !strings.Contains(text, want) {
		t.Errorf("the JSON lacks %s:\n%s", want, text)
	}
}

// TestManyHeaders checks that an answer with many headers gives a short text.
func TestManyHeaders(t *testing.T) {
	h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for i := range 5_000 {
			w.Header().Set("Access-Control-Foo-"+strconv.Itoa(i), "1")
		}
		w.Header()["Vary"] = strings.Split(strings.Repeat("a,", 5_000), ",")
	})
	r := probeServer(t, h, get())
	var out strings.Builder
	printer{&out, false}.print(&r, "")
	if lines := strings.Count(out.String(), "\n"); lines > 100 {
		t.Errorf("the output has %d lines:\n%s", lines, out.String()[:2000])
	}
}
