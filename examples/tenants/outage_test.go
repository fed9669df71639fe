//go:build linux

package main

import (
	"flag"
	"fmt"
	"sync"
	"syscall"
	"testing"
	"time"
)

// downFlag makes the test of a database that is down longer:
//
//	go test ./examples/tenants -run TestFleet/down -args -down 1m
func downFlag() time.Duration { return flag.Lookup("down").Value.(flag.Getter).Get().(time.Duration) }

// brief makes answers expire while the database cannot be reached.
func brief() environment { return environment{"ALLOWED_FOR": "500ms"} }

// The main process of the database is killed. Known tenants stay allowed on each instance,
// and no other page is allowed, neither on an instance that starts meanwhile.
func databaseIsDown(t *testing.T, d *database) {
	fleet, _ := newFleet(t, d, 3, brief())
	fleet[0].set(t, "shop", shop)
	fleet[0].set(t, "other", other)
	d.settle(t, fleet)
	everywhere(t, fleet[:2], shop, true)
	everywhere(t, fleet, other, true)
	d.server.end(t, syscall.SIGKILL)
	lost(t, fleet)
	outage(t, downFlag(), fleet[:2])
	want(t, "not asked for before", fleet[2:], shop, false)
	if code := fleet[0].set(t, "new", added); code != 503 {
		t.Errorf("the administration answers %d", code)
	}
	fleet[2].kill(t)
	fleet[2].start(t)
	want(t, "started while the database is down", fleet[2:], other, false)

	d.server.start(t)
	began := time.Now()
	found(t, fleet)
	t.Logf("found after %v", time.Since(began).Round(time.Millisecond))
	fleet[2].set(t, "new", added)
	everywhere(t, fleet, added, true)
	want(t, "the database is back", fleet, shop, true)
}

// The database comes back and is killed again, before any page has asked. Known tenants stay
// allowed.
func databaseFlaps(t *testing.T, d *database) {
	fleet, _ := newFleet(t, d, 3, nil)
	fleet[0].set(t, "shop", shop)
	d.settle(t, fleet)
	everywhere(t, fleet, shop, true)
	for range 2 {
		d.server.end(t, syscall.SIGKILL)
		lost(t, fleet)
		d.server.start(t)
		found(t, fleet)
	}
	d.server.end(t, syscall.SIGKILL)
	lost(t, fleet)
	want(t, "flapping", fleet, shop, true)
	want(t, "flapping", fleet, unknown, false)
	d.server.start(t)
	found(t, fleet)
	d.exec(t, "TRUNCATE tenant_origins")
	everywhere(t, fleet, shop, false)
}

// The network between an instance and the database drops everything, without closing a
// connection. The changes that the instance has missed take effect when the network is back.
func networkIsCut(t *testing.T, d *database) {
	fleet, proxies := newFleet(t, d, 3, nil)
	rest, cut, network := fleet[:2], fleet[2:], proxies[2]
	fleet[0].set(t, "shop", shop)
	fleet[0].set(t, "other", other)
	d.settle(t, fleet)
	everywhere(t, fleet, shop, true)
	everywhere(t, fleet, other, true)

	network.cut.Store(true)
	fleet[0].set(t, "shop", added)
	d.exec(t, `INSERT INTO tenant_policy (config) VALUES ('{"allowMethods": ["DELETE"]}')`)
	everywhere(t, rest, shop, false)
	everywhere(t, rest, added, true)
	began := time.Now()
	lost(t, cut)
	t.Logf("loss found after %v", time.Since(began).Round(time.Millisecond))
	outage(t, downFlag(), cut)
	want(t, "added during the partition", cut, added, false)

	network.cut.Store(false)
	began = time.Now()
	found(t, cut)
	everywhere(t, cut, shop, false)
	everywhere(t, cut, added, true)
	eventually(t, "the policy is the new one", func() bool { return cut[0].methods(t, added) == "DELETE" })
	t.Logf("changes made up for after %v", time.Since(began).Round(time.Millisecond))
	want(t, "after the partition", fleet, other, true)
}

func lost(t *testing.T, fleet []*instance) {
	t.Helper()
	for _, i := range fleet {
		eventually(t, "an instance finds that the connection is lost", func() bool { return !i.status(t).Following })
	}
}

func found(t *testing.T, fleet []*instance) {
	t.Helper()
	for _, i := range fleet {
		eventually(t, "changes reach an instance again", func() bool { return i.status(t).Following })
	}
}

// outage sends requests to instances that have lost the database: those of two known
// tenants, and of invented origins.
func outage(t *testing.T, d time.Duration, fleet []*instance) {
	t.Helper()
	before := fleet[0].status(t).Goroutines
	over := time.After(d)
	for round := 0; ; round++ {
		select {
		case <-over:
			s := fleet[0].status(t)
			t.Logf("%d rounds in %v; %d goroutines, before %d", round, d, s.Goroutines, before)
			if s.Goroutines > before+200 {
				t.Errorf("%d goroutines, before %d", s.Goroutines, before)
			}
			return
		default:
		}
		want(t, "outage", fleet, shop, true)
		want(t, "outage", fleet, other, true)
		var flood sync.WaitGroup
		for n := range 20 {
			flood.Go(func() { want(t, "outage", fleet, fmt.Sprintf("https://%d.%d.example.org", n, round), false) })
		}
		flood.Wait()
	}
}
