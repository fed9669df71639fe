package configfile

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Error says what is wrong with a source: with its form, or, once the form is
// right, with the Config that it holds. Then it wraps the error of core, so that
// errors.As finds the [*core.ConfigError].
type Error struct {
	// Name is the file's name, or empty if no file was read.
	Name string
	// Problems has at least one element, in the order in which they stand in the
	// source. There may be more than the hundred that are told.
	Problems []Problem

	more int
	err  error
}

// Problem is one thing that is wrong with a source.
type Problem struct {
	// Line and Column say where it stands, counted from 1 and in characters.
	// Both are 0 for a variable of the environment, and where no place is to
	// blame.
	Line, Column int
	// Key is the key, or the variable, and in a file the position in its list,
	// such as "allowOrigins[1]". It is empty for a problem of the whole source.
	Key string
	// Value is what stands there, if that is no list and no object.
	Value string
	// Message says what is wrong.
	Message string
	// Fix is what to write instead, as the source spells it. It is empty where
	// only the author can tell.
	Fix string
}

// Error lists the problems, one a line, each with its place and with what to
// write instead.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("CORS config: ")
	switch n := len(e.Problems) + e.more; {
	case n == 1:
		return b.String() + e.line(e.Problems[0])
	case e.more > 0:
		fmt.Fprintf(&b, "%d problems, the first %d:", n, len(e.Problems))
	default:
		fmt.Fprintf(&b, "%d problems:", n)
	}
	for _, p := range e.Problems {
		b.WriteString("\n\t" + e.line(p))
	}
	return b.String()
}

// line puts the file's name before a problem, so that editors find its place.
func (e *Error) line(p Problem) string {
	switch {
	case e.Name == "":
		return p.String()
	case p.Line == 0:
		return e.Name + ": " + p.String()
	default:
		return e.Name + ":" + p.String()
	}
}

// Unwrap returns the error of core, or nil if the form is wrong.
func (e *Error) Unwrap() error { return e.err }

// String returns the problem as one line, such as
//
//	3:5: allowOrigins[1] "https://example.com/": an origin has no path; use "https://example.com"
func (p Problem) String() string {
	var parts []string
	if p.Line > 0 {
		parts = append(parts, fmt.Sprintf("%d:%d", p.Line, p.Column))
	}
	switch {
	case p.Key != "" && p.Value != "":
		parts = append(parts, p.Key+" "+shown(p.Value))
	case len(p.Key) > longestKey || !utf8.ValidString(p.Key) || strings.ContainsFunc(p.Key, func(r rune) bool { return !unicode.IsGraphic(r) }):
		parts = append(parts, shown(p.Key))
	case p.Key != "":
		parts = append(parts, p.Key)
	}
	line := strings.Join(append(parts, p.Message), ": ")
	if p.Fix != "" && len(p.Fix) <= mostShown {
		line += "; use " + p.Fix
	}
	return line
}

// mostShown is more than anybody reads in a line. Fix has all of it.
const mostShown = 1000

// shown quotes a value, and cuts a long one.
func shown(value string) string {
	if len(value) <= mostShown {
		return strconv.Quote(value)
	}
	return strconv.Quote(strings.ToValidUTF8(value[:mostShown], "")) + "…"
}

// quote writes a string so that JSON and YAML read it alike.
func quote(s string) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		return strconv.Quote(s)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// visible replaces what a message may bring along from a value: escapes can stand
// for anything, and a log is no place for it.
func visible(message string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsGraphic(r) {
			return r
		}
		return utf8.RuneError
	}, message)
}

// mostProblems is how many are told. A file with more has one cause.
const mostProblems = 100

// problems gathers what is wrong with a source.
type problems struct {
	told []Problem
	more int
}

func (ps *problems) add(p Problem) {
	if ps.full() {
		ps.more++
		return
	}
	p.Message = visible(p.Message)
	ps.told = append(ps.told, p)
}

func (ps *problems) full() bool { return len(ps.told) == mostProblems }

// err returns what was gathered as the error of the file with that name. cause
// is the error of core, if it was that which found them.
func (ps *problems) err(name string, cause error) error {
	if len(ps.told) == 0 {
		return nil
	}
	slices.SortStableFunc(ps.told, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return &Error{Name: name, Problems: ps.told, more: ps.more, err: cause}
}
