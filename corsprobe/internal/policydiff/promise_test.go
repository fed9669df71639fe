package policydiff

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/browser"
	"github.com/corsuite/corsuite/core/nethttp"
)

// draw draws configs and pages from so few parts that they often meet. If it is narrow, all
// are on one domain, and a config has few entries.
type draw struct {
	*rand.Rand

	narrow bool
}

func pick[T any](d draw, list ...T) T { return list[d.IntN(len(list))] }

// some returns some elements of a list, in random order.
func some[T any](d draw, list ...T) (drawn []T) {
	for _, i := range d.Perm(len(list))[:d.IntN(len(list)+1)] {
		drawn = append(drawn, list[i])
	}
	return drawn
}

func (d draw) scheme() string {
	if d.narrow {
		return "https"
	}
	return pick(d, "https", "https", "https", "http", "app")
}

func (d draw) port() string { return pick(d, "", "", "", ":8443", ":3000") }

func (d draw) label() string {
	return pick(d, "a", "b", "ab", "ba", "aab", "a-b", "s3", "x0", "x1", "ax0a", "x0a")
}

func (d draw) domain() string {
	if d.narrow {
		return "example.com"
	}
	return pick(d, "example.com", "example.com", "a.example.com", "b.a.example.com", "example.org", "amazonaws.com", "s3.amazonaws.com", "github.io", "x0.x0", "localhost")
}

func (d draw) entry() string {
	port := d.port()
	if d.IntN(4) == 0 {
		port = ":*"
	}
	n := d.IntN(12)
	if d.narrow {
		n = 4 + d.IntN(6) // with a wildcard
	}
	switch n {
	case 0, 1, 2:
		return d.scheme() + "://" + d.label() + "." + d.domain() + port
	case 3:
		return d.scheme() + "://" + d.domain() + port
	case 4, 5, 6:
		return d.scheme() + "://*." + d.domain() + port
	case 7, 8:
		return d.scheme() + "://" + pick(d, "a", "ab", "b", "a-", "x") + "*" + pick(d, "", "a", "b", "-b", "0a") + "." + d.domain() + port
	case 9:
		return d.scheme() + "://*" + pick(d, "-b", "-a") + "." + d.domain() + port
	case 10:
		return d.scheme() + "://*" + port
	default:
		return pick(d, "*", "https://*.example.com", "http://localhost:*", "https://a.example.com")
	}
}

func (d draw) config() core.Config {
	var c core.Config
	entries := 1 + d.IntN(6)
	if d.narrow {
		entries = 1 + d.IntN(2)
	}
	for range entries {
		c.AllowOrigins = append(c.AllowOrigins, d.entry())
	}
	c.AllowMethods = some(d, "PUT", "DELETE", "patch", "PATCH", "TRACE")
	c.AllowHeaders = some(d, "Content-Type", "content-type", "Authorization", "X-A", "x-b", "Origin", "Accept")
	c.ExposeHeaders = some(d, "X-A", "X-C", "Content-Length", "Set-Cookie")
	for _, list := range []*[]string{&c.AllowMethods, &c.AllowHeaders, &c.ExposeHeaders} {
		if d.IntN(5) == 0 {
			*list = append(*list, "*")
		}
	}
	c.AllowCredentials = d.IntN(2) == 0
	c.RejectDeniedOrigins = d.IntN(3) == 0
	c.DangerouslyAllowInsecureOrigins = d.IntN(2) == 0
	c.DangerouslyAllowPublicSuffixes = d.IntN(3) == 0
	return c
}

// policy returns a valid config, and its policy.
func (d draw) policy() *core.Policy {
	for {
		if p, err := core.NewPolicy(d.config(), core.WithLogger(nil)); err == nil {
			return p
		}
	}
}

