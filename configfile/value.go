package configfile

import "strings"

// kind is the type of a value in a source.
type kind int

const (
	invalid kind = iota
	null
	boolean
	number // or another YAML scalar without quotation marks, such as a date
	text
	list
	object
)

// value is a value of JSON, YAML or the environment.
type value struct {
	place
	kind    kind
	text    string // the text of a scalar, or why the value is invalid
	items   []value
	members []member // of an object, even if it is invalid
}

// scalar reports whether the value is a boolean, a number or a string.
func (v value) scalar() bool { return v.kind == boolean || v.kind == number || v.kind == text }

// member is a key with its value.
type member struct {
	place
	key   string
	wrong string // why the key is invalid
	value value
}

// section returns the object at the end of path. An invalid value before that end is no
// problem, because it belongs to the rest of the document.
func (v value) section(path []string, ps *problems) (found value, ok bool) {
	name := ""
	for i, key := range path {
		name = strings.Join(path[:i+1], ".")
		p := Problem{Line: v.line, Column: v.column, Key: name, Message: "there is no such section"}
		var here []member
		for _, m := range v.members {
			if m.key == key {
				here = append(here, m)
			}
		}
		if len(here) > 1 {
			p.Line, p.Column, p.Message = here[1].line, here[1].column, here[0].repeated()
		}
		if len(here) != 1 {
			ps.add(p)
			return value{}, false
		}
		v = here[0].value
	}
	p := Problem{Line: v.line, Column: v.column, Key: name}
	switch v.kind {
	case object:
		return v, true
	case invalid:
		p.Message = v.text
	case null:
		p.Message = emptyMessage
	default:
		p.Message = `a config must have keys, such as {"allowOrigins": ["https://app.example.com"]}`
	}
	ps.add(p)
	return value{}, false
}
