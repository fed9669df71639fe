package routes

import (
	"net/http"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core"
)

// flaw is an Install with one mistake. It resolves a preflight with the rules and with the
// answers of the application, and changes the result.
type flaw struct {
	in       string // a framework in which the test soon finds it
	rule     string // the rule that it breaks
	resolves func(t trio, q probe, r *resolved)
	answers  func(t trio, r request, a *answer)
}

func flaws() map[string]flaw {
	type target struct {
		*set
		target string
	}
	memory := make(map[target]string)
	return map[string]flaw{
		"takes the outermost policy":  {"chi", approves, func(t trio, q probe, r *resolved) { r.policy = t.plain(q.preflight(page)).approves() }, nil},
		"takes the policy of OPTIONS": {"fiber", approves, func(t trio, q probe, r *resolved) { r.policy = t.plain(q.options()).shows() }, nil},
		"takes another method's policy": {"chi", approves, func(t trio, q probe, r *resolved) {
			q.method = "GET"
			r.policy = t.plain(q.actual()).shows()
		}, nil},
		"remembers paths, not methods": {"echo", approves, func(t trio, q probe, r *resolved) {
			at := target{t.set, q.target}
			if _, ok := memory[at]; !ok {
				memory[at] = r.policy
			}
			r.policy = memory[at]
		}, nil},
		"takes a group's policy by raw prefix": {"ServeMux", rejects, func(t trio, q probe, r *resolved) {
			for _, e := range t.set.elements {
				i := slices.IndexFunc(e.wares, ware.isPolicy)
				if (e.kind == group || e.kind == mount) && i >= 0 && e.path != "" && strings.HasPrefix(q.target, e.path) {
					r.policy = mark(e.wares[i].number)
				}
			}
		}, nil},
		"takes the app's policy for a group's 404": {"chi", approves, func(t trio, _ probe, r *resolved) {
			if app := t.set.mark(); app != "" && !r.route {
				r.policy = app
			}
		}, nil},
		"looks up in lower case":         {"gin", approves, lookingUp(func(q *probe) { q.target = strings.ToLower(q.target) }), nil},
		"looks up the clean path":        {"echo", approves, lookingUp(func(q *probe) { q.target = path.Clean(q.target) }), nil},
		"looks up without a final slash": {"ServeMux", approves, lookingUp(func(q *probe) { q.target = "/" + strings.Trim(q.target, "/") }), nil},
		"forgets the host":               {"echo", approves, lookingUp(func(q *probe) { q.host = "" }), nil},
		"continues to an OPTIONS route for a route without a policy": {"ServeMux", rejects, func(t trio, q probe, r *resolved) {
			r.next = r.next || r.route && t.plain(q.options()).ran.handled
		}, nil},
		"continues to an OPTIONS route with a policy": {"echo", rejects, func(_ trio, _ probe, r *resolved) { r.next = r.next || !r.route }, nil},
		"continues without a policy":                  {"chi", rejects, func(_ trio, _ probe, r *resolved) { r.next = true }, nil},
		"answers instead of an OPTIONS route":         {"chi", continues, func(_ trio, _ probe, r *resolved) { r.next = r.next && !r.route }, nil},
		"runs the route for a preflight": {"fiber", ranCode, nil, func(t trio, r request, a *answer) {
			if a.approves() != "" {
				a.ran = t.plain(probe{a.header.Get("Access-Control-Allow-Methods"), r.host, r.target}.actual()).ran
			}
		}},
		"lists every method": {"chi", onlyMethod, nil, func(_ trio, _ request, a *answer) {
			if a.approves() != "" {
				a.header.Set("Access-Control-Allow-Methods", strings.Join(methods(), ", "))
			}
		}},
		"approves every origin": {"ServeMux", denies, nil, func(_ trio, r request, a *answer) {
			if a.rejects() && r.header[1] == stranger {
				a.header.Set("Access-Control-Allow-Origin", stranger)
			}
		}},
		"panics on escaped slashes": {"fiber", panics, nil, func(_ trio, r request, a *answer) {
			if strings.Contains(r.target, "%2F") {
				a.panicked = "index out of range"
			}
		}},
		"changes other answers": {"echo", others, nil, func(_ trio, _ request, a *answer) { a.header.Set("Vary", "Origin") }},
	}
}

func lookingUp(change func(*probe)) func(trio, probe, *resolved) {
	return func(t trio, q probe, r *resolved) {
		change(&q)
		*r = t.resolve(q)
	}
}

// install returns an app with the flaw. The zero flaw has no mistake.
func (f flaw) install(t trio) (app, any) {
	return func(r request) answer {
		a := f.answer(t, r)
		if f.answers != nil {
			f.answers(t, r, &a)
		}
		return a
	}, nil
}

func (f flaw) answer(t trio, r request) answer {
	header := make(http.Header)
	for field := range slices.Chunk(r.header, 2) {
		header.Add(field[0], field[1])
	}
	req := core.Request{Method: r.method, Origin: header["Origin"], RequestMethod: header["Access-Control-Request-Method"]}
	method, ok := req.PreflightMethod()
	if !ok {
		return t.plain(r)
	}
	q := probe{method, r.host, r.target}
	found := t.resolve(q)
	if f.resolves != nil {
		f.resolves(t, q, &found)
	}
	switch {
	case found.policy == "" && found.next:
		return t.plain(r)
	case found.policy == "" || req.Origin[0] != page:
		return answer{status: http.StatusForbidden, header: make(http.Header)}
	default:
		return answer{status: http.StatusNoContent, header: http.Header{
			"Access-Control-Allow-Origin":  {page},
			"Access-Control-Allow-Headers": {found.policy},
			"Access-Control-Allow-Methods": {allowed(method)},
		}}
	}
}

// TestFlaws proves that check finds each flaw, that smallest makes the set small, and that
// check finds nothing without a flaw.
func TestFlaws(t *testing.T) {
	all := frameworks()
	for name, broken := range flaws() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := all[slices.IndexFunc(all, func(f framework) bool { return f.name == broken.in })]
			e, flawless := &experiment{f, broken.install, 0, make(map[string]int)}, &experiment{f, flaw{}.install, 0, make(map[string]int)}
			for i := range uint64(400) {
				if found := flawless.run(7, i); found != nil {
					t.Fatal(flawless.smallest(found))
				}
				found := e.run(7, i)
				if found == nil || found.rule != broken.rule {
					continue
				}
				found = e.smallest(found)
				t.Logf("%s, set %d: %v", f.name, i, found)
				if len(found.probes) > 2 || strings.Count(found.set.String(), "\n") > 10 {
					t.Error("the set is not small")
				}
				return
			}
			t.Error("the flaw was not found")
		})
	}
}
