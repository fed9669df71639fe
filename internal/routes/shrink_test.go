package routes

import (
	"iter"
	"slices"
)

// smaller yields the set with each single thing left out.
func (s *set) smaller() iter.Seq[*set] {
	return func(yield func(*set) bool) {
		for n := 0; ; n++ {
			c := s.clone()
			e := editor{left: n}
			e.set(c)
			if !e.done || !yield(c) {
				return
			}
		}
	}
}

// editor makes the one of all possible edits that has left others before it.
type editor struct {
	left int
	done bool
}

// due reports whether the edit at hand is the one to make.
func (e *editor) due() bool {
	if e.done {
		return false
	}
	e.left--
	e.done = e.left < 0
	return e.done
}

func (e *editor) set(s *set) {
	s.elements = e.elements(s.elements)
	s.settings = without(e, s.settings)
	s.before = without(e, s.before)
	if s.shared && e.due() {
		s.shared = false
	}
}

func (e *editor) elements(elements []element) []element {
	for i := range elements {
		if e.due() {
			return slices.Delete(elements, i, i+1)
		}
		at := &elements[i]
		if inside := at.hoisted(); inside != nil && e.due() {
			return slices.Concat(elements[:i], inside, elements[i+1:])
		}
		e.element(at)
	}
	return elements
}

func (e *editor) element(at *element) {
	at.inside = e.elements(at.inside)
	if len(at.wares) > 1 || at.kind != use && at.kind != useBelow {
		at.wares = without(e, at.wares)
	}
	if at.kind == mount && e.due() {
		at.kind = group
	}
	if at.outside && e.due() {
		at.outside = false
	}
	if at.kind != route {
		return
	}
	if len(at.methods) > 1 {
		at.methods = without(e, at.methods)
	}
	for _, m := range methods() {
		if len(at.methods) == 0 && e.due() {
			at.methods = []string{m}
		}
	}
}

// hoisted returns what stands in a group as if it stood outside, nil if that
// would be something else.
func (e *element) hoisted() []element {
	if len(e.wares) != 0 || e.kind != group && e.kind != inline {
		return nil
	}
	inside := cloneAll(e.inside)
	for i := range inside {
		switch in := &inside[i]; {
		case in.kind == use || in.kind == useBelow || e.kind == group && in.kind == inline:
			return nil
		case e.kind == group:
			in.path = e.path + in.path
		}
	}
	return inside
}

// without leaves out one of a list.
func without[T any](e *editor, list []T) []T {
	for i := range list {
		if e.due() {
			return slices.Delete(list, i, i+1)
		}
	}
	return list
}
