package bench

import (
	"context"
	"log/slog"
	"slices"
	"strings"

	"github.com/corsuite/corsuite/core"
)

// The rivals on every router.
const (
	without       = "none"
	byHand        = "minimum"
	corsuite      = "corsuite"        // with a log, as it is by default
	corsuiteNoLog = "corsuite-no-log" // without one
)

// router is a router with the ways to add CORS to it.
type router struct {
	name   string
	own    string   // the library that most users of the router have
	others []string // other libraries
	rivals []rival
}

// rival is a way to add CORS. It builds apps that differ in the middleware alone.
type rival struct {
	name  string
	build func(*group, core.Config) app
}

// library is a CORS library for a router whose middleware is an M.
type library[M any] struct {
	name string
	make func(core.Config) M
}

// framework is a router whose middleware is an M.
type framework[M any] struct {
	app       func(stack ...M) app
	noContent M // answers every request with 204 and no header
	minimum   func(*group, core.Config) M
	corsuite  func(*core.Policy) M
}

// router returns the framework with its rivals. Without CORS, a preflight is
// answered where the middleware of the rivals answers it: what a router answers to
// an OPTIONS request without a route has nothing to do with CORS.
func (f framework[M]) router(name string, own library[M], others ...library[M]) router {
	ours := func(logger *slog.Logger) func(core.Config) M {
		return func(cfg core.Config) M {
			policy, err := core.NewPolicy(cfg, core.WithLogger(logger))
			if err != nil {
				panic(err)
			}
			// Until the first actual request, a policy checks whether it sees any.
			policy.Decide(context.Background(), &core.Request{Method: "GET", Origin: []string{page}}, nil)
			return f.corsuite(policy)
		}
	}
	rivals := []rival{
		{without, func(*group, core.Config) app {
			return func(r *request) server {
				if r.preflight() {
					return f.app(f.noContent)(r)
				}
				return f.app()(r)
			}
		}},
		{byHand, func(g *group, cfg core.Config) app { return f.app(f.minimum(g, cfg)) }},
	}
	var names []string
	for _, l := range others {
		names = append(names, l.name)
	}
	for _, l := range append(others, own, library[M]{corsuite, ours(slog.Default())}, library[M]{corsuiteNoLog, ours(nil)}) {
		rivals = append(rivals, rival{l.name, func(_ *group, cfg core.Config) app { return f.app(l.make(cfg)) }})
	}
	return router{name, own.name, names, rivals}
}

// rival returns the rival of that name.
func (r *router) rival(name string) *rival {
	i := slices.IndexFunc(r.rivals, func(r rival) bool { return r.name == name })
	return &r.rivals[i]
}

// flaw is something that a library does worse than the others.
type flaw string

const (
	blocks       flaw = "blocks an allowed page"
	reflectsAll  flaw = "reflects a megabyte"
	rejects      flaw = "rejects a denied request"
	lacksVary    flaw = "no Vary: Origin"
	sharesMemory flaw = "shares memory with later answers"
)

// knownFlaw says in which scenarios a library has a flaw.
type knownFlaw struct {
	rival string
	flaw  flaw
	in    func(*scenario) bool
}

func knownFlaws() []knownFlaw {
	always := func(*scenario) bool { return true }
	megabyte := func(s *scenario) bool { return s.name == "any-header-1MiB-of-commas" }
	anyHeader := func(s *scenario) bool { return s.name == "any-header" }
	wildcards := func(s *scenario) bool { return s.name == "10000-wildcards" }
	listed := func(s *scenario) bool {
		origin := s.request.header.Get("Origin")
		return origin == page || origin == below
	}
	return []knownFlaw{
		{"rs", sharesMemory, always},
		{"rs", reflectsAll, megabyte},
		{"jub0bs", sharesMemory, func(s *scenario) bool {
			return s.allowed && s.name != "any-origin" || strings.HasPrefix(s.name, "any-header")
		}},
		{"jub0bs", lacksVary, func(s *scenario) bool { return s.request.preflight() }}, // on purpose, since no cache keeps it
		{"jub0bs", reflectsAll, megabyte},
		{"gin-contrib", blocks, anyHeader},
		{"gin-contrib", sharesMemory, listed},
		{"gin-contrib", rejects, func(s *scenario) bool { return strings.HasSuffix(s.name, "denied") && !s.request.preflight() }},
		{"gin-contrib", lacksVary, func(s *scenario) bool { return !listed(s) }},
		{"echo", reflectsAll, megabyte},
		{"echov5", reflectsAll, megabyte},
		{"echov5", blocks, wildcards}, // it compares an origin with each entry, and knows no patterns
		{"fiber", reflectsAll, megabyte},
	}
}

// known lists the flaws of a rival in a scenario.
func (r *rival) known(s *scenario) (list []flaw) {
	for _, k := range knownFlaws() {
		if k.rival == r.name && k.in(s) {
			list = append(list, k.flaw)
		}
	}
	return list
}

// takesPart reports whether the times of a rival can be compared with the others':
// it does in a scenario all that there is to do.
func (r *rival) takesPart(g *group, s *scenario) bool {
	switch r.name {
	case without, byHand, corsuite, corsuiteNoLog:
		return true
	}
	flaws := r.known(s)
	if s.hostile {
		_, ordinary := find(s.like)
		flaws = append(flaws, r.known(ordinary)...)
	}
	for _, f := range flaws {
		if f != sharesMemory {
			return false
		}
	}
	return !g.large
}
