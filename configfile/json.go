package configfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
)

// jsonReader reads JSON whose syntax has been checked.
type jsonReader struct {
	data   []byte
	dec    *json.Decoder
	cursor *cursor
	err    error
}

// readJSON returns the value in data. It adds an error of the syntax to ps.
func readJSON(data []byte, ps *problems) (v value, ok bool) {
	var checked json.RawMessage
	err := json.Unmarshal(data, &checked)
	if err == nil {
		r := &jsonReader{data: data, dec: json.NewDecoder(bytes.NewReader(data)), cursor: newCursor(data)}
		r.dec.UseNumber()
		v, err = r.value(), r.err
	}
	if err != nil {
		ps.add(jsonProblem(data, err))
	}
	return v, err == nil
}

func jsonProblem(data []byte, err error) Problem {
	offset := len(data)
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) && !strings.HasPrefix(err.Error(), "unexpected end") {
		offset = max(int(syntax.Offset)-1, 0) // Offset includes the invalid byte
	}
	at := newCursor(data).at(offset)
	return Problem{Line: at.line, Column: at.column, Message: "invalid JSON: " + err.Error()}
}

// next returns a token and its position.
func (r *jsonReader) next() (token json.Token, at place) {
	start := int(r.dec.InputOffset())
	if r.err == nil {
		token, r.err = r.dec.Token()
	}
	for start < len(r.data) && isBetween(r.data[start]) {
		start++
	}
	return token, r.cursor.at(start)
}

// isBetween reports whether a byte separates tokens.
func isBetween(c byte) bool {
	switch c {
	case ' ', '\t', '\r', '\n', ',', ':':
		return true
	default:
		return false
	}
}

func (r *jsonReader) value() value {
	token, at := r.next()
	v := value{place: at, kind: null}
	switch token := token.(type) {
	case bool:
		v.kind, v.text = boolean, strconv.FormatBool(token)
	case json.Number:
		v.kind, v.text = number, token.String()
	case string:
		v.kind, v.text = text, token
	case json.Delim:
		v.kind = list
		if token == '{' {
			v.kind = object
		}
		for r.err == nil && r.dec.More() {
			if v.kind == list {
				v.items = append(v.items, r.value())
				continue
			}
			name, at := r.next()
			key, _ := name.(string)
			v.members = append(v.members, member{place: at, key: key, value: r.value()})
		}
		if r.err == nil {
			r.next() // the closing bracket
		}
	}
	return v
}
