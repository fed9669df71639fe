package browser

import (
	"flag"
	"os"
	"testing"
	"time"

	model "github.com/corsuite/corsuite/core/browser"
	"github.com/corsuite/corsuite/internal/programs"
)

func TestMain(m *testing.M) {
	flag.Int("rounds", 1, "number of times that TestPreflightsOfAPage makes each visit")
	flag.Duration("delay", 0, "delay of each request in TestPreflightsOfAPage")
	flag.Int("cases", 1000, "number of samples of TestRandomSamples")
	flag.Uint64("seed", 1, "seed of TestRandomSamples")
	flag.Bool("update", false, "write the files of corsprobe/testdata/copied in TestCopied")
	flag.Int("minimize", 5, "number of unknown disagreements that TestRandomSamples minimizes")
	flag.Bool("write", false, "write what TestPlayground compares with, and the picture of the playground")
	os.Exit(m.Run())
}

// setting returns the value of a flag.
func setting[T any](t *testing.T, name string) T {
	t.Helper()
	value, ok := flag.Lookup(name).Value.(flag.Getter).Get().(T)
	if !ok {
		t.Fatalf("-%s has another type", name)
	}
	return value
}

// TestPreflightsOfAPage makes pages send twelve calls to one API, with corsuite and with the
// other libraries of each router. It checks the number of preflights. It also measures the
// time that the page waits, and prints both as tables in Markdown:
//
//	go test -run TestPreflightsOfAPage -v -timeout 1h ./internal/browser -args -rounds 5 -delay 50ms
//
// With a delay, the browsers run one after the other.
func TestPreflightsOfAPage(t *testing.T) {
	prepareRouters()
	rounds, delay := setting[int](t, "rounds"), setting[time.Duration](t, "delay")
	for e := model.Standard; e <= model.WebKit; e++ {
		t.Run("model of "+e.String(), func(t *testing.T) { visitAsModel(t, e) })
	}
	var tables []*visitTable
	t.Run("with", func(t *testing.T) {
		for _, e := range programs.Engines() {
			table := &visitTable{delay: delay, cells: make(map[visitCell]*visitFigures)}
			tables = append(tables, table)
			t.Run(e.Model.String(), func(t *testing.T) {
				if delay == 0 {
					t.Parallel()
				}
				var v *visitor
				for ; table.rounds < rounds; table.rounds++ {
					if table.rounds%roundsOfOneBrowser == 0 {
						v.leave()
						v = newVisitor(t, e, table)
					}
					v.round(t, table)
				}
			})
		}
	})
	if testing.Verbose() {
		printVisits(t, tables)
	}
}

// visitAsModel makes the visits with the model of an engine, except concurrent ones.
func visitAsModel(t *testing.T, e model.Engine) {
	t.Helper()
	s := newSite(t, elsewhere, 0)
	b := newModelClient(t, e).browser
	for _, k := range visitKinds() {
		for i, r := range rivals() {
			if !k.waits() {
				continue
			}
			for _, c := range s.visit(&k, i) {
				outcome, err := b.Fetch(t.Context(), c)
				if err != nil {
					t.Fatal(err)
				}
				if !outcome.Allowed || outcome.Response.Status != 200 {
					t.Errorf("%v, %s: the model cannot read the answer to %s: %s", r, k.name, c.Method, outcome.Reason)
				}
			}
			if got, want := s.network.end(), k.traffic(e, &r); got != want {
				t.Errorf("%v, %s: the model sent %v, want %v", r, k.name, got, want)
			}
		}
	}
}

// visitor is a page that makes all visits.
type visitor struct {
	engine model.Engine
	site   *site
	client engineClient
}

// roundsOfOneBrowser limits the preflight answers that a browser must cache. Chromium
// caches 1,024, and then evicts a random one.
const roundsOfOneBrowser = 5

func newVisitor(t *testing.T, e programs.Browser, table *visitTable) *visitor {
	t.Helper()
	p := e.Prepare(t)
	table.browser = p.Version(t)
	l := newLab(t, nil)
	s := newSite(t, "http://localhost:"+l.pages.Port, table.delay)
	return &visitor{e.Model, s, open(t, l, p)}
}

// leave ends the browser, if there is one.
func (v *visitor) leave() {
	if v != nil {
		v.client.Process.Kill()
	}
}

// round makes every visit once. Each round begins with a different library.
func (v *visitor) round(t *testing.T, table *visitTable) {
	t.Helper()
	all := rivals()
	for _, k := range visitKinds() {
		for turn := range all {
			i := (table.rounds + turn) % len(all)
			r, err := v.client.Do(t.Context(), v.site.order(&k, i))
			if err != nil || r.Error != "" {
				t.Fatalf("%v, %s: %v %s", all[i], k.name, err, r.Error)
			}
			got := v.site.network.end()
			if want := k.traffic(v.engine, &all[i]); got != want {
				t.Errorf("%v, %s: %v reached the server, want %v", all[i], k.name, got, want)
			}
			table.add(visitCell{i, k.name}, got, r.Took)
		}
	}
}
