// Package ginadapter brings a CORS policy to gin.
//
//	r := gin.New()
//	r.Use(ginadapter.New(core.Config{
//		AllowOrigins: []string{"https://app.example.com"},
//		AllowHeaders: []string{"Content-Type"}, // for JSON
//	}))
//
// If a browser blocks a page, slog.Default has the reason and what to change:
//
//	WARN cors: the browser blocks a page kind=preflight reason=method-not-listed
//	origin=https://app.example.com method=OPTIONS path=/posts/1
//	why="the method \"DELETE\" is not in AllowMethods, so the browser does not send the page's request"
//	fix="add \"DELETE\" to AllowMethods"
//
// [core.WithLogger] chooses another logger or none. The project's documentation has a page
// for each task: https://github.com/corsuite/corsuite/tree/main/docs.
//
// # Where to register
//
// Register the policy on the engine, before the routes and groups. gin runs the
// middleware of a group or a route only if a route matches. Usually no route matches a
// preflight, because its method is OPTIONS. For policies on groups, call [Install]
// instead of Use:
//
//	registered with                preflights   actual requests   404 and 405
//	engine.Use before the routes   answered     answered          answered
//	engine.Use after the routes    answered     missed            answered
//	group.Use, or on a route       missed       answered          missed
//	Groups.Group after Install     answered     answered          missed
//
// If several policies apply to a route, the innermost one sets the headers of actual
// answers. With Install it also answers the preflights; without Install, the outermost
// one does. A policy that preflights do not reach logs this at its first request, if the
// engine is the Handler of the http.Server.
//
// # Limits
//
// gin runs no middleware for its redirects (RedirectTrailingSlash, RedirectFixedPath),
// so browsers do not follow them for pages on another origin. To add CORS headers to
// redirects too, put the policy around the engine: nethttp.Middleware(policy)(r).
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

// Config is an alias of [core.Config], so that a simple program imports one package.
type Config = core.Config

// New returns middleware that answers preflights and adds the CORS headers to every
// other answer. The middleware is safe for concurrent use. The options are:
//
//   - [core.WithLogger] logs why browsers block pages to another logger than slog.Default.
//   - [core.WithName] names the policy in logs and verdicts.
//   - [core.WithObserver] calls a function after each CORS decision, for metrics.
//   - [core.WithOriginFunc] calls a function for origins that cfg does not list.
//
// If cfg is invalid, New panics with a [*core.ConfigError], which lists every problem
// and its correction. To get an error instead, use [core.NewPolicy] and [Middleware].
func New(cfg Config, opts ...core.Option) gin.HandlerFunc {
	policy, err := core.NewPolicy(cfg, opts...)
	if err != nil {
		panic(err)
	}
	return Middleware(policy)
}

// Middleware is like [New] for an existing policy. Several routers may share the
// policy, and [core.Policy.Reload] can change it. Middleware panics if policy is nil.
func Middleware(policy *core.Policy) gin.HandlerFunc {
	if policy == nil {
		panic("ginadapter: Middleware needs a policy")
	}
	return (&middleware{Registration: nethttp.Registration{Policy: policy}}).serve
}

// middleware is a policy that is registered once. Find is set only by Install.
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
	switch next, denied := m.Serve(c.Writer, c.Request); {
	case !next:
		c.Writer.WriteHeaderNow()
		c.Abort()
	case denied:
		c.Next()
		m.Handled(c.Writer, c.Request)
	}
}

// middlewareOf returns the receiver of h if h is a middleware.serve. Otherwise it
// returns nil and does not call h.
func middlewareOf(h gin.HandlerFunc) *middleware {
	// All method values of serve have one code pointer, and no other function has it.
	if reflect.ValueOf(h).Pointer() != reflect.ValueOf((*middleware)(nil).serve).Pointer() {
		return nil
	}
	var c gin.Context
	h(&c)
	return c.MustGet("middleware").(*middleware)
}

// check logs, once, that preflights do not reach m, or that Install does not know m.
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
		here = here || same && route.Method == c.Request.Method // false if c is of another engine
		reached = reached || route.Method == http.MethodOptions && (same || strings.Contains(route.Path, "/*"))
	}
	log := m.Policy.Logger().With("route", c.Request.Method+" "+c.FullPath(),
		"fix", "call cors := ginadapter.Install(r, policy) before all routes, and register the route in cors.Group(group, policy, routes)")
	if here && installed {
		log.Warn("cors: Install does not know this policy")
	} else if here && !reached {
		log.Warn("cors: preflights do not reach the policy of a group or a route")
	}
}
