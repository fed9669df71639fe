package core

import (
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// finding is one thing that is wrong with one entry. The fix is empty if there is none,
// or if the entry should be removed. A harmless finding is a warning.
type finding struct {
	code, message, fix string
	harmless           bool
}

func bad(code, message, fix string) finding { return finding{code, message, fix, false} }

func harmless(code, message string) finding { return finding{code, message, "", true} }

// findings gathers what validation finds.
type findings struct{ problems, warnings []Problem }

func (fs *findings) add(p Problem) { fs.problems = append(fs.problems, p) }

func (fs *findings) warn(p Problem) { fs.warnings = append(fs.warnings, p) }

func (fs *findings) err() error {
	if len(fs.problems) == 0 {
		return nil
	}
	return &ConfigError{Problems: fs.problems}
}

const (
	// everyOrigin is the entry of AllowOrigins that allows every origin.
	everyOrigin = "*"
	// wildcard means every method or header in a list of the protocol (Fetch,
	// CORS-preflight fetch).
	wildcard = "*"
)

// nameList is a validated list of methods or header names.
type nameList struct {
	names   []string            // without duplicates and without the wildcard, as written
	any     bool                // the wildcard is listed
	fold    bool                // upper and lower case are the same
	set     map[string]struct{} // in lower case if fold
	few     []string            // at most compareUpTo of set, sorted
	longest int                 // name, in bytes
}

// compareUpTo is the number of names for which comparisons are faster than a lookup in the
// set.
const compareUpTo = 16

// covers reports whether a line of Access-Control-Request-Headers lists names of few only,
// as browsers write it: in lower case, sorted, and joined by commas (Fetch,
// CORS-unsafe request-header names). It may return false for other spellings.
func (l *nameList) covers(line string) bool {
	for _, name := range l.few {
		switch rest, ok := strings.CutPrefix(line, name); {
		case !ok:
		case rest == "":
			return true
		case rest[0] == ',':
			line = rest[1:]
		}
	}
	return false
}

// value returns the list as a header's value. It is empty for an empty list.
func (l *nameList) value() string {
	if l.any {
		return strings.Join(append([]string{wildcard}, l.names...), ", ")
	}
	return strings.Join(l.names, ", ")
}

// has reports whether the name is listed.
func (l *nameList) has(name string) bool {
	if len(name) > l.longest {
		return false
	}
	if len(l.set) > compareUpTo {
		if _, ok := l.set[name]; ok {
			return true
		}
	} else if slices.Contains(l.few, name) {
		return true
	}
	if !l.fold || !hasUpper(name) {
		return false
	}
	var lower [64]byte
	if len(name) > len(lower) {
		_, ok := l.set[strings.ToLower(name)]
		return ok
	}
	for i := range len(name) {
		c := name[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		lower[i] = c
	}
	_, ok := l.set[string(lower[:len(name)])] // takes no memory
	return ok
}

func hasUpper(name string) bool {
	for i := range len(name) {
		if 'A' <= name[i] && name[i] <= 'Z' {
			return true
		}
	}
	return false
}

func (l *nameList) add(name string) {
	l.names = append(l.names, name)
	l.longest = max(l.longest, len(name))
	if l.fold {
		name = strings.ToLower(name)
	}
	if l.set == nil {
		l.set = make(map[string]struct{})
	}
	l.set[name] = struct{}{}
	if len(l.few) < compareUpTo {
		l.few = append(l.few, name)
		slices.Sort(l.few)
	}
}

// checkNames validates the entries of a list and adds the good ones to it. Harmless entries
// are left out.
func (fs *findings) checkNames(field string, entries []string, list *nameList, object func(string) finding) {
	for i, entry := range entries {
		p := Problem{Field: field, Index: i, Value: entry}
		switch f := objectToSyntax(entry, object); {
		case f.harmless:
			p.Code, p.Message = f.code, f.message
			fs.warn(p)
			continue
		case f.code != "":
			p.Code, p.Message, p.Fix = f.code, f.message, fixNames(f.fix, object)
			fs.add(p)
			continue
		}
		switch {
		case entry == wildcard && !list.any:
			list.any = true
		case entry == wildcard || list.has(entry):
			p.Code, p.Message = "duplicate", "the entry is listed twice; remove one"
			fs.warn(p)
		default:
			if strings.Contains(entry, wildcard) {
				p.Code, p.Message = "name-wildcard", `the * is read as a character of the name, not as a wildcard; list the whole names, or "*" for all`
				fs.warn(p)
			}
			list.add(entry)
		}
	}
}

// objectToSyntax objects to an entry that is not a token (RFC 9110 section 5.6.2). For a
// token, it returns the objection of the list.
func objectToSyntax(entry string, object func(string) finding) finding {
	trimmed := strings.Trim(entry, " \t\r\n,;:\"'`[]")
	if httpguts.ValidHeaderFieldName(entry) && len(entry)-len(trimmed) < 2 {
		return object(entry)
	}
	switch {
	case strings.TrimSpace(entry) == "":
		return bad("name-empty", "an empty entry allows nothing; remove it", "")
	case strings.Contains(entry, "${"):
		return bad("name-variable", "the variable was not replaced by its value", "")
	case strings.ContainsAny(trimmed, ", \t\r\n;"):
		return bad("name-list", "one entry holds one name", trimmed)
	case httpguts.ValidHeaderFieldName(trimmed):
		return bad("name-blank", "a name has no blanks, commas, colons, brackets or quotation marks around it", trimmed)
	}
	return bad("name-syntax", "a name has letters, digits and !#$%&'*+-.^_`|~ only (RFC 9110, token)", "")
}

// fixNames returns the names in a proposed correction, without the harmless ones, if each
// is acceptable or can itself be corrected.
func fixNames(proposal string, object func(string) finding) (fix []string) {
	for _, name := range strings.FieldsFunc(proposal, func(r rune) bool { return strings.ContainsRune(", \t\r\n;", r) }) {
		for range 2 { // without its quotation marks, "put" is still not PUT
			if f := objectToSyntax(name, object); f.fix != "" {
				name = f.fix
			}
		}
		switch f := objectToSyntax(name, object); {
		case f.harmless:
		case f.code != "":
			return nil
		default:
			fix = append(fix, name)
		}
	}
	return fix
}

func (fs *findings) checkMethods(cfg *Config) (list nameList) {
	fs.checkNames("AllowMethods", cfg.AllowMethods, &list, objectToMethod)
	return list
}

func objectToMethod(method string) finding {
	switch upper := strings.ToUpper(method); {
	case forbiddenMethod(upper):
		return harmless("method-forbidden", "no page can send this method (Fetch, forbidden method); remove the entry")
	case normalizedMethod(upper) && method != upper:
		return bad("method-case", "methods are case-sensitive, and browsers send this one in upper case", upper)
	}
	return finding{}
}

// forbiddenMethod follows Fetch, forbidden method, for a name in upper case.
func forbiddenMethod(upper string) bool {
	switch upper {
	case "CONNECT", "TRACE", "TRACK":
		return true
	}
	return false
}

// normalizedMethod follows Fetch, normalize a method: these and no others are
// sent in upper case, however a page spells them. So patch is not PATCH.
func normalizedMethod(upper string) bool {
	switch upper {
	case "DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT":
		return true
	}
	return false
}

// safelistedMethod follows Fetch, CORS-safelisted method: allowed without being
// listed.
func safelistedMethod(method string) bool {
	return method == "GET" || method == "HEAD" || method == "POST"
}

// The response headers of the CORS protocol, in canonical form.
const (
	headerAllowOrigin      = "Access-Control-Allow-Origin"
	headerAllowCredentials = "Access-Control-Allow-Credentials"
	headerAllowMethods     = "Access-Control-Allow-Methods"
	headerAllowHeaders     = "Access-Control-Allow-Headers"
	headerMaxAge           = "Access-Control-Max-Age"
	headerExposeHeaders    = "Access-Control-Expose-Headers"
)

// ResponseHeaders returns the names of the response headers that belong to the
// CORS protocol (Fetch, HTTP responses), in canonical form. The array is the
// caller's own.
func ResponseHeaders() [6]string {
	return [...]string{
		headerAllowOrigin, headerAllowCredentials, headerAllowMethods,
		headerAllowHeaders, headerMaxAge, headerExposeHeaders,
	}
}

// authorization is the one header that the wildcard never covers (Fetch, CORS
// non-wildcard request-header name).
const authorization = "Authorization"

func (fs *findings) checkAllowHeaders(cfg *Config) nameList {
	list := nameList{fold: true}
	fs.checkNames("AllowHeaders", cfg.AllowHeaders, &list, objectToRequestHeader)
	if list.any && cfg.AllowCredentials && !list.has(authorization) {
		fs.warn(Problem{
			Field: "AllowHeaders", Index: -1, Code: "header-any-authorization",
			Message: `"*" does not cover Authorization (Fetch, CORS non-wildcard request-header name), so browsers block a page that sends a token; if pages do, add "Authorization"`,
		})
	}
	return list
}

func (fs *findings) checkExposeHeaders(cfg *Config) nameList {
	list := nameList{fold: true}
	object := objectToResponseHeader
	if cfg.AllowCredentials {
		object = objectToCredentialedResponseHeader
	}
	fs.checkNames("ExposeHeaders", cfg.ExposeHeaders, &list, object)
	return list
}

func objectToCredentialedResponseHeader(name string) finding {
	if name == wildcard {
		return bad("expose-any-credentials", `with credentials, browsers take "*" for the name of a header; list the names`, "")
	}
	return objectToResponseHeader(name)
}

func objectToRequestHeader(name string) finding {
	lower := strings.ToLower(name)
	switch {
	case corsResponseHeader(lower):
		return harmless("header-response", "the policy writes this response header itself; remove the entry")
	case forbiddenRequestHeader(lower):
		return harmless("header-forbidden", "only the browser sets this header, no page can (Fetch, forbidden request-header); remove the entry")
	}
	return finding{}
}

func objectToResponseHeader(name string) finding {
	lower := strings.ToLower(name)
	switch {
	case corsResponseHeader(lower):
		return harmless("header-response", "this response header of CORS is for the browser, not for the page; remove the entry")
	case lower == "set-cookie" || lower == "set-cookie2":
		return harmless("header-forbidden", "no page can read this header (Fetch, forbidden response-header name); remove the entry")
	}
	return finding{}
}

func corsResponseHeader(lower string) bool {
	for _, name := range ResponseHeaders() {
		if strings.EqualFold(name, lower) {
			return true
		}
	}
	return false
}

// forbiddenRequestHeader follows Fetch, forbidden request-header, for the names that are
// forbidden with any value.
func forbiddenRequestHeader(lower string) bool {
	switch lower {
	case "accept-charset", "accept-encoding", "access-control-request-headers",
		"access-control-request-method", "connection", "content-length", "cookie",
		"cookie2", "date", "dnt", "expect", "host", "keep-alive", "origin",
		"referer", "set-cookie", "te", "trailer", "transfer-encoding", "upgrade", "via":
		return true
	}
	return strings.HasPrefix(lower, "proxy-") || strings.HasPrefix(lower, "sec-")
}
