package main

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// table writes one line for each result. The column of headers exists only with --try-header.
func (p printer) table(results []result) {
	rows := [][]string{{"origin", "method", "header", "verdict", "cause"}}
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
		rows = append(rows, []string{r.call.request.Origin, methodOf(r.call.request.Method), shown(r.call.tried), mark + r.verdict(), strings.Join(names, ", ")})
	}
	if !slices.ContainsFunc(results, func(r result) bool { return r.call.tried != "" }) {
		for i := range rows {
			rows[i] = slices.Delete(rows[i], 2, 3)
		}
	}
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell)+2)
		}
	}
	last := len(widths) - 1
	left := 0
	for _, w := range widths[:last] {
		left += w
	}
	for n, row := range rows {
		var line strings.Builder
		for i, cell := range row[:last] {
			padding := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			switch {
			case n == 0:
				cell = p.bold(cell)
			case i == last-1 && strings.HasPrefix(cell, "✓"):
				cell = p.good(cell)
			case i == last-1:
				cell = p.bad(cell)
			}
			line.WriteString(cell + padding)
		}
		if n == 0 {
			row[last] = p.bold(row[last])
		}
		line.WriteString(row[last])
		p.text(left, "%s", strings.TrimRight(line.String(), " "))
	}
}
