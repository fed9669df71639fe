// Package chiadapter brings a CORS policy to chi v5.
//
//	r := chi.NewRouter()
//	r.Use(chiadapter.New(core.Config{
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
// Register the policy on the top router or on a mounted router, before the routes
// (otherwise chi panics). chi runs the middleware of an inline group only if a route
// matches. Usually no route matches a preflight, because its method is OPTIONS. For
// policies on groups and routes, call [Install] on the top router instead of Use:
//
//	registered with                  preflights     actual requests   404 and 405
//	Use                              answered       answered          answered
//	Route or Mount, and Use inside   answered       answered          answered
//	Group and Use, With              with Install   answered          missed
//
// If several policies apply to a route, the innermost one sets the headers of actual
// answers. With Install it also answers the preflights; without Install, the outermost
// one does. If preflights do not reach the policy of a group or a route, the policy logs
// this at its first request.
package chiadapter

import (
	"net/http"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/nethttp"
	"github.com/go-chi/chi/v5"
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
func New(cfg Config, opts ...core.Option) func(http.Handler) http.Handler {
	policy, err := core.NewPolicy(cfg, opts...)
	if err != nil {
		panic(err)
	}
	return Middleware(policy)
}

// Middleware is like [New] for an existing policy. Several routers may share the
// policy, and [core.Policy.Reload] can change it. Middleware panics if policy is nil.
func Middleware(policy *core.Policy) func(http.Handler) http.Handler {
	if policy == nil {
		panic("chiadapter: Middleware needs a policy")
	}
	reg := &nethttp.Registration{Policy: policy}
	reg.First = func(r *http.Request) { reportUnreached(policy, r) }
	return reg.Middleware
}

// KeepCORS is middleware for handlers that write CORS headers themselves or replace Vary,
// such as a reverse proxy. Register it after the policy, for instance with
//
//	r.With(chiadapter.KeepCORS).Handle("/files/*", proxy)
//
// It is [nethttp.KeepCORS], which has the details.
func KeepCORS(next http.Handler) http.Handler { return nethttp.KeepCORS(next) }

// reportUnreached logs if preflights for the route of r do not reach any policy.
func reportUnreached(policy *core.Policy, r *http.Request) {
	rctx := chi.RouteContext(r.Context())
	if rctx == nil || rctx.Routes == nil || installed(rctx.Routes) || innermost(nil, rctx.Routes.Middlewares()) != nil {
		return
	}
	path := urlPath(r)
	root := newLevel(rctx.Routes, nil, "")
	if route := find(rctx.Routes, root, r.Method, path); route.Name != "" && find(rctx.Routes, root, http.MethodOptions, path).Policy == nil {
		policy.Logger().Warn("cors: preflights do not reach the policy of a group or a route",
			"route", route.Name, "fix", "call chiadapter.Install(r, policy) on the top router, instead of Use, before the routes")
	}
}
