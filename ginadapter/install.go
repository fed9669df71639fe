package ginadapter

import (
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/nethttp"
	"github.com/gin-gonic/gin"
)

// Install registers policy on r, as Use of the engine does. Policies of [Groups.Group] then answer the
// preflights for their own routes. Call Install once, before any policy, group or
// route. It panics if r has a policy or a route already, or is nil:
//
//	r := gin.New()
//	cors := ginadapter.Install(r, policy)
//	cors.Group(r.Group("/admin"), strict, func(g *gin.RouterGroup) {
//		g.DELETE("/posts/:id", remove)
//	})
//
// A preflight is answered by the innermost policy of the route that it asks for. The answer
// lists the requested method alone, if AllowMethods has it. No handler and no middleware
// after Install runs for a preflight that Install answers.
//
// If policy is nil, the policies of groups answer their preflights. Install rejects the
// preflight of any other route with 403, and logs that once for each route in slog.Default.
// A preflight continues to gin if the requested route does not exist, or if an OPTIONS
// route without a policy exists at the path.
//
// # Limits
//
//   - gin does not expose middleware, so Install knows only the policies of Groups. For
//     routes that are added to a Group after its function has returned, the enclosing
//     policy answers preflights. The same applies to a policy in NoRoute.
//   - Make groups after Install. For routes of older groups, policy answers preflights
//     but does not run on actual requests.
//   - Add all routes before you serve. Until the next Group, Install does not know a route
//     that is added after the first preflight.
//   - When gin starts to serve, it replaces "\:" in patterns by ":". For a route after
//     the last Group, Install may take such a colon for the start of a parameter.
//     Register routes with "\:" before or in a Group.
//   - Middleware before Install must not change the path. If a handler changes it and
//     calls HandleContext, the policy for the old path answers.
//   - If gin redirects a preflight to an OPTIONS route, no middleware runs.
//   - In debug mode the first preflight prints the routes again, since Install copies them.
func Install(r *gin.Engine, policy *core.Policy) *Groups {
	switch {
	case r == nil:
		panic("ginadapter: Install needs an engine")
	case len(r.Routes()) != 0:
		panic("ginadapter: call Install before the routes are registered")
	case slices.ContainsFunc(r.Handlers, func(h gin.HandlerFunc) bool { return middlewareOf(h) != nil }):
		panic("ginadapter: the engine has a policy already: call Install once, instead of Use")
	}
	g := &Groups{engine: r, policies: make(map[endpoint]*core.Policy)}
	g.lookup = sync.OnceValue(g.newLookup)
	g.middleware.Policy, g.middleware.Find = policy, g.find
	g.middleware.checked.Store(true) // check is for policies that preflights do not reach
	r.Use(g.middleware.serve)
	return g
}

// Groups gives groups of routes a policy. [Install] returns it.
type Groups struct {
	engine     *gin.Engine
	middleware middleware
	seen       []endpoint                // all routes so far, oldest first
	policies   map[endpoint]*core.Policy // has all of seen; nil if the route is in no Group
	lookup     func() *gin.Engine
}

type endpoint struct{ method, pattern string }

// Group makes a subgroup of group with policy as its middleware, and calls register with
// the subgroup. Use it for a single route, too:
//
//	cors.Group(&r.RouterGroup, policy, func(g *gin.RouterGroup) { g.PUT("/posts/:id", save) })
//
// policy answers the preflights of every route that register adds at the path of the
// subgroup or below it. A nested Group has precedence. As with gin's own methods, no
// request may be served during the call. Group panics if an argument is nil, or if group
// was made before Install.
func (g *Groups) Group(group *gin.RouterGroup, policy *core.Policy, register func(*gin.RouterGroup)) {
	switch {
	case group == nil || policy == nil || register == nil:
		panic("ginadapter: Group needs a group, a policy and a function that registers routes")
	case !slices.ContainsFunc(group.Handlers, func(h gin.HandlerFunc) bool { return middlewareOf(h) == &g.middleware }):
		panic("ginadapter: Group needs a group that was made after Install, from the same engine")
	}
	m := &middleware{Registration: nethttp.Registration{Policy: policy}}
	m.checked.Store(true)
	child := group.Group("", m.serve)
	g.see()
	before, below := len(g.seen), strings.TrimSuffix(child.BasePath(), "/")+"/"
	register(child)
	g.see()
	for _, e := range g.seen[before:] {
		if g.policies[e] == nil && strings.HasPrefix(e.pattern+"/", below) { // no nested Group has set it
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

// find returns the route that gin would run for r with the given method.
func (g *Groups) find(method string, r *http.Request) nethttp.Route {
	asked := *r
	asked.Method, asked.Pattern = method, ""
	// For some paths gin allocates too few parameters and panics. Such a path has no route.
	defer func() { _ = recover() }()
	g.lookup().ServeHTTP(discard{}, &asked)
	if asked.Pattern == "" {
		return nethttp.Route{}
	}
	return nethttp.Route{Policy: g.policies[endpoint{method, asked.Pattern}], Name: method + " " + asked.Pattern}
}

// newLookup copies the engine with handlers that only set the pattern of their request.
// The copy does not redirect, so a request that gin redirects counts as a 404.
func (g *Groups) newLookup() *gin.Engine {
	lookup := gin.New()
	lookup.UseRawPath, lookup.RemoveExtraSlash = g.engine.UseRawPath, g.engine.RemoveExtraSlash
	lookup.RedirectTrailingSlash = false
	copyField(lookup, g.engine, "UseEscapedPath") // since gin 1.12
	known := make(map[endpoint]int)
	for _, e := range g.seen {
		if add(lookup, e) {
			known[endpoint{e.method, strings.ReplaceAll(e.pattern, `\:`, ":")}]++ // as a serving gin shows it
		}
	}
	for _, route := range g.engine.Routes() {
		e := endpoint{route.Method, route.Path}
		if known[e] > 0 {
			known[e]--
			continue
		}
		if !add(lookup, e) { // as a parameter, the colon conflicts, so it is literal
			e.pattern = strings.ReplaceAll(strings.ReplaceAll(e.pattern, ":", `\:`), `/\:`, "/:")
			add(lookup, e)
		}
	}
	return lookup
}

// copyField copies a setting that old versions of gin do not have.
func copyField(to, from *gin.Engine, name string) {
	if field := reflect.ValueOf(to).Elem().FieldByName(name); field.IsValid() {
		field.Set(reflect.ValueOf(from).Elem().FieldByName(name))
	}
}

// add adds a route and reports whether gin accepts it. gin panics on conflicts.
func add(lookup *gin.Engine, e endpoint) (added bool) {
	defer func() { added = recover() == nil }()
	lookup.Match([]string{e.method}, e.pattern, func(c *gin.Context) { c.Request.Pattern = e.pattern })
	return
}

// discard is a ResponseWriter that discards the answers of the lookup.
type discard struct{}

func (discard) Header() http.Header         { return make(http.Header) }
func (discard) Write(b []byte) (int, error) { return len(b), nil }
func (discard) WriteHeader(int)             {}
