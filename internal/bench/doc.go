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
//
// # Over sockets
//
//	go run ./internal/bench sockets
//
// shows what is left of that where requests come over loopback sockets. It needs
// wrk, which Debian has in the package of that name, and takes six minutes. Each
// server is a process with one processor, and so is wrk. The requests have the
// fields that a browser sends with them, and the answers a body of 100 bytes. The
// servers of one router are all up, and are asked one at a time for less than half
// a second, in an order that changes with each of 11 rounds. The ratios are those
// of whole requests, within one round. The server's processor time for a request is
// known on Linux only; what else the machine does bears on it least.
//
// Then an ordinary client pauses between its requests, alone or while another
// sends preflights of 1 MiB as fast as they are answered. Reading one takes net/http
// some milliseconds, whoever answers it; http.Server.MaxHeaderBytes bounds that.
//
// # What else it costs
//
//	go run ./internal/bench weight
//
// builds a program of one route on each router, alone and with each library, in
// modules of their own with the versions that are measured. It shows what the
// library adds to the stripped executable, to the modules that the go command
// knows of, and to those that are linked. A program that uses more of the standard
// library has some of that already. Then each library loads 100,000 origins, in a
// process of its own: what they hold beyond their strings, and how long they take.
// Who holds nothing else compares an origin with one after the other.
package main
