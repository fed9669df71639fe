package configfile

import (
	"bytes"
	"errors"
	"io"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"
)

// readYAML returns the members of the mapping in data, and its position. It adds the
// problems of the mapping to ps.
func readYAML(data []byte, ps *problems) (members []member, root place) {
	if p, ok := longLine(data); ok {
		ps.add(p)
		return nil, place{}
	}
	loader, err := yaml.NewLoader(bytes.NewReader(data), yaml.WithPlugin(loaderlimits.New(loaderlimits.DepthValue(maxDepth))))
	if err != nil {
		ps.add(yamlProblem(data, err))
		return nil, place{}
	}
	var doc, more yaml.Node
	switch err := loader.Load(&doc); {
	case errors.Is(err, io.EOF):
		ps.add(Problem{Message: emptyMessage})
		return nil, place{}
	case err != nil:
		ps.add(yamlProblem(data, err))
		return nil, place{}
	}
	switch err := loader.Load(&more); {
	case err == nil:
		ps.add(Problem{Line: more.Line, Column: more.Column, Message: "a second document begins here; a config has only one document"})
		return nil, place{}
	case !errors.Is(err, io.EOF):
		ps.add(yamlProblem(data, err))
		return nil, place{}
	}
	return yamlMembers(&doc, ps)
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

func yamlMembers(doc *yaml.Node, ps *problems) (members []member, root place) {
	node := doc.Content[0]
	root = place{node.Line, node.Column}
	switch v := yamlValue(node, ps); v.kind {
	case invalid:
		return nil, root
	case null:
		ps.add(Problem{Message: emptyMessage})
		return nil, root
	case object:
	default:
		ps.add(noObject(root, "a mapping", `allowOrigins: ["https://app.example.com"]`))
		return nil, root
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, content := node.Content[i], node.Content[i+1]
		k := yamlValue(key, ps)
		if key.Tag == "!!merge" {
			ps.add(Problem{Line: key.Line, Column: key.Column, Message: "merge keys are not supported; write the keys of the other mapping here"})
			continue
		}
		if !k.scalar() {
			if k.kind != invalid {
				ps.add(Problem{Line: key.Line, Column: key.Column, Message: "a key must be a string"})
			}
			continue
		}
		v := yamlValue(content, ps)
		if v.kind == list {
			for _, item := range content.Content {
				v.items = append(v.items, yamlValue(item, ps))
			}
		}
		members = append(members, member{k.place, k.text, v})
	}
	return members, root
}

// yamlValue converts a node, without its children. It rejects aliases, anchors and tags,
// because with them a reader of the file can misunderstand its meaning.
func yamlValue(node *yaml.Node, ps *problems) value {
	v := value{place: place{node.Line, node.Column}, text: node.Value}
	refuse := func(message string) value {
		ps.add(Problem{Line: node.Line, Column: node.Column, Message: message})
		return value{place: v.place}
	}
	switch {
	case node.Kind == yaml.AliasNode:
		return refuse("aliases are not supported; write the value itself")
	case node.Anchor != "":
		return refuse("anchors are not supported; remove this anchor")
	case node.Style&yaml.TaggedStyle != 0:
		return refuse("tags are not supported; remove this tag")
	case node.Kind == yaml.SequenceNode:
		v.kind = list
	case node.Kind == yaml.MappingNode:
		v.kind = object
	case node.Tag == "!!null":
		v.kind = null
	case node.Tag == "!!bool":
		v.kind = boolean
	case node.Tag == "!!str":
		v.kind = text
	default:
		v.kind = number
	}
	return v
}
