package chiadapter

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/nethttp"
	"github.com/go-chi/chi/v5"
)

// Preflights lets the policies of inline groups and single routes answer their
// own preflights. Call it once, on the top router, before any policy or route:
//
//	r := chi.NewRouter()
//	chiadapter.Preflights(r)
//
// It uses a middleware that looks up the route a preflight asks about, finds the
// innermost policy in that route's chain, and lets it answer at once: nothing
// else of the chain runs, no handler, no authentication. If the route has no
// policy, the preflight goes on as ever, but no policy that stands elsewhere
// approves it, and [slog.Default] says so once for each route.
//
// A policy that is wrapped in a function of your own is not found, and neither is
// the route of a HEAD that chi's middleware.GetHead turns into a GET. Routes that
// are added later count from then on, except one that replaces another on the
// same pattern; as chi does not lock its tree, no request may be served meanwhile.
func Preflights(r chi.Router) {
	p := &preflights{router: r, tree: tree{router: r}}
	r.Use(p.wrap)
}

type preflights struct {
	router chi.Router
	tree   tree
}

// wrap is called by chi when the router's middlewares are complete.
func (p *preflights) wrap(next http.Handler) http.Handler {
	for _, mw := range p.router.Middlewares() {
		if isHook(mw) {
			break
		}
		if registration(mw) != nil {
			report("a policy stands before Preflights, and answers every preflight itself",
				"call chiadapter.Preflights(r) before r.Use(chiadapter.New(cfg))")
		}
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if method, ok := nethttp.PreflightMethod(r); ok {
			p.serve(w, r, method, next)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (p *preflights) serve(w http.ResponseWriter, r *http.Request, method string, next http.Handler) {
	path := routePath(r)
	route := p.tree.find(method, path)
	policy := route.policy()
	switch {
	case policy != nil:
		nethttp.ServePreflight(policy, w, r, func() []string { return p.methods(policy, method, path) })
		return
	case route.exists() && !p.tree.find(http.MethodOptions, path).exists():
		if !route.reported.Swap(true) {
			report("a preflight asks about a route that has no policy",
				"use chiadapter.New(cfg) on the route's router, group or With", "route", method+" "+route.pattern)
		}
		r = r.WithContext(context.WithValue(r.Context(), strayKey{}, true))
	}
	next.ServeHTTP(w, r)
}

// methods returns the methods that policy has at a path, asked among them.
func (p *preflights) methods(policy *core.Policy, asked, path string) []string {
	methods := []string{asked}
	for _, m := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY"} {
		if route := p.tree.find(m, path); route.exists() && route.policy() == policy {
			methods = append(methods, m)
		}
	}
	return methods
}

// strayKey marks a preflight that asks about a route without a policy. chi takes
// it to where the path leads for other methods, maybe through another's policy.
type strayKey struct{}

func stray(r *http.Request) bool { return r.Context().Value(strayKey{}) != nil }

// place reports, once, a policy that preflights never reach.
func (m *middleware) place(r *http.Request) {
	rctx := chi.RouteContext(r.Context())
	if m.placed.Swap(true) || rctx == nil || rctx.Routes == nil {
		return
	}
	t := tree{router: rctx.Routes}
	route, options := t.find(r.Method, urlPath(r)), t.find(http.MethodOptions, urlPath(r))
	if route.hooked || !route.inline(m) || options.has(m) {
		return
	}
	report("preflights never reach a policy on an inline group or a single route",
		"call chiadapter.Preflights(r) on the top router, before anything else", "route", r.Method+" "+route.pattern)
}

func report(problem, fix string, attrs ...any) {
	slog.Default().Warn("cors: "+problem, append(attrs, "fix", fix)...)
}

// routePath returns what chi will route r by.
func routePath(r *http.Request) string {
	if rctx := chi.RouteContext(r.Context()); rctx != nil && rctx.RoutePath != "" {
		return rctx.RoutePath
	}
	return urlPath(r)
}

func urlPath(r *http.Request) string {
	switch {
	case r.URL.RawPath != "":
		return r.URL.RawPath
	case r.URL.Path != "":
		return r.URL.Path
	}
	return "/"
}
