// Package ginadapter brings a CORS policy to gin.
//
//	r := gin.New()
//	r.Use(ginadapter.New(core.Config{
//		AllowOrigins: []string{"https://app.example.com"},
//	}))
//
// # Where to register
//
// On the engine, before the routes and groups. gin looks a preflight's OPTIONS
// up like any other request and runs a group's or a route's middleware only for
// routes that exist there, so a policy elsewhere never sees its preflights. It
// does with [Preflights], one line before everything else, and the Group that
// this line returns:
//
//	registered with                preflights   actual requests   404 and 405
//	engine.Use before the routes   answered     answered          answered
//	engine.Use after the routes    answered     missed            answered
//	group.Use                      missed       answered          missed
//	on one route                   missed       answered          missed
//	Group of Preflights            answered     answered          missed
//
// With that line, the innermost policy answers a preflight, as it does the
// actual request; without it, the outermost on the engine. A policy that came to
// the engine after the routes answers for them no longer than until an actual
// request shows that they do not have it.
//
// Where the engine itself is a server's handler, a policy that preflights never
// reach is reported to [log/slog.Default] at its first request.
//
// gin's own redirects (RedirectTrailingSlash, RedirectFixedPath) run no
// middleware at all; browsers refuse to follow them for pages on another origin,
// unless CORS stands around the engine: nethttp.Middleware(policy)(r).
package ginadapter

import (
	"net/http"
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
	return (&middleware{policy: policy}).serve
}

// middleware is one registration of a policy. Its method value can be told from
// other functions in a chain.
type middleware struct {
	policy *core.Policy
	placed atomic.Bool // the place it stands on was looked at
}

func (m *middleware) serve(c *gin.Context) {
	if c.Request.Method == http.MethodOptions && m.marked(c) {
		return
	}
	if !m.placed.Load() {
		m.place(c)
	}
	if !nethttp.Serve(m.policy, c.Writer, c.Request) {
		end(c)
	}
}

// end sends an answer that is complete.
func end(c *gin.Context) {
	c.Writer.WriteHeaderNow()
	c.Abort()
}
