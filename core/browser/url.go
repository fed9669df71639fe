package browser

import (
	"errors"
	"net/url"
	"strconv"
	"strings"
)

// address is a URL with the scheme http or https, in the form in which browsers send it
// (URL, URL representation). Origins and cache keys can be compared as strings.
type address struct {
	scheme         string
	user, password string
	host           string // with the port, if it is not the default of the scheme
	path           string // begins with a slash
	query          string // with the question mark, or empty
	fragment       string // with the number sign, or empty
}

var (
	errScheme = errors.New("not an http or https URL")
	errHost   = errors.New("the host is invalid")
	errPort   = errors.New("the port is invalid")
)

// parseURL follows URL, basic URL parser, for URLs with the scheme http or https. Package
// net/url rejects many URLs that browsers correct, such as "http:/a", and leaves others
// unchanged, such as "/a?b c". Without a base, the URL must be absolute.
func parseURL(base *address, raw string) (*address, error) {
	isSpace := func(r rune) bool { return r <= ' ' }
	raw = strings.NewReplacer("\t", "", "\n", "", "\r", "").Replace(strings.TrimFunc(raw, isSpace))
	scheme, rest := cutScheme(raw)
	switch {
	case scheme == "" && base == nil, scheme != "" && scheme != "http" && scheme != "https":
		return nil, errScheme
	case scheme == "", base != nil && scheme == base.scheme && !strings.HasPrefix(rest, "//"):
		return base.relative(rest)
	}
	return parseAuthority(scheme, strings.TrimLeft(rest, `/\`))
}

// cutScheme follows URL, scheme start state and scheme state.
func cutScheme(raw string) (scheme, rest string) {
	scheme, rest, found := strings.Cut(raw, ":")
	scheme = strings.ToLower(scheme)
	if !found || scheme == "" || scheme[0] < 'a' || strings.Trim(scheme, "abcdefghijklmnopqrstuvwxyz0123456789+-.") != "" {
		return "", raw
	}
	return scheme, rest
}

// relative follows URL, relative state and relative slash state.
func (a *address) relative(rest string) (*address, error) {
	slashes := len(rest) - len(strings.TrimLeft(rest, `/\`))
	if slashes >= 2 {
		return parseAuthority(a.scheme, rest[slashes:])
	}
	next := *a
	next.fragment = ""
	switch path, query, fragment := cutPath(rest); {
	case slashes == 1:
		next.path, next.query, next.fragment = joinPath("", path[1:]), query, fragment
	case path != "":
		next.path, next.query, next.fragment = joinPath(a.path[:strings.LastIndex(a.path, "/")], path), query, fragment
	case query != "":
		next.query, next.fragment = query, fragment
	default:
		next.fragment = fragment
	}
	return &next, nil
}

// parseAuthority parses a URL after its scheme and slashes (URL, authority state and the
// states after it).
func parseAuthority(scheme, rest string) (*address, error) {
	end := strings.IndexAny(rest+"/", `/\?#`)
	authority, rest := rest[:end], rest[end:]
	a := &address{scheme: scheme}
	if at := strings.LastIndex(authority, "@"); at >= 0 {
		user, password, _ := strings.Cut(authority[:at], ":")
		a.user, a.password, authority = percentEncode(user, userSet), percentEncode(password, userSet), authority[at+1:]
	}
	host, port := authority, ""
	if colon := strings.LastIndex(authority, ":"); colon > strings.LastIndex(authority, "]") {
		host, port = authority[:colon], authority[colon+1:]
	}
	var err error
	if a.host, err = parseHost(host); err != nil {
		return nil, err
	}
	if port != "" {
		number, err := strconv.ParseUint(port, 10, 16)
		if err != nil || !digits(port) {
			return nil, errPort
		}
		if scheme == "http" && number != 80 || scheme == "https" && number != 443 {
			a.host += ":" + strconv.FormatUint(number, 10)
		}
	}
	path, query, fragment := cutPath(rest)
	if path != "" {
		path = path[1:]
	}
	a.path, a.query, a.fragment = joinPath("", path), query, fragment
	return a, nil
}

// cutPath splits the end of a URL. query and fragment are encoded and path is not (URL,
// query state and fragment state).
func cutPath(rest string) (path, query, fragment string) {
	if i := strings.IndexByte(rest, '#'); i >= 0 {
		rest, fragment = rest[:i], percentEncode(rest[i:], fragmentSet)
	}
	if i := strings.IndexByte(rest, '?'); i >= 0 {
		rest, query = rest[:i], percentEncode(rest[i:], querySet)
	}
	return rest, query, fragment
}

// joinPath appends a path to a folder (URL, path state).
func joinPath(folder, path string) string {
	parts := strings.Split(strings.ReplaceAll(path, `\`, "/"), "/")
	for i, part := range parts {
		switch dots := strings.ReplaceAll(strings.ToLower(part), "%2e", "."); {
		case dots == "..":
			folder = folder[:max(0, strings.LastIndex(folder, "/"))]
		case dots != ".":
			folder += "/" + percentEncode(part, pathSet)
			continue
		}
		if i == len(parts)-1 {
			folder += "/"
		}
	}
	return folder
}

// These are the characters that are percent-encoded, besides control characters, spaces
// and bytes outside ASCII (URL, percent-encode set).
const (
	fragmentSet = "\"<>`"
	querySet    = "\"<>'"
	pathSet     = "\"<>`?#^{}"
	userSet     = pathSet + `/:;=@[\]|`
)

// percentEncode follows URL, UTF-8 percent-encode. Engines encode each byte of a Location that
// is not UTF-8.
func percentEncode(s, set string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for _, c := range []byte(s) {
		if c <= ' ' || c >= 0x7f || strings.IndexByte(set, c) >= 0 {
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// origin returns the serialized origin (URL, origin).
func (a *address) origin() string { return a.scheme + "://" + a.host }

// sent returns the URL in the form that the browser sends and the page sees, which has no
// fragment.
func (a *address) sent() string {
	user := a.user
	if a.password != "" {
		user += ":" + a.password
	}
	if user != "" {
		user += "@"
	}
	return a.scheme + "://" + user + a.host + a.path + a.query
}

// hasCredentials follows URL, include credentials.
func (a *address) hasCredentials() bool { return a.user != "" || a.password != "" }

// target returns the URL for a [net/http.Request], which is sent without changes.
func (a *address) target() *url.URL {
	u := &url.URL{Scheme: a.scheme, Host: a.host, Path: a.path, RawQuery: strings.TrimPrefix(a.query, "?"), ForceQuery: a.query == "?"}
	if path, err := url.PathUnescape(a.path); err == nil {
		u.Path, u.RawPath = path, a.path
	}
	if u.EscapedPath() != a.path { // net/url would encode it again
		u.Opaque = a.path
		if strings.HasPrefix(a.path, "//") {
			u.Opaque = "//" + a.host + a.path
		}
	}
	return u
}
