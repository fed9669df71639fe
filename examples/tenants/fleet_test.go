//go:build linux

package main

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
)

const (
	added   = "https://added.example.com"
	unknown = "https://unknown.example.org"
)

// TestFleet starts a PostgreSQL server, and three instances with a database for each case.
func TestFleet(t *testing.T) {
	s := newServer(t)
	for name, test := range map[string]func(*testing.T, *database){
		"tenants": tenantsChange, "policy": policyChanges, "killed": instanceIsKilled,
		"down": databaseIsDown, "flaps": databaseFlaps, "partition": networkIsCut, "figures": figures,
	} {
		t.Run(name, func(t *testing.T) { test(t, s.database(t, name)) })
	}
}

// everywhere waits until each instance allows or denies the page.
func everywhere(t *testing.T, fleet []*instance, origin string, allowed bool) {
	t.Helper()
	for _, i := range fleet {
		i.becomes(t, origin, allowed)
	}
}

// settle waits until each instance has received all changes so far: their order is that of the
// commits.
func (d *database) settle(t *testing.T, fleet []*instance) {
	t.Helper()
	const last = "https://last.example.com"
	everywhere(t, fleet, last, false)
	d.exec(t, "INSERT INTO tenant_origins VALUES ($1, 'last')", last)
	everywhere(t, fleet, last, true)
}

// want checks that each instance allows or denies the page now.
func want(t *testing.T, when string, fleet []*instance, origin string, allowed bool) {
	t.Helper()
	for n, i := range fleet {
		if i.allows(t, origin) != allowed {
			t.Errorf("%s: instance %d allows %s: %v", when, n, origin, !allowed)
		}
	}
}

// A change reaches each instance, whichever program makes it. The instances keep answers for
// minutes, so none of them finds the change by asking again.
func tenantsChange(t *testing.T, d *database) {
	fleet, _ := newFleet(t, d, 3, nil)
	everywhere(t, fleet, shop, false)
	for _, step := range []struct {
		name   string
		change func()
		want   map[string]bool
	}{
		{"an instance adds a tenant", func() { fleet[0].set(t, "shop", shop) }, map[string]bool{shop: true, other: false}},
		{"another instance replaces its origins", func() { fleet[1].set(t, "shop", other, added) }, map[string]bool{shop: false, other: true, added: true}},
		{"SQL removes an origin", func() { d.exec(t, "DELETE FROM tenant_origins WHERE origin = $1", added) }, map[string]bool{other: true, added: false}},
		{"SQL changes an origin", func() { d.exec(t, "UPDATE tenant_origins SET origin = $1", shop) }, map[string]bool{shop: true, other: false}},
		{"SQL adds many origins", func() {
			d.exec(t, "INSERT INTO tenant_origins SELECT 'https://' || n || '.example', 'many' FROM generate_series(1, 10000) n")
		}, map[string]bool{"https://1.example": true, "https://10000.example": true, shop: true, other: false}},
		{"SQL removes everything", func() { d.exec(t, "TRUNCATE tenant_origins") }, map[string]bool{shop: false, "https://1.example": false}},
	} {
		step.change()
		for origin, allowed := range step.want {
			everywhere(t, fleet, origin, allowed)
		}
		for origin, allowed := range step.want {
			want(t, step.name, fleet, origin, allowed)
		}
	}

	fleet[0].set(t, "shop", shop)
	if code := fleet[1].set(t, "second", other, shop); code != http.StatusConflict {
		t.Errorf("another tenant takes an origin: status %d", code)
	}
	everywhere(t, fleet, shop, true)
	want(t, "after the conflict", fleet, other, false)
	// Each instance writes a tenant at the same time. The tenant has the origins of one.
	var writing sync.WaitGroup
	for n, i := range fleet {
		writing.Go(func() {
			i.set(t, "third", fmt.Sprintf("https://%d.example.net", n), fmt.Sprintf("https://sub.%d.example.net", n))
		})
	}
	writing.Wait()
	var origins int
	d.do(t, func(conn *pgx.Conn) error {
		return conn.QueryRow(t.Context(), "SELECT count(*) FROM tenant_origins WHERE tenant = 'third'").Scan(&origins)
	})
	if origins != 2 {
		t.Errorf("the tenant has %d origins, want 2", origins)
	}
	resp, _ := fleet[2].do(t, "DELETE", "/tenants/missing", "", "Authorization", "Bearer "+token)
	if resp.StatusCode != http.StatusNotFound {
		t.Errorf("a tenant that does not exist is removed: status %d", resp.StatusCode)
	}
}

