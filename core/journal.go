package core

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

// Bounds of what is logged and held: of each kind, so many causes a minute, and so
// many lines that a slow handler has not taken yet.
const (
	journalInterval = time.Minute
	journalCauses   = 16
	journalLines    = 1024
)

// journal logs each cause once a minute. It counts under a lock and writes in a
// goroutine, which ends when there is nothing more to write: no request waits.
type journal struct {
	logger func() *slog.Logger

	mu      sync.Mutex
	minute  map[kindOfCause]*tally // empty until something happens
	queue   []entry
	writing bool
}

// kindOfCause has few values, unlike its causes.
type kindOfCause struct {
	message string
	reason  Reason
}

const (
	messageBlocked    = "cors: the browser blocks a page"
	messageWouldBlock = "cors: the candidate would block a page"
	messageWouldAllow = "cors: the candidate would allow a page"
	messagePanicked   = "cors: the observer panicked"
)

// tally is what a kind has led to in this minute.
type tally struct {
	causes []repeated
	others int // came when there was no more room for causes
}

type repeated struct {
	subject string
	entry   entry
	times   int // beyond the first
}

// entry is what one call of the logger gets.
type entry struct {
	message string
	attrs   []slog.Attr
}

func newJournal(logger func() *slog.Logger) *journal {
	return &journal{logger: logger, minute: make(map[kindOfCause]*tally)}
}

// note logs a cause unless it was logged in this minute. describe is called if it
// was not, and must return nothing that a server reuses.
func (j *journal) note(kind kindOfCause, subject string, describe func() []slog.Attr) {
	subject = cut(subject)
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.minute) == 0 {
		time.AfterFunc(journalInterval, j.close)
	}
	t := j.minute[kind]
	if t == nil {
		t = new(tally)
		j.minute[kind] = t
	}
	i := slices.IndexFunc(t.causes, func(c repeated) bool { return c.subject == subject })
	switch {
	case i >= 0:
		t.causes[i].times++
	case len(t.causes) == journalCauses:
		t.others++
	default:
		e := entry{kind.message, describe()}
		t.causes = append(t.causes, repeated{subject: strings.Clone(subject), entry: e})
		j.write(e)
	}
}

// close ends the minute: it logs how often each cause came again.
func (j *journal) close() {
	j.mu.Lock()
	defer j.mu.Unlock()
	for kind, t := range j.minute {
		for _, c := range t.causes {
			if c.times != 0 {
				j.write(entry{kind.message, append(slices.Clip(c.entry.attrs), slog.Int("times", c.times))})
			}
		}
		if t.others != 0 {
			j.write(entry{kind.message, []slog.Attr{
				slog.String("reason", kind.reason.String()),
				slog.String("why", "others, of which there are too many to log each"),
				slog.Int("times", t.others),
			}})
		}
	}
	clear(j.minute)
}

// write queues an entry, under the lock. What a handler that hangs would pile up
// is dropped.
func (j *journal) write(e entry) {
	if len(j.queue) == journalLines {
		return
	}
	j.queue = append(j.queue, e)
	if !j.writing {
		j.writing = true
		go j.drain()
	}
}

func (j *journal) drain() {
	for {
		j.mu.Lock()
		entries := j.queue
		j.queue = nil
		j.writing = len(entries) != 0
		j.mu.Unlock()
		if len(entries) == 0 {
			return
		}
		for _, e := range entries {
			warn(j.logger(), e.message, e.attrs...)
		}
	}
}

// warn survives a handler's panic, which would end the program: no request's own
// goroutine is there to catch it.
func warn(logger *slog.Logger, message string, attrs ...slog.Attr) {
	defer func() {
		if p := recover(); p != nil {
			fmt.Fprintf(os.Stderr, "%s; the logger panicked: %v\n", message, p)
		}
	}()
	logger.LogAttrs(context.Background(), slog.LevelWarn, message, attrs...)
}
