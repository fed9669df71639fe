package nethttp

import (
	"cmp"
	"net/http"
	"reflect"

	"github.com/corsuite/corsuite/core"
)

// Install returns middleware that applies policy to an application with mux. If a
// pattern of mux has its own policy, that policy answers the preflights for it:
//
//	mux := http.NewServeMux()
//	mux.Handle("DELETE /posts/{id}", nethttp.Middleware(strict)(remove))
//	handler := nethttp.Install(mux, policy)(authenticated(mux))
//
// The innermost policy before the handler of the actual request answers its preflight,
// and allows only the requested method. No handler and no middleware inside Install
// runs for a preflight that Install answers.
//
// policy may be nil. Then only the policies on patterns answer preflights. Install
// rejects preflights for patterns without a policy with 403, and logs this once for
// each pattern. A preflight continues to mux if no pattern matches, or if a pattern for
// OPTIONS without a policy matches.
//
// Patterns may be registered before and after the call of Install. The middleware is
// safe for concurrent use. Install panics if mux is nil.
//
// # Limits
//
//   - Install finds a policy only if it is the outermost wrapper of a pattern's handler.
//     It does not find a policy inside another function, or inside a mux that is the
//     handler of a pattern. For such a pattern the argument policy answers, as with
//     [Middleware]. If that is nil and the pattern has a method, Install rejects the
//     preflights. A pattern without a method also matches OPTIONS, so preflights
//     continue to its handler.
//   - Middleware that changes the path must be outside Install.
func Install(mux *http.ServeMux, policy *core.Policy) func(http.Handler) http.Handler {
	if mux == nil {
		panic("nethttp: Install needs a mux")
	}
	redirect := reflect.TypeOf(http.RedirectHandler("/", http.StatusMovedPermanently))
	return (&Registration{Policy: policy, Find: func(method string, r *http.Request) Route {
		asked := *r
		asked.Method = method
		handler, pattern := mux.Handler(&asked)
		if reflect.TypeOf(handler) == redirect {
			return Route{} // pattern may be the path of the request, which must not be a Name
		}
		route := Route{Name: pattern}
		for h, ok := handler.(*Handler); ok; h, ok = h.Next.(*Handler) {
			route.Policy = cmp.Or(h.Policy, route.Policy) // the policy of a nested Install may be nil
		}
		return route
	}}).Middleware
}
