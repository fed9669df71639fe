package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// show prints the figures of a file of samples, in Markdown, below what it says of
// itself.
func show(w io.Writer, file string, tables func(io.Writer, summaries)) error {
	about, err := settings(file)
	if err != nil {
		return err
	}
	all, err := summarize(file)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "Go %s, %s/%s, %s, %s CPUs", about["go"], about["goos"], about["goarch"], about["cpu"], about["cpus"])
	for _, m := range modules() {
		fmt.Fprintf(w, "; %s %s", m[0], about[m[0]])
	}
	if version, ok := about["wrk"]; ok {
		fmt.Fprintf(w, "; wrk %s", version)
	}
	fmt.Fprintln(w)
	tables(w, all)
	return nil
}

// table prints what the requests in memory cost.
func table(w io.Writer, all summaries) {
	printGoals(w, all)
	printOthers(w, all)
	for _, c := range contests() {
		c.print(w, all)
	}
}

// print shows what each rival adds to the same router without CORS: nanoseconds
// and, in brackets, allocations.
func (c *contest) print(w io.Writer, all summaries) {
	fmt.Fprintf(w, "\n%s\n\n| |", c.router)
	for _, r := range c.rivals {
		fmt.Fprintf(w, " %s |", r.name)
	}
	fmt.Fprintf(w, " × %s | × %s |\n|---|%s---|---|", hand, c.own, strings.Repeat("---|", len(c.rivals)))
	var told []string
	eachScenario(func(s *scenario) {
		line(w, s.name)
		for _, r := range c.rivals {
			fmt.Fprintf(w, " %s |", c.cell(all, &r, s, &told))
		}
		for _, unit := range []string{"x-hand", "x-own"} {
			text := "–"
			if found, ok := all.get(unit, cellName(c.router, s.name, corsuite)); ok {
				text = fmt.Sprintf("%.2f ±%s", found.median, found.spread)
			}
			fmt.Fprintf(w, " %s |", text)
		}
	})
	fmt.Fprintln(w)
	for i, text := range told {
		fmt.Fprintf(w, "\n(%c) %s", 'a'+i, text)
	}
	if len(told) != 0 {
		fmt.Fprintln(w)
	}
}

// cell marks what the notes tell, and collects the notes.
func (c *contest) cell(all summaries, r *rival, s *scenario, told *[]string) string {
	text := "–"
	name := cellName(c.router, s.name, r.name)
	if r.name == without {
		total, _ := all.get("sec/op", name)
		return grouped(total.median * 1e9)
	}
	if over, ok := all.get("over-sec/op", name); ok {
		allocs, _ := all.get("over-allocs/op", name) // benchstat leaves out what is 0
		text = fmt.Sprintf("%s (%.0f)", grouped(over.median*1e9), allocs.median)
	}
	var marks []byte
	for _, n := range notes() {
		left := n.flaw == keepsOut || n.flaw == saysBack
		if n.rival != r.name || !n.about(s) || !left && !r.runs(s) {
			continue
		}
		reason := fmt.Sprintf("%s: %s; %s", n.rival, n.flaw, n.why)
		i := slices.Index(*told, reason)
		if i < 0 {
			i = len(*told)
			*told = append(*told, reason)
		}
		marks = append(marks, byte('a'+i))
	}
	if len(marks) != 0 {
		text += " " + string(marks)
	}
	return text
}

// grouped groups the digits of what is long.
func grouped(number float64) string {
	text := fmt.Sprintf("%.0f", number)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
