// Command corsprobe sends what a browser sends for a page, and says why the browser blocks
// the page:
//
//	corsprobe --origin https://app.example.com -X PUT -H 'Content-Type: application/json' https://api.example.com/posts/1
//
// It understands curl's flags, and the commands that a browser copies:
//
//	corsprobe curl 'https://api.example.com/posts/1' -X PUT …
//
// It looks for faults of a server with invented origins:
//
//	corsprobe audit --trusted https://app.example.com http://localhost:8080/posts
//
// Other commands are about a config of core.Policy in a file:
//
//	corsprobe explain --config cors.yaml --origin https://app.example.com -X PUT
//	corsprobe check --config cors.yaml
//	corsprobe diff old.yaml new.yaml
//
// docs/corsprobe.md, docs/corsprobe-audit.md and docs/corsprobe-config.md in the repository
// have the flags, the names of the causes and findings, and the JSON.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
)

// The exit codes.
const (
	exitExpected = iota
	exitUnexpected
	exitError
)

// streams are the files of the process.
type streams struct {
	in       io.Reader
	out, err io.Writer
	color    bool // out is a terminal that shows colors
	asks     bool // in is a terminal
	waits    bool // err is a terminal, so a user waits
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	var out io.Writer = os.Stdout
	if terminal(os.Stdout) {
		out = screen{os.Stdout, columns()}
	}
	code := run(ctx, os.Args[1:], streams{
		in: interruptible(ctx, os.Stdin), out: out, err: os.Stderr, color: colored(os.Stdout), asks: terminal(os.Stdin), waits: terminal(os.Stderr),
	})
	stop()
	os.Exit(code)
}

// readFunc implements [io.Reader].
type readFunc func([]byte) (int, error)

func (f readFunc) Read(p []byte) (int, error) { return f(p) }

// interruptible returns a reader that does not wait for r after ctx has ended, as when a user
// presses Ctrl-C in the place of pasting.
func interruptible(ctx context.Context, r io.Reader) io.Reader {
	type chunk struct {
		data []byte
		err  error
	}
	return readFunc(func(p []byte) (int, error) {
		done := make(chan chunk, 1)
		buffer := make([]byte, len(p)) // not p, which the caller has after an interrupt
		go func() {
			n, err := r.Read(buffer)
			done <- chunk{buffer[:n], err}
		}()
		select {
		case <-ctx.Done():
			return 0, errors.New("interrupted")
		case got := <-done:
			return copy(p, got.data), got.err
		}
	})
}

// colored reports whether output is for a terminal, and NO_COLOR is not set
// (https://no-color.org).
func colored(out *os.File) bool {
	return terminal(out) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}

// terminal reports whether a file is a terminal, or another device.
func terminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// usageError is an error of the command line.
type usageError struct{ error }

// run runs the command and returns its exit code. The first argument can be the name of a
// command. Without a name, the command asks a server.
func run(ctx context.Context, args []string, s streams) int {
	name, command := "", probeCommand
	if len(args) > 0 {
		name = args[0]
	}
	switch name {
	case "audit":
		command = auditCommand
	case "explain":
		command = explainCommand
	case "check":
		command = checkCommand
	case "diff":
		command = diffCommand
	default:
		name = ""
	}
	if name != "" {
		args = args[1:]
	}
	code, err := command(ctx, args, s)
	if err == nil {
		return code
	}
	fmt.Fprintln(s.err, "corsprobe:", printable(err.Error()))
	if usage := (usageError{}); errors.As(err, &usage) {
		fmt.Fprintf(s.err, "Write %s --help for the flags.\n", strings.TrimSpace("corsprobe "+name))
	}
	return exitError
}
