package main

import (
	"slices"

	"github.com/corsuite/corsuite/core"
)

// The rivals that every router has.
const (
	without  = "without CORS"
	nothing  = "empty middleware"
	hand     = "by hand"
	corsuite = "corsuite"
)

// contest is a router with its rivals.
type contest struct {
	router string
	own    string // the rival that the figures name
	rivals []rival
}

// rival builds apps that differ from those of the others in the middleware
// alone. What it makes of a config serves all the scenarios of a group.
type rival struct {
	name string
	apps func(g *group, cfg core.Config) func(*request, []byte) app
}

// build is for the scenarios, which are answered without a body.
func (r *rival) build(g *group, cfg core.Config) func(*scenario) server {
	apps := r.apps(g, cfg)
	return func(s *scenario) server { return apps(&s.request, nil).server(&s.request) }
}

// library is a CORS library for a router whose middleware is an M.
type library[M any] struct {
	name string
	make func(core.Config) M
}

// framework is what a contest needs to know of a router.
type framework[M any] struct {
	name   string
	app    func(body []byte, stack ...M) app
	pass   M // does nothing
	end    M // answers OPTIONS with 204 and no header
	byHand func(*group, core.Config) M
}

// contest puts the libraries in their order between what they are compared with.
// The first is the framework's own.
//
// To preflights, the server without CORS gives an answer from the place where
// the rivals do: what a router would make of an OPTIONS request that nobody
// answers has nothing to do with CORS.
func (f framework[M]) contest(libraries ...library[M]) contest {
	rivals := []rival{
		{without, func(*group, core.Config) func(*request, []byte) app {
			return func(r *request, body []byte) app {
				if r.preflight() {
					return f.app(body, f.end)
				}
				return f.app(body)
			}
		}},
		{nothing, func(*group, core.Config) func(*request, []byte) app {
			return func(_ *request, body []byte) app { return f.app(body, f.pass) }
		}},
		{hand, func(g *group, cfg core.Config) func(*request, []byte) app {
			m := f.byHand(g, cfg)
			return func(_ *request, body []byte) app { return f.app(body, m) }
		}},
	}
	for _, l := range libraries {
		rivals = append(rivals, rival{l.name, func(_ *group, cfg core.Config) func(*request, []byte) app {
			m := l.make(cfg)
			return func(_ *request, body []byte) app { return f.app(body, m) }
		}})
	}
	return contest{f.name, libraries[0].name, rivals}
}

// rival returns the one of that name.
func (c *contest) rival(name string) *rival {
	i := slices.IndexFunc(c.rivals, func(r rival) bool { return r.name == name })
	return &c.rivals[i]
}

// find returns the contest on that router.
func find(router string) *contest {
	all := contests()
	i := slices.IndexFunc(all, func(c contest) bool { return c.router == router })
	return &all[i]
}

func contests() []contest {
	return []contest{onNetHTTP(), onGin(), onEcho(), onChi(), onFiber()}
}

// runs reports whether a rival has something to say about a scenario.
func (r *rival) runs(s *scenario) bool {
	if r.name == nothing && s.request.preflight() {
		return false // it would let them go on
	}
	return !r.has(s, keepsOut, saysBack)
}

// comparable reports whether a rival does in a scenario all that is to be done.
func (r *rival) comparable(s *scenario) bool {
	return !r.has(s, keepsOut, saysBack, ends, noVary)
}

func (r *rival) has(s *scenario, flaws ...flaw) bool {
	return slices.ContainsFunc(notes(), func(n note) bool {
		return n.rival == r.name && slices.Contains(flaws, n.flaw) && n.about(s)
	})
}
