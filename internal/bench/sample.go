package main

import (
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"time"
)

const (
	rounds = 21
	slice  = 250 * time.Microsecond
)

// cell is one rival in one scenario.
type cell struct {
	rival    string
	scenario *scenario
	srv      server
	n        int       // how many requests fill a slice
	took     []float64 // nanoseconds a request, for each round
}

// sample measures everything once and prints it as lines of the Go benchmark
// format. Every rival gets its slices of time in between those of the others,
// in an order that changes, and each time is compared with that of its own round:
// what else the machine does comes and goes more slowly than that. A median over
// the rounds leaves out the slices that were interrupted.
func sample(w io.Writer) error {
	about(w)
	for _, c := range contests() {
		for _, g := range groups() {
			own := c.cells(&g, (*rival).runs)
			rows := slices.Concat(c.likes(&g), own)
			runtime.GC() // after the configs of the last group
			measure(rows)
			over := make(map[string]float64) // of corsuite
			for _, cells := range rows {
				over[cells[0].scenario.name] = cells.over(corsuite)
			}
			for _, cells := range own {
				c.report(w, cells, over)
			}
		}
	}
	if err := sampleLoad(w); err != nil {
		return err
	}
	return sampleReload(w)
}

// row is a scenario with those who take part. The one without CORS is the first.
type row []*cell

// cells builds the servers of a group.
func (c *contest) cells(g *group, takesPart func(*rival, *scenario) bool) (rows []row) {
	cfg := g.config()
	rows = make([]row, len(g.scenarios))
	for _, r := range c.rivals {
		build := r.build(g, cfg)
		for i := range g.scenarios {
			if s := &g.scenarios[i]; takesPart(&r, s) {
				rows[i] = append(rows[i], &cell{rival: r.name, scenario: s, srv: build(s)})
			}
		}
	}
	return slices.DeleteFunc(rows, func(r row) bool { return len(r) == 0 })
}

// likes builds what the scenarios of a group are compared with, if that belongs
// to the first group: to be measured along with them.
func (c *contest) likes(g *group) []row {
	return c.cells(&groups()[0], func(r *rival, s *scenario) bool {
		like := func(other scenario) bool { return other.like == s.name }
		same := func(other scenario) bool { return other.name == s.name }
		return (r.name == without || r.name == corsuite) &&
			slices.ContainsFunc(g.scenarios, like) && !slices.ContainsFunc(g.scenarios, same)
	})
}

func measure(rows []row) {
	for _, cells := range rows {
		for _, c := range cells {
			c.n = 1
			for c.time() < slice && c.n < 1<<20 {
				c.n *= 2
			}
		}
	}
	for range rounds {
		for _, i := range rand.Perm(len(rows)) {
			for _, j := range rand.Perm(len(rows[i])) {
				c := rows[i][j]
				c.took = append(c.took, float64(c.time())/float64(c.n))
			}
		}
	}
}

func (c *cell) time() time.Duration {
	start := time.Now()
	for range c.n {
		c.srv.serve()
	}
	return time.Since(start)
}

// over returns what a rival costs more than the router without CORS.
func (r row) over(rival string) float64 {
	for _, c := range r {
		if c.rival == rival {
			differences := make([]float64, rounds)
			for i := range differences {
				differences[i] = c.took[i] - r[0].took[i]
			}
			return median(differences)
		}
	}
	return 0
}

// report prints the cells of a scenario. Ratios are taken here, within one run.
func (c *contest) report(w io.Writer, cells row, ours map[string]float64) {
	s := cells[0].scenario
	allocs, bytes := memory(cells[0].srv)
	for _, cell := range cells {
		over := cells.over(cell.rival)
		moreAllocs, moreBytes := memory(cell.srv)
		fmt.Fprintf(w, "%s %d %.1f ns/op %.1f over-ns/op %d over-B/op %d over-allocs/op",
			cellName(c.router, s.name, cell.rival), rounds*cell.n, median(cell.took), over, moreBytes-bytes, moreAllocs-allocs)
		if (cell.rival == corsuite || cell.rival == hand) && c.rival(c.own).comparable(s) {
			fmt.Fprintf(w, " %.3f x-own", over/cells.over(c.own))
		}
		if cell.rival == corsuite {
			fmt.Fprintf(w, " %.3f x-hand", over/cells.over(hand))
			if s.like != "" {
				fmt.Fprintf(w, " %.3f x-like", over/ours[s.like])
			}
		}
		fmt.Fprintln(w)
	}
}

// The names of what is measured, in the Go benchmark format.
const (
	loadName   = "BenchmarkLoad"
	reloadName = "BenchmarkReload"
)

func cellName(router, scenario, rival string) string {
	return "BenchmarkCORS/" + plain(router) + "/" + plain(scenario) + "/" + plain(rival)
}

// plain makes one element of such a name.
func plain(name string) string { return strings.NewReplacer(" ", "_", "/", "-").Replace(name) }

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	if len(sorted)%2 == 0 {
		return (sorted[middle-1] + sorted[middle]) / 2
	}
	return sorted[middle]
}

// memory returns what one request allocates: the least of several, for a pool
// that happens to be empty is no fault of what is measured.
func memory(srv server) (allocs, bytes int64) {
	allocs, bytes = math.MaxInt64, math.MaxInt64
	var before, after runtime.MemStats
	for range 20 {
		runtime.ReadMemStats(&before)
		srv.serve()
		runtime.ReadMemStats(&after)
		allocs = min(allocs, int64(after.Mallocs-before.Mallocs))
		bytes = min(bytes, int64(after.TotalAlloc-before.TotalAlloc))
	}
	return allocs, bytes
}
