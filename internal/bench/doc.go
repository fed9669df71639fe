// Package bench compares what CORS costs in time and memory: with corsuite, with
// the library that the users of each router have today, and with code written by
// hand for the one answer that is measured. It has benchmarks and tests only.
// docs/performance.md says how to run them and shows the results.
package bench
