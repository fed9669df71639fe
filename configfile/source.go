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

// Source is a Config that was read, and where in its file, or in the
// environment, each part of it stands. Only the form of it has been checked;
// [Source.NewPolicy] and [Source.Apply] check the rest, since what is right
// depends on the policy: with [core.WithOriginFunc] the origins may be missing.
type Source struct {
	// Config is what was read.
	Config core.Config

	dialect
	name  string
	root  place
	spans map[string]span // by the names of the fields
}

// JSON reads a Config from JSON. The error is an [*Error] that names every
// problem of the form.
func JSON(data []byte) (*Source, error) { return parse("", readJSON, data) }

// YAML reads a Config from YAML. The error is an [*Error] that names every
// problem of the form.
func YAML(data []byte) (*Source, error) { return parse("", readYAML, data) }

// Read reads a Config from a file whose name ends in .json, .yaml or .yml. The
// error is an [*Error] that names every problem of the form, or says why the
// file cannot be read; then errors.Is finds [os.ErrNotExist] and its like.
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

// reader finds the members of what a text holds, and where that begins.
type reader func(data []byte, ps *problems) (members []member, root place)

// readerOf chooses by the name, for half a YAML file may be JSON.
func readerOf(name string) (reader, error) {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".json":
		return readJSON, nil
	case ".yaml", ".yml":
		return readYAML, nil
	default:
		return nil, fmt.Errorf("CORS config: %s: the name has to end in .json, .yaml or .yml", name)
	}
}

// contents returns what a file holds, up to what [inspect] permits and one byte
// more. It opens no pipe, which could wait for its writer forever.
func contents(name string) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, fmt.Errorf("CORS config: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("CORS config: %s is no regular file", name)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("CORS config: %w", err)
	}
	defer func() { _ = f.Close() }() // what was read is read
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

// NewPolicy is [core.NewPolicy] for what was read. The error is an [*Error] that
// says where each problem stands, and wraps the [*core.ConfigError].
func (s *Source) NewPolicy(opts ...core.Option) (*core.Policy, error) {
	policy, err := core.NewPolicy(s.Config, opts...)
	if err != nil {
		return nil, s.locate(err)
	}
	return policy, nil
}

// Apply hands the Config to a function, such as the Reload method of a policy, or
// one that calls [core.Policy.Shadow]. If that returns a [*core.ConfigError], the
// error is an [*Error] that says where each problem stands, and wraps it; any
// other error is returned as it is.
func (s *Source) Apply(use func(core.Config) error) error {
	return s.locate(use(s.Config))
}

// locate adds to an error of core where in the source its problems stand.
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
