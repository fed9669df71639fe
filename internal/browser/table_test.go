package browser

import (
	"fmt"
	"strings"
)

// key is one cell of the matrix, but for the engine.
type key struct{ scenario, router string }

// result is what came of a cell, step by step.
type result struct {
	steps    []seen
	mismatch bool
}

// column is what came of one engine.
type column struct {
	name    string
	results map[key]*result
}

func (r *result) preflights() (n int) {
	for _, s := range r.steps {
		n += s.preflights()
	}
	return n
}

// mark is ✓ for a cell as expected, ✗ for another, and – for one that was not
// run.
func (r *result) mark() string {
	switch {
	case r == nil:
		return "–"
	case r.mismatch:
		return "✗"
	default:
		return "✓"
	}
}

// matrix is what came of everything.
type matrix struct {
	scenarios []scenario
	columns   []*column
}

const (
	nameWidth   = 56
	routerWidth = 6
)

// String shows a line for each scenario, and below what is known of the engines.
func (m matrix) String() string {
	var b strings.Builder
	m.head(&b)
	marks := make(map[string]int)
	for _, s := range m.scenarios {
		fmt.Fprintf(&b, "\n%-*s", nameWidth, s.name)
		for _, c := range m.columns {
			for _, r := range routers() {
				mark := c.results[key{s.name, r.name}].mark()
				marks[mark]++
				fmt.Fprintf(&b, "%-*s", routerWidth, mark)
			}
			b.WriteString("   ")
		}
	}
	fmt.Fprintf(&b, "\n\n%d scenarios × %d adapters × %d: %d ✓, %d ✗, %d not run\n",
		len(m.scenarios), len(routers()), len(m.columns), marks["✓"], marks["✗"], marks["–"])
	m.sixSets(&b)
	b.WriteString("\n\nWhere engines leave the standard:")
	for _, d := range deviations() {
		fmt.Fprintf(&b, "\n%v %s: %s", d.engines, d.why, d.scenario)
		if d.model != nil {
			b.WriteString(" (not modelled)")
		}
	}
	return b.String()
}

func (m matrix) head(b *strings.Builder) {
	fmt.Fprintf(b, "\n%*s", nameWidth, "")
	for _, c := range m.columns {
		fmt.Fprintf(b, "%-*s   ", routerWidth*len(routers()), c.name)
	}
	fmt.Fprintf(b, "\n%*s", nameWidth, "")
	for range m.columns {
		for _, r := range routers() {
			fmt.Fprintf(b, "%-*s", routerWidth, r.name)
		}
		b.WriteString("   ")
	}
}

// sixSets shows how many preflights that page costs.
func (m matrix) sixSets(b *strings.Builder) {
	fmt.Fprintf(b, "\nPreflights of %s:", sixSets)
	for _, c := range m.columns {
		fmt.Fprintf(b, "\n%s:", c.name)
		for _, r := range routers() {
			if got := c.results[key{sixSets, r.name}]; got != nil {
				fmt.Fprintf(b, " %s %d", r.name, got.preflights())
			}
		}
	}
}
