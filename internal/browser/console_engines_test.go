package browser

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	model "github.com/corsuite/corsuite/core/browser"
	"github.com/corsuite/corsuite/internal/programs"
)

// console is the console of an engine's developer tools.
type console interface {
	// read makes the page log last, and returns all messages since the previous call.
	// last is the final message.
	read(ctx context.Context, last string) (messages []string, err error)
}

// openWithConsole starts an engine with a page, and connects to its console.
func openWithConsole(t *testing.T, l *lab, e model.Engine, p programs.Program) (engineClient, console) {
	t.Helper()
	socket := filepath.Join(p.Home, "debugger")
	if e == model.Firefox {
		p.Args = append(p.Args, "--start-debugger-server", socket)
	}
	c := open(t, l, p)
	switch e {
	case model.Firefox:
		return c, attach(t, c, socket)
	case model.WebKit:
		return c, &logConsole{client: c, line: regexp.MustCompile(`(?m)^(?:\S+:\d+:\d+: )?CONSOLE (?:[A-Z]+ )?(?:LOG|INFO|WARN|ERROR) (.*)$`)}
	default:
		return c, &logConsole{client: c, line: regexp.MustCompile(`(?m)^\[[^\]]*:CONSOLE:\d+\] "(.*)", source: .*$`)}
	}
}

// words is a task: the page logs Say to its console.
type words struct {
	Say string `json:"say"`
}

func (c engineClient) say(ctx context.Context, text string) error {
	_, err := c.Do(ctx, words{text})
	return err
}

// logConsole is a console whose messages the engine also prints to its log.
type logConsole struct {
	client engineClient
	line   *regexp.Regexp // matches a line of the log; captures the message
	done   int            // the number of bytes of the log that were read
}

func (c *logConsole) read(ctx context.Context, last string) (messages []string, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, programs.Patience, programs.ErrSilent)
	defer cancel()
	for {
		// The engine writes its log with a delay, so the page logs last until it is there.
		if err := c.client.say(ctx, last); err != nil {
			return nil, err
		}
		log, err := os.ReadFile(c.client.Process.Log)
		if err != nil {
			return nil, err
		}
		unread := log[c.done:]
		unread = unread[:bytes.LastIndexByte(unread, '\n')+1]
		c.done += len(unread)
		for _, match := range c.line.FindAllSubmatch(unread, -1) {
			messages = append(messages, string(match[1]))
		}
		if slices.Contains(messages, last) {
			return messages, nil
		}
	}
}
