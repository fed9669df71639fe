package routes

import (
	"math/rand/v2"
	"slices"
)

const policies = 4 // of a set, at most

// generator makes route sets. Paths come from so few pieces that they overlap.
type generator struct {
	*rand.Rand
	framework
	handlers, wares int // made already
}

func prefixes() []string {
	return []string{
		"/api", "/api", "/api", "/apiary", "/api/v1", "/api/v1", "/a", "/users", "/users/:id", "/:tenant", "/api/:version", "/:org/users",
		"/API", "/", "",
	}
}

func patterns() []string {
	return []string{
		"", "/", "/users", "/users", "/users/", "/users/:id", "/users/:name", "/users/me", "/users/:id/posts", "/users/:uid/posts/:pid",
		"/:id", "/:key", "/:a/:b", "/me", "/*rest", "/*all", "/users/*path", "/users/:id/*more", "/api/users", "/api/users/:id", "/api/v1/users",
		"/:id<int>", "/users/:id<int>", "/users/:id?", `/users\:purge`, "/Users", "/v1/users", "/v1", "/apiary/users", "/us", "/users.json",
	}
}

func hosts() []string { return []string{"a.example.com", "b.example.com"} }

func pick[T any](g *rand.Rand, from ...T) T { return from[g.IntN(len(from))] }

// chance is true in so many of a hundred cases.
func chance(g *rand.Rand, percent int) bool { return g.IntN(100) < percent }

func (g *generator) set() *set {
	s := &set{shared: chance(g.Rand, 30)}
	for _, setting := range g.settings {
		if chance(g.Rand, 20) {
			s.settings = append(s.settings, setting)
		}
	}
	if chance(g.Rand, 20) {
		s.before = []ware{g.ware(count)}
	}
	for range pick(g.Rand, 0, 0, 0, 1, 1, 2) {
		s.elements = append(s.elements, g.use(use))
	}
	s.elements = append(s.elements, g.list(3+g.IntN(5), 0)...)
	return s
}

func (g *generator) list(n, depth int) (elements []element) {
	for range n {
		elements = append(elements, g.element(depth))
	}
	return elements
}

func (g *generator) element(depth int) element {
	kinds := []kind{route, route, route, route, use}
	if depth < 3 {
		kinds = append(kinds, group, group, inline, mount, mount)
	}
	if depth == 0 {
		kinds = append(kinds, host)
	}
	if chance(g.Rand, 30) {
		kinds = append(kinds, useBelow)
	}
	for {
		switch k := pick(g.Rand, kinds...); {
		case slices.Contains(g.lacks, k):
		case k == use || k == useBelow:
			return g.use(k)
		case k == route:
			return g.route()
		default:
			e := element{kind: k, path: pick(g.Rand, prefixes()...), wares: g.some(), outside: chance(g.Rand, 50)}
			if k == host {
				e.path = pick(g.Rand, hosts()...)
			}
			e.inside = g.list(1+g.IntN(4), depth+1)
			return e
		}
	}
}

func (g *generator) route() element {
	g.handlers++
	e := element{kind: route, path: pick(g.Rand, patterns()...), number: g.handlers}
	if chance(g.Rand, 50) {
		e.wares = g.some()
	}
	if chance(g.Rand, 88) {
		for range pick(g.Rand, 1, 1, 1, 2, 3) {
			e.methods = append(e.methods, pick(g.Rand, "GET", "GET", "POST", "PUT", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"))
		}
		slices.Sort(e.methods)
		e.methods = slices.Compact(e.methods)
	}
	return e
}

func (g *generator) use(k kind) element {
	e := element{kind: k, wares: []ware{g.ware(pick(g.Rand, policy, auth, count))}}
	if k == useBelow {
		e.path = pick(g.Rand, prefixes()...)
	}
	return e
}

// some makes middleware in any order.
func (g *generator) some() (wares []ware) {
	for range pick(g.Rand, 0, 0, 1, 1, 1, 2, 3) {
		wares = append(wares, g.ware(pick(g.Rand, policy, policy, auth, count)))
	}
	return wares
}

func (g *generator) ware(does does) ware {
	if does == policy {
		return ware{policy, g.IntN(policies)}
	}
	g.wares++
	return ware{does, g.wares}
}