// successor returns a policy with another config, which is often a small change.
func (d draw) successor(p *core.Policy) *core.Policy {
	for {
		c, other := p.Config(), d.config()
		for _, change := range some(d,
			func() { c.AllowOrigins = append(c.AllowOrigins, other.AllowOrigins...) },
			func() { c.AllowOrigins = c.AllowOrigins[1:] },
			func() { c.AllowMethods = other.AllowMethods },
			func() { c.AllowHeaders = other.AllowHeaders },
			func() { c.ExposeHeaders = other.ExposeHeaders },
			func() { c.AllowCredentials = other.AllowCredentials },
			func() { c.RejectDeniedOrigins = other.RejectDeniedOrigins },
			func() { c.DangerouslyAllowPublicSuffixes = other.DangerouslyAllowPublicSuffixes },
			func() { c = other },
		) {
			change()
		}
		if next, err := core.NewPolicy(c, core.WithLogger(nil)); err == nil {
			return next
		}
	}
}

func (d draw) page() string {
	if d.IntN(20) == 0 {
		return "null"
	}
	host := d.domain()
	for range d.IntN(3) {
		host = pick(d, d.label(), d.label(), "evil", "ab-b", "axb") + "." + host
	}
	return d.scheme() + "://" + host + pick(d, d.port(), d.port(), ":9999", ":1")
}

// fact is something that a page may do.
type fact struct {
	kind        Kind
	name        string
	engine      browser.Engine
	credentials bool
}

// facts returns what a page may do in an engine, by the model. It shares no code with Compare.
func facts(t *testing.T, p *core.Policy, page string, engine browser.Engine) map[fact]bool {
	t.Helper()
	reached := false
	responses := []string{"X-A", "X-C", "X-Unlisted"}
	server := browser.Handler(nethttp.Middleware(p)(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		reached = true
		for _, name := range responses {
			w.Header().Set(name, "1")
		}
	})))
	all := make(map[fact]bool)
	for _, credentials := range []browser.Credentials{browser.Omit, browser.Include} {
		fetch := func(method string, headers ...browser.Header) browser.Outcome {
			o, err := (&browser.Browser{Transport: server, Engine: engine}).Fetch(t.Context(), browser.Request{
				Origin: page, Method: method, URL: "https://api.example.net/", Credentials: credentials, Headers: headers,
			})
			if err != nil {
				t.Fatal(err)
			}
			return o
		}
		set := func(kind Kind, name string, may bool) {
			if may {
				all[fact{kind, name, engine, credentials == browser.Include}] = true
			}
		}
		o := fetch("GET")
		set(Reach, "", reached)
		set(Read, "", o.Allowed)
		for _, name := range responses {
			set(Response, strings.ToLower(name), o.Allowed && o.Response.Header.Get(name) != "")
		}
		for _, method := range []string{"POST", "HEAD", "PUT", "DELETE", "patch", "PATCH", "UNLISTED"} {
			set(Method, method, fetch(method).Allowed)
		}
		for _, name := range []string{"Content-Type", "Authorization", "X-A", "X-B", "X-Unlisted", "Accept"} {
			value := "<>"
			if name == "Content-Type" {
				value = "text/html"
			}
			set(Header, strings.ToLower(name), fetch("GET", browser.Header{Name: name, Value: value}).Allowed)
		}
	}
	return all
}

// checker checks the promise for one comparison.
type checker struct {
	t            *testing.T
	older, newer *core.Policy
	diff         *Diff
	listed       map[string]*core.Policy // allows the pages of a group, by the list of its entries
}

func (c *checker) allows(p *core.Policy, page string) bool {
	return p.Decide(c.t.Context(), &core.Request{Method: "GET", Origin: []string{page}}, nil).OriginAllowed()
}

// about reports whether a group is about a page.
func (c *checker) about(g Group, page string) bool {
	switch g.Scope {
	case Both:
		return c.allows(c.older, page) && c.allows(c.newer, page)
	case Denied:
		return !c.allows(c.older, page) && !c.allows(c.newer, page)
	case Listed, Suffixes:
	}
	key := fmt.Sprint(g.Entries)
	if c.listed[key] == nil {
		var origins []string
		for _, e := range g.Entries {
			origins = append(origins, e.Text)
		}
		p, err := core.NewPolicy(core.Config{AllowOrigins: origins}, core.WithLogger(nil))
		if err != nil {
			c.t.Fatal(err)
		}
		c.listed[key] = p
	}
	return c.allows(c.listed[key], page)
}

