package main

import (
	"strings"
	"unicode/utf8"
)

// table writes one line for each result.
func (p printer) table(results []result) {
	rows := [][]string{{"origin", "method", "verdict", "cause"}}
	for i := range results {
		r := &results[i]
		var names []string
		for _, c := range r.causes {
			names = append(names, c.name)
		}
		if r.failure != nil {
			names = []string{r.failure.Error()}
		}
		mark := "✓ "
		if r.verdict() != "allowed" {
			mark = "✗ "
		}
		rows = append(rows, []string{r.call.request.Origin, methodOf(r.call.request.Method), mark + r.verdict(), strings.Join(names, ", ")})
	}
	var widths [4]int
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for n, row := range rows {
		var line strings.Builder
		for i, cell := range row {
			padding := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell)+2)
			switch {
			case n == 0:
				cell = p.bold(cell)
			case i == 2 && strings.HasPrefix(cell, "✓"):
				cell = p.good(cell)
			case i == 2:
				cell = p.bad(cell)
			}
			line.WriteString(cell + padding)
		}
		p.text(widths[0]+widths[1]+widths[2]+6, "%s", strings.TrimRight(line.String(), " "))
	}
}
