// Package journal is a rate-limited log, which a flood of requests cannot fill.
package journal

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Bounds on the log and its memory.
const (
	interval       = time.Minute
	causesOfKind   = 16  // per kind and interval
	causesInAll    = 48  // per interval
	waitingLines   = 64  // for which the handler has not been called yet
	longestSubject = 200 // bytes
)

// Journal logs each cause once a minute. It counts under a lock, and writes in a
// goroutine so that no request waits for the handler. The goroutine ends when the
// queue is empty. A Journal is safe for concurrent use.
type Journal struct {
	logger func() *slog.Logger

	mu      sync.Mutex
	minute  map[Kind]*tally // empty if nothing was noted in this minute
	causes  int             // of all kinds in this minute
	queue   []line
	writing bool
}

// Kind is a kind of cause. The program defines a few kinds; the number of subjects
// depends on requests.
type Kind struct{ Message, Reason string }

// tally counts the causes of a kind in this minute.
type tally struct {
	causes []*Cause
	others int // causes beyond the bounds, which are only counted
}

// Cause is what was logged in this minute.
type Cause struct {
	subject string
	line    line
	times   atomic.Int64 // repetitions, without the first time
	over    atomic.Bool  // the minute has ended
}

// Again counts a repetition, without the lock of the Journal. It returns false if the minute
// has ended; then the cause has to be noted.
func (c *Cause) Again() bool {
	if c.over.Load() {
		return false
	}
	c.times.Add(1)
	return true
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

// Note logs a cause unless it was logged in this minute. The subject distinguishes
// causes of one kind. Note calls describe only if it logs the cause, and returns it then. It
// keeps the attributes, so they must not refer to the memory of a request. A nil
// Journal logs nothing.
func (j *Journal) Note(kind Kind, subject string, describe func() []slog.Attr) *Cause {
	if j == nil {
		return nil
	}
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
	i := slices.IndexFunc(t.causes, func(c *Cause) bool { return c.subject == subject })
	switch {
	case i >= 0:
		t.causes[i].times.Add(1)
	case len(t.causes) == causesOfKind || j.causes == causesInAll || len(j.queue) == waitingLines:
		t.others++
	default:
		j.causes++
		l := line{kind.Message, describe()}
		c := &Cause{subject: strings.Clone(subject), line: l}
		t.causes = append(t.causes, c)
		j.write(l)
		return c
	}
	return nil
}

// close ends the minute: it logs how often each cause was repeated.
func (j *Journal) close() {
	j.mu.Lock()
	defer j.mu.Unlock()
	for kind, t := range j.minute {
		for _, c := range t.causes {
			c.over.Store(true)
			if times := c.times.Load(); times != 0 {
				j.write(line{kind.Message, append(slices.Clip(c.line.attrs), slog.Int64("times", times))})
			}
		}
		if t.others != 0 {
			j.write(line{kind.Message, []slog.Attr{
				slog.String("reason", kind.Reason),
				slog.String("why", "other causes, which are only counted"),
				slog.Int("times", t.others),
			}})
		}
	}
	clear(j.minute)
	j.causes = 0
}

// write queues a line. The caller holds the lock. If the handler hangs and the queue
// is full, write drops the line.
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
		if len(j.queue) == 0 {
			j.queue, j.writing = nil, false
			j.mu.Unlock()
			return
		}
		l := j.queue[0]
		j.queue[0] = line{} // for the garbage collector
		j.queue = j.queue[1:]
		j.mu.Unlock()
		Warn(j.logger(), l.message, l.attrs...)
	}
}

// Warn logs one line. It recovers from a panic of the logger's handler, since such a
// panic would end the program: the goroutine of drain has no other recovery.
func Warn(logger *slog.Logger, message string, attrs ...slog.Attr) {
	defer func() {
		if p := recover(); p != nil {
			fmt.Fprintf(os.Stderr, "%s (not logged, because the logger panicked: %v)\n", message, p)
		}
	}()
	logger.LogAttrs(context.Background(), slog.LevelWarn, message, attrs...)
}
