// Package routes compares, on random route sets, the answer to a preflight with the
// policy on the answer to the actual request.
//
// A generator makes route sets: groups, nested groups, mounts and hosts that
// overlap, middleware before and after policies on every level, users' OPTIONS
// routes. Each set is built into a real router twice, with the adapter's Install and
// with Use in its place. Then random probes, made from the set's patterns and near
// misses of them, ask both, in process:
//
//   - The policy on the actual answer approves the preflight, and allows the requested
//     method alone. No code behind Install runs.
//   - Without such a policy, the preflight is rejected. It goes on only if OPTIONS has
//     no policy either and there is an OPTIONS route or no route, and then it is
//     answered as without Install.
//   - A request that is no preflight is answered as without Install.
//
// Where an adapter's Install documents an exception, limits_test.go has it. Flaws
// that break the rule on purpose show that the test finds them.
//
// A failure is shrunk to the smallest route set that still fails. By default the test
// is short and always the same. The long form, and other route sets:
//
//	go test ./internal/routes -args -probes 50000
//	go test ./internal/routes -args -probes 50000 -seed 2
package routes
