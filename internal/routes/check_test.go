package routes

import (
	"fmt"
	"slices"
)

// trio is a set with its three versions.
type trio struct {
	framework
	set                    *set
	plain, installed, seen app
}

// The rules.
const (
	panics     = "Install does not panic where Use does not"
	others     = "the answer to a request that is not a preflight is the same as without Install"
	ranCode    = "no code after Install runs for a preflight that Install answers"
	approves   = "the innermost policy of the actual answer approves the preflight"
	onlyMethod = "the answer to a preflight allows only the requested method"
	denies     = "a preflight from a denied origin is answered with 403 without CORS headers"
	rejects    = "a preflight without a policy is rejected"
	continues  = "the answer to a preflight that continues is the same as without Install"
)

// resolved is the expected result of a preflight.
type resolved struct {
	policy  string // the mark of the policy that answers
	next    bool   // the preflight continues
	route   bool   // the requested route exists or, if next, the OPTIONS route
	unclear bool   // the preflight may be rejected instead: see limits_test.go
}

// outcome returns a name for the case, for statistics.
func (r resolved) outcome() string {
	return fmt.Sprintf("{policy:%t next:%t route:%t}", r.policy != "", r.next, r.route)
}

// resolve returns the expected result, from the answers of the application without Install.
func (t trio) resolve(q probe) (r resolved) {
	actual, options := t.seen(q.actual()), t.seen(q.options())
	if t.countsAsGet(q, actual) {
		q.method = "GET"
		return t.resolve(q)
	}
	r = resolved{policy: actual.shows(), route: actual.ran.handled, unclear: actual.ran.unclear || options.ran.unclear}
	if t.runsNoMiddleware(q, actual) {
		r.policy = t.set.mark()
	}
	if t.redirects(t.plain(q.preflight(page))) || t.runsNoUse(q) {
		return resolved{next: true}
	}
	if r.policy == "" && options.shows() == "" && (options.ran.handled || !r.route) {
		r.next, r.route = true, options.ran.handled
	}
	return r
}

// check sends all requests of a probe and compares the answers with the rules.
func (t trio) check(q probe) (outcome string, broken *finding) {
	for _, r := range q.others() {
		with, without := t.installed(r), t.plain(r)
		if with.panicked != nil && without.panicked == nil {
			return "", fail(panics, r, with, without)
		}
		if !with.same(without) {
			return "", fail(others, r, with, without)
		}
	}
	with, without, want := t.installed(q.preflight(page)), t.plain(q.preflight(page)), t.resolve(q)
	actual, denied, deniedWithout := t.plain(q.actual()), t.installed(q.preflight(stranger)), t.plain(q.preflight(stranger))
	fails := func(rule string) (string, *finding) {
		f := fail(rule, q.preflight(page), with, without)
		f.more += fmt.Sprintf("from a denied origin:\n%vactual request:\n%vwant %q %s\n", denied, actual, want.outcome(), want.policy)
		return "", f
	}
	switch {
	case actual.panicked != nil, with.panicked != nil && without.panicked != nil:
		return "", nil // gin panics on some paths
	case with.panicked != nil || denied.panicked != nil:
		return fails(panics)
	case want.unclear && with.rejects() && denied.rejects() && !with.ran.behind():
		return "rejected, because the framework does not expose its policies", nil
	case want.next && t.plain(q.options()).shows() == "" && with.approves() != "":
		return fails(rejects)
	case want.next && !(with.same(without) && denied.same(deniedWithout)):
		return fails(continues)
	case want.next:
	case with.ran.behind() || denied.ran.behind():
		return fails(ranCode)
	case want.policy != "" && with.approves() != want.policy:
		return fails(approves)
	case want.policy != "" && with.header.Get("Access-Control-Allow-Methods") != allowed(q.method):
		return fails(onlyMethod)
	case want.policy == "" && !with.rejects():
		return fails(rejects)
	case !denied.rejects():
		return fails(denies)
	}
	return want.outcome(), nil
}

// allowed returns the Access-Control-Allow-Methods of an approved preflight for method.
func allowed(method string) string {
	if slices.Contains(methods(), method) {
		return method
	}
	return ""
}

func fail(rule string, r request, with, without answer) *finding {
	return &finding{rule: rule, more: fmt.Sprintf("%s http://%s%s %v\nwith Install:\n%vwithout Install:\n%v", r.method, r.host, r.target, r.header, with, without)}
}
