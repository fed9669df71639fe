package routes

import (
	"math/rand/v2"
	"slices"
)

const policies = 4 // the maximum of a set

// generator makes route sets. It has few prefixes and patterns, so that paths overlap.
type generator struct {
	*rand.Rand
	framework
	handlers, wares int // numbers of the last ones
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

// chance returns true with a probability in percent.
func chance(g *rand.Rand, percent int) bool { return g.IntN(100) < percent }

func (g *generator) set() *set {
	s := new(set)
	for _, setting := range append(g.settings, shared) {
		if chance(g.Rand, 20) {
			s.settings = append(s.settings, setting)
		}
	}
	if chance(g.Rand, 20) {
		s.before = []ware{g.ware(before)}
	}
	if chance(g.Rand, 50) {
		s.app = []ware{g.ware(policy)}
	}
	for range pick(g.Rand, 0, 0, 0, 1, 1, 2) {
		s.elements = append(s.elements, element{kind: use, wares: []ware{g.anyWare()}})
	}
	s.elements = append(s.elements, g.list(3+g.IntN(5), 0)...)
	return s
}

func (g *generator) list(n, depth int) (elements []element) {
	kinds := []kind{route, route, route, route, route, route, route, route, use, use, useBelow}
	if depth < 3 {
		kinds = append(kinds, group, group, group, group, inline, inline, mount, mount, mount, mount)
	}
	if depth == 0 {
		kinds = append(kinds, host, host)
	}
	kinds = slices.DeleteFunc(kinds, func(k kind) bool { return slices.Contains(g.lacks, k) })
	for range n {
		elements = append(elements, g.element(pick(g.Rand, kinds...), depth))
	}
	return elements
}

func (g *generator) element(k kind, depth int) element {
	e := element{kind: k, path: pick(g.Rand, prefixes()...)}
	switch k {
	case route:
		return g.route()
	case use, useBelow:
		e.wares = []ware{g.anyWare()}
	default:
		e.wares, e.outside, e.inside = g.some(), chance(g.Rand, 50), g.list(1+g.IntN(4), depth+1)
	}
	switch k {
	case use, inline:
		e.path = ""
	case host:
		e.path = pick(g.Rand, hosts()...)
	default:
	}
	return e
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

// some returns a few random middlewares.
func (g *generator) some() (wares []ware) {
	for range pick(g.Rand, 0, 0, 1, 1, 1, 2, 3) {
		wares = append(wares, g.anyWare())
	}
	return wares
}

func (g *generator) anyWare() ware { return g.ware(pick(g.Rand, policy, policy, auth, count)) }

func (g *generator) ware(does does) ware {
	if does == policy {
		return ware{policy, g.IntN(policies)}
	}
	g.wares++
	return ware{does, g.wares}
}
