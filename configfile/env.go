package configfile

import (
	"regexp"
	"slices"
	"strings"
	"time"
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
//
// The variables that Kubernetes adds for a Service, such as CORS_PORT=tcp://10.0.0.1:80
// and CORS_SERVICE_HOST, are ignored. No setting has such a name, so they cannot be a
// misspelt one.
func Env(prefix string, environ []string) (*Source, error) {
	var ps problems
	s := &Source{dialect: dialect{environment: true, prefix: prefix}, spans: make(map[string]span)}
	s.decodeEnv(s.dialect, environ, &ps)
	return s.finish(&ps)
}

func (s *Source) decodeEnv(d dialect, environ []string, ps *problems) {
	if d.prefix == "" {
		ps.add(Problem{Message: "the prefix of the variables is empty", Fix: quote("CORS_")})
		return
	}
	var members []member
	for _, variable := range slices.Sorted(slices.Values(environ)) {
		if n := len(d.prefix); len(variable) >= n && strings.EqualFold(variable[:n], d.prefix) && !serviceLink.MatchString(variable[n:]) {
			name, text, _ := strings.Cut(variable, "=")
			members = append(members, member{key: name, value: value{text: strings.TrimSpace(text)}})
		}
	}
	s.decode(d, members, ps)
}

// serviceLink matches a variable that Kubernetes adds for a Service, without the prefix.
// The name of the Service may be longer than the prefix, as with cors-proxy.
var serviceLink = regexp.MustCompile(`^([A-Z0-9_]*_)?(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT(_\d+_[A-Z]+)?=\w+://.*|PORT_\d+_[A-Z]+_(PROTO|PORT|ADDR))(=|$)`)

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
