package bench

import (
	"flag"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
)

// TestMain keeps log lines out of the results. With -serve, it runs no test.
func TestMain(m *testing.M) {
	serve := flag.String("serve", "", "router/case/cors: answer this request and exit, for TestInstructions and for profilers")
	requests := flag.Int("requests", 1000, "with -serve: the number of requests")
	flag.String("page", "", "for BenchmarkOverhead: the page to write the tables into")
	flag.Bool("update", false, "for BenchmarkInstructions: record the counts")
	flag.Parse()
	gin.SetMode(gin.ReleaseMode)
	slog.SetDefault(slog.New(slog.NewTextHandler(io.Discard, nil))) //nolint:sloglint // DiscardHandler is not enabled, which could hide a cost
	if *serve != "" {
		const servers = 20 // the seed of a map makes it faster or slower, and each server makes new maps
		for range servers {
			srv, err := named(*serve)
			if err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(2)
			}
			for range 20 {
				srv.serve() // the first requests fill pools, and start the log
			}
			<-time.After(20 * time.Millisecond) // until the log is written
			repeat(srv, *requests/servers)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// BenchmarkCORS measures the whole request, one rival after the other. It is for
// profiles.
func BenchmarkCORS(b *testing.B) {
	each(b, func(b *testing.B, r *router, g *group, s *scenario) {
		for _, rival := range r.rivals {
			if rival.takesPart(g, s) {
				b.Run("cors="+rival.name, func(b *testing.B) {
					srv := rival.build(g, g.config())(&s.request)
					b.ReportAllocs()
					for b.Loop() {
						srv.serve()
					}
				})
			}
		}
	})
}

// BenchmarkOverhead reports what corsuite adds to the time of a request: over-ns/op
// more than without CORS, and the ratio of that to what others add.
//
//	x-minimum  the code written by hand
//	x-own      the library that most users of the router have
//	x-no-log   corsuite without a log
//	x-like     corsuite in the scenario that this one should cost no more than
//
// Then it prints a table for each router. With -page, it writes them into that page.
func BenchmarkOverhead(b *testing.B) {
	var rows []row
	each(b, func(b *testing.B, r *router, g *group, s *scenario) { rows = append(rows, overhead(b, r, g, s)) })
	text := tables(rows)
	fmt.Print("\n" + text)
	if page := flag.Lookup("page").Value.String(); page != "" {
		if err := replaceTables(page, text); err != nil {
			b.Fatal(err)
		}
	}
}

func each(b *testing.B, run func(*testing.B, *router, *group, *scenario)) {
	for _, r := range routers() {
		for _, g := range groups() {
			for _, s := range g.scenarios {
				b.Run("router="+r.name+"/case="+s.name, func(b *testing.B) { run(b, &r, &g, &s) })
			}
		}
	}
}

// slice is the time for which a rival has the processor before the next one.
const slice = 250 * time.Microsecond

// cell is a rival in a scenario.
type cell struct {
	name string
	srv  server
	n    int       // requests in a slice
	took []float64 // nanoseconds for a request, by round
}

// overhead lets the rivals take turns, in an order that changes with each round, so
// that other work on the machine slows all of them. An overhead is the median of the
// differences within a round, so a slice that was interrupted has little weight.
func overhead(b *testing.B, r *router, g *group, s *scenario) row {
	var cells []*cell
	add := func(name, rival string, g *group, s *scenario) {
		c := &cell{name: name, srv: r.rival(rival).build(g, g.config())(&s.request), n: 1}
		for min(c.time(), c.time(), c.time()) < slice { // other work may interrupt some
			c.n *= 2
		}
		cells = append(cells, c)
	}
	for _, rival := range r.rivals {
		if rival.takesPart(g, s) {
			add(rival.name, rival.name, g, s)
		}
	}
	const likeWithout, likeOurs = "like " + without, "like " + corsuite
	if s.like != "" {
		g, s := find(s.like)
		add(likeWithout, without, g, s)
		add(likeOurs, corsuite, g, s)
	}
	runtime.GC()
	for b.Loop() {
		for _, i := range rand.Perm(len(cells)) {
			c := cells[i]
			c.took = append(c.took, float64(c.time())/float64(c.n))
		}
	}
	result := row{router: r, scenario: s, rounds: make(map[string][]float64)}
	for _, c := range cells {
		result.rounds[c.name] = c.took
	}
	ours, _ := result.over(corsuite, without)
	b.ReportMetric(0, "ns/op") // the time of a round means nothing
	b.ReportMetric(ours, "over-ns/op")
	for unit, pair := range map[string][2]string{
		"x-minimum": {byHand, without},
		"x-own":     {r.own, without},
		"x-no-log":  {corsuiteNoLog, without},
		"x-like":    {likeOurs, likeWithout},
	} {
		if theirs, ok := result.over(pair[0], pair[1]); ok {
			b.ReportMetric(ours/theirs, unit)
		}
	}
	return result
}

func (c *cell) time() time.Duration {
	start := time.Now()
	for range c.n {
		c.srv.serve()
	}
	return time.Since(start)
}

// BenchmarkLoad measures how long 100,000 origins take to load, and the memory that
// they hold beyond their strings.
func BenchmarkLoad(b *testing.B) {
	g, s := find("100000-origins")
	cfg := g.config()
	for _, r := range routers() {
		for _, name := range []string{r.own, corsuite} {
			b.Run("router="+r.name+"/cors="+name, func(b *testing.B) {
				rival := r.rival(name)
				before := live()
				srv := rival.build(g, cfg)(&s.request)
				held := live() - before
				runtime.KeepAlive(srv)
				for b.Loop() {
					rival.build(g, cfg)(&s.request)
				}
				b.ReportMetric(held, "held-B")
			})
		}
	}
}

// live returns how many bytes are in use.
func live() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}
