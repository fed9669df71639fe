package configfile

import (
	"slices"
	"strings"
	"time"

	"github.com/corsuite/corsuite/core"
)

// Env reads a Config from environment variables, given like those of
// [os.Environ], whose names begin with prefix:
//
//	CORS_ALLOW_ORIGINS=https://app.example.com,https://*.example.net
//	CORS_ALLOW_CREDENTIALS=true
//	CORS_MAX_AGE=5m
//
// The entries of a list stand between commas, with blanks if you like. Whatever
// else begins with prefix, in any case, is an error, so the prefix has to belong
// to the policy alone. The error is an [*Error] that names every problem of the
// form.
func Env(prefix string, environ []string) (*Source, error) {
	s := &Source{dialect: dialect{environment: true, prefix: prefix}, spans: make(map[string]span)}
	var ps problems
	if prefix == "" {
		ps.add(Problem{Message: "without a prefix every variable would be one of the policy", Fix: quote("CORS_")})
		return nil, ps.err("", nil)
	}
	kinds := make(map[string]any)
	for _, f := range fieldsOf(new(core.Config)) {
		kinds[s.key(f.name)] = f.to
	}
	var members []member
	for _, variable := range slices.Sorted(slices.Values(environ)) {
		name, text, _ := strings.Cut(variable, "=")
		if len(name) >= len(prefix) && strings.EqualFold(name[:len(prefix)], prefix) {
			members = append(members, member{key: name, value: ofVariable(kinds[name], strings.TrimSpace(text))})
		}
	}
	s.decode(members, &ps)
	if err := ps.err("", nil); err != nil {
		return nil, err
	}
	return s, nil
}

// ofVariable reads a variable as what its field holds, for it cannot say itself
// what it is.
func ofVariable(field any, s string) value {
	v := value{kind: text, text: s}
	switch field.(type) {
	case *[]string:
		if s == "" {
			return v
		}
		v.kind = list
		for entry := range strings.SplitSeq(s, ",") {
			v.items = append(v.items, value{kind: text, text: strings.TrimSpace(entry)})
		}
	case *bool:
		v.kind = boolean
	case *int:
		v.kind = number
	case *time.Duration:
	}
	return v
}
