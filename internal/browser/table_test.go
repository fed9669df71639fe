package browser

import (
	"fmt"
	"strings"
)

// key identifies a cell in the column of an engine.
type key struct{ scenario, router string }

// result has the results of a cell's steps.
type result struct {
	steps    []seen
	mismatch bool
}

// column has the results of one engine.
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

// mark returns ✓ if the result is as expected, ✗ if not, and – if the cell did not run.
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

// matrix has all results.
type matrix struct {
	scenarios []scenario
	columns   []*column
}

const (
	nameWidth   = 56
	routerWidth = 8
)

// String returns a line for each scenario, followed by the deviations.
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
	fmt.Fprintf(&b, "\n\n%d scenarios × %d routers × %d: %d ✓, %d ✗, %d not run\n",
		len(m.scenarios), len(routers()), len(m.columns), marks["✓"], marks["✗"], marks["–"])
	m.sixSets(&b)
	b.WriteString("\n\nEngines differ from the standard:")
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

// sixSets writes the number of preflights of the scenario sixSets.
func (m matrix) sixSets(b *strings.Builder) {
	fmt.Fprintf(b, "\nPreflights for %s:", sixSets)
	for _, c := range m.columns {
		fmt.Fprintf(b, "\n%s:", c.name)
		for _, r := range routers() {
			if got := c.results[key{sixSets, r.name}]; got != nil {
				fmt.Fprintf(b, " %s %d", r.name, got.preflights())
			}
		}
	}
}
