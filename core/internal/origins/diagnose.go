package origins

import (
	"net/netip"
	"strconv"
	"strings"
	"unicode"
)

// Finding is one problem of an entry.
type Finding struct{ Code, Message string }

// maxEntry is the length of the longest single origin that Diagnose corrects, in bytes. It is
// above maxOrigin, so that an origin with a path or a user name has a correction.
const maxEntry = 1 << 10

// Trim takes off blanks, quotation marks and the brackets of a list.
func Trim(entry string) string {
	for {
		entry = strings.TrimFunc(entry, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("\"'`", r) })
		list, opened := strings.CutPrefix(entry, "[")
		list, closed := strings.CutSuffix(list, "]")
		if !opened || !closed || bareIPv6(list) {
			return entry
		}
		entry = list
	}
}

// split separates an entry that holds several.
func split(entry string) []string {
	return strings.FieldsFunc(entry, func(r rune) bool { return strings.ContainsRune(", \t\r\n;\"'`", r) })
}

// diagnosis reads an entry that Parse refuses and gathers what is wrong with it, while it
// corrects the parts.
type diagnosis struct {
	findings  []Finding
	scheme    string
	anyScheme bool // http is meant, too
	host      string
	port      string
	hopeless  bool // there is no correction
}

const (
	noDomain         = "a wildcard needs a domain after it, such as https://*.example.com"
	noWildcardScheme = "a scheme has no wildcard"

	// byFunction ends a message about an entry that a list cannot express.
	byFunction = "; decide about such origins in core.WithOriginFunc"
)

// Diagnose returns what is wrong with an entry that [Parse] refuses, and the valid entries
// to write in its place, if there are any. [Parse] accepts each of them, or it is "*".
func Diagnose(entry string) (findings []Finding, corrected []string) {
	trimmed := Trim(entry)
	switch {
	case strings.ContainsAny(trimmed, ", \t\r\n;"):
		return []Finding{{"origin-list", "one entry holds one origin"}}, correctAll(split(trimmed))
	case len(trimmed) > maxEntry:
		return []Finding{{"origin-length", "the entry is too long for an origin; write scheme://host or scheme://host:port, with a host of at most 253 characters"}}, nil
	case strings.Contains(trimmed, "${") || strings.HasPrefix(trimmed, "$"):
		return []Finding{{"origin-variable", "the variable was not replaced by its value"}}, nil
	case isRegexp(trimmed):
		return diagnoseRegexp(trimmed)
	case trimmed == "*" || trimmed == "*://*" || trimmed == ".*":
		return []Finding{{"origin-blank", `"*" alone allows every origin`}}, []string{"*"}
	}
	if entries := fromAnyText(trimmed); entries != nil {
		return []Finding{{"origin-wildcard-scheme", noWildcardScheme}}, entries
	}
	var d diagnosis
	rest := d.takeScheme(d.trim(entry))
	if d.hopeless {
		return d.findings, nil
	}
	rest = d.cutTail(rest)
	d.takeHost(d.takePort(rest))
	if len(d.findings) == 0 {
		d.fail("origin-syntax", `an origin is scheme://host or scheme://host:port`)
	}
	if d.hopeless {
		return d.findings, nil
	}
	schemes := []string{d.scheme}
	if d.anyScheme {
		schemes = []string{"https", "http"}
	}
	for _, scheme := range schemes {
		c := scheme + "://" + d.host + d.port
		if _, ok := Parse(c); ok {
			corrected = append(corrected, c)
		}
	}
	return d.findings, corrected
}

func diagnoseRegexp(s string) (findings []Finding, corrected []string) {
	message := "an entry is not a regular expression; a * matches whole labels (https://*.example.com) or a part of one (https://preview-*.example.com)"
	if corrected = fromRegexp(s); corrected == nil {
		message += byFunction
	}
	return []Finding{{"origin-regexp", message}}, corrected
}

// correctAll returns the corrections of all entries, or nil if one has none. An entry
// without a scheme has none, since it may be a part of another.
func correctAll(entries []string) (corrected []string) {
	for _, entry := range entries {
		_, ok := Parse(entry)
		switch {
		case ok || entry == "*":
			corrected = append(corrected, entry)
		case !strings.Contains(entry, "://"):
			return nil
		default:
			_, c := Diagnose(entry)
			if c == nil {
				return nil
			}
			corrected = append(corrected, c...)
		}
	}
	return corrected
}

func (d *diagnosis) note(code, message string) {
	d.findings = append(d.findings, Finding{code, message})
}

func (d *diagnosis) fail(code, message string) {
	d.note(code, message)
	d.hopeless = true
}

func (d *diagnosis) trim(s string) string {
	trimmed := Trim(s)
	if trimmed != s {
		d.note("origin-blank", "an origin has no blanks or quotation marks around it")
	}
	return trimmed
}

