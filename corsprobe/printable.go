package main

import (
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// longestQuote is the largest number of bytes that is shown of a value from a server.
const longestQuote = 200

// quote shows a value from a server. It escapes control characters, which a terminal would
// execute.
func quote(s string) string { return `"` + shown(s) + `"` }

// shown is quote without quotation marks.
func shown(s string) string {
	rest := ""
	if len(s) > longestQuote {
		s, rest = s[:longestQuote], "…"
	}
	q := strconv.Quote(s)
	return strings.ReplaceAll(q[1:len(q)-1], `\"`, `"`) + rest
}

// printable escapes control characters in text that is not cut, such as lines of an error.
func printable(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r == '\n' || r == '\t' || strconv.IsPrint(r) {
			b.WriteRune(r)
			continue
		}
		q := strconv.QuoteRune(r)
		b.WriteString(q[1 : len(q)-1])
	}
	return b.String()
}

// commandLine returns a command of corsprobe for bash. The arguments can come from a message
// or a server.
func commandLine(args []string) string {
	words := []string{"corsprobe"}
	for _, arg := range args {
		word, err := syntax.Quote(arg, syntax.LangBash)
		if err != nil { // NUL, which no argument has
			word = "''"
		}
		words = append(words, word)
	}
	return strings.Join(words, " ")
}
