package main

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// In $'…', browsers write \xe9 for the byte of a header or of a binary body, but also for the
// character é of a text, and a shell ends the string at NUL. So such a sequence is read as a
// private character, until it is known what the string is.
const (
	firstByte = '\U0010fe00'
	lastByte  = '\U0010feff'
)

// markBytes replaces the sequences in $'…' for NUL and for bytes from 0x80 by the private
// characters, and joins those for two halves of one character.
func markBytes(text string) string {
	var b strings.Builder
	quote := "" // the quotation that text is in: ', ", $' or none
	for i := 0; i < len(text); i++ {
		c := text[i]
		b.WriteByte(c)
		switch {
		case quote == "$'" && c == '\\':
			if r, n := byteEscape(text[i+1:]); n > 0 {
				fmt.Fprintf(&b, "U%08x", r)
				i += n
			} else if i+1 < len(text) {
				i++
				b.WriteByte(text[i])
			}
		case (quote == "" || quote == "\"") && c == '\\' && i+1 < len(text):
			i++
			b.WriteByte(text[i])
		case quote == "" && c == '\'' && i > 0 && text[i-1] == '$':
			quote = "$'"
		case quote == "" && (c == '\'' || c == '"'):
			quote = string(c)
		case quote != "" && c == quote[len(quote)-1]:
			quote = ""
		}
	}
	return b.String()
}

// byteEscape returns the character for an escape sequence without its backslash, and the
// length of the sequence. The length is 0 if the shell reads the sequence right.
func byteEscape(s string) (rune, int) {
	switch {
	case strings.HasPrefix(s, "x"):
		return mark(number(s[1:], 16, 2))
	case strings.HasPrefix(s, "u"):
		r, n := number(s[1:], 16, 4)
		if r == 0 {
			return mark(r, n)
		}
		if after, found := strings.CutPrefix(s[1+n:], `\u`); found && utf16.IsSurrogate(r) {
			low, m := number(after, 16, 4)
			if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
				return r, 1 + n + 2 + m
			}
		}
		return 0, 0
	}
	r, n := number(s, 8, 3)
	r, n = mark(r&0xff, n)
	return r, max(0, n-1)
}

// mark returns the private character for a byte, and the length of its sequence with the
// letter before n digits.
func mark(r rune, n int) (rune, int) {
	if n == 0 || r > 0 && r < 0x80 {
		return 0, 0
	}
	return firstByte + r, n + 1
}

// number reads a number with up to most digits, and returns how many digits there are.
func number(s string, base, most int) (r rune, digits int) {
	for n := 1; n <= min(most, len(s)); n++ {
		v, err := strconv.ParseUint(s[:n], base, 16)
		if err != nil {
			break
		}
		r, digits = rune(v), n
	}
	return r, digits
}

// replaceBytes calls replace for each byte that a private character means, and for each byte
// that is not UTF-8, and returns the text with the results.
func replaceBytes(s string, replace func(byte) string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r >= firstByte && r <= lastByte:
			b.WriteString(replace(byte(r - firstByte)))
		case r == utf8.RuneError && n == 1:
			b.WriteString(replace(s[i]))
		default:
			b.WriteString(s[i : i+n])
		}
		i += n
	}
	return b.String()
}

// unmark returns text with the bytes themselves.
func unmark(s string) string {
	return replaceBytes(s, func(b byte) string { return string([]byte{b}) })
}

// headerBytes returns the value of a header as it is sent, with one byte for each character
// (Fetch, byte sequence).
func headerBytes(s string) string {
	var b strings.Builder
	for i, r := range s {
		n := utf8.RuneLen(r)
		switch {
		case r <= 0xff:
			b.WriteByte(byte(r))
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], "\ufffd"):
			b.WriteByte(s[i])
		default:
			b.WriteString(unmark(s[i : i+n]))
		}
	}
	return b.String()
}

// bodyBytes returns a body. A byte of a text is a character, which is sent as UTF-8.
func bodyBytes(s, contentType string) []byte {
	contentType = strings.ToLower(contentType)
	for _, text := range []string{"text", "json", "xml", "form", "script", "graphql"} {
		if strings.Contains(contentType, text) {
			return []byte(replaceBytes(s, func(b byte) string { return string(rune(b)) }))
		}
	}
	return []byte(unmark(s))
}
