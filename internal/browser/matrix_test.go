// Package browser runs pages in Chromium, Firefox and WebKit against every adapter. It
// compares the requests and the results with the Fetch standard and with the model in
// core/browser, and prints a table:
//
//	go test -run TestMatrix -v ./internal/browser
package browser

import (
	"cmp"
	"slices"
	"testing"

	model "github.com/corsuite/corsuite/core/browser"
	"github.com/corsuite/corsuite/internal/programs"
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
		for _, e := range programs.Engines() {
			c := &column{name: e.Model.String()}
			columns = append(columns, c)
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				p := e.Prepare(t)
				c.name = p.Version(t)
				models := playModel(t, all, e.Model)
				c.results = playEngine(t, all, e.Model, p)
				c.compare(t, models)
			})
		}
	})
	t.Log(matrix{all, columns})
}

func playModel(t *testing.T, all []scenario, e model.Engine) map[key]*result {
	t.Helper()
	return playAll(t, newLab(t, all), newModelClient(t, e), e, true)
}

func playEngine(t *testing.T, all []scenario, e model.Engine, p programs.Program) map[key]*result {
	t.Helper()
	l := newLab(t, all)
	// Opening a page is slower than a fetch, so each page is opened only once.
	slices.SortStableFunc(l.cells, func(a, b cell) int { return cmp.Compare(a.scenario.origin, b.scenario.origin) })
	return playAll(t, l, open(t, l, p), e, false)
}

// playAll runs every cell, and reports the steps whose result is not as expected.
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

// compare marks the cells in which the model failed. It need not compare the model with the
// engine, since playAll has compared both with the standard and its deviations.
func (c *column) compare(t *testing.T, models map[key]*result) {
	t.Helper()
	for k, r := range c.results {
		if m := models[k]; m == nil || m.mismatch {
			r.mismatch = true
		}
		if n := r.preflights(); k.scenario == sixSets && n != 1 {
			t.Errorf("%s on %s: the engine sent %d preflights, want 1", k.scenario, k.router, n)
		}
	}
}
