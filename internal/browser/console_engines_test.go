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
)

// console is what an engine tells the developer of a page.
type console interface {
	// read returns the messages since the last call, which end with one that
	// contains last. It has the page say that.
	read(ctx context.Context, last string) (messages []string, err error)
}

// openWithConsole starts an engine with a page and its console.
func openWithConsole(t *testing.T, l *lab, e model.Engine, p program) (*engineClient, console) {
	t.Helper()
	socket := filepath.Join(p.home, "debugger")
	if e == model.Firefox {
		p.args = append(p.args, "--start-debugger-server", socket)
	}
	c := open(t.Context(), t, l, p)
	switch e {
	case model.Firefox:
		return c, attach(t, c, socket)
	case model.WebKit:
		return c, &logConsole{client: c, line: regexp.MustCompile(`(?m)^(?:\S+:\d+:\d+: )?CONSOLE (?:[A-Z]+ )?(?:LOG|INFO|WARN|ERROR) (.*)$`)}
	default:
		return c, &logConsole{client: c, line: regexp.MustCompile(`(?m)^\[[^\]]*:CONSOLE:\d+\] "(.*)", source: .*$`)}
	}
}

// words tells a page to write to its console.
type words struct {
	Say string `json:"say"`
}

func (c *engineClient) say(ctx context.Context, text string) error {
	if err := c.order(ctx, words{text}); err != nil {
		return err
	}
	_, err := c.report(ctx)
	return err
}

// logConsole is the console of an engine that prints it.
type logConsole struct {
	client *engineClient
	line   *regexp.Regexp // of the log; it captures the message
	done   int            // so many bytes of the log have been read
}

func (c *logConsole) read(ctx context.Context, last string) (messages []string, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, errSilent)
	defer cancel()
	for {
		// It takes a while to the log, so the page says it until it is there.
		if err := c.client.say(ctx, last); err != nil {
			return nil, err
		}
		log, err := os.ReadFile(c.client.process.log)
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
