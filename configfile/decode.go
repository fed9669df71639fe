package configfile

import (
	"fmt"
	"strings"
	"time"

	"github.com/corsuite/corsuite/core"
)

// span is the position of a field's value in a source, and the positions of its items
// if the value is a list.
type span struct {
	place
	items []place
}

// decode sets s.Config from the members of a source. It adds their problems to ps.
func (s *Source) decode(members []member, ps *problems) {
	fields := make(map[string]field)
	for _, f := range fieldsOf(&s.Config) {
		fields[s.key(f.name)] = f
	}
	seen := make(map[string]place)
	for _, m := range members {
		f, known := fields[m.key]
		first, twice := seen[m.key]
		switch {
		case !known:
			ps.addUnknown(m, s.dialect)
			continue
		case twice:
			ps.add(Problem{Line: m.line, Column: m.column, Key: m.key, Message: first.repeated()})
			continue
		}
		seen[m.key] = m.place
		s.spans[f.name] = spanOf(m.value)
		s.set(f, m, ps)
	}
}

func spanOf(v value) span {
	sp := span{place: v.place}
	for _, item := range v.items {
		sp.items = append(sp.items, item.place)
	}
	return sp
}

// addUnknown adds a problem for a key that is not a field of Config.
func (ps *problems) addUnknown(m member, d dialect) {
	if ps.full() {
		ps.more++ // do not search for a similar key, which is slow
		return
	}
	p := Problem{Line: m.line, Column: m.column, Key: m.key, Message: "there is no such key", Fix: d.nearest(m.key)}
	if d.environment {
		p.Message = "there is no such variable"
	}
	if m.key == "" {
		p.Key = quote(m.key)
	}
	if p.Fix == "" {
		var keys []string
		for _, f := range fieldsOf(new(core.Config)) {
			keys = append(keys, d.key(f.name))
		}
		p.Message += "; write one of " + strings.Join(keys, ", ")
	}
	ps.add(p)
}

// set sets one field of the Config.
func (s *Source) set(f field, m member, ps *problems) {
	v := m.value
	p := Problem{Line: v.line, Column: v.column, Key: m.key}
	if v.scalar() {
		p.Value = v.text
	}
	switch {
	case v.kind == invalid:
		return
	case v.kind == null || v.scalar() && strings.TrimSpace(v.text) == "":
		p.Value, p.Message = "", "the value is empty; write a value, or remove this setting"
		ps.add(p)
		return
	}
	switch to := f.to.(type) {
	case *[]string:
		*to = s.list(p, v, ps)
		return
	case *bool:
		*to, p.Message, p.Fix = truth(v)
	case *int:
		*to, p.Message, p.Fix = status(v)
	case *time.Duration:
		*to, p.Message, p.Fix = duration(v)
		if p.Fix != "" {
			p.Fix = s.entries([]string{p.Fix})
		}
	}
	if p.Message != "" {
		ps.add(p)
	}
}

// list reads a list of strings. It does not validate the strings; core does.
func (s *Source) list(p Problem, v value, ps *problems) (entries []string) {
	switch {
	case v.kind != list:
		p.Message = "the value must be a list"
		if v.scalar() {
			parts := strings.FieldsFunc(v.text, func(r rune) bool { return strings.ContainsRune(", \t\r\n", r) })
			p.Fix = "[" + s.entries(parts) + "]"
		}
		ps.add(p)
		return nil
	case len(v.items) == 0:
		p.Message = "the list is empty; write an entry, or remove this setting"
		ps.add(p)
		return nil
	}
	for i, item := range v.items {
		if item.kind == text {
			entries = append(entries, item.text)
			continue
		}
		p := Problem{Line: item.line, Column: item.column, Key: fmt.Sprintf("%s[%d]", p.Key, i), Message: "the entry must be a string"}
		switch {
		case item.kind == invalid:
			continue
		case item.kind == null:
			p.Message = "the entry is empty; remove it"
		case item.scalar():
			p.Value, p.Message, p.Fix = item.text, "the entry must be a string, in quotation marks", quote(item.text)
		}
		ps.add(p)
	}
	return entries
}