func (d *diagnosis) takeScheme(s string) (rest string) {
	scheme, rest, found := strings.Cut(s, "://")
	if web, host, ok := strings.Cut(s, ":"); ok && !found && (web == "http" || web == "https") {
		d.note("origin-scheme", "an origin has two slashes between its scheme and its host")
		d.scheme = web
		return strings.TrimPrefix(host, "/")
	}
	if !found {
		d.note("origin-scheme-missing", "an origin begins with its scheme")
		rest = strings.TrimPrefix(s, "//")
		d.scheme = "https"
		if host, _, _ := strings.Cut(rest, ":"); Loopback(strings.TrimRight(host, "*")) || strings.HasPrefix(rest, "[::1]") {
			d.scheme = "http"
		}
		// Where a * matches any text, one at the start matches the scheme, too.
		d.anyScheme = strings.HasPrefix(strings.TrimPrefix(rest, "."), "*")
		return rest
	}
	d.scheme = strings.ToLower(scheme)
	if d.scheme != scheme {
		d.note("origin-upper-case", "browsers send origins in lower case")
	}
	switch {
	case strings.Contains(scheme, "*"):
		d.note("origin-wildcard-scheme", noWildcardScheme)
		d.scheme, d.anyScheme = "https", true
	case WebSocket(d.scheme):
		d.note("origin-websocket", "the origin of a page is http or https, even if the page opens a WebSocket")
		d.scheme = "http" + strings.TrimPrefix(d.scheme, "ws")
	case d.scheme == "file":
		d.fail("origin-null", "most pages of files send the origin null, which no list matches; the browser inside an application may send file://"+byFunction)
	case SendsNull(d.scheme):
		d.fail("origin-null", "browsers send the origin null for pages with this scheme, and no entry matches null")
	case !validScheme(d.scheme):
		d.fail("origin-scheme", "a scheme begins with a letter and contains only letters, digits, +, - and .")
	}
	return rest
}

// cutTail drops the parts of a URL that an origin does not have.
func (d *diagnosis) cutTail(s string) string {
	if i := strings.IndexByte(s, '?'); i >= 0 && i < len(s)-1 && !strings.ContainsAny(s, "/#=&") {
		d.note("origin-glob", "a ? is not a wildcard; a * matches at least one character of the first label, or any port")
		return unglob(s)
	}
	if i := strings.IndexAny(s, "/?#"); i >= 0 {
		switch s[i] {
		case '/':
			if isRange(s) {
				d.fail("origin-range", "a list cannot hold a range of addresses"+byFunction)
				return s[:i]
			}
			d.note("origin-path", "an origin has no path")
		case '?':
			d.note("origin-query", "an origin has no query")
		case '#':
			d.note("origin-fragment", "an origin has no fragment")
		}
		s = s[:i]
	}
	if i := strings.LastIndexByte(s, '@'); i >= 0 {
		d.note("origin-userinfo", "an origin has no user name or password")
		s = s[i+1:]
	}
	return s
}

// takePort reads the port and returns the host before it.
func (d *diagnosis) takePort(hostport string) (host string) {
	if host, ok := cutAnyPort(hostport); ok {
		d.note("origin-port", "a * at the end of a host matches no port; :* matches any port")
		d.port = ":" + anyPort
		return host
	}
	i, bracket := strings.LastIndexByte(hostport, ':'), strings.IndexByte(hostport, ']')
	if i < bracket || i < 0 || bracket < 0 && bareIPv6(strings.TrimPrefix(hostport, "[")) {
		return hostport
	}
	host, port := hostport[:i], hostport[i+1:]
	if whole := strings.TrimRight(port, "*"); whole != port && len(whole) >= 4 && strings.Trim(whole, "0123456789") == "" {
		d.note("origin-port", "a port has no wildcard in it")
		port = whole
	}
	stripped := strings.TrimLeft(port, "0")
	for _, scheme := range []string{"https", "http"} {
		if d.anyScheme && stripped == defaultPort(scheme) {
			d.scheme, d.anyScheme = scheme, false
		}
	}
	switch {
	case port == anyPort:
	case port == "":
		d.note("origin-port", "the port after the colon is missing")
		return host
	case strings.Contains(port, "*") && strings.Trim(port, "0123456789*") == "":
		d.note("origin-port", "a port has no wildcard in it; :* matches any port")
		port = anyPort
	case strings.Trim(port, "0123456789") != "":
		d.fail("origin-port", `a port is a number from 1 to 65535, or * for any`)
	case stripped == defaultPort(d.scheme):
		d.note("origin-default-port", "browsers omit the default port of the scheme")
		return host
	case stripped == "" || len(stripped) > 5 || stripped > "65535" && len(stripped) == 5:
		d.fail("origin-port", `a port is a number from 1 to 65535, or * for any`)
	case stripped != port:
		d.note("origin-port", "a port has no leading zeros")
		port = stripped
	}
	d.port = ":" + port
	return host
}

func bareIPv6(s string) bool {
	if len(s) > maxHost { // ParseAddr reads all of it, and Trim asks for each pair of brackets
		return false
	}
	addr, err := netip.ParseAddr(s)
	return err == nil && addr.Is6()
}

