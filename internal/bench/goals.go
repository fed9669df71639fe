package main

import (
	"fmt"
	"io"
	"strings"
)

// goal is a figure that every router has to reach.
type goal struct {
	text, goal string
	limit      func(router string) float64
	unit       string
	about      func(*scenario) bool
}

func goals() []goal {
	all := func(*scenario) bool { return true }
	hostile := func(s *scenario) bool { return s.hostile }
	atMost := func(limit float64) func(string) float64 { return func(string) float64 { return limit } }
	own := func(router string) float64 {
		if router == "net/http" {
			return 1 // it has no CORS of its own
		}
		return 0.5
	}
	return []goal{
		{"overhead, times a hand-written minimum", "≤ 1.2", atMost(1.2), "x-hand", all},
		{"overhead, times the framework's own", "≤ 0.5; rs/cors ≤ 1", own, "x-own", all},
		{"100,000 origins, times one", "≤ 1.5", atMost(1.5), "x-like", named("100,000 origins")},
		{"10,000 wildcards, times one origin", "≤ 1.5", atMost(1.5), "x-like", named("10,000 wildcards")},
		{"hostile preflights, times an ordinary one", "≤ 2", atMost(2), "x-like", hostile},
	}
}

// printGoals shows for each router the middle of its scenarios, and the worst.
func printGoals(w io.Writer, all summaries) {
	fmt.Fprintf(w, "\n| figure | goal |")
	for _, c := range contests() {
		fmt.Fprintf(w, " %s |", c.router)
	}
	fmt.Fprint(w, "\n|---|---|"+strings.Repeat("---|", len(contests())))
	for _, g := range goals() {
		line(w, g.text, g.goal)
		for _, c := range contests() {
			fmt.Fprintf(w, " %s |", g.measured(all, c.router))
		}
	}
	line(w, "allocations more than without CORS, at worst", "≤ 1; echo 2, fiber 0")
	for _, c := range contests() {
		fmt.Fprintf(w, " %s |", allocations(all, c.router))
	}
	fmt.Fprintln(w)
}

func line(w io.Writer, cells ...string) {
	fmt.Fprintf(w, "\n| %s |", strings.Join(cells, " | "))
}

// measured shows the middle scenario and the worst, and how many miss the goal.
func (g *goal) measured(all summaries, router string) string {
	var values []float64
	worst, missed := 0.0, 0
	eachScenario(func(s *scenario) {
		found, ok := all.get(g.unit, cellName(router, s.name, corsuite))
		if !ok || !g.about(s) {
			return
		}
		values = append(values, found.median)
		if found.median > g.limit(router) {
			missed++
		}
		worst = max(worst, found.median)
	})
	if len(values) == 0 {
		return "–"
	}
	return fmt.Sprintf("%.2f, at worst %.2f %s", median(values), worst, mark(missed, len(values)))
}

func mark(missed, of int) string {
	if missed == 0 {
		return "✓"
	}
	return fmt.Sprintf("✗ %d of %d", missed, of)
}

// allocations shows how many there are at most. echo calls each MiddlewareFunc
// anew for every request; fasthttp copies what is set into memory that it keeps.
func allocations(all summaries, router string) string {
	goal := map[string]float64{"echo": 2, "fiber": 0}
	limit, ok := goal[router]
	if !ok {
		limit = 1
	}
	most, of, missed := 0.0, 0, 0
	eachScenario(func(s *scenario) {
		of++
		found, _ := all.get("over-allocs/op", cellName(router, s.name, corsuite)) // benchstat leaves out what is 0
		most = max(most, found.median)
		if found.median > limit {
			missed++
		}
	})
	return fmt.Sprintf("%.0f %s", most, mark(missed, of))
}

func eachScenario(visit func(*scenario)) {
	for _, g := range groups() {
		for i := range g.scenarios {
			visit(&g.scenarios[i])
		}
	}
}

// printOthers shows the figures that have nothing to do with a router, and those
// of a library that was measured elsewhere.
func printOthers(w io.Writer, all summaries) {
	fmt.Fprint(w, "\n| figure | goal | measured |\n|---|---|---|")
	show := func(text, goal, unit, name, format string, scale float64) {
		if found, ok := all.get(unit, name); ok {
			line(w, text, goal, fmt.Sprintf(format+" ±%s", found.median*scale, found.spread))
		}
	}
	show("100,000 origins load in", "< 0.3 s", "sec/op", loadName, "%.3f s", 1)
	show("… and hold, beyond their strings", "< 6 MiB", "live-B", loadName, "%.1f MiB", 1.0/(1<<20))
	show("requests a second while they reload ten times a second, of those in quiet", "", "x-quiet", reloadName, "%.2f", 1)
	for _, theirs := range [][2]string{{"allowed", "1.6"}, {"denied", "1.6"}, {"credentials, exposed headers", "3"}, {"preflight", "2.1"}} {
		show("net/http, "+theirs[0]+", times the minimum; jub0bs/cors, measured elsewhere: "+theirs[1], "< "+theirs[1],
			"x-hand", cellName("net/http", theirs[0], corsuite), "%.2f", 1)
	}
	fmt.Fprintln(w)
}
