package main

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestWrap(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"", ""},
		{"short", "short"},
		{"  twenty columns are it", "  twenty columns are\n    it"},
		{"  one word that-is-longer-than-the-line ends", "  one word\n    that-is-longer-than-the-line\n    ends"},
		{"https://api.example.com/posts/1 is first", "https://api.example.com/posts/1\n    is first"},
		{"\x1b[1mtwenty\x1b[0m columns \x1b[31mare it\x1b[0m and more", "\x1b[1mtwenty\x1b[0m columns \x1b[31mare\n    it\x1b[0m and more"},
		{"✓ ✓ ✓ ✓ ✓ ✓ ✓ ✓ ✓ ✓ ✓", "✓ ✓ ✓ ✓ ✓ ✓ ✓ ✓ ✓ ✓\n    ✓"},
	} {
		if got := wrap(test.text, 20, 4); got != test.want {
			t.Errorf("wrap(%q):\n got %q\nwant %q", test.text, got, test.want)
		}
	}
}

// TestWrapped checks that a terminal gets the same words as a file, in lines that are not
// too long, and that what a user copies is not wrapped.
func TestWrapped(t *testing.T) {
	r := probeServer(t, api{say(404, allowPage, "Vary: "+strings.Repeat("X-Header, ", 20)+"Origin"), say(200)}, put())
	var file, shown bytes.Buffer
	printer{&file, false}.print(&r, "")
	printer{screen{&shown, 60}, true}.print(&r, "")
	text := regexp.MustCompile(`\x1b\[\d*m`).ReplaceAllString(shown.String(), "")
	if strings.Join(strings.Fields(text), " ") != strings.Join(strings.Fields(file.String()), " ") {
		t.Errorf("a terminal gets other words:\n%s\nwant\n%s", text, file.String())
	}
	explained, copied, _ := strings.Cut(text, "The answer to the preflight needs")
	for line := range strings.Lines(explained) {
		if utf8.RuneCountInString(strings.TrimSpace(line)) > 60 && !strings.Contains(line, "://") {
			t.Errorf("the line is too long: %q", line)
		}
	}
	if _, want, _ := strings.Cut(file.String(), "The answer to the preflight needs"); copied == "" || copied != want {
		t.Errorf("the lines to copy are\n%s\nwant\n%s", copied, want)
	}
}
