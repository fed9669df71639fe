package main

import (
	"fmt"
	"io"
)

// socketsTable prints what was measured over sockets.
func socketsTable(w io.Writer, all summaries) {
	printVisits(w, all, "requests a second", "req/s", "x-req/s", grouped)
	printVisits(w, all, "the server's processor time for a request", "busy-sec", "x-busy", scaled("%.1f µs", 1e6))
	fmt.Fprintf(w, "\n%s and so on: times those of the same router without CORS, within one round. %d connections that ask again at once.\n", hand, connections)
	printTails(w, all)
}

// printVisits shows what the servers without CORS do, and how the others compare.
func printVisits(w io.Writer, all summaries, title, unit, ratio string, show func(float64) string) {
	fmt.Fprintf(w, "\n| %s | %s | %s | the framework's own; rs/cors | %s |\n|---|---|---|---|---|", title, without, hand, corsuite)
	for _, c := range contests() {
		for _, v := range visits()[:visitBeside] {
			line(w, c.router+", "+v.name, figure(all, unit, socketName(socketsName, c.router, without, v.name), show))
			for _, rival := range c.visited()[1:] {
				fmt.Fprintf(w, " %s |", figure(all, ratio, socketName(socketsName, c.router, rival, v.name), scaled("%.2f", 1)))
			}
		}
	}
	fmt.Fprintln(w)
}

// printTails shows how long ordinary clients wait.
func printTails(w io.Writer, all summaries) {
	fmt.Fprint(w, "\n| milliseconds until an answer, of half and of 99% | in quiet | | beside a hostile client | | its answers a second |\n|---|---|---|---|---|---|")
	milliseconds := scaled("%.2f", 1e3)
	for _, c := range contests() {
		for _, rival := range c.visited()[1:] {
			line(w, c.router+", "+rival)
			quiet, beside := socketName(tailName, c.router, rival, quietly), socketName(tailName, c.router, rival, besides)
			for _, name := range []string{quiet, beside} {
				fmt.Fprintf(w, " %s | %s |", figure(all, "p50-sec", name, milliseconds), figure(all, "p99-sec", name, milliseconds))
			}
			fmt.Fprintf(w, " %s |", figure(all, "hostile/s", beside, grouped))
		}
	}
	fmt.Fprintf(w, "\n\n%d connections that pause one to five milliseconds. The hostile client has one, and sends preflights with 1 MiB of commas."+
		" fiber has a ReadBufferSize of %d MiB here; with its usual 4 KiB, it would refuse them.\n", connections, visits()[visitBeside].head>>20)
}

// figure shows a median with its spread.
func figure(all summaries, unit, name string, show func(float64) string) string {
	found, ok := all.get(unit, name)
	if !ok {
		return "–"
	}
	return show(found.median) + " ±" + found.spread
}

func scaled(format string, scale float64) func(float64) string {
	return func(value float64) string { return fmt.Sprintf(format, value*scale) }
}
