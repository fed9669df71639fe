package ginadapter

import (
	"strings"
	"sync/atomic"

	"github.com/corsuite/corsuite/core"
	"github.com/gin-gonic/gin"
)

// route is what is known of one route.
type route struct {
	endpoint

	pattern string       // as it was registered, as far as gin shows that; under Resolver.mu
	unclear bool         // what gin shows of it is not what it matches
	policy  *core.Policy // of the Group it is in; nil if it is in none

	// policies is how many stand before it: if it is in a Group, all of them,
	// and else at most the first so many of the engine's.
	policies atomic.Int32
	proven   atomic.Bool // by an actual request
	reported atomic.Bool
}

func newRoute(e endpoint, pattern string, policies int) *route {
	r := &route{endpoint: e, pattern: pattern}
	r.policies.Store(int32(policies))
	return r
}

// innermost returns the policy next to the route, or nil.
func (r *route) innermost(ofEngine []*core.Policy) *core.Policy {
	n := int(r.policies.Load())
	if r.policy != nil && n != 0 {
		return r.policy
	}
	if n = min(n, len(ofEngine)); n != 0 {
		return ofEngine[n-1]
	}
	return nil
}

// disprove reports whether fewer policies stand before the route than was
// believed. In a Group, the one that is missing is the Group's.
func (r *route) disprove(policies int) bool {
	if policies >= int(r.policies.Load()) {
		return false
	}
	if r.policy != nil {
		policies = 0
	}
	r.policies.Store(int32(policies))
	return true
}

// endpoint is a route as gin shows it once it has served a request: then "\:",
// a colon that starts no parameter, looks like one that does.
type endpoint struct{ method, path string }

func (e endpoint) String() string { return e.method + " " + e.path }

func unescaped(pattern string) string { return strings.ReplaceAll(pattern, `\:`, ":") }

// survey learns the routes that there are, and returns their number.
func (r *Resolver) survey() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.learn(false)
	return len(r.routes)
}

// learn looks for new routes. A route has no policy that comes to the engine
// after it. Once gin serves, it takes "\:" in a new route as it stands.
func (r *Resolver) learn(serving bool) {
	seen := make(map[endpoint]bool)
	for _, info := range r.engine.Routes() {
		e := endpoint{info.Method, unescaped(info.Path)}
		i, known := r.known[e]
		if !known {
			i = len(r.routes)
			r.known[e] = i
			r.routes = append(r.routes, newRoute(e, info.Path, count(r.engine.Handlers)))
			r.table.Store(nil)
		}
		if (seen[e] || serving && info.Path != e.path) && !r.routes[i].unclear {
			r.routes[i] = newRoute(e, e.path, int(r.routes[i].policies.Load()))
			r.routes[i].unclear = true
			r.table.Store(nil)
		}
		seen[e] = true
	}
}

// record gives the routes that were added since, below a path, a policy.
func (r *Resolver) record(since int, base string, policy *core.Policy, policies int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.learn(false)
	if since == len(r.routes) {
		report("no route was registered inside Group",
			"hand it a group of the engine that Preflights was called with", "route", base)
	}
	base = unescaped(base)
	for i := since; i < len(r.routes); i++ {
		switch added := r.routes[i]; {
		case added.policy != nil: // a Group inside has it
		case added.path == base || strings.HasPrefix(added.path, strings.TrimSuffix(base, "/")+"/"):
			r.routes[i] = newRoute(added.endpoint, added.pattern, policies)
			r.routes[i].policy = policy
			r.table.Store(nil)
		case !added.reported.Swap(true):
			added.reportElsewhere()
		}
	}
}

// policiesOf returns those that stand on an engine, outermost first.
func policiesOf(engine *gin.Engine) (policies []*core.Policy) {
	for _, h := range engine.Handlers {
		if isPolicy(h) {
			policies = append(policies, identify(h).middleware.policy)
		}
	}
	return policies
}
