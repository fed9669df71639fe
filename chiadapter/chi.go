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
// there is no OPTIONS route, never gets there:
//
//	registered with                       preflights   actual requests   404 and 405
//	Use                                   answered     answered          answered
//	Route or Mount, and Use inside        answered     answered          answered
//	Group and Use, With                   missed       answered          missed
package chiadapter

import (
	"net/http"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/nethttp"
)

// Config is [core.Config], so that a simple program imports one package.
type Config = core.Config

// New returns middleware that answers preflights and adds the CORS headers to
// every other answer. It panics if cfg is bad, with a message that lists every
// problem and its correction; use [core.NewPolicy] and [Middleware] for an
// error instead.
func New(cfg Config, opts ...core.Option) func(http.Handler) http.Handler {
	return nethttp.New(cfg, opts...)
}

// Middleware is [New] for a policy that exists, which several routers may
// share and which can be reloaded.
func Middleware(policy *core.Policy) func(http.Handler) http.Handler {
	return nethttp.Middleware(policy)
}
