package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/corsuite/corsuite/core"
)

// The pages of the scenarios. What lets the first two in stands in the middle of
// each list, so that who compares one by one has the half of it to do.
const (
	page     = "https://app.example.com"
	below    = "https://app.pages.example.com" // of a wildcard
	stranger = "https://stranger.example.net"
)

// group is what shares one config. Every rival is built from the same one.
type group struct {
	config    func() core.Config
	byHand    func(core.Config) byHand
	byHandRaw func(core.Config) byHandRaw // for fasthttp
	scenarios []scenario
}

// scenario is one request that is answered over and over.
type scenario struct {
	name    string
	request request
	lets    bool // the page may read the answer, or send what it asks about
	hostile bool // no browser sends it, so either answer will do

	like string // the scenario before it that it should cost no more than, or not much
}

func groups() []group {
	put := preflight(page, "PUT", "authorization,content-type")
	return []group{
		{one, byHandOne, byHandRawOne, append([]scenario{
			{name: "no Origin", request: actual("")},
			{name: "allowed", request: actual(page), lets: true},
			{name: "denied", request: actual(stranger)},
			{name: "preflight", request: put, lets: true},
			{name: "preflight, origin denied", request: preflight(stranger, "PUT", "authorization,content-type")},
			{name: "preflight, method denied", request: preflight(page, "PATCH", "authorization,content-type")},
			{name: "preflight, header denied", request: preflight(page, "PUT", "content-type,x-secret")},
		}, hostile("preflight")...)},
		{everyone, byHandAny, byHandRawAny, []scenario{
			{name: "any origin", request: actual(page), lets: true},
		}},
		{credentialed, byHandCredentialed, byHandRawCredentialed, []scenario{
			{name: "credentials, exposed headers", request: actual(page), lets: true},
		}},
		{listed(1_000), byHandListed, byHandRawListed, []scenario{
			{name: "1,000 origins", request: actual(page), lets: true, like: "allowed"},
			{name: "1,000 origins, missed", request: actual(stranger), like: "denied"},
		}},
		{listed(100_000), byHandListed, byHandRawListed, []scenario{
			{name: "100,000 origins", request: actual(page), lets: true, like: "allowed"},
			{name: "100,000 origins, missed", request: actual(stranger), like: "denied"},
		}},
		{wildcards(100), byHandWildcards, byHandRawWildcards, []scenario{
			{name: "100 wildcards", request: actual(below), lets: true, like: "allowed"},
			{name: "100 wildcards, missed", request: actual(stranger), like: "denied"},
		}},
		{wildcards(10_000), byHandWildcards, byHandRawWildcards, []scenario{
			{name: "10,000 wildcards", request: actual(below), lets: true, like: "allowed"},
			{name: "10,000 wildcards, missed", request: actual(stranger), like: "denied"},
		}},
		{mixed, byHandMixed, byHandRawMixed, []scenario{
			{name: "mixed, listed", request: actual(page), lets: true},
			{name: "mixed, wildcard", request: actual(below), lets: true},
			{name: "mixed, missed", request: actual(stranger)},
		}},
		{reflecting, byHandReflecting, byHandRawReflecting, append([]scenario{
			{name: "any headers", request: put, lets: true},
		}, hostile("any headers")...)},
	}
}

// hostile lists what an attacker may send within the megabyte that net/http
// reads. The last is a list that a policy may say back, as long as corsuite's
// does.
func hostile(ordinary string) []scenario {
	names := strings.TrimSuffix(strings.Repeat("x-a-header,", 1024/len("x-a-header,")), ",")
	scenarios := []scenario{
		{name: "1 MiB of commas", request: preflight(page, "PUT", strings.Repeat(",", 1<<20))},
		{name: "1 MiB of blanks", request: preflight(page, "PUT", strings.Repeat(" ", 1<<20))},
		{name: "1,000 empty lines", request: preflight(page, "PUT", make([]string, 1000)...)},
		{name: "1 KiB of names", request: preflight(page, "PUT", names)},
	}
	for i := range scenarios {
		s := &scenarios[i]
		s.name, s.like, s.hostile = ordinary+", "+s.name, ordinary, true
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

func credentialed() core.Config {
	cfg := one()
	cfg.AllowCredentials = true
	cfg.ExposeHeaders = []string{"X-Total", "X-Page"}
	return cfg
}

func reflecting() core.Config {
	cfg := one()
	cfg.AllowCredentials = true
	cfg.AllowHeaders = []string{"*", "Authorization"}
	return cfg
}

func listed(n int) func() core.Config {
	return func() core.Config {
		cfg := one()
		cfg.AllowOrigins = around(page, "https://tenant-%d.example.com", n)
		return cfg
	}
}

func wildcards(n int) func() core.Config {
	return func() core.Config {
		cfg := one()
		cfg.AllowOrigins = around("https://*.pages.example.com", "https://*.tenant-%d.example.com", n)
		return cfg
	}
}

func mixed() core.Config {
	cfg := listed(100)()
	cfg.AllowOrigins = append(cfg.AllowOrigins, wildcards(100)().AllowOrigins...)
	return cfg
}

// around puts an origin into the middle of n.
func around(middle, others string, n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf(others, i)
	}
	list[n/2] = middle
	return list
}
