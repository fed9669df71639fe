package apitest

import (
	"strconv"
	"strings"
	"testing"
	"time"
)

// Log lets pages ask for what each policy refuses, and looks for a line in the
// program's log that says what to change.
func Log(t *testing.T, run Program) {
	t.Helper()
	log := make(lines, 100) // more than there are
	s := startLogging(t, run, usual(), log)
	for _, tt := range []struct {
		policy, fix string
		exchange
	}{
		{"readers", `add "` + stranger + `" to AllowOrigins`,
			exchange{method: get, path: "/posts", origin: stranger, status: 200}},
		{"authors", `add "x-debug" to AllowHeaders`,
			exchange{method: options, path: "/posts/1", origin: Page, header: asks(del, "authorization,x-debug"), status: 204}},
		{"feed", `add "x-debug" to AllowHeaders`,
			exchange{method: options, path: "/feed", origin: stranger, anyone: true, header: asks(get, "x-debug"), status: 204}},
	} {
		t.Run(tt.policy, func(t *testing.T) {
			tt.with(t, s.addr)
			log.await(t, "policy="+tt.policy+" ", "fix="+strconv.Quote(tt.fix))
		})
	}
}

// lines is a log's output.
type lines chan string

func (l lines) Write(record []byte) (int, error) {
	l <- string(record)
	return len(record), nil
}

// await reads on to a line that has all the words.
func (l lines) await(t *testing.T, words ...string) {
	t.Helper()
	var others strings.Builder
	for deadline := time.After(10 * time.Second); ; {
		select {
		case line := <-l:
			missing := 0
			for _, word := range words {
				if !strings.Contains(line, word) {
					missing++
				}
			}
			if missing == 0 {
				return
			}
			others.WriteString(line)
		case <-deadline:
			t.Fatalf("no line with %q, but\n%s", words, &others)
		}
	}
}
