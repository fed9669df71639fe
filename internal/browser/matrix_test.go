// Package browser runs pages in Chromium, Firefox and WebKit against every
// adapter, and compares what comes of it with the Fetch standard and with the
// model in core/browser. It prints what it has found:
//
//	go test -run TestMatrix -v ./internal/browser
package browser

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	model "github.com/corsuite/corsuite/core/browser"
)

func TestMatrix(t *testing.T) {
	prepareRouters()
	all := scenarios()
	standard := &column{name: model.Standard.String()}
	columns := []*column{standard}
	t.Run("with", func(t *testing.T) {
		t.Run("no engine", func(t *testing.T) {
			t.Parallel()
			standard.results = playModel(t, all, model.Standard)
		})
		for _, e := range engines() {
			c := &column{name: e.model.String()}
			columns = append(columns, c)
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				p := e.prepare(t)
				c.name = p.version(t)
				models := playModel(t, all, e.model)
				c.results = playEngine(t, all, e.model, p)
				c.compare(t, models)
			})
		}
	})
	t.Log(table(all, columns))
}

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

func playModel(t *testing.T, all []scenario, e model.Engine) map[key]*result {
	t.Helper()
	return playAll(t, newLab(t, all), newModelClient(t, e), e, true)
}

func playEngine(t *testing.T, all []scenario, e model.Engine, p program) map[key]*result {
	t.Helper()
	l := newLab(t, all)
	// Opening a page takes longer than a fetch, so they are opened once only.
	slices.SortStableFunc(l.cells, func(a, b cell) int { return cmp.Compare(a.scenario.origin, b.scenario.origin) })
	return playAll(t, l, open(t.Context(), t, l, p), e, false)
}

// playAll runs every cell and reports what is not as expected.
func playAll(t *testing.T, l *lab, cl client, e model.Engine, modelled bool) map[key]*result {
	t.Helper()
	results := make(map[key]*result)
	for _, c := range l.cells {
		steps, err := l.play(t.Context(), cl, c)
		if err != nil {
			t.Error(err)
			return results
		}
		r := &result{steps: steps}
		results[key{c.scenario.name, c.router}] = r
		for i, got := range steps {
			if want := expected(e, modelled, c.scenario, i+1); !got.equal(want) {
				r.mismatch = true
				who := e.String()
				if modelled {
					who = "the model of " + who
				}
				t.Errorf("%s on %s, step %d: %s:\n got %s\nwant %s", c.scenario.name, c.router, i+1, who, got, want)
			}
		}
	}
	return results
}

// compare takes the model into account, cell by cell. That it agrees with the
// engine, but for what is not modelled, follows from what both were compared
// with.
func (c *column) compare(t *testing.T, models map[key]*result) {
	t.Helper()
	for k, r := range c.results {
		if m := models[k]; m == nil || m.mismatch {
			r.mismatch = true
		}
		if n := r.preflights(); k.scenario == sixSets && n != 1 {
			t.Errorf("%s on %s: %d preflights, want 1", k.scenario, k.router, n)
		}
	}
}

func (r *result) preflights() (n int) {
	for _, s := range r.steps {
		n += s.preflights()
	}
	return n
}

// table shows the whole matrix: ✓ as expected, ✗ not so, – not run.
func table(all []scenario, columns []*column) string {
	const width = 60
	var b, six strings.Builder
	cells, good := 0, 0
	fmt.Fprintf(&b, "\n%*s", width, "")
	for _, c := range columns {
		fmt.Fprintf(&b, "  %-26s", c.name)
	}
	fmt.Fprintf(&b, "\n%*s", width, "")
	for range columns {
		b.WriteString("  ")
		for _, r := range routers() {
			fmt.Fprintf(&b, "%-6s", r.name)
		}
		b.WriteString("  ")
	}
	for _, s := range all {
		fmt.Fprintf(&b, "\n%-*s", width, s.name)
		for _, c := range columns {
			b.WriteString("  ")
			for _, r := range routers() {
				cells++
				mark := "–"
				if got := c.results[key{s.name, r.name}]; got != nil && got.mismatch {
					mark = "✗"
				} else if got != nil {
					mark, good = "✓", good+1
				}
				fmt.Fprintf(&b, "%-6s", mark)
			}
			b.WriteString("  ")
		}
	}
	for _, c := range columns {
		fmt.Fprintf(&six, "\n%s:", c.name)
		for _, r := range routers() {
			if got := c.results[key{sixSets, r.name}]; got != nil {
				fmt.Fprintf(&six, " %s %d", r.name, got.preflights())
			}
		}
	}
	fmt.Fprintf(&b, "\n\n%d scenarios: %d of %d cells ✓", len(all), good, cells)
	fmt.Fprintf(&b, "\n\npreflights of %s%s", sixSets, six.String())
	b.WriteString("\n\nwhere engines leave the standard:")
	for _, d := range deviations() {
		fmt.Fprintf(&b, "\n%v %s: %s", d.engines, d.why, d.scenario)
	}
	return b.String()
}
