package nethttp

import (
	"net/http"

	"github.com/corsuite/corsuite/core"
)

// CrossOriginProtection returns middleware that rejects the requests that base rejects,
// except those from origins that policy trusts. One list then serves CORS and CSRF
// protection. A nil base means [http.NewCrossOriginProtection].
//
//	handler := nethttp.Middleware(policy)(nethttp.CrossOriginProtection(policy, nil)(mux))
//
// CORS does not prevent CSRF. CORS decides which pages may read an answer, and which
// pages may send a request that no form can send, such as DELETE. It does not prevent
// any page from sending a POST with the cookies of your user.
// [http.CrossOriginProtection] rejects POST, PUT and DELETE requests from pages on
// other origins. It passes GET, HEAD and OPTIONS, which must not change anything,
// requests of the server's own origin, and requests of clients that are not browsers.
//
// An origin is trusted if policy allows it at the time of the request and has
// AllowCredentials. This includes patterns, the origin function and reloads. The
// policy's methods and headers have no effect. The trusted origins, the bypass patterns
// and the deny handler of base remain in effect.
//
// Register the middleware inside CORS, so that a page can read the 403. The middleware
// is safe for concurrent use if base is not changed.
//
// # Limits
//
//   - Without AllowCredentials, no origin is trusted. An API that authenticates users
//     by tokens alone does not need this middleware.
//   - The origin null is never trusted.
//   - The middleware does not report to the observers and the logger of policy. The CORS
//     middleware reports the same requests.
//   - If base rejects a request, the origin function of policy is called a second time.
func CrossOriginProtection(policy *core.Policy, base *http.CrossOriginProtection) func(http.Handler) http.Handler {
	if base == nil {
		base = http.NewCrossOriginProtection()
	}
	return func(next http.Handler) http.Handler {
		protected := base.Handler(next)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if base.Check(r) != nil && trusts(policy, r) {
				next.ServeHTTP(w, r)
				return
			}
			protected.ServeHTTP(w, r) // it checks again, and calls the deny handler
		})
	}
}

// trusts reports whether policy allows the origin of the request with credentials.
func trusts(policy *core.Policy, r *http.Request) bool {
	var req core.Request
	gather(&req, r)
	allowed, credentials := policy.CheckOrigin(r.Context(), &req, details{r})
	return allowed && credentials && len(req.Origin) != 0
}
