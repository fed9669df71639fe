package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// literal reads literals of JavaScript: strings, numbers, objects and arrays, and calls of
// JSON.stringify and of constructors with such arguments. It evaluates nothing else.
type literal struct {
	text  string
	depth int
}

// object is an object of JavaScript, in the order of the script.
type object []property

type property struct {
	name  string
	value any
}

// get returns the value of a property, or nil.
func (o object) get(name string) any {
	for _, p := range o {
		if p.name == name {
			return p.value
		}
	}
	return nil
}

// MarshalJSON keeps the order of the properties.
func (o object) MarshalJSON() ([]byte, error) {
	parts := make([]string, len(o))
	for i, p := range o {
		name, err := marshal(p.name)
		if err != nil {
			return nil, err
		}
		value, err := marshal(p.value)
		if err != nil {
			return nil, err
		}
		parts[i] = name + ":" + value
	}
	return []byte("{" + strings.Join(parts, ",") + "}"), nil
}

// marshal returns JSON as JSON.stringify does, which escapes no "<".
func marshal(v any) (string, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return strings.TrimSuffix(b.String(), "\n"), err
}

const deepest = 100 // levels of nested literals

// blanks skips white space and comments.
func (l *literal) blanks() {
	for {
		l.text = strings.TrimLeft(l.text, " \t\r\n\u00a0\ufeff")
		end := ""
		switch {
		case strings.HasPrefix(l.text, "//"):
			end = "\n"
		case strings.HasPrefix(l.text, "/*"):
			end = "*/"
		default:
			return
		}
		_, l.text, _ = strings.Cut(l.text[2:], end)
	}
}

// take removes a token, and reports whether it was the next one.
func (l *literal) take(token string) bool {
	l.blanks()
	rest, ok := strings.CutPrefix(l.text, token)
	if ok {
		l.text = rest
	}
	return ok
}

// value reads a string, a float64, a bool, nil, an object, or a []any.
func (l *literal) value() (any, error) {
	if l.depth++; l.depth > deepest {
		return nil, fmt.Errorf("values are nested more than %d times", deepest)
	}
	defer func() { l.depth-- }()
	l.blanks()
	switch {
	case l.text == "":
		return nil, errors.New("the text ends in the middle of the call")
	case strings.ContainsRune("\"'`", rune(l.text[0])):
		return l.string()
	case l.take("{"):
		return l.object()
	case l.take("["):
		return l.list("]")
	}
	return l.word()
}

// word reads a number, a constant or a call.
func (l *literal) word() (any, error) {
	word := l.identifier()
	switch word {
	case "":
		return nil, fmt.Errorf("%.20q is not a value", l.text)
	case "null", "undefined":
		return nil, nil
	case "true", "false":
		return word == "true", nil
	case "new":
		l.blanks()
		word = l.identifier()
	}
	if n, err := strconv.ParseFloat(word, 64); err == nil {
		return n, nil
	}
	if !l.take("(") {
		return nil, fmt.Errorf("%q is a variable; replace it by its value", word)
	}
	args, err := l.list(")")
	if err != nil {
		return nil, err
	}
	switch {
	case len(args) == 0:
	case word == "JSON.stringify":
		return marshal(args[0])
	case word == "Headers", word == "URL", word == "URLSearchParams", word == "String":
		return args[0], nil
	}
	return nil, fmt.Errorf("%q is a call; replace it by its value", word)
}

func (l *literal) identifier() string {
	n := strings.IndexFunc(l.text, func(r rune) bool {
		return r != '_' && r != '$' && r != '.' && r != '-' && r != '+' && (r < '0' || r > '9') && (r|0x20 < 'a' || r|0x20 > 'z')
	})
	if n < 0 {
		n = len(l.text)
	}
	word := l.text[:n]
	l.text = l.text[n:]
	return word
}

// list reads values up to the end.
func (l *literal) list(end string) (values []any, err error) {
	for !l.take(end) {
		v, err := l.value()
		if err != nil {
			return nil, err
		}
		values = append(values, v)
		if !l.take(",") && !strings.HasPrefix(l.text, end) {
			return nil, fmt.Errorf("before %.20q, a comma or %q is missing; the text ends too early, or has an expression that is not a value", l.text, end)
		}
	}
	return values, nil
}

func (l *literal) object() (object, error) {
	o := object{}
	for !l.take("}") {
		l.blanks()
		var name string
		var err error
		if l.text != "" && strings.ContainsRune("\"'", rune(l.text[0])) {
			name, err = l.string()
		} else if name = l.identifier(); name == "" {
			err = fmt.Errorf("before %.20q, the name of a property is missing; the text ends too early, or has an expression that is not a value", l.text)
		}
		if err != nil {
			return nil, err
		}
		if !l.take(":") {
			return nil, fmt.Errorf("%q is a variable; replace it by its value", name)
		}
		v, err := l.value()
		if err != nil {
			return nil, err
		}
		o = append(o, property{name, v})
		if !l.take(",") && !strings.HasPrefix(l.text, "}") {
			return nil, fmt.Errorf("before %.20q, a comma or \"}\" is missing; the text ends too early, or has an expression that is not a value", l.text)
		}
	}
	return o, nil
}

// string reads a string with any of the three quotation marks.
func (l *literal) string() (string, error) {
	mark := l.text[0]
	var units []uint16 // so that two escapes can make one character
	s := l.text[1:]
	for s != "" {
		r, n := utf8.DecodeRuneInString(s)
		switch {
		case s[0] == mark:
			l.text = s[1:]
			return string(utf16.Decode(units)), nil
		case s[0] == '\n' && mark != '`':
			return "", errors.New("a string has no end in its line")
		case mark == '`' && strings.HasPrefix(s, "${"):
			return "", errors.New("a string has a placeholder, ${…}; replace it by its value")
		case s[0] == '\\':
			r, n = escape(s)
		}
		if r >= 0 {
			units = utf16.AppendRune(units, r)
			if utf16.IsSurrogate(r) {
				units[len(units)-1] = uint16(r)
			}
		}
		s = s[n:]
	}
	return "", errors.New("the text ends in the middle of a string")
}

// escape returns the character of an escape sequence, or -1 if it is none, and the number of
// bytes of the sequence.
func escape(s string) (rune, int) {
	if len(s) < 2 {
		return -1, len(s)
	}
	number := func(digits string, n int) (rune, int) {
		v, err := strconv.ParseUint(digits, 16, 32)
		if err != nil || v > utf8.MaxRune {
			return utf8.RuneError, 2
		}
		return rune(v), n
	}
	switch s[1] {
	case 'n':
		return '\n', 2
	case 'r':
		return '\r', 2
	case 't':
		return '\t', 2
	case 'b':
		return '\b', 2
	case 'f':
		return '\f', 2
	case 'v':
		return '\v', 2
	case '0':
		return 0, 2
	case '\n':
		return -1, 2
	case 'x':
		if len(s) >= 4 {
			return number(s[2:4], 4)
		}
	case 'u':
		if digits, _, ok := strings.Cut(s[2:], "}"); ok && strings.HasPrefix(digits, "{") {
			return number(digits[1:], len(digits)+3)
		}
		if len(s) >= 6 {
			return number(s[2:6], 6)
		}
	}
	r, n := utf8.DecodeRuneInString(s[1:])
	return r, n + 1
}
