// Package core holds one CORS policy and takes every CORS decision, for any
// router.
//
// CORS lets a page on one origin read the answers of a server on another. The
// browser enforces it; the server only says, in response headers, whom it
// trusts (https://fetch.spec.whatwg.org/#http-cors-protocol). This package
// knows what to say. It imports no router and no HTTP server, so that the
// same policy answers alike everywhere:
//
//   - [Config] is plain data: the origins, methods and headers to allow.
//   - [NewPolicy] validates it, reporting every problem at once with its
//     correction, and prepares every answer. [Policy.Reload] replaces the
//     policy while it serves.
//   - [Policy.Decide] takes a [Request], which is a method and three header
//     fields, and returns a [Decision], which is the headers to set and, for
//     a preflight, the status that ends the exchange.
//   - [Policy.Explain] says in words what a browser will make of it, and what to
//     change; [WithLogger] and [WithObserver] say it of every decision.
//
// Programs rarely call this package beyond [Config] and [NewPolicy]: the
// adapters for gin, echo, chi and fiber, and package nethttp for everything
// built on net/http, translate requests and decisions.
//
// # What is answered
//
// A request without an Origin field is no CORS request. OPTIONS with Origin
// and Access-Control-Request-Method is a preflight; it is answered on the
// spot. Every other request with an Origin is an actual request and goes on
// to its handler, allowed or not: CORS decides who may read an answer, never
// who may ask.
//
//	request                      listed origins                     "*"
//	not CORS                     Vary                               Allow-Origin: *, Expose-Headers
//	actual, allowed              Allow-Origin: the origin,          Allow-Origin: *, Expose-Headers
//	                             Allow-Credentials,
//	                             Expose-Headers, Vary
//	actual, denied               Vary                               does not occur
//	preflight, allowed           PreflightStatus, Allow-Origin,     the same with Allow-Origin: *
//	                             Allow-Credentials, Allow-Methods,
//	                             Allow-Headers, Max-Age, Vary
//	preflight, denied            403, Vary                          403, Vary: only for an Origin that
//	                                                                is empty or stands twice
//
// Vary names what the answer depended on: Origin, where not every origin gets the
// same; on OPTIONS, whatever the list, both Origin and
// Access-Control-Request-Method; and where a preflight's headers are said back,
// Access-Control-Request-Headers. A preflight's answer lists everything that
// is allowed, whatever was asked, so a browser can keep one answer for all
// methods and headers of a URL, and its console names the one that is missing.
package core
