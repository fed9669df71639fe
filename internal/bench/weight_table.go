package main

import (
	"fmt"
	"io"
)

// weightTable prints for each router what a small program weighs, and what each
// library adds to it.
func weightTable(w io.Writer, all summaries) {
	fmt.Fprint(w, "\n| | executable, KiB | modules, all | modules, linked | 100,000 origins, MiB | ready after, ms |\n|---|---|---|---|---|---|")
	base := ""
	for _, p := range programs() {
		name := weightOf(p.router, p.rival)
		total := func(unit, name string, scale float64) float64 {
			found, _ := all.get(unit, name) // benchstat leaves out what is 0
			return found.median * scale
		}
		if p.rival == alone {
			base = name
			line(w, p.router+" "+alone, grouped(total("program-B", name, 1.0/1024)),
				grouped(total("graph", name, 1)), grouped(total("linked", name, 1)), "", "")
			continue
		}
		more := func(unit string, scale float64) string {
			difference := grouped(total(unit, name, scale) - total(unit, base, scale))
			if difference[0] != '-' && difference != "0" {
				difference = "+" + difference
			}
			return difference
		}
		line(w, p.rival, more("program-B", 1.0/1024), more("graph", 1), more("linked", 1),
			figure(all, "live-B", name, scaled("%.1f", 1.0/(1<<20))), figure(all, "sec/op", name, scaled("%.1f", 1e3)))
	}
	fmt.Fprintln(w)
}
