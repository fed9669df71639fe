package configfile

import (
	"strings"
	"unicode"

	"github.com/corsuite/corsuite/core"
)

// field is one field of a Config: its name in Go and a pointer to it.
type field struct {
	name string
	to   any
}

func fieldsOf(cfg *core.Config) []field {
	return []field{
		{"AllowOrigins", &cfg.AllowOrigins},
		{"AllowMethods", &cfg.AllowMethods},
		{"AllowHeaders", &cfg.AllowHeaders},
		{"ExposeHeaders", &cfg.ExposeHeaders},
		{"AllowCredentials", &cfg.AllowCredentials},
		{"MaxAge", &cfg.MaxAge},
		{"PreflightStatus", &cfg.PreflightStatus},
		{"RejectDeniedOrigins", &cfg.RejectDeniedOrigins},
		{"DangerouslyAllowInsecureOrigins", &cfg.DangerouslyAllowInsecureOrigins},
		{"DangerouslyAllowPublicSuffixes", &cfg.DangerouslyAllowPublicSuffixes},
	}
}

// isNumber reports whether the field is a number, which is written without quotation
// marks.
func (f field) isNumber() bool {
	_, ok := f.to.(*int)
	return ok
}

// dialect is the notation of a source for keys and values.
type dialect struct {
	environment bool
	prefix      string // the prefix of the variables' names
}

// key returns the key of a field, such as "maxAge" or "CORS_MAX_AGE".
func (d dialect) key(name string) string {
	if !d.environment {
		return strings.ToLower(name[:1]) + name[1:]
	}
	var b strings.Builder
	b.WriteString(d.prefix)
	for i, r := range name {
		if i > 0 && unicode.IsUpper(r) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToUpper(r))
	}
	return b.String()
}

// entries writes strings in the notation for the entries of a list.
func (d dialect) entries(entries []string) string {
	if d.environment {
		return strings.Join(entries, ",")
	}
	quoted := make([]string, len(entries))
	for i, entry := range entries {
		quoted[i] = quote(entry)
	}
	return strings.Join(quoted, ", ")
}

// fix writes a correction of core in the notation of the source.
func (d dialect) fix(f field, instead []string) string {
	if f.isNumber() {
		return strings.Join(instead, ", ")
	}
	return d.entries(instead)
}

// longestKey is longer than every key and every similar key.
const longestKey = 64

// nearest returns the key that is most similar to a wrong one, or an empty string. The
// wrong key can have another style, a missing or added part, or a few wrong letters. It
// must begin with the prefix, in upper or lower case.
func (d dialect) nearest(wrong string) string {
	if len(wrong) > longestKey+len(d.prefix) {
		return ""
	}
	wrong = plain(wrong[len(d.prefix):])
	var key string
	least := longestKey
	for _, f := range fieldsOf(new(core.Config)) {
		right := plain(f.name)
		part := len(wrong) >= 4 && (strings.Contains(right, wrong) || strings.Contains(wrong, right))
		if n := distance(wrong, right); n < least && (part || n <= 1+len(right)/4) {
			key, least = d.key(f.name), n
		}
	}
	return key
}

// plain removes the differences between styles such as maxAge and MAX_AGE.
func plain(key string) string {
	return strings.ToLower(strings.NewReplacer("_", "", "-", "", ".", "", " ", "").Replace(key))
}

// distance returns the number of letters to change, add or remove to turn a into b
// (Levenshtein distance).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
