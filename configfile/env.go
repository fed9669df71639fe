package configfile

import (
	"slices"
	"strings"
	"time"

	"github.com/corsuite/corsuite/core"
)

// Env reads a Config from the environment variables whose names begin with prefix.
// environ has the form of [os.Environ]:
//
//	CORS_ALLOW_ORIGINS=https://app.example.com,https://*.example.net
//	CORS_ALLOW_CREDENTIALS=true
//	CORS_MAX_AGE=5m
//
// Commas separate the entries of a list, with or without blanks. Any other variable
// whose name begins with prefix, in upper or lower case, is an error. So choose a prefix
// that no other variables have; it must not be empty. The error is an [*Error] that
// lists all problems of the form.
func Env(prefix string, environ []string) (*Source, error) {
	s := &Source{dialect: dialect{environment: true, prefix: prefix}, spans: make(map[string]span)}
	var ps problems
	if prefix == "" {
		ps.add(Problem{Message: "the prefix of the variables is empty", Fix: quote("CORS_")})
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

// ofVariable returns the value of a variable with the kind that its field needs, because
// a variable has no kind.
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