func (d *diagnosis) takeHost(host string) {
	if host == "" {
		d.host = usualHost(d.scheme)
		switch {
		case d.host != "":
			d.note("origin-host-missing", "the host is missing")
		case special(d.scheme):
			d.fail("origin-host-missing", "the host is missing")
		default:
			d.fail("origin-host-missing", "the host is missing"+byFunction)
		}
		return
	}
	if strings.HasPrefix(host, "[") || bareIPv6(host) {
		d.takeIPv6(host)
		return
	}
	d.host = host
	if special(d.scheme) {
		d.lowerCase()
		d.ascii()
	}
	if strings.Contains(d.host, "*") && strings.Trim(d.host, "*.") == "" {
		d.wildcardAlone()
		return
	}
	if trimmed := strings.TrimRight(d.host, "."); trimmed != d.host {
		d.note("origin-trailing-dot", "a host with a final dot is another origin, which a list cannot hold")
		d.host = trimmed
	}
	if strings.Contains(d.host, "*") {
		d.wildcard()
		return
	}
	switch {
	case validHost(d.host, d.scheme):
	case validDomain(d.host):
		d.fail("origin-ipv4", "browsers parse a host that ends in a number as an IPv4 address, which has four decimal parts from 0 to 255")
	case len(d.host) > maxHost:
		d.fail("origin-host-length", "a host has at most 253 characters")
	default:
		d.fail("origin-host", "a host has labels of 1 to 63 letters, digits, hyphens or underscores, with dots between them")
	}
}

func (d *diagnosis) takeIPv6(host string) {
	addr, err := netip.ParseAddr(strings.Trim(host, "[]"))
	if err != nil || !addr.Is6() {
		d.fail("origin-ipv6", "the host is not a valid IPv6 address")
		return
	}
	if addr.Zone() != "" {
		d.note("origin-ipv6", "an origin has no IPv6 zone")
	}
	d.host = string(appendIPv6(nil, addr.WithZone("")))
	if d.host != host {
		d.note("origin-ipv6", "browsers send IPv6 addresses in brackets, in lower case and compressed")
	}
}

func (d *diagnosis) lowerCase() {
	if lower := strings.ToLower(d.host); lower != d.host {
		d.note("origin-upper-case", "browsers send origins in lower case")
		d.host = lower
	}
}

func (d *diagnosis) ascii() {
	isASCII := strings.IndexFunc(d.host, func(r rune) bool { return r > 0x7f }) < 0
	switch {
	case !isASCII:
		d.note("origin-non-ascii", "browsers send hosts in their ASCII form (Punycode)")
		labels := strings.Split(d.host, ".")
		for i, label := range labels {
			if !strings.Contains(label, "*") {
				labels[i] = toPunycode(label)
			}
		}
		d.host = strings.Join(labels, ".")
	case !strings.Contains(d.host, "*") && !validPunycode(d.host):
		d.fail("origin-punycode", "a label that begins with xn-- must be Punycode exactly as browsers write it")
	}
}

// wildcardAlone reads a host that consists of stars and dots. Before a final dot, the domain
// is missing, perhaps because a variable is empty: the author does not mean any host.
func (d *diagnosis) wildcardAlone() {
	if strings.HasSuffix(d.host, ".") {
		d.fail("origin-wildcard-domain", noDomain)
		return
	}
	if d.host != "*" {
		d.note("origin-wildcard", "a single * matches any host")
		d.host = "*"
	}
}

func (d *diagnosis) wildcard() {
	if isRange(d.host) {
		d.fail("origin-range", "a list cannot hold a range of addresses"+byFunction)
		return
	}
	if single := starLabels.ReplaceAllString(d.host, "*."); single != d.host {
		d.note("origin-wildcard", "a single * matches any number of labels")
		d.host = single
	}
	label, domain, found := strings.Cut(d.host, ".")
	switch {
	case !strings.Contains(label, "*") || strings.Contains(domain, "*"):
		d.fail("origin-wildcard", "only the first label of the host can have a *: https://*.example.com or https://preview-*.example.com"+byFunction)
	case strings.Contains(label, "**"):
		d.note("origin-wildcard", "a single * matches any number of labels")
		d.host = strings.ReplaceAll(label, "**", "*") + "." + domain
	case strings.Count(label, "*") > 1:
		d.fail("origin-wildcard", "a label has at most one *"+byFunction)
	case !found || domain == "":
		d.fail("origin-wildcard-domain", noDomain+byFunction)
	case missingDot(label):
		d.note("origin-missing-dot", "without a dot after the *, the entry would match "+strings.Trim(strconv.QuoteToASCII("evil"+label[1:]+"."+domain), `"`))
		d.host = "*." + label[1:] + "." + domain
	case endsInNumber(domain):
		d.fail("origin-wildcard", "an IP address has no wildcard"+byFunction)
	case !validPunycode(domain):
		d.fail("origin-punycode", "a label that begins with xn-- must be Punycode exactly as browsers write it")
	default:
		if _, ok := Parse("https://" + d.host); !ok {
			d.fail("origin-host", "a host has labels of 1 to 63 letters, digits, hyphens or underscores, with dots between them")
		}
	}
}
