package configfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/corsuite/corsuite/core"
)

// Source is a Config with the position of each of its values. Reading checks only the
// form. [Source.NewPolicy] and [Source.Apply] validate the Config, because the rules
// depend on the policy: with [core.WithOriginFunc], AllowOrigins may be empty.
type Source struct {
	// Config is the Config that was read.
	Config core.Config

	dialect
	name  string
	root  place
	spans map[string]span // by the name of the field
}

// JSON reads a Config from JSON. The error is an [*Error] that lists all problems of the
// form.
func JSON(data []byte) (*Source, error) { return parse("", readJSON, data) }

// YAML reads a Config from YAML. The error is an [*Error] that lists all problems of the
// form.
func YAML(data []byte) (*Source, error) { return parse("", readYAML, data) }

// Read reads a Config from a regular file whose name ends in .json, .yaml or .yml. The
// error is an [*Error] that lists all problems of the form. If the name has another
// ending or the file cannot be read, the error is not an [*Error]. It wraps the error of
// package os, if there is one, such as [os.ErrNotExist].
func Read(name string) (*Source, error) {
	read, err := readerOf(name)
	if err != nil {
		return nil, err
	}
	data, err := contents(name)
	if err != nil {
		return nil, err
	}
	return parse(name, read, data)
}

// reader returns the members of a text, and the position of the object that has them.
type reader func(data []byte, ps *problems) (members []member, root place)

// readerOf chooses the reader by the name of the file. The content does not decide,
// because an incomplete YAML file can be valid JSON.
func readerOf(name string) (reader, error) {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".json":
		return readJSON, nil
	case ".yaml", ".yml":
		return readYAML, nil
	default:
		return nil, fmt.Errorf("CORS config: %s: the name must end in .json, .yaml or .yml", name)
	}
}

// contents returns the content of a regular file, or its first maxSize+1 bytes, which
// inspect rejects. It does not open a pipe, because that could block forever.
func contents(name string) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, fmt.Errorf("CORS config: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("CORS config: %s is not a regular file", name)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("CORS config: %w", err)
	}
	defer func() { _ = f.Close() }() // an error does not change what was read
	var b bytes.Buffer
	b.Grow(int(min(info.Size(), maxSize)) + bytes.MinRead)
	if _, err := b.ReadFrom(io.LimitReader(f, maxSize+1)); err != nil {
		return nil, fmt.Errorf("CORS config: %w", err)
	}
	return b.Bytes(), nil
}

func parse(name string, read reader, data []byte) (*Source, error) {
	var ps problems
	s := &Source{name: name, spans: make(map[string]span)}
	data = withoutMark(data)
	if p, ok := inspect(data); !ok {
		ps.add(p)
		return nil, ps.err(name, nil)
	}
	if len(bytes.TrimSpace(data)) == 0 {
		ps.add(Problem{Message: emptyMessage})
		return nil, ps.err(name, nil)
	}
	var members []member
	members, s.root = read(data, &ps)
	s.decode(members, &ps)
	if err := ps.err(name, nil); err != nil {
		return nil, err
	}
	return s, nil
}

// NewPolicy calls [core.NewPolicy] with the Config. If that returns a
// [*core.ConfigError], the error is an [*Error] that wraps it and adds the position of
// each problem.
func (s *Source) NewPolicy(opts ...core.Option) (*core.Policy, error) {
	policy, err := core.NewPolicy(s.Config, opts...)
	if err != nil {
		return nil, s.locate(err)
	}
	return policy, nil
}

// Apply calls use with the Config. use is, for example, the method Reload of a policy, or
// a function that calls [core.Policy.Shadow]. If use returns a [*core.ConfigError], the
// error is an [*Error] that wraps it and adds the position of each problem. Apply returns
// any other error unchanged.
func (s *Source) Apply(use func(core.Config) error) error {
	return s.locate(use(s.Config))
}

// locate adds the positions of the problems to an error of core.
func (s *Source) locate(err error) error {
	var config *core.ConfigError
	if !errors.As(err, &config) {
		return err
	}
	fields := make(map[string]field)
	for _, f := range fieldsOf(&s.Config) {
		fields[f.name] = f
	}
	var ps problems
	rename := s.renamer()
	for _, p := range config.Problems {
		at, key := s.root, s.key(p.Field)
		if sp, ok := s.spans[p.Field]; ok {
			at = sp.place
			if 0 <= p.Index && p.Index < len(sp.items) {
				at = sp.items[p.Index]
			}
		}
		if p.Index >= 0 && !s.environment {
			key = fmt.Sprintf("%s[%d]", key, p.Index)
		}
		ps.add(Problem{
			Line: at.line, Column: at.column, Key: key, Value: p.Value,
			Message: rename.Replace(p.Message), Fix: s.fix(fields[p.Field], p.Fix),
		})
	}
	return ps.err(s.name, err)
}
