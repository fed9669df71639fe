// Package chiadapter brings a CORS policy to chi v5.
//
//	r := chi.NewRouter()
//	r.Use(chiadapter.New(core.Config{
//		AllowOrigins: []string{"https://app.example.com"},
//	}))
//
// # Where to register
//
// On a router, before its routes (chi panics otherwise): the top one, or one
// that is mounted below a path. An inline group shares its router's tree, and
// chi runs its middleware only for routes that exist, so a preflight, for which
// there is no OPTIONS route, never gets there. With [Install] on the top router,
// in the place of Use, policies on groups and routes answer their own preflights:
//
//	registered with                  preflights     actual requests   404 and 405
//	Use                              answered       answered          answered
//	Route or Mount, and Use inside   answered       answered          answered
//	Group and Use, With              with Install   answered          missed
//
// Where several policies are before a route, the innermost is on the answer to the
// actual request. With Install, it answers the preflight too; without, the outermost
// does. A policy on a group or a route that preflights do not reach is reported to the
// policy's logger at its first request.
package chiadapter

import (
	"net/http"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/nethttp"
	"github.com/go-chi/chi/v5"
)

// Config is [core.Config], so that a simple program imports one package.
type Config = core.Config

// New returns middleware that answers preflights and adds the CORS headers to
// every other answer. It panics if cfg is bad, with a message that lists every
// problem and its correction; use [core.NewPolicy] and [Middleware] for an
// error instead.
func New(cfg Config, opts ...core.Option) func(http.Handler) http.Handler {
	policy, err := core.NewPolicy(cfg, opts...)
	if err != nil {
		panic(err)
	}
	return Middleware(policy)
}

// Middleware is [New] for a policy that exists, which several routers may
// share and which can be reloaded.
func Middleware(policy *core.Policy) func(http.Handler) http.Handler {
	if policy == nil {
		panic("chiadapter: Middleware needs a policy")
	}
	reg := &nethttp.Registration{Policy: policy}
	reg.First = func(r *http.Request) { reportUnreached(policy, r) }
	return reg.Middleware
}

// reportUnreached logs, at a policy's first request, that preflights for the route
// reach no policy.
func reportUnreached(policy *core.Policy, r *http.Request) {
	rctx := chi.RouteContext(r.Context())
	if rctx == nil || rctx.Routes == nil || installed(rctx.Routes) || innermost(nil, rctx.Routes.Middlewares()) != nil {
		return
	}
	path := urlPath(r)
	root := newLevel(rctx.Routes, nil, "")
	if route := find(rctx.Routes, root, r.Method, path); route.Name != "" && find(rctx.Routes, root, http.MethodOptions, path).Policy == nil {
		policy.Logger().Warn("cors: preflights do not reach the policy of a group or a route",
			"route", route.Name, "fix", "call chiadapter.Install(r, policy) on the top router, in the place of Use, before the routes")
	}
}
