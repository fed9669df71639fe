package configfile

import (
	"bytes"
	"errors"
	"strings"

	"github.com/corsuite/corsuite/core"
)

// Source is a Config with the position of each of its values. If the form is right,
// [Source.NewPolicy] and [Source.Apply] validate the Config, because the rules depend on
// the policy: with [core.WithOriginFunc], AllowOrigins may be empty.
type Source struct {
	// Config is the Config that was read.
	Config core.Config

	dialect
	name  string
	root  place
	spans map[string]span // by the name of the field
}

// JSON reads a Config from JSON. The error is an [*Error] that lists all problems of the
// form, and all that core finds in the other values.
func JSON(data []byte, opts ...Option) (*Source, error) { return parse("", readJSON, data, opts) }

// YAML reads a Config from YAML. Its error is like that of [JSON].
func YAML(data []byte, opts ...Option) (*Source, error) { return parse("", readYAML, data, opts) }

// reader returns the value of a text. It adds an error of the syntax to ps.
type reader func(data []byte, ps *problems) (v value, ok bool)

func parse(name string, read reader, data []byte, opts []Option) (*Source, error) {
	var o options
	for _, opt := range opts {
		if opt != nil {
			opt(&o)
		}
	}
	var ps problems
	s := &Source{name: name, spans: make(map[string]span)}
	if config, ok := find(o.section, read, withoutMark(data), &ps); ok {
		s.root = config.place
		s.decode(s.dialect, config.members, &ps)
	}
	if o.env != nil {
		s.decodeEnv(*o.env, o.environ, &ps)
	}
	return s.finish(&ps)
}

// find returns the object that has the config.
func find(section []string, read reader, data []byte, ps *problems) (config value, ok bool) {
	if p, ok := inspect(data); !ok {
		ps.add(p)
		return value{}, false
	}
	root := value{kind: null}
	if len(bytes.TrimSpace(data)) > 0 {
		if root, ok = read(data, ps); !ok {
			return value{}, false
		}
	}
	return root.section(section, ps)
}

// finish returns s, or the problems. If there are problems of the form, it adds those that
// core finds in the other values, so that an author needs only one round.
func (s *Source) finish(ps *problems) (*Source, error) {
	if len(ps.first) == 0 {
		return s, nil
	}
	var config *core.ConfigError
	if _, err := core.NewPolicy(s.Config, core.WithLogger(nil)); errors.As(err, &config) {
		for _, p := range config.Problems {
			if p.Code != "origins-missing" { // its value may be wrong, and core.WithOriginFunc needs none
				s.locate(p, ps)
			}
		}
	}
	return nil, ps.err(s.name, nil)
}

// NewPolicy calls [core.NewPolicy] with the Config. If that returns a
// [*core.ConfigError], the error is an [*Error] that wraps it and adds the position of
// each problem.
func (s *Source) NewPolicy(opts ...core.Option) (*core.Policy, error) {
	policy, err := core.NewPolicy(s.Config, opts...)
	if err != nil {
		return nil, s.located(err)
	}
	return policy, nil
}

// Apply calls use with the Config. use is, for example, the method Reload of a policy, or
// a function that calls [core.Policy.Shadow]. If use returns a [*core.ConfigError], the
// error is an [*Error] that wraps it and adds the position of each problem. Apply returns
// any other error unchanged.
func (s *Source) Apply(use func(core.Config) error) error {
	return s.located(use(s.Config))
}

// located adds the positions of the problems to an error of core.
func (s *Source) located(err error) error {
	var config *core.ConfigError
	if !errors.As(err, &config) {
		return err
	}
	var ps problems
	for _, p := range config.Problems {
		s.locate(p, &ps)
	}
	return ps.err(s.name, err)
}

// locate adds a problem of core to ps, at the position of its value. The names of fields
// in its message become keys.
func (s *Source) locate(p core.Problem, ps *problems) {
	if ps.full() {
		ps.more++
		return
	}
	var to field
	var names []string
	for _, f := range fieldsOf(&s.Config) {
		names = append(names, f.name, s.span(f.name).key(f.name))
		if f.name == p.Field {
			to = f
		}
	}
	sp := s.span(p.Field)
	at, index := sp.place, p.Index
	if 0 <= index && index < len(sp.items) {
		at, index = sp.items[index].place, sp.items[index].index
	}
	key := sp.key(p.Field)
	if index >= 0 && !sp.environment {
		key = indexed(key, index)
	}
	ps.add(Problem{
		Line: at.line, Column: at.column, Key: key, Value: p.Value,
		Message: strings.NewReplacer(names...).Replace(p.Message), Fix: sp.fix(to, p.Fix),
	})
}

// span returns where a field was set, or the whole source if it was not.
func (s *Source) span(name string) span {
	if sp, ok := s.spans[name]; ok {
		return sp
	}
	return span{dialect: s.dialect, place: s.root}
}
