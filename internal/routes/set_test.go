package routes

import (
	"fmt"
	"iter"
	"slices"
)

// set is the list of an application's registrations, independent of a framework. In a
// pattern, :name is a segment and *name is the rest of a path.
type set struct {
	settings []string  // of the framework, by name
	before   []ware    // on the application, before Install
	app      []ware    // the application's policy, or empty
	elements []element // after Install
}

// element is one registration.
type element struct {
	kind    kind
	path    string   // pattern of a route, prefix of a group, name of a host
	methods []string // of a route; empty for all methods (Any, All, Handle)
	number  int      // of a route's handler
	wares   []ware
	outside bool // wares are arguments of the call that makes the group, not of Use inside
	inside  []element
}

type kind string

const (
	route    kind = "Route"
	use      kind = "Use"      // middleware for later elements
	useBelow kind = "UseBelow" // middleware for later elements below a path
	group    kind = "Group"
	inline   kind = "Inline" // a group without a prefix
	mount    kind = "Mount"  // a router below a prefix
	host     kind = "Host"
)

// ware is a middleware. number is the number of the policy, or unique.
type ware struct {
	does   does
	number int
}

type does string

const (
	policy does = "policy"
	auth   does = "auth"   // answers requests without the token with 401
	count  does = "count"  // only records that it ran
	before does = "before" // like count, but registered before Install
)

func (w ware) isPolicy() bool { return w.does == policy }

func (w ware) String() string { return fmt.Sprint(string(w.does), w.number) }

// split returns the middleware for the call that makes a group, and for Use inside it.
func (e *element) split() (outer, inner []ware) {
	if e.outside {
		return e.wares, nil
	}
	return nil, e.wares
}

// String returns the set as a tree.
func (s *set) String() string {
	return fmt.Sprintf("settings %q, before %v\nInstall %v\n%s", s.settings, s.before, s.app, printed(s.elements, ""))
}

func printed(elements []element, indent string) (lines string) {
	for _, e := range elements {
		lines += fmt.Sprintf("%s%s %s%q %v", indent, e.kind, e.methods, e.path, e.wares)
		switch {
		case e.kind == route:
			lines += fmt.Sprint(" h", e.number)
		case e.outside:
			lines += " outside"
		}
		lines += "\n" + printed(e.inside, indent+"\t")
	}
	return lines
}

// smaller returns all sets that lack exactly one part of s.
func (s *set) smaller() iter.Seq[*set] {
	return func(yield func(*set) bool) {
		for n := 0; ; n++ {
			left := n
			cut := &cutter{func() bool { left--; return left == -1 }}
			c := &set{without(cut, s.settings), without(cut, s.before), without(cut, s.app), cut.elements(s.elements)}
			if left >= 0 || !yield(c) {
				return
			}
		}
	}
}

// cutter copies a set without the part for which due returns true.
type cutter struct{ due func() bool }

func without[T any](c *cutter, list []T) []T {
	return slices.DeleteFunc(slices.Clone(list), func(T) bool { return c.due() })
}

func (c *cutter) elements(elements []element) (left []element) {
	for _, e := range elements {
		if c.due() {
			continue
		}
		opened := len(e.inside) != 0 && c.due()
		e.methods, e.wares, e.inside = without(c, e.methods), without(c, e.wares), c.elements(e.inside)
		e.outside = e.outside && !c.due()
		if !opened {
			left = append(left, e)
			continue
		}
		for _, in := range e.inside {
			if in.kind != use {
				in.path = e.path + in.path
			}
			left = append(left, in)
		}
	}
	return left
}
