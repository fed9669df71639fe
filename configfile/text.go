package configfile

import (
	"bytes"
	"fmt"
	"unicode"
	"unicode/utf8"
)

// The bounds leave room for more than 100,000 origins. They hold the work down
// that a file can make: a YAML node costs a hundred times the byte it stands for,
// and the YAML parser looks for the end of a key as far as the line goes.
const (
	maxSize  = 16 << 20
	maxParts = 250_000
	maxLine  = 64 << 10 // in YAML
	maxDepth = 10       // in YAML
)

// place is where something stands in a text.
type place struct{ line, column int }

// where says it in words.
func (p place) where() string {
	if p.line == 0 {
		return "elsewhere"
	}
	return fmt.Sprintf("in line %d", p.line)
}

// cursor turns offsets into places. It goes forward only, so that a long line
// is counted once.
type cursor struct {
	data   []byte
	offset int
	place
}

func newCursor(data []byte) *cursor {
	return &cursor{data: data, place: place{line: 1, column: 1}}
}

func (c *cursor) at(offset int) place {
	passed := c.data[c.offset:min(offset, len(c.data))]
	c.offset += len(passed)
	if n := bytes.Count(passed, []byte{'\n'}); n > 0 {
		c.line += n
		c.column = 1
		passed = passed[bytes.LastIndexByte(passed, '\n')+1:]
	}
	c.column += utf8.RuneCount(passed)
	return c.place
}

// withoutMark takes off the byte order mark that some editors begin a file with.
func withoutMark(data []byte) []byte {
	return bytes.TrimPrefix(data, []byte("\ufeff"))
}

// inspect refuses what no parser should have to look at. The formats do not
// agree on all of it, either: what ends a line in YAML is nothing in JSON.
func inspect(data []byte) (p Problem, ok bool) {
	if len(data) > maxSize {
		return Problem{Message: fmt.Sprintf("there are more than %d MiB", maxSize>>20)}, false
	}
	parts := 0
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		message := ""
		switch {
		case r == utf8.RuneError && size == 1:
			message = "this is not UTF-8"
		case !printable(r):
			message = fmt.Sprintf("the character %U belongs in no config", r)
		case r == ',' || r == '\n' || r == '\r':
			if parts++; parts > maxParts {
				message = fmt.Sprintf("there are more than %d lines and commas", maxParts)
			}
		}
		if message != "" {
			at := newCursor(data).at(i)
			return Problem{Line: at.line, Column: at.column, Message: message}, false
		}
		i += size
	}
	return Problem{}, true
}

// longLine finds a line that is longer than YAML may have.
func longLine(data []byte) (p Problem, ok bool) {
	line := 1
	for text := range bytes.Lines(data) {
		if len(text) > maxLine {
			return Problem{Line: line, Column: 1, Message: fmt.Sprintf("the line has more than %d KiB; break it up", maxLine>>10)}, true
		}
		line++
	}
	return Problem{}, false
}

// printable leaves out what cannot be seen in an editor.
func printable(r rune) bool {
	switch r {
	case '\t', '\n', '\r':
		return true
	case '\u2028', '\u2029', '\ufeff', '\ufffe', '\uffff':
		return false
	default:
		return !unicode.IsControl(r)
	}
}

// emptyMessage is for a file that says nothing at all, as one that is just being
// written does.
const emptyMessage = "there is nothing in it; list the origins of your pages"

// noObject says what a file begins with.
func noObject(at place, wanted, example string) Problem {
	return Problem{Line: at.line, Column: at.column, Message: "a config is " + wanted + ", such as " + example}
}
