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

// Error is the list of the problems of a source. They are problems of its form, such as
// an unknown key, and problems that core finds in its Config. If the form is right, Error
// wraps the error of core, so that errors.As finds the [*core.ConfigError].
type Error struct {
	// Name is the name of the file, or empty if no file was read. Problems of variables are
	// not in it.
	Name string
	// Problems has 1 to 100 problems, in the order of the source, those of variables
	// first. Further problems are only counted, in the text of Error.
	Problems []Problem

	more int
	err  error
}

// Problem is one problem of a source.
type Problem struct {
	// Line and Column are the position of the problem, counted from 1. Column counts
	// characters. Both are 0 for an environment variable, and for a problem that has no
	// position.
	Line, Column int
	// Key is the name of the key or variable. In a file, the key of a list entry has its
	// index, as in "allowOrigins[1]". Key is empty for a problem of the whole source.
	Key string
	// Value is the wrong value. It is empty if the value is a list or an object.
	Value string
	// Message says what is wrong.
	Message string
	// Fix is the correction, in the notation of the source. It is empty if there is no
	// single correction.
	Fix string
}

// Error returns the problems, one per line, each with its position and its correction.
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

// line returns a problem after the name of its file, in the form that editors recognise.
func (e *Error) line(p Problem) string {
	switch {
	case e.Name == "" || p.Line == 0 && p.Key != "": // p.Key is a variable
		return p.String()
	case p.Line == 0:
		return printed(e.Name) + ": " + p.String()
	default:
		return printed(e.Name) + ":" + p.String()
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
		parts = append(parts, printed(p.Key)+" "+shown(p.Value))
	case p.Key != "":
		parts = append(parts, printed(p.Key))
	}
	line := strings.Join(append(parts, p.Message), ": ")
	if p.Fix != "" && len(p.Fix) <= mostShown && graphic(p.Fix) {
		line += "; use " + p.Fix
	}
	return line
}

// printed returns the name of a key or file, in quotation marks if a log needs them.
func printed(name string) string {
	if len(name) <= mostShown && utf8.ValidString(name) && graphic(name) {
		return name
	}
	return shown(name)
}

// graphic reports whether a log shows every character of a text, and in its order.
func graphic(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsGraphic(r) })
}

// mostShown is the largest number of bytes of a value in a message.
const mostShown = 1000

// shown returns a value in quotation marks, and truncates a long one.
func shown(value string) string {
	if len(value) <= mostShown {
		return strconv.Quote(value)
	}
	return strconv.Quote(strings.ToValidUTF8(value[:mostShown], "")) + "…"
}

// quote writes a string in quotation marks, so that JSON and YAML read the same string. It
// escapes what a log does not show, except above U+FFFF, where JSON and YAML differ.
func quote(s string) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		return strconv.Quote(s)
	}
	var escaped strings.Builder
	for _, r := range strings.TrimSuffix(b.String(), "\n") {
		if unicode.IsGraphic(r) || r > '\uffff' {
			escaped.WriteRune(r)
		} else {
			fmt.Fprintf(&escaped, `\u%04x`, r)
		}
	}
	return escaped.String()
}

// visible replaces control characters in a message. A message can contain a part of the
// source, and control characters could forge lines in a log.
func visible(message string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsGraphic(r) {
			return r
		}
		return utf8.RuneError
	}, message)
}

// mostProblems is the largest number of problems in an Error. More problems usually
// have one common cause.
const mostProblems = 100

// problems collects the problems of a source.
type problems struct {
	first []Problem // at most mostProblems
	more  int       // the number of further problems
}

func (ps *problems) add(p Problem) {
	if ps.full() {
		ps.more++
		return
	}
	p.Message = visible(p.Message)
	ps.first = append(ps.first, p)
}

func (ps *problems) full() bool { return len(ps.first) == mostProblems }

// err returns the problems as an *Error for the file with the given name. It returns nil
// if there are no problems. cause is the error of core, or nil for problems of the form.
func (ps *problems) err(name string, cause error) error {
	if len(ps.first) == 0 {
		return nil
	}
	slices.SortStableFunc(ps.first, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return &Error{Name: name, Problems: ps.first, more: ps.more, err: cause}
}
