package routes

import (
	"fmt"
	"slices"
	"strings"
)

// set is what an application registers, in the words of no framework. Patterns
// have :name for a segment and *name for the rest of a path.
type set struct {
	settings []string  // of the framework, by name
	shared   bool      // each policy is one middleware, used over and over
	before   []ware    // at app level, before the line
	elements []element // at app level, after it
}

// element is one registration.
type element struct {
	kind    kind
	path    string   // pattern of a route, prefix of a group, name of a host
	methods []string // of a route; none means all: Any, All, Handle
	number  int      // of a route's handler
	wares   []ware
	outside bool // the group's middleware is handed to the call that makes it
	inside  []element
}

type kind int

const (
	route    kind = iota
	use           // middleware for what comes after
	useBelow      // middleware for what comes after below a path
	group         // prefix
	inline        // a group without a prefix
	mount         // a router of its own below a prefix
	host
)

// ware is a middleware.
type ware struct {
	does   does
	number int // of the policy, or to tell users' middleware apart
}

type does string

const (
	policy does = "policy"
	auth   does = "auth" // answers 401 to requests without the token
	count  does = "count"
)

func (w ware) String() string { return fmt.Sprint(w.does, w.number) }

func (s *set) clone() *set {
	c := *s
	c.settings = slices.Clone(s.settings)
	c.before = slices.Clone(s.before)
	c.elements = cloneAll(s.elements)
	return &c
}

func cloneAll(elements []element) []element {
	c := slices.Clone(elements)
	for i := range c {
		c[i].methods = slices.Clone(c[i].methods)
		c[i].wares = slices.Clone(c[i].wares)
		c[i].inside = cloneAll(c[i].inside)
	}
	return c
}

// String prints the set as something close to Go.
func (s *set) String() string {
	var b strings.Builder
	for _, setting := range s.settings {
		fmt.Fprintf(&b, "// %s\n", setting)
	}
	if s.shared {
		b.WriteString("// each policy is one middleware\n")
	}
	writeUse(&b, "app", "", s.before)
	b.WriteString("cors := Preflights(app)\n")
	for i := range s.elements {
		s.elements[i].write(&b, "app", "")
	}
	return b.String()
}

func (e *element) write(b *strings.Builder, on, indent string) {
	b.WriteString(indent)
	path := fmt.Sprintf("%q", e.path)
	switch e.kind {
	case route:
		methods := "Any"
		if len(e.methods) != 0 {
			methods = strings.Join(e.methods, "+")
		}
		fmt.Fprintf(b, "%s.%s(%s)\n", on, methods, arguments(path, e.wares, fmt.Sprint("h", e.number)))
	case use, useBelow:
		writeUse(b, on, e.path, e.wares)
	default:
		call := map[kind]string{group: "Group", inline: "Inline", mount: "Mount", host: "Host"}[e.kind]
		if e.kind == inline {
			path = ""
		}
		outer, inner := e.wares, []ware(nil)
		if !e.outside {
			outer, inner = nil, e.wares
		}
		fmt.Fprintf(b, "%s.%s(%s {\n", on, call, arguments(path, outer, "func(r)"))
		if len(inner) != 0 {
			b.WriteString(indent + "\t")
			writeUse(b, "r", "", inner)
		}
		for i := range e.inside {
			e.inside[i].write(b, "r", indent+"\t")
		}
		b.WriteString(indent + "})\n")
	}
}

func writeUse(b *strings.Builder, on, path string, wares []ware) {
	if len(wares) == 0 {
		return
	}
	if path != "" {
		path = fmt.Sprintf("%q", path)
	}
	fmt.Fprintf(b, "%s.Use(%s)\n", on, arguments(path, wares, ""))
}

// arguments lists those that are not empty.
func arguments(path string, wares []ware, last string) string {
	list := []string{path}
	for _, w := range wares {
		list = append(list, w.String())
	}
	list = append(list, last)
	return strings.Join(slices.DeleteFunc(list, func(s string) bool { return s == "" }), ", ")
}
