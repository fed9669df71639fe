package nethttp

import (
	"cmp"
	"net/http"
	"reflect"

	"github.com/corsuite/corsuite/core"
)

// Install returns middleware that puts policy around an application with mux, and
// lets the policies on the patterns of mux answer their own preflights:
//
//	mux := http.NewServeMux()
//	mux.Handle("DELETE /posts/{id}", nethttp.Middleware(strict)(remove))
//	handler := nethttp.Install(mux, policy)(authenticated(mux))
//
// The innermost policy on the answer to the actual request answers its preflight,
// and allows the requested method alone. No handler and no other middleware inside
// runs.
//
// If policy is nil, the policies on patterns are the only ones. Install rejects
// preflights for other patterns with 403, and logs that once for each pattern. A
// preflight goes on if no pattern matches, or if there is a pattern for OPTIONS that
// has no policy either.
//
// Patterns may be registered before and after Install.
//
// # Limits
//
//   - Install finds the policies that are the outermost wrappers of a pattern's
//     handler. It does not find one inside other functions or inside a mux that is
//     itself a pattern's handler. There policy answers, as with [Middleware]. If policy
//     is nil, preflights are rejected where the pattern is for one method; a pattern for
//     all methods is also one for OPTIONS, so preflights go on to its handler.
//   - Middleware that changes the path has to be around Install.
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
			return Route{} // here pattern may be the path of the request
		}
		route := Route{Name: pattern}
		for h, ok := handler.(*Handler); ok; h, ok = h.Next.(*Handler) {
			route.Policy = cmp.Or(h.Policy, route.Policy) // that of a nested Install may be nil
		}
		return route
	}}).Middleware
}
