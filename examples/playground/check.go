package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/corsuite/corsuite/core"
)

// runCheck starts the servers, makes all calls and prints the results.
func runCheck(ctx context.Context, endpoints endpoints, out io.Writer) error {
	p, err := start(endpoints, core.WithLogger(nil))
	if err != nil {
		return err
	}
	return errors.Join(p.compare(ctx, out), p.close())
}

// compare makes all calls on all routers with the models. The error is that a model and a
// policy disagree.
func (p *playground) compare(ctx context.Context, out io.Writer) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprint(table, "call\t\t\torigin")
	for _, api := range p.apis {
		fmt.Fprint(table, "\t", api.Name)
	}
	fmt.Fprintln(table)
	made, agreed := 0, 0
	var problems strings.Builder
	for _, c := range defaultCalls() {
		j, err := p.judge(ctx, c, "")
		if err == nil && j.Invalid != "" {
			err = errors.New(j.Invalid)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", c.Title, err)
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s", c.Title, c.Method, c.Path, c.origin(p))
		for i, r := range j.Routers {
			word := outcome(r.Policy.Allowed)
			for _, m := range r.Models {
				made++
				if m.Allowed == r.Policy.Allowed {
					agreed++
					continue
				}
				word = "DIFFERS"
				fmt.Fprintf(&problems, "%s, %s: %s: %s %s; the policy: %s %s\n", c.Title, p.apis[i].Name,
					m.Engine, outcome(m.Allowed), m.Reason, outcome(r.Policy.Allowed), r.Policy.Why)
			}
			fmt.Fprint(table, "\t", word)
		}
		fmt.Fprintln(table)
	}
	_ = table.Flush() // as for every output, there is no remedy
	calls, routers := len(defaultCalls()), len(p.apis)
	fmt.Fprintf(out, "\n%d of %d results (%d calls, %d routers, %d models of browsers) are as the policy says.\n"+
		"The models compute what Chromium, Firefox and WebKit do. A call is blocked where the policy\n"+
		"does not list its origin, its method or one of its headers.\n", agreed, made, calls, routers, made/(calls*routers))
	if agreed < made {
		return errors.New(strings.TrimSpace(problems.String()))
	}
	return nil
}

func outcome(allowed bool) string {
	if allowed {
		return "allowed"
	}
	return "blocked"
}
