package configfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
)

// jsonReader reads JSON whose syntax has been checked.
type jsonReader struct {
	data   []byte
	dec    *json.Decoder
	cursor *cursor
}

// readJSON returns the members of the object in data, and its position. It adds the
// problems of the object to ps.
func readJSON(data []byte, ps *problems) (members []member, root place) {
	var checked json.RawMessage
	if err := json.Unmarshal(data, &checked); err != nil {
		ps.add(jsonProblem(data, err))
		return nil, place{}
	}
	r := &jsonReader{data: data, dec: json.NewDecoder(bytes.NewReader(data)), cursor: newCursor(data)}
	r.dec.UseNumber()
	members, root, err := r.members(ps)
	if err != nil {
		ps.add(jsonProblem(data, err))
	}
	return members, root
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
func (r *jsonReader) next() (json.Token, place, error) {
	start := int(r.dec.InputOffset())
	token, err := r.dec.Token()
	for start < len(r.data) && isBetween(r.data[start]) {
		start++
	}
	return token, r.cursor.at(start), err
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

func (r *jsonReader) members(ps *problems) (members []member, root place, err error) {
	token, root, err := r.next()
	if err != nil {
		return nil, root, err
	}
	if token != json.Delim('{') {
		ps.add(noObject(root, "an object", `{"allowOrigins": ["https://app.example.com"]}`))
		return nil, root, nil
	}
	for r.dec.More() {
		token, at, err := r.next()
		if err != nil {
			return nil, root, err
		}
		key, _ := token.(string)
		v, err := r.value()
		if err != nil {
			return nil, root, err
		}
		members = append(members, member{at, key, v})
	}
	return members, root, nil
}

// value reads a value. It skips the members of an object, because no field of Config is
// an object.
func (r *jsonReader) value() (value, error) {
	token, at, err := r.next()
	if err != nil {
		return value{}, err
	}
	v := value{place: at}
	switch token := token.(type) {
	case bool:
		v.kind, v.text = boolean, "false"
		if token {
			v.text = "true"
		}
	case json.Number:
		v.kind, v.text = number, token.String()
	case string:
		v.kind, v.text = text, token
	case json.Delim:
		v.kind = object
		if token == '[' {
			v.kind = list
		}
		for v.kind == list && r.dec.More() {
			item, err := r.value()
			if err != nil {
				return value{}, err
			}
			v.items = append(v.items, item)
		}
		return v, r.leave()
	default:
		v.kind = null
	}
	return v, nil
}

// leave skips tokens to the end of the current list or object.
func (r *jsonReader) leave() error {
	for depth := 1; depth > 0; {
		token, err := r.dec.Token()
		if err != nil {
			return err
		}
		switch token {
		case json.Delim('['), json.Delim('{'):
			depth++
		case json.Delim(']'), json.Delim('}'):
			depth--
		}
	}
	return nil
}
