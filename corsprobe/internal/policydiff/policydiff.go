// Package policydiff compares two policies: what pages on other origins may newly do, and
// what they may no longer do.
//
// The promise is that no page gains a right in silence. If a page may do more under the new
// policy, a [Group] in Allowed covers the page and the right. A group may cover pages that
// gain nothing, such as those of a new wildcard that both policies allow.
//
// # Limits
//
//   - A policy with an origin function is not supported: only its Config is compared.
//   - Compare knows the policy only. It does not know what handlers and proxies do.
//   - At most 100 methods, 100 request headers and 100 response headers are tried, those in
//     one list only first. LeftOut has the number of the others that are in one list only.
package policydiff

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/browser"
)

// Diff is the difference between two policies.
type Diff struct {
	Allowed []Group   // what pages may newly do
	Blocked []Group   // what pages may no longer do
	Other   []Setting // what changes otherwise
	LeftOut []string  // what was not compared, in words
}

// Empty reports whether the policies do not differ.
func (d *Diff) Empty() bool {
	return len(d.Allowed) == 0 && len(d.Blocked) == 0 && len(d.Other) == 0 && len(d.LeftOut) == 0
}

// Scope says which pages a [Group] is about.
type Scope uint8

const (
	// Listed is the pages that Entries match, and that only one of the policies allows.
	Listed Scope = iota
	// Suffixes is the pages on public suffixes below the wildcards in Entries. A policy
	// with credentials does not allow them.
	Suffixes
	// Both is every page that both policies allow. Entries are those that are known to
	// match such pages. They need not match all of them.
	Both
	// Denied is every page that both policies deny. Only Reach can change for it.
	Denied
)

// String returns "listed", "public suffixes", "both" or "denied".
func (s Scope) String() string {
	return [...]string{"listed", "public suffixes", "both", "denied"}[s]
}

// Group is what some pages gain or lose.
type Group struct {
	Scope   Scope
	Entries []Entry // the widest first
	Rights  []Right // at least one
	// Except is true if both policies allow some of the pages that Entries match. The group
	// is not about these.
	Except bool
}

// Entry is an entry of AllowOrigins.
type Entry struct {
	Text string
	// Example is a page that the entry matches and only one of the policies allows. It is
	// empty if the entry has no wildcard, or if no example was found.
	Example string
}

// Kind is the kind of a [Right].
type Kind uint8

const (
	Read     Kind = iota // to read the answers to requests that need no preflight
	Method               // to send a method
	Header               // to set a request header
	Response             // to read a response header
	Reach                // to send requests that reach a handler
)

// String returns "read", "method", "header", "response header" or "reach".
func (k Kind) String() string {
	return [...]string{"read", "method", "header", "response header", "reach"}[k]
}

// Right is a right of pages. It includes the rights that follow from it: a page that may
// newly send credentials may do so with every method that it may send.
type Right struct {
	Kind  Kind
	Names []string // of methods or headers; [Others] for all but those in Lacking
	// Lacking has the names that [Others] does not include, such as Authorization.
	Lacking []string
	// With and Without are the browsers in which pages gain or lose the right, for requests
	// with and without credentials.
	With, Without []browser.Engine
	// OnlyWith and OnlyWithout are true if the right is for requests with or without
	// credentials only, and pages may read the answers to the others, too.
	OnlyWith, OnlyWithout bool
}

// Others is the name for all methods or headers that neither policy lists.
const Others = "*"

// Setting is a field of Config that changes no right, with its effective values.
type Setting struct {
	Field, Old, New string
}

