package routes

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// pair is the same set, with the line and without.
type pair struct {
	framework
	set           *set
	with, without app
}

// failure is a rule that a probe shows broken.
type failure struct {
	rule string
	more string
}

// outcome says which of the cases a probe has shown, for the statistics.
type outcome string

const (
	answered outcome = "route with a policy"
	refused  outcome = "route without a policy, where one without the line approves"
	silent   outcome = "route without a policy"
	theirs   outcome = "route without a policy beside an OPTIONS route"
	limited  outcome = "beyond the line's limits"
	no       outcome = "no route"
)

// check sends everything there is to send for a probe.
func (p pair) check(q probe) (outcome, *failure) {
	for _, r := range q.others() {
		with, without := p.with(r), p.without(r)
		if with.panicked != nil && without.panicked == nil {
			return "", fail("no panics", r, with, without)
		}
		if !with.same(without) || !with.ran.within(without.ran) || !without.ran.within(with.ran) {
			return "", fail("what is no preflight is answered as without the line", r, with, without)
		}
	}
	p.warm(q)
	return p.preflight(q)
}

// preflight compares the preflight with the actual request.
func (p pair) preflight(q probe) (outcome, *failure) {
	actual, own := p.without(q.actual()), p.without(q.options()).ran.handled
	with, without := p.with(q.preflight()), p.without(q.preflight())
	untouched := with.same(without)
	broken := func(rule string) (outcome, *failure) {
		f := fail(rule, q.preflight(), with, without)
		f.more += fmt.Sprintf("actual:\n%v", actual)
		return "", f
	}
	approved, shown := with.approves(), actual.shows()
	denied := p.with(q.denied())
	switch {
	case with.panicked != nil && without.panicked != nil:
		return no, nil // gin has some of its own
	case with.panicked != nil || denied.panicked != nil:
		return broken("no panics")
	case !with.ran.within(without.ran) || !denied.ran.within(without.ran):
		return broken("a preflight runs nothing that it does not run without the line")
	case !denied.silent():
		return broken("a denied origin is told nothing")
	case approved != shown && untouched && p.limited(q, actual, without):
		return limited, nil

	// The route has a policy: that answers, alone.
	case actual.ran.handled && shown != "":
		switch {
		case approved != shown:
			return broken("the policy of the route answers")
		case len(with.ran.below) != 0 || len(denied.ran.below) != 0:
			return broken("no user's code runs where a policy answers")
		case tellsMethods(shown) && with.header.Get("Access-Control-Allow-Methods") != p.methodsOf(q, shown):
			return broken("the methods are those of the route: " + p.methodsOf(q, shown))
		}
		return answered, nil

	// It has none, but the user looks after OPTIONS there.
	case actual.ran.handled && own:
		if !untouched {
			return broken("beside the user's own OPTIONS route nothing changes")
		}
		return theirs, nil

	// It has none.
	case actual.ran.handled && without.approves() != "":
		if with.status != http.StatusForbidden || !with.silent() {
			return broken("a route without a policy is refused")
		}
		return refused, nil
	case actual.ran.handled:
		if !untouched {
			return broken("a route without a policy is left alone")
		}
		return silent, nil

	// There is no route.
	case approved != "" && !untouched && len(with.ran.below) != 0:
		return broken("no user's code runs where a policy answers")
	case approved != shown && !(untouched && own):
		return broken("without a route, the policy of the actual answer approves, or none")
	}
	return no, nil
}

// methodsOf asks for every method of a path whether its route has a policy.
func (p pair) methodsOf(q probe, mark string) string {
	var found []string
	for _, m := range methods() {
		if a := p.without(probe{m, q.host, q.target}.actual()); a.ran.handled && a.shows() == mark {
			found = append(found, m)
		}
	}
	slices.Sort(found)
	return strings.Join(found, ", ")
}

func fail(rule string, r request, with, without answer) *failure {
	return &failure{rule, fmt.Sprintf("%s http://%s%s %v\nwith the line:\n%vwithout:\n%v", r.method, r.host, r.target, r.header, with, without)}
}

// String prints an answer, indented.
func (a answer) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "\t%d %q, ran %v %v\n", a.status, a.body, a.ran.app, a.ran.below)
	if a.panicked != nil {
		fmt.Fprintf(&b, "\tpanic: %v\n", a.panicked)
	}
	for name, values := range a.header {
		fmt.Fprintf(&b, "\t%s: %s\n", name, strings.Join(values, " | "))
	}
	return b.String()
}
