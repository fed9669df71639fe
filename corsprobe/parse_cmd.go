package main

import (
	"errors"
	"strings"
)

// forWindows reports whether a command is quoted for cmd.exe. The first quotation decides,
// since a quoted value can contain any character.
func forWindows(text string) bool {
	i := strings.IndexAny(text, `'"^`)
	switch {
	case i < 0 || text[i] == '\'':
		return false
	case text[i] == '^':
		return true
	}
	return strings.Contains(text, "^\n") || strings.Contains(text, "^\r\n")
}

// windowsFields splits a command as cmd.exe and the C library of Windows do, with two
// exceptions. Browsers put a caret before a special character also between plain quotation
// marks, so a caret always escapes the next character. And they write two backslashes for
// each one, although the library reads both if no quotation mark follows.
func windowsFields(text string) ([]string, error) {
	return crtFields(uncaret(strings.ReplaceAll(text, "\r\n", "\n")), strings.Contains(text, `^"`))
}

// uncaret removes the carets. A caret continues the line, and two line breaks after a caret
// are one line break in a value.
func uncaret(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		rest := text[i+1:]
		switch {
		case text[i] != '^':
			b.WriteByte(text[i])
		case strings.HasPrefix(rest, "\n\n"):
			b.WriteByte('\n')
			i += 2
		case strings.HasPrefix(rest, "\n"):
			b.WriteByte(' ')
			i++
		case rest != "":
			b.WriteByte(rest[0])
			i++
		}
	}
	return b.String()
}

// crtFields follows the rules of Microsoft's C library for command lines: backslashes are
// special before a quotation mark only, and two quotation marks in a quotation are one. If
// doubled is true, two backslashes are always one.
func crtFields(text string, doubled bool) (fields []string, err error) {
	var b strings.Builder
	quoted, started := false, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\':
			n := len(text[i:]) - len(strings.TrimLeft(text[i:], `\`))
			i += n - 1
			started = true
			quote := i+1 < len(text) && text[i+1] == '"'
			switch {
			case quote:
				b.WriteString(strings.Repeat(`\`, n/2))
			case doubled:
				b.WriteString(strings.Repeat(`\`, n/2+n%2))
			default:
				b.WriteString(strings.Repeat(`\`, n))
			}
			if quote && n%2 == 1 {
				b.WriteByte('"')
				i++
			}
		case c == '"' && quoted && strings.HasPrefix(text[i+1:], `"`):
			b.WriteByte('"')
			i++
		case c == '"':
			quoted, started = !quoted, true
		case !quoted && (c == ' ' || c == '\t' || c == '\n'):
			if started {
				fields = append(fields, b.String())
			}
			b.Reset()
			started = false
		default:
			b.WriteByte(c)
			started = true
		}
	}
	if quoted {
		return nil, errors.New("reached EOF without closing quote \"")
	}
	if started {
		fields = append(fields, b.String())
	}
	return fields, nil
}
