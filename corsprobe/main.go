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
// docs/corsprobe.md and docs/corsprobe-audit.md in the repository have the flags, the names
// of the causes and findings, and the JSON.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
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
	watched  bool // err is a terminal
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := run(ctx, os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr, colored(os.Stdout), terminal(os.Stdin), terminal(os.Stderr)})
	stop()
	os.Exit(code)
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

// run runs the command and returns its exit code. The first argument can name another
// command than the probe.
func run(ctx context.Context, args []string, s streams) int {
	name, command := "corsprobe", probeCommand
	if len(args) > 0 && args[0] == "audit" {
		name, command, args = "corsprobe audit", auditCommand, args[1:]
	}
	code, err := command(ctx, args, s)
	if err == nil {
		return code
	}
	fmt.Fprintln(s.err, "corsprobe:", err)
	if usage := (usageError{}); errors.As(err, &usage) {
		fmt.Fprintln(s.err, "Write", name, "--help for the flags.")
	}
	return exitError
}
