// Package ginadapter brings a CORS policy to gin.
//
//	r := gin.New()
//	r.Use(ginadapter.New(core.Config{
//		AllowOrigins: []string{"https://app.example.com"},
//	}))
//
// # Where to register
//
// On the engine, before the routes and groups. gin runs the middleware of a group or
// a route only for routes that exist, and a preflight has no OPTIONS route. With
// [Install] in the place of Use, the policies of groups answer their own preflights:
//
//	registered with                preflights   actual requests   404 and 405
//	engine.Use before the routes   answered     answered          answered
//	engine.Use after the routes    answered     missed            answered
//	group.Use, or on a route       missed       answered          missed
//	Groups.Group after Install     answered     answered          missed
//
// Where several policies are before a route, the innermost is on the answer to the
// actual request. With Install, it answers the preflight too; without, the outermost
// does. A policy that preflights do not reach logs that at its first request, if the
// engine itself is a server's handler.
//
// gin's own redirects (RedirectTrailingSlash, RedirectFixedPath) run no middleware at
// all. Browsers refuse to follow them for pages on another origin, unless the policy is
// around the engine: nethttp.Middleware(policy)(r).
package ginadapter

import (
	"net/http"
	"reflect"
	"strings"
	"sync/atomic"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/nethttp"
	"github.com/gin-gonic/gin"
)

// Config is [core.Config], so that a simple program imports one package.
type Config = core.Config

// New returns middleware that answers preflights and adds the CORS headers to
// every other answer. It panics if cfg is bad, with a message that lists every
// problem and its correction; use [core.NewPolicy] and [Middleware] for an
// error instead.
func New(cfg Config, opts ...core.Option) gin.HandlerFunc {
	policy, err := core.NewPolicy(cfg, opts...)
	if err != nil {
		panic(err)
	}
	return Middleware(policy)
}

// Middleware is [New] for a policy that exists, which several routers may
// share and which can be reloaded.
func Middleware(policy *core.Policy) gin.HandlerFunc {
	if policy == nil {
		panic("ginadapter: Middleware needs a policy")
	}
	return (&middleware{Registration: nethttp.Registration{Policy: policy}}).serve
}

// middleware is a policy at one place. Only that of Install has Find.
type middleware struct {
	nethttp.Registration

	checked atomic.Bool
}

func (m *middleware) serve(c *gin.Context) {
	if c.Request == nil {
		c.Set("middleware", m) // for middlewareOf
		return
	}
	if !m.checked.Load() {
		m.check(c)
	}
	if !m.Serve(c.Writer, c.Request) {
		c.Writer.WriteHeaderNow()
		c.Abort()
	}
}

// middlewareOf returns the receiver of a handler that this package made, and nil for
// other handlers, which it does not call.
func middlewareOf(h gin.HandlerFunc) *middleware {
	// All method values of one method share their code, and no other function has it.
	if reflect.ValueOf(h).Pointer() != reflect.ValueOf((*middleware)(nil).serve).Pointer() {
		return nil
	}
	var c gin.Context
	h(&c)
	return c.MustGet("middleware").(*middleware)
}

// check logs, once, that preflights do not reach m, or that Install does not know it.
func (m *middleware) check(c *gin.Context) {
	server, _ := c.Request.Context().Value(http.ServerContextKey).(*http.Server)
	if c.FullPath() == "" || m.checked.Swap(true) || server == nil {
		return
	}
	engine, _ := server.Handler.(*gin.Engine)
	if engine == nil {
		return
	}
	var installed, reached, here bool
	for _, h := range engine.Handlers {
		on := middlewareOf(h)
		installed, reached = installed || on != nil && on.Find != nil, reached || on != nil
	}
	for _, route := range engine.Routes() {
		same := route.Path == c.FullPath()
		here = here || same && route.Method == c.Request.Method // and not on another engine
		reached = reached || route.Method == http.MethodOptions && (same || strings.Contains(route.Path, "/*"))
	}
	log := m.Policy.Logger().With("route", c.Request.Method+" "+c.FullPath(),
		"fix", "with cors := ginadapter.Install(r, policy) before all routes, register the route in cors.Group(group, policy, routes)")
	if here && installed {
		log.Warn("cors: Install does not know this policy")
	} else if here && !reached {
		log.Warn("cors: preflights never reach a policy on a group or a route")
	}
}
