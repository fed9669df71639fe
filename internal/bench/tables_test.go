package bench

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"
)

// row has the times of all rivals in one scenario.
type row struct {
	router   *router
	scenario *scenario
	rounds   map[string][]float64 // by the rival's name: nanoseconds for a request
}

// over returns how much longer a request takes with one rival than with another. ok is false
// if one of them did not take part.
func (r *row) over(name, baseline string) (ns float64, ok bool) {
	return difference(r.rounds[name], r.rounds[baseline])
}

func difference(rounds, baseline []float64) (ns float64, ok bool) {
	if len(rounds) == 0 || len(baseline) == 0 {
		return 0, false
	}
	differences := make([]float64, len(rounds))
	for i := range rounds {
		differences[i] = rounds[i] - baseline[i]
	}
	return median(differences), true
}

func median(values []float64) float64 {
	values = slices.Clone(values)
	slices.Sort(values)
	return values[len(values)/2]
}

// parts is the number of parts of a measurement that are compared for its spread.
const parts = 5

// ratio returns what corsuite adds, divided by what a rival adds, and how far the ratios of
// the parts of the measurement are from each other, in percent.
func (r *row) ratio(rival string) (ratio float64, spread int, ok bool) {
	theirs, ok := r.over(rival, without)
	if !ok {
		return 0, 0, false
	}
	ours, _ := r.over(corsuite, without)
	ratio = ours / theirs
	size := len(r.rounds[rival]) / parts
	if size == 0 {
		return ratio, 0, true
	}
	var ratios []float64
	for i := range parts {
		part := func(name string) []float64 { return r.rounds[name][i*size : (i+1)*size] }
		ours, _ := difference(part(corsuite), part(without))
		theirs, _ := difference(part(rival), part(without))
		ratios = append(ratios, ours/theirs)
	}
	return ratio, int(100 * (slices.Max(ratios) - slices.Min(ratios)) / (2 * ratio)), true
}

// tables returns one table in Markdown for each router, and one for all.
func tables(rows []row) string {
	var names []string
	byRouter := make(map[string][]row)
	for _, r := range rows {
		if byRouter[r.router.name] == nil {
			names = append(names, r.router.name)
		}
		byRouter[r.router.name] = append(byRouter[r.router.name], r)
	}
	var text strings.Builder
	text.WriteString("| router | of the code by hand: middle | worst | of the library: middle | worst |\n|---|---|---|---|---|\n")
	for _, name := range names {
		rows := byRouter[name]
		r := rows[0].router
		fmt.Fprintf(&text, "| %s | %s | %s |\n", title(name), summary(rows, byHand), summary(rows, r.own))
	}
	for _, name := range names {
		rows := byRouter[name]
		r := rows[0].router
		libraries := append([]string{r.own}, r.others...)
		fmt.Fprintf(&text, "\n### %s\n\n| request | no CORS | by hand | ", title(name))
		for _, l := range libraries {
			text.WriteString(title(l) + " | ")
		}
		text.WriteString("corsuite | of by hand |")
		for _, l := range libraries {
			text.WriteString(" of " + title(l) + " |")
		}
		text.WriteString("\n" + strings.Repeat("|---", 5+2*len(libraries)) + "|\n")
		for _, row := range rows {
			text.WriteString(row.markdown(libraries))
		}
	}
	return text.String()
}

func (r *row) markdown(libraries []string) string {
	line := fmt.Sprintf("| %s | %.0f ns |", strings.ReplaceAll(r.scenario.name, "-", " "), median(r.rounds[without]))
	for _, name := range slices.Concat([]string{byHand}, libraries, []string{corsuite}) {
		if ns, ok := r.over(name, without); ok {
			line += fmt.Sprintf(" +%.0f ns |", ns)
		} else {
			line += " – |"
		}
	}
	for _, name := range append([]string{byHand}, libraries...) {
		if ratio, spread, ok := r.ratio(name); ok {
			line += fmt.Sprintf(" %.2g ± %d%% |", ratio, spread)
		} else {
			line += " – |"
		}
	}
	return line + "\n"
}

// summary returns the middle and the worst ratio of the scenarios that a browser causes.
func summary(rows []row, rival string) string {
	type named struct {
		ratio float64
		name  string
	}
	var ratios []named
	for _, r := range rows {
		if ratio, _, ok := r.ratio(rival); ok && !r.scenario.hostile {
			ratios = append(ratios, named{ratio, r.scenario.name})
		}
	}
	if len(ratios) == 0 {
		return "– | –"
	}
	slices.SortFunc(ratios, func(a, b named) int { return cmp.Compare(a.ratio, b.ratio) })
	worst := ratios[len(ratios)-1]
	return fmt.Sprintf("%.2g | %.2g (%s)", ratios[len(ratios)/2].ratio, worst.ratio, strings.ReplaceAll(worst.name, "-", " "))
}

// title returns how the tables call a router or a library.
func title(name string) string {
	switch name {
	case "nethttp":
		return "net/http"
	case "echov5":
		return "echo v5"
	case "fiberv3":
		return "fiber v3"
	case "rs", "jub0bs", "gin-contrib", "go-chi":
		return name + "/cors"
	}
	return name
}

// The lines of a page between which the tables are.
const beginTables, endTables = "<!-- tables: BenchmarkOverhead writes them -->\n", "<!-- end of the tables -->\n"

func replaceTables(page, text string) error {
	data, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	before, rest, found := bytes.Cut(data, []byte(beginTables))
	_, after, ended := bytes.Cut(rest, []byte(endTables))
	if !found || !ended {
		return fmt.Errorf("%s does not have the lines that surround the tables", page)
	}
	return os.WriteFile(page, slices.Concat(before, []byte(beginTables), []byte(text), []byte(endTables), after), 0o600)
}
