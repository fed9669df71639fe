package routes

import (
	"net/http"
	"path"
	"slices"
	"strings"
	"testing"
)

// flaw is a line that gets one thing wrong.
type flaw struct {
	line
	in     string // the framework in which it soon shows
	rule   string // that it breaks
	probes int    // that it takes; 0 means one
}

func flaws() map[string]flaw {
	const (
		other   = "what is no preflight is answered as without the line"
		answers = "the policy of the route answers"
		alone   = "a route without a policy is left alone"
	)
	lookUp := func(change func(*request)) line { return line{looksUp: change} }
	reply := func(change func(request, answer, answer) answer) line { return line{answers: change} }
	return map[string]flaw{
		"takes the outermost policy":       {line{believes: (*set).outermost}, "gin", answers, 0},
		"takes a group's policy by prefix": {line{policyOf: rawPrefix}, "gin", alone, 0},
		"takes a route's for the group's":  {line{believes: (*set).raised}, "chi", alone, 0},
		"puts a route's on the group":      {line{serves: (*set).raised}, "fiber", other, 0},
		"ignores the mark":                 {line{unmarked: true}, "echo", "a route without a policy is refused", 0},
		"overrules users' OPTIONS":         {line{theirs: true}, "gin", "beside the user's own OPTIONS route nothing changes", 0},
		"remembers paths, not methods":     {line{remembers: true}, "gin", answers, 2},
		"looks up OPTIONS":                 {lookUp(func(r *request) { r.method = "OPTIONS" }), "fiber", answers, 0},
		"looks up in lower case":           {lookUp(func(r *request) { r.target = strings.ToLower(r.target) }), "gin", answers, 0},
		"looks up the clean path":          {lookUp(func(r *request) { r.target = path.Clean(r.target) }), "echo", answers, 0},
		"looks up without a final slash":   {lookUp(func(r *request) { r.target = "/" + strings.Trim(r.target, "/") }), "echo", answers, 0},
		"forgets the host":                 {lookUp(func(r *request) { r.host = "" }), "echo", answers, 0},
		"dispatches": {reply(func(_ request, a, actual answer) answer {
			a.ran = actual.ran
			return a
		}), "fiber", "a preflight runs nothing that it does not run without the line", 0},
		"lists every method": {reply(func(_ request, a, _ answer) answer {
			if a.approves() != "" {
				a.header.Set("Access-Control-Allow-Methods", strings.Join(methods(), ", "))
			}
			return a
		}), "chi", "the methods are those of the route", 0},
		"approves every origin": {reply(func(r request, a, _ answer) answer {
			if a.status == http.StatusForbidden {
				a.header = http.Header{"Access-Control-Allow-Origin": {r.header[0][1]}}
			}
			return a
		}), "gin", "a denied origin is told nothing", 0},
		"panics at escapes": {reply(func(r request, a, _ answer) answer {
			if strings.Contains(r.target, "%2F") {
				a.panicked = "index out of range"
			}
			return a
		}), "fiber", "no panics", 0},
		"changes other answers": {line{others: func(a answer) answer {
			a.header = http.Header{"Vary": {"Origin"}}
			return a
		}}, "echo", other, 0},
	}
}

// outermost removes the policies that stand under another one.
func (s *set) outermost() { outermost(s.elements, false) }

func outermost(elements []element, covered bool) {
	for i := range elements {
		e := &elements[i]
		under := covered
		e.wares = slices.DeleteFunc(slices.Clone(e.wares), func(w ware) bool {
			inner := w.does == policy && under
			under = under || w.does == policy
			return inner
		})
		if e.kind == use {
			covered = under
		}
		outermost(e.inside, under)
	}
}

// raised moves the policies of routes to their group.
func (s *set) raised() { s.elements = raised(s.elements) }

func raised(elements []element) (all []element) {
	isPolicy := func(w ware) bool { return w.does == policy }
	for _, e := range elements {
		e.inside = raised(e.inside)
		if i := slices.IndexFunc(e.wares, isPolicy); e.kind == route && i >= 0 {
			up := element{kind: use, wares: e.wares[i : i+1]}
			all = slices.Concat([]element{up}, all)
			e.wares = slices.DeleteFunc(slices.Clone(e.wares), isPolicy)
		}
		all = append(all, e)
	}
	return all
}

// rawPrefix finds the policy of the first group whose prefix a path begins with.
func rawPrefix(s *set, target, found string) string {
	for _, e := range s.elements {
		i := slices.IndexFunc(e.wares, func(w ware) bool { return w.does == policy })
		if (e.kind == group || e.kind == mount) && i >= 0 && e.path != "" && strings.HasPrefix(target, e.path) {
			return mark(e.wares[i].number)
		}
	}
	return found
}

// TestModel shows that the rules can be kept, by a line that works from outside.
func TestModel(t *testing.T) {
	probes, seed := setting[int](t, "probes")/10, setting[uint64](t, "seed")
	for _, f := range frameworks() {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			e := newExperiment(t, f, line{}.maker(f))
			for i := uint64(0); e.probes < probes; i++ {
				if found := e.run(seed, i); found != nil {
					t.Fatal(e.smallest(found))
				}
			}
		})
	}
}

// TestFlaws shows that each rule finds who breaks it, and that not much is left
// of the set.
func TestFlaws(t *testing.T) {
	for name, flaw := range flaws() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all := frameworks()
			f := all[slices.IndexFunc(all, func(f framework) bool { return f.name == flaw.in })]
			e := newExperiment(t, f, flaw.maker(f))
			for i := uint64(0); e.sets < 400; i++ {
				found := e.run(7, i)
				if found == nil || !strings.HasPrefix(found.rule, flaw.rule) {
					continue
				}
				found = e.smallest(found)
				t.Logf("%s, after %d sets: %v", f.name, e.sets, found)
				if n := len(found.probes); n != max(flaw.probes, 1) {
					t.Errorf("%d probes are left", n)
				}
				if n := strings.Count(found.set.String(), "\n"); n > 10 {
					t.Errorf("%d lines are left", n)
				}
				return
			}
			t.Errorf("not found in %d sets", e.sets)
		})
	}
}
