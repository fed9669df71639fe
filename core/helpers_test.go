package core_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core"
)

func mustPolicy(tb testing.TB, cfg core.Config, opts ...core.Option) *core.Policy {
	tb.Helper()
	p, err := core.NewPolicy(cfg, opts...)
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

// decide returns a decision as text: the status, if there is one, and one line for each
// header.
func decide(tb testing.TB, p *core.Policy, r core.Request) string {
	tb.Helper()
	d := p.Decide(tb.Context(), &r, nil)
	var lines []string
	if status := d.Status(); status != 0 {
		lines = append(lines, fmt.Sprint(status))
	}
	seen := make(map[string]bool)
	for i := range d.Len() {
		name, value := d.Header(i)
		if seen[name] || value == "" {
			tb.Errorf("%s: %q is repeated or has no value", name, value)
		}
		seen[name] = true
		lines = append(lines, strings.TrimPrefix(name, "Access-Control-")+": "+value)
	}
	if vary := d.Vary(nil); vary != "" {
		lines = append(lines, "Vary: "+vary)
	}
	return strings.Join(lines, "\n")
}

// details has the fields of a request, and below ":host" and ":path" its target.
type details map[string]string

func (d details) Field(name string) string { return d[name] }
func (d details) Host() string             { return d[":host"] }
func (d details) Path() string             { return d[":path"] }

func get(origin ...string) core.Request {
	return core.Request{Method: "GET", Origin: origin}
}

func options(origin ...string) core.Request {
	return core.Request{Method: "OPTIONS", Origin: origin}
}

func preflight(origin, method string, headers ...string) core.Request {
	return core.Request{Method: "OPTIONS", Origin: []string{origin}, RequestMethod: []string{method}, RequestHeaders: headers}
}
