//go:build linux

package main

import (
	"bytes"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// The requests per second of tenants, and of a flood of invented origins.
const tenantRate, floodRate = 300, 1000

const rounds = 3

// size is how much TestFleet/figures measures.
type size struct {
	changes  int
	tenants  int
	requests int           // to each instance
	flood    time.Duration // and as long without it
}

// figures measures a fleet of three instances. With -page, it measures more and writes a
// table into that page:
//
//	go test -count=1 -run TestFleet/figures ./examples/tenants -args -page ../../docs/tenants.md
func figures(t *testing.T, d *database) {
	page := flag.Lookup("page").Value.String()
	n := size{changes: 4, tenants: 1000, requests: 500, flood: time.Second / 4}
	if page != "" {
		n = size{changes: 200, tenants: 100_000, requests: 100_000, flood: 10 * time.Second}
	}
	fleet, _ := newFleet(t, d, 3, nil)
	d.exec(t, "INSERT INTO tenant_origins SELECT 'https://' || n || '.shops.example', n FROM generate_series(0, $1 - 1) n", n.tenants)
	var text strings.Builder
	row := func(name, format string, values ...any) {
		fmt.Fprintf(&text, "| %s | %s |\n", name, fmt.Sprintf(format, values...))
	}
	text.WriteString("| measured | result |\n|---|---|\n")

	row(fmt.Sprintf("from the start of a commit until all three instances apply it, %d changes", rounds*n.changes),
		"%s", inRounds(func() []time.Duration { return changesTake(t, d, fleet, n.changes) }))

	first, second := callsPer1000(t, fleet, n.tenants, n.requests/10), callsPer1000(t, fleet, n.tenants, n.requests)
	row(fmt.Sprintf("calls of the database per 1,000 requests, %d requests to each instance, empty caches", n.requests/10), "%.0f", first)
	row(fmt.Sprintf("the same for the next %d requests", n.requests), "%.0f", second)

	row(fmt.Sprintf("answer to a tenant, %d requests per second", tenantRate),
		"%s", inRounds(func() []time.Duration { return latencies(t, fleet, n, 0) }))
	row(fmt.Sprintf("the same during a flood of %d invented origins per second", floodRate),
		"%s", inRounds(func() []time.Duration { return latencies(t, fleet, n, floodRate) }))
	t.Log("\n" + text.String())
	if page != "" {
		writeFigures(t, page, text.String())
	}
}

// inRounds measures several times, since other work on the machine may slow one round.
func inRounds(measure func() []time.Duration) string {
	var all, p99s []time.Duration
	for range rounds {
		took := measure()
		all, p99s = append(all, took...), append(p99s, quantile(took, 0.99))
	}
	return fmt.Sprintf("median %v, p99 %v; in the fastest of %d rounds p99 %v", quantile(all, 0.5), quantile(all, 0.99), rounds, slices.Min(p99s))
}

// quantile returns a duration with two digits.
func quantile(all []time.Duration, q float64) time.Duration {
	slices.Sort(all)
	d := all[int(q*float64(len(all)-1))]
	unit := time.Duration(1)
	for ; unit*100 <= d; unit *= 10 {
	}
	return d.Round(unit)
}

// changesTake adds and removes an origin in turns. It returns how long each change takes from
// the start of the commit until the last instance applies it.
func changesTake(t *testing.T, d *database, fleet []*instance, changes int) (took []time.Duration) {
	t.Helper()
	everywhere(t, fleet, added, false)
	d.do(t, func(conn *pgx.Conn) error {
		for n := range changes {
			sql, allowed := "INSERT INTO tenant_origins VALUES ($1, 'added')", true
			if n%2 == 1 {
				sql, allowed = "DELETE FROM tenant_origins WHERE origin = $1", false
			}
			began := time.Now()
			if _, err := conn.Exec(t.Context(), sql, added); err != nil {
				return err
			}
			var asking sync.WaitGroup
			for _, i := range fleet {
				asking.Go(func() { i.becomes(t, added, allowed) })
			}
			asking.Wait()
			took = append(took, time.Since(began))
		}
		return nil
	})
	return took
}

// tenants returns a function for tenants that are asked for as sites on the web are: a few
// often, most of them seldom.
func tenants(count int, seed uint64) func() string {
	zipf := rand.NewZipf(rand.New(rand.NewPCG(seed, 0)), 1.07, 1, uint64(count-1))
	return func() string { return fmt.Sprintf("https://%d.shops.example", zipf.Uint64()) }
}

// callsPer1000 sends requests of tenants to each instance.
func callsPer1000(t *testing.T, fleet []*instance, count, requests int) float64 {
	t.Helper()
	calls := func() (all int64) {
		for _, i := range fleet {
			all += i.status(t).Calls
		}
		return all
	}
	before := calls()
	var asking sync.WaitGroup
	for n, i := range fleet {
		var left atomic.Int64
		left.Store(int64(requests))
		next := tenants(count, uint64(n*requests))
		var mu sync.Mutex
		for range 4 {
			asking.Go(func() {
				for left.Add(-1) >= 0 {
					mu.Lock()
					origin := next()
					mu.Unlock()
					if !i.allows(t, origin) {
						t.Errorf("%s is denied", origin)
					}
				}
			})
		}
	}
	asking.Wait()
	return float64(calls()-before) / float64(len(fleet)*requests) * 1000
}

// latencies measures requests of tenants, while others invent origins. Both come at a fixed
// rate, whether the instances keep up or not.
func latencies(t *testing.T, fleet []*instance, n size, flood int) (took []time.Duration) {
	t.Helper()
	next := tenants(n.tenants, 1)
	var mu sync.Mutex
	var sending sync.WaitGroup
	sending.Go(func() {
		paced(flood, n.flood, func(r int, _ time.Time) {
			if fleet[r%len(fleet)].allows(t, fmt.Sprintf("https://%d.invented-%d.example", r, flood)) {
				t.Error("an invented origin is allowed")
			}
		})
	})
	paced(tenantRate, n.flood, func(r int, due time.Time) {
		mu.Lock()
		origin := next()
		mu.Unlock()
		if !fleet[r%len(fleet)].allows(t, origin) {
			t.Errorf("%s is denied", origin)
		}
		mu.Lock()
		defer mu.Unlock()
		took = append(took, time.Since(due))
	})
	sending.Wait()
	return took
}

// paced calls f at a fixed rate per second, with the time at which the call is due.
func paced(rate int, d time.Duration, f func(n int, due time.Time)) {
	var calls sync.WaitGroup
	began := time.Now()
	for n := range rate * int(d/time.Millisecond) / 1000 {
		due := began.Add(time.Second / time.Duration(rate) * time.Duration(n))
		<-time.After(time.Until(due))
		calls.Go(func() { f(n, due) })
	}
	calls.Wait()
}

// writeFigures replaces the text between two lines of a page.
func writeFigures(t *testing.T, page, text string) {
	t.Helper()
	const begin, end = "<!-- figures: TestFleet writes them -->\n", "<!-- end of the figures -->\n"
	data, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := bytes.Cut(data, []byte(begin))
	_, after, ok2 := bytes.Cut(rest, []byte(end))
	if !ok || !ok2 {
		t.Fatalf("%s has no place for the figures", page)
	}
	if err := os.WriteFile(page, slices.Concat(before, []byte(begin+text+end), after), 0o600); err != nil {
		t.Fatal(err)
	}
}
