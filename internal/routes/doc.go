// Package routes compares, on random route sets, the policy that answers a
// preflight with the policy on the answer to the actual request.
//
// A generator makes route sets: groups, nested groups, mounts and hosts that
// overlap, middleware before and after policies on every level, users' own
// OPTIONS routes. Each set is built into a real router twice, with the
// adapter's Preflights and without. Then random probes, made from the set's own
// patterns and near misses of them, ask both, in process:
//
//   - the policy that approves a preflight is the one on the actual answer;
//   - no user's code below app level runs for a preflight that a policy answers;
//   - a route without a policy is never approved;
//   - a request that is no preflight gets the same answer in both.
//
// Where a framework does not let the line keep these rules, limits_test.go says
// so. Lines that break them on purpose show that the test finds who does.
//
// A failure is shrunk to the smallest route set that still fails, and printed as
// something close to Go. By default the test is short and always the same. The
// long form, and other route sets:
//
//	go test ./internal/routes -args -probes 50000
//	go test ./internal/routes -args -probes 50000 -seed 2
package routes