// covers reports whether a group says that a page gains a fact. The page has had the facts
// in before.
func (c *checker) covers(g Group, page string, f fact, before map[fact]bool) bool {
	if !c.about(g, page) {
		return false
	}
	other := f // the same with other credentials
	other.credentials = !f.credentials
	follows := f.kind == Method && (f.name == "POST" || f.name == "HEAD") || g.Scope == Both && before[other]
	return slices.ContainsFunc(g.Rights, func(r Right) bool {
		engines := r.Without
		if f.credentials {
			engines = r.With
		}
		named := f.kind == Read || f.kind == Reach || slices.Contains(r.Names, f.name) || slices.Contains(r.Names, Others) && !slices.Contains(r.Lacking, f.name)
		return slices.Contains(engines, f.engine) && (r.Kind == f.kind && named || r.Kind == Read && follows)
	})
}

// FuzzNoSilentChange checks the promise of the package, on random policies and pages: each
// page that gains or loses something is in a group that says so.
func FuzzNoSilentChange(f *testing.F) {
	for seed := range uint64(300) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		d := draw{rand.New(rand.NewPCG(seed, 0)), seed%2 == 1}
		older := d.policy()
		newer := d.successor(older)
		if d.IntN(3) == 0 {
			newer = d.policy()
		}
		diff, err := Compare(t.Context(), older, newer)
		if err != nil {
			t.Fatalf("%v: %+v %+v", err, older.Config(), newer.Config())
		}
		c := &checker{t, older, newer, diff, make(map[string]*core.Policy)}
		for n := range 300 {
			page := d.page()
			allowed := [2]bool{c.allows(older, page), c.allows(newer, page)}
			for i, groups := range [][]Group{diff.Blocked, diff.Allowed} {
				if allowed[i] && !allowed[1-i] && !slices.ContainsFunc(groups, func(g Group) bool { return (g.Scope == Listed || g.Scope == Suffixes) && c.about(g, page) }) {
					t.Fatalf("%s is allowed by only one policy, in silence\nold %+v\nnew %+v\n%+v", page, older.Config(), newer.Config(), *diff)
				}
			}
			// All that a page may do takes long, so it is compared for some pages: the first
			// ones, and of the others those that both policies allow.
			if n < 3 || n < 50 && allowed[0] && allowed[1] {
				c.compare(page, pick(d, Engines()...))
			}
		}
		c.examples()
	})
}

// compare compares all that a page may do.
func (c *checker) compare(page string, engine browser.Engine) {
	before, after := facts(c.t, c.older, page, engine), facts(c.t, c.newer, page, engine)
	for _, side := range []struct {
		verb          string
		before, after map[fact]bool
		groups        []Group
	}{{"gains", before, after, c.diff.Allowed}, {"loses", after, before, c.diff.Blocked}} {
		for f := range side.after {
			if !side.before[f] && !slices.ContainsFunc(side.groups, func(g Group) bool { return c.covers(g, page, f, side.before) }) {
				c.t.Fatalf("%s %s %+v in silence\nold %+v\nnew %+v\n%+v", page, side.verb, f, c.older.Config(), c.newer.Config(), *c.diff)
			}
		}
	}
}

// examples checks that each entry in a group of listed pages has an example that only one
// policy allows, unless the entry has no wildcard and is such a page itself.
func (c *checker) examples() {
	for i, groups := range [][]Group{c.diff.Blocked, c.diff.Allowed} {
		policies := []*core.Policy{c.older, c.newer}
		for _, g := range groups {
			for _, e := range g.Entries {
				page := e.Example
				if !wildcard(e.Text) {
					page = e.Text
				}
				if g.Scope == Listed && (!c.allows(policies[i], page) || c.allows(policies[1-i], page)) {
					c.t.Errorf("%q is no example for %s\nold %+v\nnew %+v", page, e.Text, c.older.Config(), c.newer.Config())
				}
			}
		}
	}
}
