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

	"github.com/gin-gonic/gin"
)

// TestMain turns off gin's list of routes, and the adapters' log, because random sets have
// many mistakes that adapters log.
func TestMain(m *testing.M) {
	flag.Int("probes", 1000, "number of probes for each framework")
	flag.Uint64("seed", 1, "seed of the random route sets and probes")
	gin.SetMode(gin.ReleaseMode)
	gin.DefaultWriter = io.Discard
	slog.SetDefault(slog.New(slog.DiscardHandler))
	os.Exit(m.Run())
}

func frameworks() []framework {
	return []framework{ginFramework(), echoFramework(), echov5Framework(), chiFramework(), fiberFramework(), fiberv3Framework(), nethttpFramework()}
}

const probesPerSet = 30

// TestInstallObeysRules checks the rules with random sets and probes.
func TestInstallObeysRules(t *testing.T) {
	probes := flag.Lookup("probes").Value.(flag.Getter).Get().(int)
	seed := flag.Lookup("seed").Value.(flag.Getter).Get().(uint64)
	for _, f := range frameworks() {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			install := func(t trio) (app, any) {
				a, _, problem := f.try(t.set, installed)
				return a, problem
			}
			e := &experiment{f, install, 0, make(map[string]int)}
			failed := 0
			for i := uint64(0); e.probes < probes && failed < 3; i++ {
				if found := e.run(seed, i); found != nil {
					failed++
					t.Errorf("%v\n-seed %d, set %d", e.smallest(found), seed, i)
				}
			}
			t.Logf("%d probes: %v", e.probes, e.outcomes)
			for _, o := range []resolved{{policy: "any"}, {policy: "any", route: true}, {next: true}, {next: true, route: true}, {}, {route: true}} {
				if e.outcomes[o.outcome()] == 0 {
					t.Errorf("no probe had the outcome %s", o.outcome())
				}
			}
		})
	}
}

// experiment is a series of sets for one framework.
type experiment struct {
	framework
	install  func(trio) (a app, problem any) // problem is the value of a panic, or nil
	probes   int
	outcomes map[string]int
}

// finding is a failure with the set and probes that produce it.
type finding struct {
	rule   string
	more   string
	set    *set
	probes []probe // the last one fails; empty if the set cannot be built
}

// run makes set number i with its probes, and tests it.
func (e *experiment) run(seed, i uint64) *finding {
	g := &generator{Rand: rand.New(rand.NewPCG(seed, i)), framework: e.framework}
	s := g.set()
	at := places(s.elements, "api.example.com", "")
	var probes []probe
	for range probesPerSet {
		probes = append(probes, g.probe(at))
	}
	return e.test(s, probes)
}

// test sends the probes to a set, and returns the first failure.
func (e *experiment) test(s *set, probes []probe) *finding {
	t, ok := e.versions(s)
	if !ok {
		return nil
	}
	var problem any
	if t.installed, problem = e.install(t); problem != nil {
		return &finding{panics, fmt.Sprint("panic: ", problem), s, nil}
	}
	for i, q := range probes {
		e.probes++
		outcome, broken := t.check(q)
		if broken != nil {
			broken.set, broken.probes = s, probes[:i+1]
			return broken
		}
		e.outcomes[outcome]++
	}
	return nil
}

// smallest returns the same failure with the smallest set and the fewest probes.
func (e *experiment) smallest(f *finding) *finding {
	for s := range f.set.smaller() {
		if smaller := e.test(s, f.probes); smaller != nil && smaller.rule == f.rule {
			return e.smallest(smaller)
		}
	}
	for i := range f.probes {
		if smaller := e.test(f.set, slices.Delete(slices.Clone(f.probes), i, i+1)); smaller != nil && smaller.rule == f.rule {
			return e.smallest(smaller)
		}
	}
	return f
}

// String returns the rule, the probes, the set as a tree, and the answers.
func (f *finding) String() string {
	return fmt.Sprintf("%s\n%v\n%v%s", f.rule, f.probes, f.set, f.more)
}
