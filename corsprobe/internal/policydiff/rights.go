package policydiff

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/browser"
	"github.com/corsuite/corsuite/core/nethttp"
)

// modes is a set of browsers, each with and without credentials.
type modes uint16

// Engines returns the browsers that are compared. The standard is one of them, since it is
// stricter than the engines in some points.
func Engines() []browser.Engine {
	return []browser.Engine{browser.Chromium, browser.Firefox, browser.WebKit, browser.Standard}
}

// modeOf returns the set with one browser, which is that of Engines with an index.
func modeOf(engine int, credentials bool) modes {
	bit := modes(1) << (2 * engine)
	if credentials {
		bit <<= 1
	}
	return bit
}

// engines returns the browsers in the set, with or without credentials.
func (m modes) engines(with bool) (all []browser.Engine) {
	for i, e := range Engines() {
		if m&modeOf(i, with) != 0 {
			all = append(all, e)
		}
	}
	return all
}

// rights is what a policy allows. It is the same for all pages that the policy allows.
type rights struct {
	read    modes
	names   map[named]modes
	reach   bool   // requests reach a handler, with all modes
	rejects bool   // those of other pages do not
	maxAge  string // in seconds
	status  int    // of the answer to a preflight
}

// named is a method or a header.
type named struct {
	kind Kind
	name string // that of a header is in lower case
}

// denied returns the rights of the pages that the policy denies.
func (r *rights) denied() rights { return rights{reach: !r.rejects} }

func reaches() Right { return Right{Kind: Reach, With: Engines(), Without: Engines()} }

// mostNames is the largest number of methods that are compared, and as many request headers
// and response headers.
const mostNames = 100

// rights asks the model of the browser what a page may do.
func (c *comparison) rights(ctx context.Context, s *side) (rights, error) {
	entry, page, err := c.page(ctx, s)
	if err != nil {
		return rights{}, err
	}
	server, err := c.server(s, entry)
	if err != nil {
		return rights{}, err
	}
	r := rights{names: make(map[named]modes), reach: true}
	m := model{url: "https://" + c.fresh.label + "." + c.fresh.label + ".invalid/", server: server}
	for i, engine := range Engines() {
		for _, credentials := range []browser.Credentials{browser.Omit, browser.Include} {
			m.engine, m.credentials = engine, credentials
			mode := modeOf(i, credentials == browser.Include)
			for _, n := range c.names {
				may, err := m.may(ctx, page, n, c.spelling(n.name), &r)
				if err != nil {
					return r, err
				}
				switch {
				case !may:
				case n.kind == Read:
					r.read |= mode
				default:
					r.names[n] |= mode
				}
			}
		}
	}
	if !s.listed["*"] {
		o, err := m.fetch(ctx, "null", "GET", nil) // no list has null
		if err != nil {
			return r, err
		}
		r.rejects = o.Exchanges[0].Status == http.StatusForbidden
	}
	return r, nil
}

// server returns a server with the policy for one entry of AllowOrigins, and for the names
// that are compared, so that each answer is short. Its answers have all response headers that
// are compared.
func (c *comparison) server(s *side, entry string) (http.RoundTripper, error) {
	cfg := s.config
	cfg.AllowOrigins = []string{entry}
	for kind, list := range map[Kind]*[]string{Method: &cfg.AllowMethods, Header: &cfg.AllowHeaders, Response: &cfg.ExposeHeaders} {
		compared := make(map[string]bool)
		for _, n := range c.names {
			if n.kind == kind {
				compared[n.name] = true
			}
		}
		*list = slices.DeleteFunc(slices.Clone(*list), func(name string) bool { return !compared[normal(kind, name)] })
	}
	policy, err := core.NewPolicy(cfg, core.WithLogger(nil))
	if err != nil {
		return nil, err
	}
	return browser.Handler(nethttp.Middleware(policy)(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for _, n := range c.names {
			if n.kind == Response {
				w.Header().Set(c.spelling(n.name), "1")
			}
		}
	}))), nil
}

// page returns a page that a policy allows, and the entry that matches the page.
func (c *comparison) page(ctx context.Context, s *side) (entry, page string, err error) {
	for _, entry := range s.entries {
		for origin := range c.fresh.candidates(entry) {
			if s.allows(ctx, origin) {
				return entry, origin, nil
			}
		}
	}
	return "", "", fmt.Errorf("no page was found that the policy with %d origins allows", len(s.entries))
}

// tries returns what is compared, with [Others] of each kind.
func (c *comparison) tries() []named {
	a, b := c.sides[0].config, c.sides[1].config
	all := []named{{kind: Read}}
	c.add(&all, Method, a.AllowMethods, b.AllowMethods)
	c.add(&all, Header, append(a.AllowHeaders, "Authorization"), append(b.AllowHeaders, "Authorization")) // "*" does not cover it
	c.add(&all, Response, a.ExposeHeaders, b.ExposeHeaders)
	return all
}

// normal returns a method, which is case-sensitive, or a header in lower case.
func normal(kind Kind, name string) string {
	if kind == Method {
		return name
	}
	return strings.ToLower(name)
}

