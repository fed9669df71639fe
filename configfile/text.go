package configfile

import (
	"bytes"
	"fmt"
	"unicode"
	"unicode/utf8"
)

// These bounds limit the time and memory for a file, and permit more than 100,000
// origins. A YAML node takes a hundred times the memory of its byte in the file. The YAML
// parser searches the whole line for the end of a key.
const (
	maxSize  = 8 << 20
	maxParts = 250_000
	maxLine  = 64 << 10 // in YAML
	maxDepth = 20       // in YAML
)

// place is a position in a text, or zero for a variable.
type place struct{ line, column int }

// repeated returns the message for a key that was already set at p.
func (p place) repeated() string {
	if p.line == 0 {
		return "the variable is set twice; remove one of the two"
	}
	return fmt.Sprintf("the key is already set in line %d; remove one of the two", p.line)
}

// cursor converts offsets into positions. Offsets must not decrease, so that the
// characters of a line are counted only once.
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

// withoutMark removes the byte order mark, which some editors write at the beginning of
// a file.
func withoutMark(data []byte) []byte {
	return bytes.TrimPrefix(data, []byte("\ufeff"))
}

// inspect rejects a text that is too large or has characters that are not permitted,
// before a parser has to read it. JSON and YAML disagree about some of these characters:
// U+2028 ends a line only in YAML.
func inspect(data []byte) (p Problem, ok bool) {
	if len(data) > maxSize {
		return Problem{Message: fmt.Sprintf("the text has more than %d MiB", maxSize>>20)}, false
	}
	parts := 0
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		message := ""
		switch {
		case r == utf8.RuneError && size == 1:
			message = "the text is not valid UTF-8"
		case !printable(r):
			message = fmt.Sprintf("the character %U is not permitted", r)
		case r == ',' || r == '\n' || r == '\r':
			if parts++; parts > maxParts {
				message = fmt.Sprintf("the text has more than %d lines and commas", maxParts)
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

// longLine finds a line that is longer than maxLine.
func longLine(data []byte) (p Problem, ok bool) {
	line := 1
	for text := range bytes.Lines(data) {
		if len(text) > maxLine {
			return Problem{Line: line, Column: 1, Message: fmt.Sprintf("the line has more than %d KiB; split the line", maxLine>>10)}, true
		}
		line++
	}
	return Problem{}, false
}

// printable reports whether an editor shows the character, or uses it as a space or a
// line break.
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

// emptyMessage is the message for an empty file, such as one that is just being written.
const emptyMessage = "the config is empty; list the origins of your pages"
