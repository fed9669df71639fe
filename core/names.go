package core

import (
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// finding is one thing that is wrong with one entry. The fix is empty if there is none,
// or if the entry should be removed.
type finding struct{ code, message, fix string }

// problemList gathers what validation finds.
type problemList []Problem

func (ps *problemList) add(p Problem) { *ps = append(*ps, p) }

func (ps problemList) err() error {
	if len(ps) == 0 {
		return nil
	}
	return &ConfigError{Problems: ps}
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
func (ps *problemList) checkNames(field string, entries []string, same func(a, b string) bool, object func(string) finding) nameList {
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
		return finding{"name-blank", "a name has no blanks, commas, colons or quotation marks around it", trimmed}
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

func (ps *problemList) checkMethods(cfg *Config) nameList {
	same := func(a, b string) bool { return a == b }
	return ps.checkNames("AllowMethods", cfg.AllowMethods, same, objectToMethod)
}

func objectToMethod(method string) finding {
	switch upper := strings.ToUpper(method); {
	case forbiddenMethod(upper):
		return finding{"method-forbidden", "no page can send this method (Fetch, forbidden method); remove the entry", ""}
	case normalizedMethod(upper) && method != upper:
		return finding{"method-case", "methods are case-sensitive, and browsers send this one in upper case", upper}
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

func (ps *problemList) checkAllowHeaders(cfg *Config) nameList {
	return ps.checkNames("AllowHeaders", cfg.AllowHeaders, strings.EqualFold, objectToRequestHeader)
}

func (ps *problemList) checkExposeHeaders(cfg *Config) nameList {
	object := objectToResponseHeader
	if cfg.AllowCredentials {
		object = objectToCredentialedResponseHeader
	}
	return ps.checkNames("ExposeHeaders", cfg.ExposeHeaders, strings.EqualFold, object)
}

func objectToCredentialedResponseHeader(name string) finding {
	if name == wildcard {
		return finding{"expose-any-credentials", `with credentials, browsers take "*" for the name of a header; list the names`, ""}
	}
	return objectToResponseHeader(name)
}

func objectToRequestHeader(name string) finding {
	lower := strings.ToLower(name)
	switch {
	case corsResponseHeader(lower):
		return finding{"header-response", "the policy writes this response header itself; remove the entry", ""}
	case forbiddenRequestHeader(lower):
		return finding{"header-forbidden", "only the browser sets this header, no page can (Fetch, forbidden request-header); remove the entry", ""}
	}
	return finding{}
}

func objectToResponseHeader(name string) finding {
	lower := strings.ToLower(name)
	switch {
	case corsResponseHeader(lower):
		return finding{"header-response", "this response header of CORS is for the browser, not for the page; remove the entry", ""}
	case lower == "set-cookie" || lower == "set-cookie2":
		return finding{"header-forbidden", "no page can read this header (Fetch, forbidden response-header name); remove the entry", ""}
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
