package bench

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/corsuite/corsuite/core"
)

// The origins of the scenarios.
const (
	page     = "https://app.example.com"       // is in each list
	below    = "https://app.pages.example.com" // matches a wildcard
	stranger = "https://stranger.example.net"  // is denied
)

// group is a policy with the requests that are sent to it.
type group struct {
	config      func() core.Config
	minimum     func(core.Config) minimum
	minimumFast func(core.Config) minimumFast // for fasthttp
	scenarios   []scenario
	large       bool // other libraries need milliseconds for each request, so they are left out
}

// scenario is a request that each rival answers again and again.
type scenario struct {
	name    string
	request request
	allowed bool // the browser lets the page read the answer, or send the request after a preflight
	hostile bool // no browser sends this, so both answers are right

	like string // the scenario of the first group that should cost about the same
}

func groups() []group {
	put := preflight(page, "PUT", "authorization,content-type")
	return []group{
		{config: one, minimum: minimumOne, minimumFast: minimumFastOne, scenarios: append([]scenario{
			{name: "no-origin", request: actual("")},
			{name: "allowed", request: actual(page), allowed: true},
			{name: "denied", request: actual(stranger)},
			{name: "preflight", request: put, allowed: true},
			{name: "preflight-origin-denied", request: preflight(stranger, "PUT", "authorization,content-type")},
			{name: "preflight-method-denied", request: preflight(page, "PATCH", "authorization,content-type")},
		}, hostile("preflight")...)},
		{config: everyone, minimum: minimumAny, minimumFast: minimumFastAny, scenarios: []scenario{
			{name: "any-origin", request: actual(page), allowed: true},
		}},
		{config: reflecting, minimum: minimumReflecting, minimumFast: minimumFastReflecting, scenarios: append([]scenario{
			{name: "credentials", request: actual(page), allowed: true},
			{name: "any-header", request: put, allowed: true},
		}, hostile("any-header")...)},
		{config: listed(1_000), minimum: minimumListed, minimumFast: minimumFastListed, scenarios: []scenario{
			{name: "1000-origins", request: actual(page), allowed: true, like: "allowed"},
			{name: "1000-origins-denied", request: actual(stranger), like: "denied"},
		}},
		{config: listed(100_000), minimum: minimumListed, minimumFast: minimumFastListed, large: true, scenarios: []scenario{
			{name: "100000-origins", request: actual(page), allowed: true, like: "allowed"},
			{name: "100000-origins-denied", request: actual(stranger), like: "denied"},
		}},
		{config: wildcards, minimum: minimumListed, minimumFast: minimumFastListed, scenarios: []scenario{
			{name: "10000-wildcards", request: actual(below), allowed: true, like: "allowed"},
			{name: "10000-wildcards-denied", request: actual(stranger), like: "denied"},
		}},
	}
}

// hostile returns the worst header lists that fit into the megabyte that net/http
// reads. The last one is as long as a list that corsuite still reflects.
func hostile(ordinary string) []scenario {
	name := "x-a-header-with-a-long-name-too" // 32 bytes with its comma
	names := strings.Join(slices.Repeat([]string{name}, 32), ",")
	scenarios := []scenario{
		{name: "1MiB-of-commas", request: preflight(page, "PUT", strings.Repeat(",", 1<<20))},
		{name: "1000-empty-lines", request: preflight(page, "PUT", make([]string, 1000)...)},
		{name: "1KiB-of-names", request: preflight(page, "PUT", names)},
	}
	for i := range scenarios {
		s := &scenarios[i]
		s.name, s.like, s.hostile = ordinary+"-"+s.name, ordinary, true
	}
	return scenarios
}

func one() core.Config {
	return core.Config{
		AllowOrigins: []string{page},
		AllowMethods: []string{"GET", "HEAD", "POST", "PUT", "DELETE"},
		AllowHeaders: []string{"Authorization", "Content-Type"},
		MaxAge:       10 * time.Minute,
	}
}

func everyone() core.Config {
	cfg := one()
	cfg.AllowOrigins = []string{"*"}
	return cfg
}

func reflecting() core.Config {
	cfg := one()
	cfg.AllowCredentials = true
	cfg.AllowHeaders = []string{"*", "Authorization"}
	cfg.ExposeHeaders = []string{"X-Total", "X-Page"}
	return cfg
}

func listed(n int) func() core.Config {
	return func() core.Config {
		cfg := one()
		cfg.AllowOrigins = around(page, "https://tenant-%d.example.com", n)
		return cfg
	}
}

func wildcards() core.Config {
	cfg := one()
	cfg.AllowOrigins = around("https://*.pages.example.com", "https://*.tenant-%d.example.com", 10_000)
	return cfg
}

// around puts an origin into the middle of n, where a library that compares one
// after the other has looked at half of them.
func around(middle, others string, n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf(others, i)
	}
	list[n/2] = middle
	return list
}

// find returns the scenario of that name, and its group.
func find(name string) (*group, *scenario) {
	all := groups()
	for i := range all {
		g := &all[i]
		if j := slices.IndexFunc(g.scenarios, func(s scenario) bool { return s.name == name }); j >= 0 {
			return g, &g.scenarios[j]
		}
	}
	panic("no scenario " + name)
}
