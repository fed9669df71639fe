package policydiff

import (
	"context"
	"slices"
	"strings"

	"github.com/corsuite/corsuite/core"
)

// pages says which pages both policies allow, and which only one of them does. Index 0 is
// the older policy.
type pages struct {
	only     [2][]Entry // entries that match pages which only this policy allows
	suffixes [2][]Entry // wildcards that match public suffixes under this policy only
	both     []Entry    // entries that match only pages that both policies allow
	overlap  bool       // entries in only may match pages that both policies allow
	denied   bool       // both policies deny some pages
}

// pages compares the entries. An entry that both policies cover is in both. Every other one
// is in only: with an example or, to be safe, without one.
func (c *comparison) pages(ctx context.Context) (p pages) {
	for i, mine := range c.sides {
		other := c.sides[1-i]
		for _, text := range mine.entries {
			switch {
			case !c.within(ctx, text, other):
				p.only[i] = append(p.only[i], Entry{text, c.example(ctx, text, mine, other)})
			case i == 1 || !other.listed[text]: // once
				p.both = append(p.both, Entry{Text: text})
			}
		}
	}
	c.addNeighbours(ctx, &p)
	p.overlap = overlap(p.only)
	p.denied = !c.sides[0].listed["*"] && !c.sides[1].listed["*"]
	for i, mine := range c.sides {
		if !mine.sparesSuffixes() && c.sides[1-i].sparesSuffixes() {
			for _, e := range p.both {
				if domain(e.Text) != "" {
					p.suffixes[i] = append(p.suffixes[i], e)
				}
			}
		}
	}
	for _, list := range [][]Entry{p.only[0], p.only[1], p.suffixes[0], p.suffixes[1], p.both} {
		slices.SortStableFunc(list, func(a, b Entry) int { return breadth(b.Text) - breadth(a.Text) })
	}
	return p
}

// within reports whether a policy allows all pages that an entry of the other one matches.
// If that is not certain, it returns false. Public suffixes do not count.
func (c *comparison) within(ctx context.Context, entry string, s *side) bool {
	if s.listed[entry] {
		return true
	}
	if partOfLabel(entry) && 2*s.partial >= len(letters) {
		return false
	}
	found := false
	for origin := range c.fresh.witnesses(entry) {
		if found = s.allows(ctx, origin); !found {
			break
		}
	}
	return found
}

// example returns a page that an entry matches and only the first policy allows. For an
// entry without a wildcard it returns "".
func (c *comparison) example(ctx context.Context, entry string, mine, other *side) string {
	if !wildcard(entry) {
		return ""
	}
	for origin := range c.fresh.candidates(entry) {
		if mine.allows(ctx, origin) && !other.allows(ctx, origin) {
			return origin
		}
	}
	return ""
}

// mostNeighbours is the largest number of entries whose neighbours are tried.
const mostNeighbours = 10_000

// addNeighbours tries origins that look like the entries. It adds those that only one policy
// allows, and that no entry in only matches. There are none if within is right.
func (c *comparison) addNeighbours(ctx context.Context, p *pages) {
	var found [2]*core.Policy
	for i, list := range p.only {
		var origins []string
		for _, e := range list {
			origins = append(origins, e.Text)
		}
		// Without entries, there is no policy, and no page is found.
		found[i], _ = core.NewPolicy(core.Config{AllowOrigins: origins}, core.WithLogger(nil))
	}
	try := func(origin string) {
		allowed := [2]bool{c.sides[0].allows(ctx, origin), c.sides[1].allows(ctx, origin)}
		for i := range allowed {
			if !allowed[i] || allowed[1-i] {
				continue
			}
			if known := found[i]; known == nil || !(&side{Policy: known}).allows(ctx, origin) {
				if e := (Entry{Text: origin}); !slices.Contains(p.only[i], e) {
					p.only[i] = append(p.only[i], e)
				}
			}
		}
	}
	try("null")
	try(c.fresh.stranger())
	for _, s := range c.sides {
		for _, entry := range s.entries[:min(len(s.entries), mostNeighbours)] {
			for _, origin := range c.fresh.neighbours(entry) {
				try(origin)
			}
		}
	}
}

// area is the host of a scheme, and the hosts below it. Without a host, it is the whole
// scheme.
type area struct{ scheme, host string }

// overlap reports whether a wildcard of each list may match the same page. An entry without
// a wildcard in the lists is a page that only one policy allows.
func overlap(only [2][]Entry) bool {
	var areas [2]map[area]bool
	for i, list := range only {
		areas[i] = make(map[area]bool)
		for _, e := range list {
			if scheme, host, port := parts(e.Text); wildcard(host) {
				areas[i][area{scheme, domain(e.Text)}] = true
			} else if port == ":*" {
				areas[i][area{scheme, host}] = true
			}
		}
	}
	for i := range areas {
		for a := range areas[i] {
			for a.host != "" && !areas[1-i][a] {
				_, a.host, _ = strings.Cut(a.host, ".")
			}
			if areas[1-i][a] {
				return true
			}
		}
	}
	return false
}

// breadth orders entries by how many pages they match.
func breadth(entry string) int {
	scheme, host, port := parts(entry)
	switch label, _, _ := strings.Cut(host, "."); {
	case scheme == "*":
		return 5
	case host == "*":
		return 4
	case label == "*":
		return 3
	case wildcard(label):
		return 2
	case port == ":*":
		return 1
	}
	return 0
}
