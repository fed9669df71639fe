package core

import (
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// wildcard stands for every method or header in a list of the protocol (Fetch,
// CORS-preflight fetch).
const wildcard = "*"

// nameList is a validated list of methods or header names.
type nameList struct {
	names []string // without duplicates and without the wildcard, as written
	any   bool     // the wildcard is listed
}

// value returns the list as a header's value; empty if there is nothing to say.
func (l nameList) value() string {
	if l.any {
		return strings.Join(append([]string{wildcard}, l.names...), ", ")
	}
	return strings.Join(l.names, ", ")
}

func (l nameList) has(name string) bool {
	return slices.Contains(l.names, name)
}

// hasFold is has for header names, which are case-insensitive.
func (l nameList) hasFold(name string) bool {
	return slices.ContainsFunc(l.names, func(n string) bool { return strings.EqualFold(n, name) })
}

// checkNames validates one list. Equal names, as same has it, count once.
func (ps *problems) checkNames(field string, entries []string, same func(a, b string) bool, object func(string) finding) nameList {
	var list nameList
	for i, entry := range entries {
		if o := objectToSyntax(entry, object); o.code != "" {
			problem := Problem{Field: field, Index: i, Value: entry, Code: o.code, Message: o.message}
			problem.Fix = fixNames(o.fix, object)
			ps.add(problem)
			continue
		}
		equal := func(name string) bool { return same(name, entry) }
		switch {
		case entry == wildcard:
			list.any = true
		case !slices.ContainsFunc(list.names, equal):
			list.names = append(list.names, entry)
		}
	}
	return list
}

// objectToSyntax objects to what is no token (RFC 9110 section 5.6.2) before it
// asks what the list itself objects to.
func objectToSyntax(entry string, object func(string) finding) finding {
	trimmed := strings.Trim(entry, " \t\r\n,;:\"'`")
	if httpguts.ValidHeaderFieldName(entry) && len(entry)-len(trimmed) < 2 {
		return object(entry)
	}
	switch {
	case strings.TrimSpace(entry) == "":
		return finding{"name-empty", "an empty entry allows nothing; remove it", ""}
	case strings.ContainsAny(trimmed, ", \t\r\n;"):
		return finding{"name-list", "one entry holds one name", trimmed}
	case httpguts.ValidHeaderFieldName(trimmed):
		return finding{"name-blank", "blanks, commas, colons and quotation marks around it belong to no name", trimmed}
	}
	return finding{"name-syntax", "a name has letters, digits and !#$%&'*+-.^_`|~ only (RFC 9110, token)", ""}
}

// fixNames returns the names in a proposed correction if each is acceptable or
// can itself be corrected.
func fixNames(proposal string, object func(string) finding) (fix []string) {
	for _, name := range strings.FieldsFunc(proposal, func(r rune) bool { return strings.ContainsRune(", \t\r\n;", r) }) {
		for range 2 { // without its quotation marks, "put" is still no PUT
			if o := objectToSyntax(name, object); o.fix != "" {
				name = o.fix
			}
		}
		if objectToSyntax(name, object).code != "" {
			return nil
		}
		fix = append(fix, name)
	}
	return fix
}
