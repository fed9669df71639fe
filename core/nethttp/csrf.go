package nethttp

import (
	"net/http"

	"github.com/corsuite/corsuite/core"
)

// CrossOriginProtection returns middleware that refuses what base refuses, except
// from the origins that policy trusts: one list for CORS and for CSRF. A nil base
// is one without settings of its own.
//
//	handler := nethttp.Middleware(policy)(nethttp.CrossOriginProtection(policy, nil)(mux))
//
// The two protect different things. CORS says which pages may read an answer, and
// send what no form can, such as a DELETE; it keeps no page from sending a POST
// with your user's cookies. [http.CrossOriginProtection] refuses such a POST, PUT
// or DELETE from a page on another origin, and lets nobody read anything. It lets
// pass the safe methods GET, HEAD and OPTIONS, which must change nothing, pages of
// the server's own origin, and clients that are no browsers.
//
// An origin is trusted if the policy as it is now, with its patterns, its origin
// function and every reload, allows it and has AllowCredentials; null never is.
// Without AllowCredentials, nobody is trusted: an API that knows its users by tokens
// alone has no use for this. The policy's methods and headers make no difference.
// Its observers and its logger are not told. Its origin function is asked once more,
// about what base refuses. What base has itself, trusted origins, a bypass or a deny
// handler, holds as ever.
//
// Register it inside CORS, so that a page can read the 403. A preflight never gets
// here then; elsewhere it passes.
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
			protected.ServeHTTP(w, r) // checks once more, and has the deny handler
		})
	}
}

// trusts reports whether a page of the request's origin may send its user's
// credentials and read the answer.
func trusts(policy *core.Policy, r *http.Request) bool {
	d := policy.Decide(r.Context(), &core.Request{
		Method: r.Method, Origin: r.Header["Origin"],
		FetchMode: "no-cors", // for observers, who hear of the request from CORS
	})
	for i := range d.Len() {
		if name, _ := d.Header(i); name == "Access-Control-Allow-Credentials" {
			return true
		}
	}
	return false
}
