package nethttp

import (
	"net/http"

	"github.com/corsuite/corsuite/core"
)

// CheckOrigin returns a function that reports whether a request comes from the server's own
// origin or from one that the policy allows. WebSocket servers take such a function, since a
// browser does not apply CORS to WebSockets:
//
//	upgrader := websocket.Upgrader{CheckOrigin: nethttp.CheckOrigin(policy)}
//
// The function allows a request without an Origin field, which comes from no browser. It
// calls the origin function of the policy, and logs nothing. It is safe for concurrent use.
//
// # Limits
//
//   - "*" in AllowOrigins allows no request with cookies, since any page could then act as
//     your users.
//   - A browser sends cookies with a WebSocket even if the policy does not allow
//     credentials. So list only origins that you trust with your users.
func CheckOrigin(policy *core.Policy) func(r *http.Request) bool {
	if policy == nil {
		panic("nethttp: CheckOrigin needs a policy")
	}
	return func(r *http.Request) bool {
		var req core.Request
		gather(&req, r)
		allowed, _ := policy.CheckOrigin(r.Context(), &req, details{r})
		return allowed
	}
}