// A policy in the database is in force on each instance. A bad one changes nothing.
func policyChanges(t *testing.T, d *database) {
	fleet, _ := newFleet(t, d, 3, nil)
	fleet[0].set(t, "shop", shop)
	everywhere(t, fleet, shop, true)
	methods := func(when, methods string) {
		t.Helper()
		for n, i := range fleet {
			eventually(t, fmt.Sprintf("%s: instance %d allows %s", when, n, methods), func() bool { return i.methods(t, shop) == methods })
		}
	}
	methods("no policy in the database", "PUT")
	d.exec(t, `INSERT INTO tenant_policy (config) VALUES ('{"allowMethods": ["PUT", "DELETE"]}')`)
	methods("a policy in the database", "PUT, DELETE")
	for _, i := range fleet {
		if v := i.status(t).Policy; v != 1 {
			t.Errorf("version %d, want 1", v)
		}
	}

	d.exec(t, `UPDATE tenant_policy SET config = '{"allowMethods": ["put"], "maxAge": "5ms", "allowOrigins": ["*"]}'`)
	for n, i := range fleet {
		eventually(t, "the log has each problem", func() bool {
			log := i.log.String()
			return strings.Contains(log, "version=2") && strings.Contains(log, "allowMethods[0]") && strings.Contains(log, "maxAge") && strings.Contains(log, "allowOrigins[0]")
		})
		if v := i.status(t).Policy; v != 1 {
			t.Errorf("instance %d: version %d, want 1", n, v)
		}
	}
	methods("a bad policy", "PUT, DELETE")

	// A new instance does not know the old policy. It denies every origin, since the policy of
	// the program may permit more.
	fleet[1].kill(t)
	fleet[1].start(t)
	want(t, "a new instance with a bad policy", fleet[1:2], shop, false)
	d.exec(t, `UPDATE tenant_policy SET config = '{"allowMethods": ["PATCH"], "allowOrigins": ["`+added+`"]}'`)
	methods("corrected", "PATCH")
	want(t, "listed in the policy", fleet, added, true)
	want(t, "listed in the policy", fleet, shop, true)
	d.exec(t, "DELETE FROM tenant_policy")
	methods("removed", "PUT")
	want(t, "the policy is removed", fleet, added, false)
}

// An instance that is killed starts again with an empty cache. It asks the database for all
// tenants at the same time, with a bounded number of connections.
func instanceIsKilled(t *testing.T, d *database) {
	fleet, _ := newFleet(t, d, 3, nil)
	const tenants = 1000
	d.exec(t, "INSERT INTO tenant_origins SELECT 'https://' || n || '.example', n FROM generate_series(1, $1) n", tenants)
	fleet[0].set(t, "shop", shop)
	everywhere(t, fleet, shop, true)
	fleet[2].kill(t)
	fleet[0].set(t, "shop", added)
	everywhere(t, fleet[:2], shop, false)
	fleet[2].start(t)
	want(t, "killed and started again", fleet[2:], shop, false)
	want(t, "killed and started again", fleet[2:], added, true)

	asked := make(chan struct{})
	go func() {
		defer close(asked)
		var asking sync.WaitGroup
		for n := range tenants {
			asking.Go(func() { fleet[2].becomes(t, fmt.Sprintf("https://%d.example", n+1), true) })
		}
		asking.Wait()
	}()
	var most int64
	d.do(t, func(conn *pgx.Conn) error {
		for {
			var n int64
			if err := conn.QueryRow(t.Context(), "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'instance2'").Scan(&n); err != nil {
				return err
			}
			most = max(most, n)
			select {
			case <-asked:
				return nil
			default:
			}
		}
	})
	if limit := int64(maxCalls + 2); most == 0 || most > limit { // one for the administration, one that listens
		t.Errorf("%d connections, want at most %d", most, limit)
	}
	t.Logf("%d tenants asked for with at most %d connections", tenants, most)
}
