package main

import (
	"io"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestProgress checks that progress is shown on a terminal only, and removed at the end.
func TestProgress(t *testing.T) {
	server := httptest.NewServer(scriptServer())
	t.Cleanup(server.Close)
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"probe":       {[]string{"--origin", page, "-X", "GET", "-X", "PUT", server.URL + "/good"}, "\r\x1b[Krequest 1 of 2\r\x1b[K\r\x1b[Krequest 2 of 2\r\x1b[K"},
		"one request": {[]string{"--origin", page, server.URL + "/good"}, ""},
		"audit":       {[]string{"audit", "--pause", "0", server.URL + "/star"}, "\r\x1b[Krequest 1 of at most 64"},
	} {
		for _, waits := range []bool{true, false} {
			var stderr strings.Builder
			run(t.Context(), test.args, streams{out: io.Discard, err: &stderr, waits: waits})
			got := stderr.String()
			ok := strings.HasPrefix(got, test.want) && strings.HasSuffix(got, "\r\x1b[K")
			if !waits || test.want == "" {
				ok = got == ""
			}
			if !ok {
				t.Errorf("%s, waits %t: printed %q", name, waits, got)
			}
		}
	}
}
