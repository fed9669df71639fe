// Package routes tests, with random route sets, that preflights and actual requests are
// answered by the same policy.
//
// A generator makes route sets with overlapping groups, nested groups, mounts and hosts.
// They have OPTIONS routes, and middleware before and after policies on every level. Each
// set is built into a router with the adapter's Install, and into another with Use. Then
// both receive random requests, made from the patterns of the set and from paths near
// them. These rules must hold:
//
//   - The policy of the actual answer approves the preflight, and allows only the
//     requested method. No code after Install runs.
//   - If the actual answer has no policy, the preflight is rejected. It continues only if
//     OPTIONS has no policy either, and there is an OPTIONS route or no route. Then the
//     answer is the same as without Install.
//   - For all other requests, the answer is the same as without Install.
//
// limits_test.go has the exceptions that the documentation of each Install lists.
// flaws_test.go breaks the rules on purpose, to prove that the test finds mistakes.
//
// After a failure, the test reports the smallest route set that still fails. By default
// the test is short, and its route sets are always the same. For a longer test, or for
// other route sets:
//
//	go test ./internal/routes -args -probes 50000
//	go test ./internal/routes -args -probes 50000 -seed 2
package routes
