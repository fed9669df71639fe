package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
)

// check makes all calls on all routers with the models, and prints the results. The error is
// that a model and a policy disagree.
func (p *playground) check(ctx context.Context, out io.Writer) error {
	const title, column = 42, 9
	fmt.Fprintf(out, "%-*s", title, "call")
	for _, api := range p.apis {
		fmt.Fprintf(out, " %-*s", column, api.Name)
	}
	fmt.Fprintln(out)
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
		fmt.Fprintf(out, "%-*s", title, c.Method+" "+c.Path+"  "+c.Title)
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
			fmt.Fprintf(out, " %-*s", column, word)
		}
		fmt.Fprintln(out)
	}
	fmt.Fprintf(out, "\n%d of %d results of the models of Chromium, Firefox and WebKit are as the policy says.\n", agreed, made)
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
