package configfile

import (
	"fmt"
	"strings"
	"time"

	"github.com/corsuite/corsuite/core"
)

// span is where a field was set: the notation, the position of the value, and the items of
// a list.
type span struct {
	dialect
	place
	items []item
}

// item is the position of a list's entry, and its index in the source, where entries that
// are no strings count.
type item struct {
	place
	index int
}

// decode sets s.Config from the members of an object, or from variables. It replaces the
// fields that were set before. It adds the problems of the members to ps.
//
// A value of the wrong form sets its field too, if its meaning can be guessed, and so does
// a value under a similar key. finish can then find further problems.
func (s *Source) decode(d dialect, members []member, ps *problems) {
	fields := make(map[string]field)
	for _, f := range fieldsOf(&s.Config) {
		fields[d.key(f.name)] = f
	}
	seen := make(map[string]place)
	for _, m := range members {
		p := Problem{Line: m.line, Column: m.column, Key: m.key}
		f, known := fields[m.key]
		first, twice := seen[m.key]
		switch {
		case m.wrong != "":
			p.Key, p.Message = "", m.wrong
			ps.add(p)
			continue
		case twice:
			p.Message = first.repeated()
			ps.add(p)
			continue
		case known:
			seen[m.key] = m.place
		default:
			f, known = fields[ps.addUnknown(p, d)]
			if sp, done := s.spans[f.name]; !known || done && sp.dialect == d {
				continue
			}
		}
		if d.environment {
			m.value = ofVariable(f.to, m.value.text)
		}
		s.set(f, m, d, ps)
	}
}

// addUnknown adds a problem for a key that is not a field of Config. It returns the most
// similar key, or an empty string.
func (ps *problems) addUnknown(p Problem, d dialect) string {
	if ps.full() {
		ps.more++ // do not search for a similar key, which is slow
		return ""
	}
	p.Message, p.Fix = "there is no such key", d.nearest(p.Key)
	if d.environment {
		p.Message = "there is no such variable"
	}
	if p.Fix == "" {
		var keys []string
		for _, f := range fieldsOf(new(core.Config)) {
			keys = append(keys, d.key(f.name))
		}
		p.Message += "; write one of " + strings.Join(keys, ", ")
	}
	if p.Key == "" {
		p.Key = quote(p.Key)
	}
	ps.add(p)
	return p.Fix
}

// set sets one field of the Config.
func (s *Source) set(f field, m member, d dialect, ps *problems) {
	v := m.value
	sp := span{dialect: d, place: v.place}
	p := Problem{Line: v.line, Column: v.column, Key: m.key}
	switch {
	case v.kind == invalid:
		p.Message = v.text
	case v.kind == null || v.scalar() && strings.TrimSpace(v.text) == "":
		p.Message = "the value is empty; write a value, or remove this setting"
	}
	if p.Message != "" {
		ps.add(p)
		return
	}
	if v.scalar() {
		p.Value = v.text
	}
	switch to := f.to.(type) {
	case *[]string:
		*to, sp.items = ps.addList(p, v, d)
	case *bool:
		*to, p.Message, p.Fix = truth(v)
	case *int:
		*to, p.Message, p.Fix = status(v)
	case *time.Duration:
		*to, p.Message, p.Fix = duration(v)
		if p.Fix != "" {
			p.Fix = d.entries([]string{p.Fix})
		}
	}
	s.spans[f.name] = sp
	if p.Message != "" {
		ps.add(p)
	}
}

// addList returns the strings of a list, and adds the problems of the list. It does not
// validate the strings; core does. p describes the value.
func (ps *problems) addList(p Problem, v value, d dialect) (entries []string, items []item) {
	switch {
	case v.kind != list:
		p.Message = "the value must be a list"
		if v.scalar() {
			parts := strings.FieldsFunc(v.text, func(r rune) bool { return strings.ContainsRune(", \t\r\n", r) })
			p.Fix = "[" + d.entries(parts) + "]"
			if v.kind == text {
				entries = parts
			}
		}
	case len(v.items) == 0:
		p.Message = "the list is empty; write an entry, or remove this setting"
	}
	if p.Message != "" {
		ps.add(p)
		return entries, nil
	}
	for i, it := range v.items {
		if it.kind == text {
			entries, items = append(entries, it.text), append(items, item{it.place, i})
			continue
		}
		wrong := Problem{Line: it.line, Column: it.column, Key: indexed(p.Key, i)}
		switch {
		case it.kind == invalid:
			wrong.Message = it.text
		case it.kind == null:
			wrong.Message = "the entry is empty; remove it"
		case it.scalar():
			wrong.Value, wrong.Message, wrong.Fix = it.text, "the entry must be a string, in quotation marks", quote(it.text)
		default:
			wrong.Message = "the entry must be a string"
		}
		ps.add(wrong)
	}
	return entries, items
}

func indexed(key string, i int) string { return fmt.Sprintf("%s[%d]", key, i) }