// add adds Others and the names of two lists, those in one list only first. It leaves out
// what exceeds the bound.
func (c *comparison) add(all *[]named, kind Kind, a, b []string) {
	in := make(map[string]int)
	for i, list := range [][]string{a, b} {
		for _, name := range list {
			in[normal(kind, name)] |= 1 << i
		}
	}
	maps.DeleteFunc(in, func(name string, _ int) bool { return name == Others || trivial(kind, name) })
	names := slices.SortedFunc(maps.Keys(in), func(a, b string) int {
		if (in[a] == 3) != (in[b] == 3) {
			return in[a] - in[b]
		}
		return cmp.Compare(a, b)
	})
	if len(names) > mostNames {
		for _, name := range names[mostNames:] {
			if in[name] != 3 { // the others have equal rights under each policy, so those tried speak for them
				c.leftOut++
			}
		}
		names = names[:mostNames]
	}
	for _, name := range append([]string{Others}, names...) {
		*all = append(*all, named{kind, name})
	}
}

// trivial reports whether the lists do not decide about a name.
func trivial(kind Kind, name string) bool {
	switch kind {
	case Method: // safelisted and forbidden ones (Fetch, CORS-safelisted method, forbidden method)
		switch strings.ToUpper(name) {
		case "CONNECT", "TRACE", "TRACK":
			return true
		}
		return name == "GET" || name == "HEAD" || name == "POST"
	case Response: // (Fetch, CORS-safelisted response-header name)
		switch name {
		case "cache-control", "content-language", "content-length", "content-type", "expires", "last-modified", "pragma":
			return true
		}
	case Read, Header, Reach:
	}
	return strings.HasPrefix(name, "access-control-")
}

// spelling returns a name to send. For Others, it is one that no list has.
func (c *comparison) spelling(name string) string {
	if name == Others {
		return c.others
	}
	return name
}

// unsafeValue returns a value with which a header needs a preflight (Fetch, CORS-safelisted
// request-header).
func unsafeValue(name string) string {
	if name == "content-type" {
		return "application/json"
	}
	return "<corsprobe>"
}

// model is a browser with a server.
type model struct {
	url         string
	server      http.RoundTripper
	engine      browser.Engine
	credentials browser.Credentials
}

func (m *model) fetch(ctx context.Context, page, method string, headers []browser.Header) (browser.Outcome, error) {
	b := browser.Browser{Transport: m.server, Engine: m.engine} // a new one, since it remembers preflights
	return b.Fetch(ctx, browser.Request{Origin: page, Method: method, URL: m.url, Headers: headers, Credentials: m.credentials})
}

// may reports whether a page has a right. It adds to r what the answer to a preflight shows.
func (m *model) may(ctx context.Context, page string, n named, spelling string, r *rights) (bool, error) {
	method, headers := "GET", []browser.Header(nil)
	switch n.kind {
	case Method:
		method = spelling
	case Header:
		headers = []browser.Header{{Name: spelling, Value: unsafeValue(n.name)}}
	case Read, Response, Reach:
	}
	o, err := m.fetch(ctx, page, method, headers)
	if err != nil {
		return false, err
	}
	asked := false
	for _, e := range o.Exchanges {
		if e.Preflight {
			asked, r.maxAge, r.status = true, e.Response.Get("Access-Control-Max-Age"), e.Status
		}
	}
	switch n.kind {
	case Header: // a script cannot set a forbidden one, which needs no preflight
		return o.Allowed && asked, nil
	case Response:
		return o.Allowed && o.Response.Header.Get(spelling) != "", nil
	case Read, Method, Reach:
	}
	return o.Allowed, nil
}

// gained returns the rights that a change adds.
func (c *comparison) gained(before, after rights) (all []Right) {
	if more := after.read &^ before.read; more != 0 {
		all = append(all, right(Read, nil, more, after.read))
	}
	if after.reach && !before.reach {
		all = append(all, reaches())
	}
	type change struct {
		kind          Kind
		before, after modes
	}
	names := make(map[change][]string)
	var order []change
	for _, n := range slices.SortedFunc(maps.Keys(after.names), func(a, b named) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.name, b.name))
	}) {
		g := change{n.kind, before.names[n], after.names[n]}
		if g.after&^g.before == 0 || g.before == before.read && g.after == after.read && g.before != 0 {
			continue // nothing more than what Read says
		}
		if names[g] == nil {
			order = append(order, g)
		}
		names[g] = append(names[g], n.name)
	}
	for _, g := range order {
		list, more := names[g], g.after&^g.before
		others := list[0] == Others
		if others { // includes the names that have the same change
			list = list[:1]
		}
		r := right(g.kind, list, more, after.read)
		if others {
			r.Lacking = c.lacking(after.names, g.kind, more)
		}
		all = append(all, r)
	}
	return all
}

// lacking returns the compared names of a kind that lack one of the modes.
func (c *comparison) lacking(has map[named]modes, kind Kind, in modes) (names []string) {
	for _, n := range c.names {
		if n.kind == kind && in&^has[n] != 0 {
			names = append(names, n.name)
		}
	}
	return names
}

// right returns a right in some modes, of those in which pages read answers.
func right(kind Kind, names []string, in, read modes) Right {
	r := Right{Kind: kind, Names: names, With: in.engines(true), Without: in.engines(false)}
	r.OnlyWith = r.Without == nil && read.engines(false) != nil
	r.OnlyWithout = r.With == nil && read.engines(true) != nil
	return r
}