// Compare compares two policies. The error is that of ctx, or names a policy for which no
// page was found that it allows.
func Compare(ctx context.Context, older, newer *core.Policy) (*Diff, error) {
	c := newComparison(older, newer)
	var rights [2]rights
	for i, s := range c.sides {
		var err error
		if rights[i], err = c.rights(ctx, s); err != nil {
			return nil, err
		}
	}
	p := c.pages(ctx)
	var d Diff
	d.Allowed = groups(p, p.only[1], p.suffixes[1], c.gained(rights[0], rights[1]), c.gained(rights[0].denied(), rights[1]))
	d.Blocked = groups(p, p.only[0], p.suffixes[0], c.gained(rights[1], rights[0]), c.gained(rights[1].denied(), rights[0]))
	if rights[0].rejects != rights[1].rejects && p.denied {
		reach := Group{Scope: Denied, Rights: []Right{reaches()}}
		if rights[0].rejects {
			d.Allowed = append(d.Allowed, reach)
		} else {
			d.Blocked = append(d.Blocked, reach)
		}
	}
	d.Other = settings(c.sides[0].config, c.sides[1].config, rights)
	if c.leftOut > 0 {
		d.LeftOut = append(d.LeftOut, fmt.Sprintf("%d more methods and headers that one policy lists", c.leftOut))
	}
	return &d, nil
}

// groups returns what pages gain. only has the entries of pages that gain all rights, and
// change has the rights that all other pages gain.
func groups(p pages, only, suffixes []Entry, change, all []Right) (groups []Group) {
	if only != nil {
		wide := slices.ContainsFunc(only, func(e Entry) bool { return wildcard(e.Text) })
		groups = append(groups, Group{Listed, only, all, wide && (p.both != nil || p.overlap)})
	}
	if change != nil && (p.both != nil || p.overlap) {
		groups = append(groups, Group{Both, p.both, change, false})
	}
	if suffixes != nil {
		groups = append(groups, Group{Suffixes, suffixes, all, false})
	}
	return groups
}

// settings compares the rest of two configs.
func settings(older, newer core.Config, rights [2]rights) (all []Setting) {
	add := func(field, before, after string) {
		if before != after {
			all = append(all, Setting{field, before, after})
		}
	}
	add("MaxAge", rights[0].maxAge+" seconds", rights[1].maxAge+" seconds")
	add("PreflightStatus", strconv.Itoa(rights[0].status), strconv.Itoa(rights[1].status))
	add("DangerouslyAllowInsecureOrigins", strconv.FormatBool(older.DangerouslyAllowInsecureOrigins), strconv.FormatBool(newer.DangerouslyAllowInsecureOrigins))
	add("DangerouslyAllowPublicSuffixes", strconv.FormatBool(older.DangerouslyAllowPublicSuffixes), strconv.FormatBool(newer.DangerouslyAllowPublicSuffixes))
	return all
}

// comparison is the state of Compare.
type comparison struct {
	sides   [2]*side // the older policy and the newer one
	fresh   fresh
	names   []named // what is compared
	others  string  // a method and a header that no list has
	leftOut int
}

// side is one of the two policies.
type side struct {
	*core.Policy

	config  core.Config
	entries []string        // of AllowOrigins, without duplicates
	listed  map[string]bool // the entries
	partial int             // the number of entries with a wildcard in a part of a label
}

func newComparison(older, newer *core.Policy) *comparison {
	c := new(comparison)
	for i, policy := range []*core.Policy{older, newer} {
		s := &side{Policy: policy, config: policy.Config(), listed: make(map[string]bool)}
		for _, text := range s.config.AllowOrigins {
			if s.listed[text] {
				continue
			}
			s.listed[text] = true
			s.entries = append(s.entries, text)
			if partOfLabel(text) {
				s.partial++
			}
		}
		c.sides[i] = s
	}
	c.fresh = newFresh(slices.Concat(c.sides[0].entries, c.sides[1].entries))
	a, b := c.sides[0].config, c.sides[1].config
	lists := slices.Concat(a.AllowMethods, a.AllowHeaders, a.ExposeHeaders, b.AllowMethods, b.AllowHeaders, b.ExposeHeaders)
	c.others = newLabel(strings.ToLower(strings.Join(lists, " ")))
	c.names = c.tries()
	return c
}

// sparesSuffixes reports whether wildcards do not match public suffixes below them.
func (s *side) sparesSuffixes() bool {
	return s.config.AllowCredentials && !s.config.DangerouslyAllowPublicSuffixes
}

// allows reports whether the policy allows a page.
func (s *side) allows(ctx context.Context, origin string) bool {
	return s.Decide(ctx, &core.Request{Method: "GET", Origin: []string{origin}}, nil).OriginAllowed()
}
