package browser

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/internal/programs"
)

// disagreement is a sample with which a model and its engine do not agree.
type disagreement struct {
	sample        sample
	engine, model []seen
}

func (d disagreement) String() string {
	var b strings.Builder
	b.WriteString(d.sample.String())
	for i := range d.engine {
		if i >= len(d.model) || !d.engine[i].equal(d.model[i]) {
			fmt.Fprintf(&b, "\n  call %d\n  engine %v", i+1, d.engine[i])
			if i < len(d.model) {
				fmt.Fprintf(&b, "\n  model  %v", d.model[i])
			}
		}
	}
	return b.String()
}

// compare plays samples in the engine and in its model.
func (l *sampleLab) compare(ctx context.Context, all []sample) (differ []*disagreement, err error) {
	const batch = 250
	differ = make([]*disagreement, len(all))
	byPage := make(map[string][]int)
	for i, s := range all {
		byPage[s.page] = append(byPage[s.page], i)
	}
	for _, page := range []string{"PAGE", "API", "null"} {
		for numbers := range slices.Chunk(byPage[page], batch) {
			var some []sample
			for _, i := range numbers {
				some = append(some, all[i])
			}
			engine, err := l.play(ctx, page, some)
			if err != nil {
				return nil, err
			}
			for k, i := range numbers {
				model, err := l.model(ctx, l.engine, all[i])
				if err != nil {
					model = []seen{{sees: "error", reason: err.Error()}}
				}
				if !slices.EqualFunc(engine[k], model, seen.equal) {
					differ[i] = &disagreement{all[i], engine[k], model}
				}
			}
		}
	}
	return differ, nil
}

// minimize replaces each disagreement by the simplest one to which it can be reduced. It
// reduces all of them at the same time, since a page plays many samples faster than one.
func (l *sampleLab) minimize(ctx context.Context, all []*disagreement, keep func(*disagreement) bool) error {
	pending := make([]int, len(all))
	for i := range pending {
		pending[i] = i
	}
	for len(pending) > 0 {
		var trials []sample
		var owners []int
		for _, i := range pending {
			for _, s := range all[i].sample.simpler() {
				trials, owners = append(trials, s), append(owners, i)
			}
		}
		differ, err := l.compare(ctx, trials)
		if err != nil {
			return err
		}
		pending = nil
		for k, d := range differ {
			if i := owners[k]; d != nil && !slices.Contains(pending, i) && keep(d) {
				all[i] = d
				pending = append(pending, i)
			}
		}
	}
	return nil
}

// TestRandomSamples plays random pages, calls and servers in each engine and in its model. A
// disagreement fails the test, except one of a known class, of which there must be few. With
// more samples:
//
//	go test -run TestRandomSamples -v -timeout 1h ./internal/browser -args -cases 10000 -seed 2
func TestRandomSamples(t *testing.T) {
	cases, seed := setting[int](t, "cases"), setting[uint64](t, "seed")
	for _, e := range programs.Engines() {
		t.Run(e.Model.String(), func(t *testing.T) {
			l := newSampleLab(t, e)
			var all []sample
			for i := range cases {
				all = append(all, newDice(seed, i).sample())
			}
			differ, err := l.compare(t.Context(), all)
			if err != nil {
				t.Fatal(err)
			}
			differ = slices.DeleteFunc(differ, func(d *disagreement) bool { return d == nil })
			t.Logf("%d of %d samples agree", cases-len(differ), cases)
			// One in a hundred may differ, and a few more of a small number of samples.
			if most := cases/100 + max(0, 10-cases/1000); len(differ) > most {
				t.Errorf("%d samples do not agree, want at most %d", len(differ), most)
			}
			l.report(t, differ)
		})
	}
}

// report prints the number of disagreements of each class, and fails the test for others.
func (l *sampleLab) report(t *testing.T, differ []*disagreement) {
	t.Helper()
	found := make(map[string]int)
	var unknown []*disagreement
	for _, d := range differ {
		if c, known := d.class(l.engine); known {
			found[c.why]++
		} else {
			unknown = append(unknown, d)
		}
	}
	for _, why := range slices.Sorted(maps.Keys(found)) {
		t.Logf("%d times: %s", found[why], why)
	}
	if len(unknown) == 0 {
		return
	}
	t.Errorf("%d disagreements have no class", len(unknown))
	some := unknown[:min(len(unknown), setting[int](t, "minimize"))]
	isUnknown := func(d *disagreement) bool {
		_, known := d.class(l.engine)
		return !known
	}
	if err := l.minimize(t.Context(), some, isUnknown); err != nil {
		t.Error(err)
	}
	for _, d := range some {
		t.Errorf("engine and model differ: %v", d)
	}
}
