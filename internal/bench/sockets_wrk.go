package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// client is an ordinary client: wrk, with what it is to send.
type client struct {
	script      string // the file that says so
	connections int
}

// newClient writes a script into a folder. With a pause, each connection waits
// one to five milliseconds before it asks again; without, it asks at once.
func newClient(dir string, v *visit, connections int, pause bool) (*client, error) {
	var script strings.Builder
	fmt.Fprintf(&script, "wrk.method = %q\n", v.method)
	v.fields(func(name, value string) { fmt.Fprintf(&script, "wrk.headers[%q] = %q\n", name, value) })
	if pause {
		fmt.Fprintln(&script, "function delay() return math.random(1, 5) end")
	}
	file := filepath.Join(dir, v.name+".lua")
	return &client{file, connections}, os.WriteFile(file, []byte(script.String()), 0o600)
}

// traffic is what wrk says of a run.
type traffic struct {
	requests float64
	rate     float64       // requests a second
	p50, p99 time.Duration // how long an answer takes at most, of half and of 99%
}

// errStarved means that the machine had no time for wrk, which says nothing of the
// server, unless it happens again and again.
var errStarved = errors.New("no answers")

// send asks a server for as long as it is given.
func (c *client) send(address string, slice time.Duration) (t traffic, err error) {
	const attempts = 5
	for range attempts {
		if t, err = c.try(address, slice); !errors.Is(err, errStarved) {
			break
		}
	}
	return t, err
}

// try runs wrk once. It knows whole seconds only, so it is interrupted, and then
// reports what it has seen, if it has come so far as to wait for an interrupt.
func (c *client) try(address string, slice time.Duration) (traffic, error) {
	ctx, cancel := context.WithTimeout(context.Background(), slice)
	defer cancel()
	var out bytes.Buffer
	cmd := exec.CommandContext(ctx, "wrk", "--threads", "1", "--connections", strconv.Itoa(c.connections),
		"--duration", "60s", "--latency", "--script", c.script, "http://"+address+path)
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit) && !exit.Exited():
		return traffic{}, fmt.Errorf("wrk: %w: %w", errStarved, err)
	case err != nil && !errors.Is(err, context.DeadlineExceeded):
		return traffic{}, fmt.Errorf("wrk: %w\n%s", err, &out)
	}
	t, err := parseWrk(out.String())
	if err != nil {
		return traffic{}, fmt.Errorf("wrk: %w\n%s", err, &out)
	}
	return t, nil
}

// parseWrk reads a report. Where requests have failed, what it says of the others
// is no figure.
func parseWrk(report string) (t traffic, err error) {
	for line := range strings.Lines(report) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		value = strings.TrimSpace(value)
		switch name {
		case "Socket", "Non-2xx":
			return traffic{}, errors.New(strings.TrimSpace(line))
		case "50%":
			t.p50, err = time.ParseDuration(value)
		case "99%":
			t.p99, err = time.ParseDuration(value)
		case "Requests/sec:":
			t.rate, err = strconv.ParseFloat(value, 64)
		default:
			if strings.HasPrefix(value, "requests in ") {
				t.requests, err = strconv.ParseFloat(name, 64)
			}
		}
		if err != nil {
			return traffic{}, err
		}
	}
	if t.requests == 0 || t.rate == 0 || t.p50 == 0 || t.p99 == 0 {
		return traffic{}, errStarved
	}
	return t, nil
}

// wrkVersion is the second word of what wrk says of itself.
func wrkVersion() (string, error) {
	said, err := exec.Command("wrk", "--version").CombinedOutput()
	if errors.Is(err, exec.ErrNotFound) {
		return "", fmt.Errorf("%w; Debian has it in the package wrk: apt-get install wrk", err)
	}
	// It takes the question for a mistake, so the status says nothing.
	words := strings.Fields(string(said))
	if len(words) < 2 || words[0] != "wrk" {
		return "", fmt.Errorf("wrk --version says %q", said)
	}
	return words[1], nil
}
