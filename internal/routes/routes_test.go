package routes

import (
	"flag"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/gin-gonic/gin"
)

// TestMain keeps gin from printing its routes, and the adapters from reporting
// mistakes, of which random sets are full.
func TestMain(m *testing.M) {
	flag.Int("probes", 1000, "how many probes each framework gets")
	flag.Uint64("seed", 1, "what the route sets and probes are made from")
	gin.SetMode(gin.ReleaseMode)
	gin.DefaultWriter = io.Discard
	slog.SetDefault(slog.New(slog.DiscardHandler))
	os.Exit(m.Run())
}

// setting returns what a flag says.
func setting[T any](t *testing.T, name string) T {
	t.Helper()
	value, ok := flag.Lookup(name).Value.(flag.Getter).Get().(T)
	if !ok {
		t.Fatalf("-%s is something else", name)
	}
	return value
}

const probesPerSet = 30

// TestPreflights compares preflights with actual requests.
func TestPreflights(t *testing.T) {
	probes, seed := setting[int](t, "probes"), setting[uint64](t, "seed")
	for _, f := range frameworks() {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			e := newExperiment(t, f, f.pair)
			for i := uint64(0); e.probes < probes; i++ {
				if found := e.run(seed, i); found != nil {
					t.Errorf("%v\n-seed %d, set %d", e.smallest(found), seed, i)
					if e.failed++; e.failed == 3 {
						break
					}
				}
			}
			t.Logf("%d sets, %d probes: %v", e.sets, e.probes, e.outcomes)
			for _, o := range []outcome{answered, refused, silent, theirs, no} {
				if e.outcomes[o] == 0 {
					t.Errorf("no probe has shown %q", o)
				}
			}
		})
	}
}

// experiment is a series of sets for one framework.
type experiment struct {
	framework
	policies []*core.Policy
	pair     maker

	sets, probes, failed int
	outcomes             map[outcome]int
}

// maker builds a set twice. The failure is that of the line; false means that
// the framework does not take the set.
type maker func(*set, []*core.Policy) (pair, *failure, bool)

func newExperiment(t *testing.T, f framework, m maker) *experiment {
	t.Helper()
	p, err := newPolicies(policies)
	if err != nil {
		t.Fatal(err)
	}
	return &experiment{framework: f, policies: p, pair: m, outcomes: make(map[outcome]int)}
}

// pair builds with the adapter.
func (f framework) pair(s *set, policies []*core.Policy) (pair, *failure, bool) {
	without, ok := f.plain(s, policies)
	if !ok {
		return pair{}, nil, false
	}
	with, _, problem := f.try(s, true, policies)
	if problem != nil {
		return pair{}, &failure{"a route tree that can be built can be built with the line", fmt.Sprint("panic: ", problem)}, true
	}
	return pair{f, s, with, without}, nil, true
}

// finding is a failure, and what shows it.
type finding struct {
	*failure
	set    *set
	probes []probe // the last one fails; none if the set cannot be built
}

// run makes a set and probes it until something fails.
func (e *experiment) run(seed, i uint64) *finding {
	rnd := rand.New(rand.NewPCG(seed, i))
	s := (&generator{Rand: rnd, framework: e.framework}).set()
	p, broken, ok := e.pair(s, e.policies)
	if !ok {
		return nil
	}
	if broken != nil {
		return &finding{broken, s, nil}
	}
	e.sets++
	prober := prober{rnd, e.framework, s.places()}
	var probes []probe
	for range probesPerSet {
		q := prober.probe()
		probes = append(probes, q)
		e.probes++
		seen, broken := p.check(q)
		if broken != nil {
			return &finding{broken, s, probes}
		}
		e.outcomes[seen]++
	}
	return nil
}

// smallest leaves out of a finding whatever it does not need to fail.
func (e *experiment) smallest(f *finding) *finding {
	for {
		smaller := e.smallerThan(f)
		if smaller == nil {
			return f
		}
		f = smaller
	}
}

func (e *experiment) smallerThan(f *finding) *finding {
	fails := func(s *set, probes []probe) *finding {
		if broken := e.again(s, probes); broken != nil && broken.rule == f.rule {
			return &finding{broken, s, probes}
		}
		return nil
	}
	if n := len(f.probes); n > 1 { // mostly, the last one is enough
		if smaller := fails(f.set.clone(), f.probes[n-1:]); smaller != nil {
			return smaller
		}
	}
	for i := range len(f.probes) - 1 {
		if smaller := fails(f.set.clone(), slices.Delete(slices.Clone(f.probes), i, i+1)); smaller != nil {
			return smaller
		}
	}
	for s := range f.set.smaller() {
		if smaller := fails(s, f.probes); smaller != nil {
			return smaller
		}
	}
	return nil
}

// again builds a set and sends probes.
func (e *experiment) again(s *set, probes []probe) *failure {
	p, broken, ok := e.pair(s, e.policies)
	if !ok || broken != nil {
		return broken
	}
	for _, q := range probes {
		if _, broken = p.check(q); broken != nil {
			return broken
		}
	}
	return nil
}

// String prints the set as something close to Go, and what was answered.
func (f *finding) String() string {
	return fmt.Sprintf("%s\n%v\n%v%s", f.rule, f.probes, f.set, f.more)
}
