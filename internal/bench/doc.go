// Command bench measures what CORS costs a request: with corsuite, with the
// libraries that each router's users have today, and written by hand for the one
// answer that is measured, which is the floor.
//
//	go run ./internal/bench
//
// prints the figures and the tables in Markdown, in some minutes. Leave the
// machine alone meanwhile. With -samples file, what was measured is kept, for
// benchstat or to print the tables again:
//
//	go run ./internal/bench -samples bench.txt
//	go run ./internal/bench table bench.txt
//
// # What is compared
//
// On each router, all have the same route, handler, config and requests, and
// differ in one middleware. The request is used again and again, and so is the
// response, whose header map is cleared; with fasthttp, the request's context is
// reset as its server does. What this costs is part of every time, and so part of
// none of the differences.
//
// Overhead is the time with CORS less the time of the same router without. A
// preflight without CORS is answered with a bare 204 from the place where the
// middleware stands. The ratios are those of overheads, so they leave out what the
// router costs, and are larger than those of whole requests.
//
// Two things bear on the ratios that have nothing to do with CORS. The collector's
// work falls out of medians, which favours those who allocate more. And where the
// linker places a loop can make it twice as slow; "1 KiB of names" is one such
// loop, by hand too.
//
// The tests hold every library to what the scenarios claim: a model of a browser
// lets the page in, or keeps it out. Where it does the wrong one, and where an
// answer says back a megabyte, the time is left out. Where an answer does less than
// the others do, no Vary for one, the time stands there, but no ratio is taken. The
// notes below each table tell. What is written by hand must set the very headers
// that corsuite sets.
//
// # How it is measured
//
// Ten processes run one after the other. In each, all rivals in a scenario take
// turns, a quarter of a millisecond at a time, in an order that changes with each
// of 21 rounds; overheads are differences within one round, so that what else the
// machine does weighs on both sides, and their median is one sample. Ratios are
// taken within one process. benchstat makes medians and their 95% intervals of the
// samples of all processes.
package main
