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
// chi runs its middleware only for routes that exist. A preflight, for which
// there is no OPTIONS route, gets there with [Preflights], one line on the top
// router:
//
//	registered with                  preflights      actual requests   404 and 405
//	Use                              answered        answered          answered
//	Route or Mount, and Use inside   answered        answered          answered
//	Group and Use, With              by Preflights   answered          missed
//
// With that line, the innermost policy answers a preflight, as it does the
// actual request; without it, the outermost that the preflight meets.
package chiadapter

import (
	"net/http"
	"sync/atomic"

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
	policy, err := core.NewPolicy(cfg, opts...)
	if err != nil {
		panic(err)
	}
	return Middleware(policy)
}

// Middleware is [New] for a policy that exists, which several routers may
// share and which can be reloaded.
func Middleware(policy *core.Policy) func(http.Handler) http.Handler {
	return (&middleware{policy: policy}).wrap
}

// middleware is one registration of a policy. Its method value can be told from
// other functions in a router's chain.
type middleware struct {
	policy *core.Policy
	placed atomic.Bool // the place it stands on was looked at
}

func (m *middleware) wrap(next http.Handler) http.Handler { return &handler{m, next} }

type handler struct {
	*middleware

	next http.Handler
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !h.placed.Load() {
		h.place(r)
	}
	switch {
	case r.Method == http.MethodOptions && stray(r):
		nethttp.RefusePreflight(h.policy, w, r)
	case nethttp.Serve(h.policy, w, r):
		h.next.ServeHTTP(w, r)
	}
}
