package configfile

import (
	"bytes"
	"errors"
	"io"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"
)

// readYAML returns the value in data. It adds an error of the syntax to ps.
func readYAML(data []byte, ps *problems) (v value, ok bool) {
	if p, ok := longLine(data); ok {
		ps.add(p)
		return value{}, false
	}
	var doc, more yaml.Node
	loader, err := yaml.NewLoader(bytes.NewReader(data), yaml.WithPlugin(loaderlimits.New(loaderlimits.DepthValue(maxDepth))))
	if err == nil {
		err = loader.Load(&doc)
	}
	if errors.Is(err, io.EOF) {
		return value{kind: null}, true
	}
	if err == nil {
		err = loader.Load(&more)
	}
	switch {
	case err == nil:
		ps.add(Problem{Line: more.Line, Column: more.Column, Message: "a second document begins here; a config has only one document"})
		return value{}, false
	case !errors.Is(err, io.EOF):
		ps.add(yamlProblem(data, err))
		return value{}, false
	}
	return yamlValue(doc.Content[0]), true
}

func yamlProblem(data []byte, err error) Problem {
	p := Problem{Line: 1, Column: 1, Message: "invalid YAML: " + err.Error()}
	var load *yaml.LoadError
	if !errors.As(err, &load) {
		return p
	}
	p.Message = "invalid YAML: " + load.Message
	if load.ContextMsg != "" {
		p.Message += " " + load.ContextMsg
	}
	for _, mark := range []yaml.Mark{load.ContextMark, load.Mark} {
		if mark.Line == 0 {
			continue
		}
		p.Line, p.Column = mark.Line, mark.Column
		before, after := around(data, mark)
		switch {
		case bytes.HasPrefix(after, []byte{'*'}):
			p.Message = "in YAML, a value that begins with * needs quotation marks"
			p.Fix = quote(string(word(after)))
			return p
		case bytes.HasPrefix(after, []byte{'\t'}) && len(bytes.TrimSpace(before)) == 0:
			p.Message = "YAML does not permit tabs for indentation; write spaces"
			return p
		}
	}
	return p
}

// around returns the parts of a line before and after a mark.
func around(data []byte, mark yaml.Mark) (before, after []byte) {
	for range mark.Line - 1 {
		_, data, _ = bytes.Cut(data, []byte{'\n'})
	}
	line, _, _ := bytes.Cut(data, []byte{'\n'})
	offset := 0
	for range mark.Column - 1 {
		_, size := utf8.DecodeRune(line[offset:])
		offset += size
	}
	return line[:offset], line[offset:]
}

// word returns the text before the next blank, comma or bracket.
func word(s []byte) []byte {
	if end := bytes.IndexAny(s, " \t\r,]}"); end >= 0 {
		return s[:end]
	}
	return s
}

// yamlValue converts a node. It rejects aliases, anchors and tags, because with them a
// reader of the file can misunderstand its meaning.
func yamlValue(node *yaml.Node) value {
	v := value{place: place{node.Line, node.Column}, kind: number, text: node.Value}
	switch {
	case node.Kind == yaml.SequenceNode:
		v.kind = list
		for _, item := range node.Content {
			v.items = append(v.items, yamlValue(item))
		}
	case node.Kind == yaml.MappingNode:
		v.kind = object
		for i := 0; i+1 < len(node.Content); i += 2 {
			v.members = append(v.members, yamlMember(node.Content[i], node.Content[i+1]))
		}
	case node.Tag == "!!null":
		v.kind = null
	case node.Tag == "!!bool":
		v.kind = boolean
	case node.Tag == "!!str":
		v.kind = text
	}
	switch {
	case node.Kind == yaml.AliasNode:
		v.kind, v.text = invalid, "aliases are not supported; write the value itself"
	case node.Anchor != "":
		v.kind, v.text = invalid, "anchors are not supported; remove this anchor"
	case node.Style&yaml.TaggedStyle != 0 || node.Tag == "!": // "!" alone is not a TaggedStyle
		v.kind, v.text = invalid, "tags are not supported; remove this tag"
	}
	return v
}

func yamlMember(key, content *yaml.Node) member {
	k := yamlValue(key)
	m := member{place: k.place, key: key.Value, value: yamlValue(content)}
	switch {
	case key.Tag == "!!merge":
		m.wrong = "merge keys are not supported; write the keys of the other mapping here"
	case k.kind == invalid:
		m.wrong = k.text
	case !k.scalar():
		m.wrong = "a key must be a string"
	}
	return m
}
