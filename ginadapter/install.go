package ginadapter

import (
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/nethttp"
	"github.com/gin-gonic/gin"
)

// Install puts policy on r, as Use would, and lets the policies of [Groups.Group]
// answer their own preflights. Call it once, before any policy, group or route:
//
//	r := gin.New()
//	cors := ginadapter.Install(r, policy)
//	cors.Group(r.Group("/admin"), strict, func(g *gin.RouterGroup) {
//		g.DELETE("/posts/:id", remove)
//	})
//
// The innermost policy on the answer to the actual request answers its preflight,
// and allows the requested method alone. No handler and no middleware after Install
// runs.
//
// If policy is nil, the policies of groups and routes are the only ones. Install
// rejects preflights for other routes with 403, and logs that once for each route. A
// preflight goes on if there is no such route, or if there is an OPTIONS route at the
// path that has no policy either.
//
// # Limits
//
//   - gin does not show the middleware of a route. For a policy that is not in a Group,
//     such as one before NoRoute, the policy further out answers, as with Use. So it does
//     for routes that are added to the group of a Group after its function has returned.
//   - Make groups after Install. Routes of older groups do not run policy, yet policy
//     answers their preflights.
//   - Routes that are added after the first preflight are unknown until Group adds one.
//   - Once gin serves, it shows "\:" in a pattern as ":". In a route after the last Group,
//     that counts as the start of a parameter, where gin could accept one. Register such
//     routes before a Group, so that Install sees them as they are.
//   - Middleware before Install must not change the path. If a handler changes it and calls
//     HandleContext, the policy for the old path answers.
//   - gin redirects a preflight for an OPTIONS route without any middleware.
//   - In debug mode, the first preflight prints the routes again: Install copies them.
func Install(r *gin.Engine, policy *core.Policy) *Groups {
	switch {
	case r == nil:
		panic("ginadapter: Install needs an engine")
	case len(r.Routes()) != 0:
		panic("ginadapter: call Install before the routes are registered")
	case slices.ContainsFunc(r.Handlers, func(h gin.HandlerFunc) bool { return middlewareOf(h) != nil }):
		panic("ginadapter: the engine has a policy already: call Install once, in the place of Use")
	}
	g := &Groups{engine: r, policies: make(map[endpoint]*core.Policy)}
	g.lookup = sync.OnceValue(g.newLookup)
	g.middleware.Policy, g.middleware.Find = policy, g.find
	g.middleware.checked.Store(true)
	r.Use(g.middleware.serve)
	return g
}

// Groups registers groups of routes that have a policy. [Install] makes it.
type Groups struct {
	engine     *gin.Engine
	middleware middleware
	seen       []endpoint                // in the order in which Group has seen them
	policies   map[endpoint]*core.Policy // of those; nil if they are in no Group
	lookup     func() *gin.Engine
}

type endpoint struct{ method, pattern string }

// Group makes a group below group, with policy as its middleware, and calls routes with
// it. For one route:
//
//	cors.Group(&r.RouterGroup, policy, func(g *gin.RouterGroup) { g.PUT("/posts/:id", save) })
//
// The policy answers the preflights for all routes that are added meanwhile at the path of
// the new group and below, except those of a Group inside. To find them, Group lists all
// routes of the engine twice. No request may be served meanwhile, as gin requires.
func (g *Groups) Group(group *gin.RouterGroup, policy *core.Policy, routes func(*gin.RouterGroup)) {
	switch {
	case group == nil || policy == nil || routes == nil:
		panic("ginadapter: Group needs a group, a policy and a function that registers routes")
	case !slices.ContainsFunc(group.Handlers, func(h gin.HandlerFunc) bool { return middlewareOf(h) == &g.middleware }):
		panic("ginadapter: Group needs a group that was made after Install, from the same engine")
	}
	m := &middleware{Registration: nethttp.Registration{Policy: policy}}
	m.checked.Store(true)
	child := group.Group("", m.serve)
	g.see()
	before, below := len(g.seen), strings.TrimSuffix(child.BasePath(), "/")+"/"
	routes(child)
	g.see()
	for _, e := range g.seen[before:] {
		if g.policies[e] == nil && strings.HasPrefix(e.pattern+"/", below) { // and in no Group inside
			g.policies[e] = policy
		}
	}
	g.lookup = sync.OnceValue(g.newLookup)
}

func (g *Groups) see() {
	for _, route := range g.engine.Routes() {
		e := endpoint{route.Method, route.Path}
		if _, seen := g.policies[e]; !seen {
			g.policies[e] = nil
			g.seen = append(g.seen, e)
		}
	}
}

// find returns what gin would run for r with another method.
func (g *Groups) find(method string, r *http.Request) nethttp.Route {
	asked := *r
	asked.Method, asked.Pattern = method, ""
	// gin panics for some paths where parameters are side by side. No route is found then.
	defer func() { _ = recover() }()
	g.lookup().ServeHTTP(discard{}, &asked)
	if asked.Pattern == "" {
		return nethttp.Route{}
	}
	return nethttp.Route{Policy: g.policies[endpoint{method, asked.Pattern}], Name: method + " " + asked.Pattern}
}

// newLookup copies the engine with handlers that only set the pattern of their request,
// and without redirects: the policy on a redirect of gin is that of a 404.
func (g *Groups) newLookup() *gin.Engine {
	lookup := gin.New()
	lookup.UseRawPath, lookup.UseEscapedPath = g.engine.UseRawPath, g.engine.UseEscapedPath
	lookup.RemoveExtraSlash, lookup.RedirectTrailingSlash = g.engine.RemoveExtraSlash, false
	shown := make(map[endpoint]int)
	for _, e := range g.seen {
		if add(lookup, e) {
			shown[endpoint{e.method, strings.ReplaceAll(e.pattern, `\:`, ":")}]++ // once gin serves
		}
	}
	for _, route := range g.engine.Routes() {
		e := endpoint{route.Method, route.Path}
		if shown[e]--; shown[e] < 0 && !add(lookup, e) { // a colon inside a segment is literal then
			e.pattern = strings.ReplaceAll(strings.ReplaceAll(e.pattern, ":", `\:`), `/\:`, "/:")
			add(lookup, e)
		}
	}
	return lookup
}

// add reports whether gin accepts a route beside the others.
func add(lookup *gin.Engine, e endpoint) (added bool) {
	defer func() { added = recover() == nil }()
	lookup.Match([]string{e.method}, e.pattern, func(c *gin.Context) { c.Request.Pattern = e.pattern })
	return
}

// discard is for the answers of the lookup.
type discard struct{}

func (discard) Header() http.Header         { return make(http.Header) }
func (discard) Write(b []byte) (int, error) { return len(b), nil }
func (discard) WriteHeader(int)             {}
