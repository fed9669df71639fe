// Package journal is a log that no flood of requests can fill.
package journal

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"time"
)

// Bounds of what is logged and held: so many causes of each kind a minute, so many
// lines that a slow handler has not written yet, and so many bytes of a subject.
const (
	interval       = time.Minute
	causesOfKind   = 16
	waitingLines   = 1024
	longestSubject = 200
)

// Journal logs each cause once a minute. It counts under a lock and writes in a
// goroutine, which ends when there is nothing more to write: no request waits. It is
// safe for concurrent use.
type Journal struct {
	logger func() *slog.Logger

	mu      sync.Mutex
	minute  map[Kind]*tally // empty until something happens
	queue   []line
	writing bool
}

// Kind is a kind of cause. There are few, unlike the subjects of causes.
type Kind struct{ Message, Reason string }

// tally counts the causes of a kind in this minute.
type tally struct {
	causes []cause
	others int // further ones, of which there are too many to log each
}

type cause struct {
	subject string
	line    line
	times   int // beyond the first
}

// line is one call of the logger.
type line struct {
	message string
	attrs   []slog.Attr
}

// New returns a journal that writes to logger's result, at [slog.LevelWarn].
func New(logger func() *slog.Logger) *Journal {
	return &Journal{logger: logger, minute: make(map[Kind]*tally)}
}

// Note logs a cause unless it was logged in this minute. The subject tells causes of
// one kind apart. describe is called if the cause is logged; its attributes are kept,
// so they must not refer to the memory of a request.
func (j *Journal) Note(kind Kind, subject string, describe func() []slog.Attr) {
	subject = subject[:min(len(subject), longestSubject)]
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.minute) == 0 {
		time.AfterFunc(interval, j.close)
	}
	t := j.minute[kind]
	if t == nil {
		t = new(tally)
		j.minute[kind] = t
	}
	i := slices.IndexFunc(t.causes, func(c cause) bool { return c.subject == subject })
	switch {
	case i >= 0:
		t.causes[i].times++
	case len(t.causes) == causesOfKind:
		t.others++
	default:
		l := line{kind.Message, describe()}
		t.causes = append(t.causes, cause{subject: strings.Clone(subject), line: l})
		j.write(l)
	}
}

// close ends the minute: it logs how often each cause came again.
func (j *Journal) close() {
	j.mu.Lock()
	defer j.mu.Unlock()
	for kind, t := range j.minute {
		for _, c := range t.causes {
			if c.times != 0 {
				j.write(line{kind.Message, append(slices.Clip(c.line.attrs), slog.Int("times", c.times))})
			}
		}
		if t.others != 0 {
			j.write(line{kind.Message, []slog.Attr{
				slog.String("reason", kind.Reason),
				slog.String("why", "others, of which there are too many to log each"),
				slog.Int("times", t.others),
			}})
		}
	}
	clear(j.minute)
}

// write queues a line, under the lock. If a handler hangs, further lines are dropped.
func (j *Journal) write(l line) {
	if len(j.queue) == waitingLines {
		return
	}
	j.queue = append(j.queue, l)
	if !j.writing {
		j.writing = true
		go j.drain()
	}
}

func (j *Journal) drain() {
	for {
		j.mu.Lock()
		lines := j.queue
		j.queue = nil
		j.writing = len(lines) != 0
		j.mu.Unlock()
		if len(lines) == 0 {
			return
		}
		for _, l := range lines {
			Warn(j.logger(), l.message, l.attrs...)
		}
	}
}

// Warn logs one line. It recovers from a panic of the logger's handler, which would
// end the program where no request's own goroutine recovers.
func Warn(logger *slog.Logger, message string, attrs ...slog.Attr) {
	defer func() {
		if p := recover(); p != nil {
			fmt.Fprintf(os.Stderr, "%s; the logger panicked: %v\n", message, p)
		}
	}()
	logger.LogAttrs(context.Background(), slog.LevelWarn, message, attrs...)
}
