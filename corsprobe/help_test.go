package main

import (
	"bytes"
	"testing"
	"unicode/utf8"
)

// TestHelp checks that the help of each command fits into a terminal with 80 columns.
func TestHelp(t *testing.T) {
	for _, command := range []string{"", "audit", "explain", "check", "diff"} {
		args := []string{"--help"}
		if command != "" {
			args = []string{command, "--help"}
		}
		var out bytes.Buffer
		if code := run(t.Context(), args, streams{out: &out, err: &out}); code != exitExpected || out.Len() < 100 {
			t.Errorf("corsprobe %v: exit code %d, output\n%s", args, code, out.Bytes())
		}
		for line := range bytes.Lines(out.Bytes()) {
			if n := utf8.RuneCount(bytes.TrimRight(line, "\n")); n > 80 {
				t.Errorf("corsprobe %v: %d columns: %s", args, n, line)
			}
		}
	}
}
