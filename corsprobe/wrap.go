package main

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"unicode/utf8"
)

// screen is a terminal, on which long sentences are wrapped.
type screen struct {
	io.Writer
	columns int
}

// columns returns the width for sentences: COLUMNS if a shell exports it, or 80.
func columns() int {
	const usual, least = 80, 20
	if n, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && n >= least {
		return n
	}
	return usual
}

// text writes a line that can be wrapped: the further lines are indented. Use line for what
// a user copies.
func (p printer) text(indent int, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if s, ok := p.w.(screen); ok {
		text = wrap(text, s.columns, indent)
	}
	p.line("%s", text)
}

// paragraph writes text of a report, which is wrapped wherever it goes.
func (p printer) paragraph(indent int, text string) {
	const columns = 80
	p.line("%s", wrap(text, columns, indent))
}

// wrap breaks a line at blanks. A longer word, such as a URL, stays whole.
func wrap(text string, columns, indent int) string {
	var b strings.Builder
	words := strings.TrimLeft(text, " ")
	used := len(text) - len(words) // columns of the current line
	b.WriteString(text[:used])
	for i, word := range strings.Split(words, " ") {
		n := shownWidth(word)
		switch {
		case i == 0:
		case used+1+n > columns && used > indent:
			b.WriteString("\n" + strings.Repeat(" ", indent))
			used = indent
		default:
			b.WriteByte(' ')
			used++
		}
		b.WriteString(word)
		used += n
	}
	return b.String()
}

// shownWidth returns the number of columns of a word that paint may have colored.
func shownWidth(word string) int {
	n := utf8.RuneCountInString(word)
	for {
		_, rest, found := strings.Cut(word, "\x1b[")
		code, after, ended := strings.Cut(rest, "m")
		if !found || !ended {
			return n
		}
		n -= len("\x1b[m") + len(code)
		word = after
	}
}
