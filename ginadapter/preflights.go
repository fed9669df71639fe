package ginadapter

import (
	"net/http"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/nethttp"
	"github.com/gin-gonic/gin"
)

// Preflights lets policies on groups and single routes answer their own
// preflights. Call it before any policy, group or route, and hand the groups to
// what it returns, since gin shows nobody what stands before a route:
//
//	r := gin.New()
//	cors := ginadapter.Preflights(r)
//	cors.Group(r.Group("/api"), policy, func(g *gin.RouterGroup) {
//		g.GET("/posts/:id", read)
//	})
//
// It uses a middleware that looks up the route a preflight asks about, finds the
// innermost policy before that route, and lets it answer at once: nothing else
// of the chain runs, no handler, no authentication. That is the policy of the
// innermost [Resolver.Group], or else the last one on the engine. If the route
// has none, the preflight goes on as ever, but no policy that stands elsewhere
// approves it, and [slog.Default] says so once for each route.
//
// It cannot see policies inside a function of your own, nor those on groups and
// routes that Group did not make. What gin hides, it believes until the first
// actual request shows otherwise, and then reports: that a policy on the engine
// was there before the route, and that a route was registered on the group that
// it should be on. Requests that a handler sends on with HandleContext count by
// the path that they came with, if that has a route. A preflight that gin
// redirects, for an OPTIONS route of yours, gets here as little as any other.
//
// Routes that are added later count at once if Group adds them, and within a
// second otherwise; as gin does not lock its trees, no request may be served
// meanwhile. In gin's debug mode the first preflight prints the routes again,
// because the lookup has a copy of gin's trees.
//
// A second call returns the same Resolver. It has a use after routes with "\:"
// in their path that no Group follows: gin hides that from its first request on,
// and where such a route could be taken for one with a parameter, a policy may
// be overlooked.
func Preflights(engine *gin.Engine) *Resolver {
	for _, h := range engine.Handlers {
		if isHook(h) {
			r := identify(h).resolver
			r.survey()
			return r
		}
	}
	if slices.ContainsFunc(engine.Handlers, isPolicy) {
		report("a policy stands before Preflights, and answers every preflight itself",
			"call ginadapter.Preflights(r) before r.Use(ginadapter.New(cfg))")
	}
	r := &Resolver{engine: engine, known: make(map[endpoint]int)}
	r.learn(false)
	engine.Use(r.hook)
	return r
}

// Resolver knows which routes of an engine have which policy. [Preflights]
// makes it.
type Resolver struct {
	engine   *gin.Engine
	table    atomic.Pointer[table] // nil if something was learned since
	unproven atomic.Pointer[route] // the one to look at when it is requested next

	mu     sync.Mutex
	routes []*route // in the order in which they were learned
	known  map[endpoint]int
}

// Group registers routes with a policy. It makes a group below g whose first
// middleware is the policy's, and hands it to routes, which registers on it, or
// on groups made from it, whatever should have the policy; more middleware, such
// as authentication, may be added there. For one route:
//
//	cors.Group(&r.RouterGroup, policy, func(g *gin.RouterGroup) {
//		g.PUT("/posts/:id", save)
//	})
//
// Groups nest, and the innermost policy answers. Inside, use Group for another
// policy too, not g.Use; Group reports what it sees of that, and gives those
// routes none.
//
// Only routes that are registered before routes returns count. They have to be
// registered on the group that it gets: one that was registered on another and
// whose path lies outside is reported and has no policy, but one inside looks
// like the rest until it is requested. If routes panics, what it has registered
// until then counts.
//
// Like registration in gin, Group is not for use while requests are served.
func (r *Resolver) Group(g *gin.RouterGroup, policy *core.Policy, routes func(*gin.RouterGroup)) {
	m := &middleware{policy: policy}
	m.placed.Store(true) // preflights reach it here
	child := g.Group("", m.serve)
	policies, since := count(child.Handlers), r.survey()
	defer func() {
		if count(child.Handlers) != policies {
			report("a policy was added to a group inside Group, which cannot tell whose routes are whose",
				"call cors.Group(g, policy, routes) inside instead of g.Use(ginadapter.New(cfg))", "route", child.BasePath())
			return
		}
		r.record(since, child.BasePath(), policy, policies)
	}()
	routes(child)
}

// hook stands on the engine.
func (r *Resolver) hook(c *gin.Context) {
	if c.Request.Method == http.MethodOptions {
		if method, ok := nethttp.PreflightMethod(c.Request); ok {
			r.preflight(c, method)
			return
		}
	}
	if unproven := r.unproven.Load(); unproven != nil {
		r.prove(c, unproven)
	}
}

func (r *Resolver) preflight(c *gin.Context, method string) {
	switch mark := markOf(c.Request).(type) {
	case stray: // to whom a path that a handler made up means nothing
		return
	case *probe:
		mark.resolver = r
		return
	}
	t, url := r.current(), c.Request.URL
	found := t.find(method, url)
	if found == nil {
		return
	}
	policy, own := t.policy(found), c.FullPath() != "" // an OPTIONS route of the user's
	switch {
	case found == t.none:
		if policy != nil && !own {
			nethttp.ServePreflight(policy, c.Writer, c.Request, nil)
			end(c)
		}
	case policy != nil:
		nethttp.ServePreflight(policy, c.Writer, c.Request, func() []string { return t.methodsOf(policy, url) })
		end(c)
		if !found.proven.Load() {
			r.unproven.Store(found)
		}
	case !own:
		found.reportOnce(r.engine)
		c.Request = withMark(c.Request, stray{})
	}
}

// prove looks at the chain of an actual request, which shows how many policies
// it has.
func (r *Resolver) prove(c *gin.Context, unproven *route) {
	if c.Request.Method != unproven.method || c.FullPath() != unproven.path || !r.unproven.CompareAndSwap(unproven, nil) {
		return
	}
	unproven.proven.Store(true)
	policies := 0
	for _, name := range c.HandlerNames() {
		if name == nameOf((*middleware)(nil).serve) {
			policies++
		}
	}
	if unproven.disprove(policies) {
		unproven.reportOnce(r.engine)
	}
}

// marked does what a mark on an OPTIONS request asks for.
func (m *middleware) marked(c *gin.Context) bool {
	switch mark := markOf(c.Request).(type) {
	case stray:
		nethttp.RefusePreflight(m.policy, c.Writer, c.Request)
		end(c)
		return true
	case *probe:
		mark.middleware = m
		return true
	default:
		return false
	}
}
