// Package core holds one CORS policy and takes every CORS decision, for any router.
//
//	policy, err := core.NewPolicy(core.Config{
//		AllowOrigins: []string{"https://app.example.com"},
//		AllowMethods: []string{"DELETE"}, // GET, HEAD and POST need no listing
//		AllowHeaders: []string{"Authorization", "Content-Type"},
//	})
//	if err != nil {
//		return err // every problem, each with its correction
//	}
//	handler := nethttp.Middleware(policy)(mux) // or Middleware of the adapter for your router
//
// If a browser blocks a page, slog.Default has the reason and what to change.
//
// CORS lets a page on one origin read the answers of a server on another. The browser
// enforces it. The server lists in response headers which origins it trusts
// (https://fetch.spec.whatwg.org/#http-cors-protocol). This package finds these headers. It
// imports no router and no HTTP server, so the same policy gives the same answer everywhere.
//
// # For users
//
// [Config] is plain data: the origins, methods and headers to allow. The New of each
// adapter takes one. [NewPolicy] returns an error instead of a panic, with all problems
// and their corrections ([ConfigError], [Problem]). It makes a [Policy] that several
// routers may share. [Policy.Reload] replaces its Config while it serves.
//
// An [Option] adds behaviour: [WithOriginFunc] calls a function for each origin that is not
// listed, [WithLogger] logs why browsers block pages and what to change, and [WithObserver]
// passes each [Verdict] to a function, for metrics. [Policy.Shadow] tries a Config without
// enforcing it. [Policy.Explain] returns the Verdict on one request.
//
// # For authors of adapters
//
// The adapters for gin, echo, chi and fiber, and package nethttp for routers on
// net/http, translate between a router and this package. [Policy.Decide] takes a
// [Request], which is a method and three header fields. It returns a [Decision], which is
// the headers to set and, for a preflight, the status that ends the exchange.
// [Details], [Policy.LogOverride], [Policy.Logger] and [ResponseHeaders] are for adapters,
// too. Package corstest tests an adapter.
//
// # What is answered
//
// A request without an Origin field is not a CORS request. OPTIONS with Origin and
// Access-Control-Request-Method is a preflight: the policy answers it, and no handler runs.
// Every other request with an Origin is an actual request. It goes on to its handler,
// allowed or not: CORS decides which page may read an answer, not which page may ask.
//
//	request                      listed origins                     "*"
//	not CORS                     Vary                               Allow-Origin: *, Expose-Headers
//	actual, allowed              Allow-Origin: the origin,          Allow-Origin: *, Expose-Headers
//	                             Allow-Credentials,
//	                             Expose-Headers, Vary
//	actual, denied               Vary; 403 with RejectDeniedOrigins does not occur
//	preflight, allowed           PreflightStatus, Allow-Origin,     the same with Allow-Origin: *
//	                             Allow-Credentials, Allow-Methods,
//	                             Allow-Headers, Max-Age, Vary
//	preflight, denied            403, Vary                          403, Vary: only for an Origin that
//	                                                                is empty or repeated
//
// Vary lists the request headers that the answer depended on: Origin, unless every
// origin gets the same answer; for OPTIONS, always Origin and
// Access-Control-Request-Method; and Access-Control-Request-Headers, if the answer
// reflects them. A preflight's answer lists everything that is allowed, independently of
// the requested method and headers. So a browser can keep one answer for all methods
// and headers of a URL, and its console names the one that is missing. By the Install of
// an adapter, it lists the requested method alone ([Request], OneMethod).
package core
