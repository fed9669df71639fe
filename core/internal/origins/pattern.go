package origins

import (
	"strings"

	"golang.org/x/net/publicsuffix"
)

// Pattern is one valid entry of AllowOrigins other than "*".
type Pattern struct {
	text           string // the entry
	scheme         string
	host           string // below the wildcard's label, if there is one
	port           string // anyPort, or none for the scheme's default
	wildcard       reach
	prefix, suffix string // what surrounds the * of partOfLabel
}

// reach is how far a wildcard in a host goes.
type reach uint8

const (
	exactHost   reach = iota
	wholeLabels       // https://*.example.com
	partOfLabel       // https://preview-*.example.com
)

const anyPort = "*"

// Parse accepts valid entries only; [Diagnose] says what is wrong with the others.
func Parse(s string) (Pattern, bool) {
	scheme, hostport, found := strings.Cut(s, "://")
	if !found || !validScheme(scheme) || SendsNull(scheme) || WebSocket(scheme) {
		return Pattern{}, false
	}
	host, port, ok := cutPort(hostport)
	if !ok || port != "" && port != anyPort && !validPort(port, scheme) {
		return Pattern{}, false
	}
	p := Pattern{text: s, scheme: scheme, host: host, port: port}
	label, domain, _ := strings.Cut(host, ".")
	if p.prefix, p.suffix, found = strings.Cut(label, "*"); !found {
		return p, validHost(host, scheme) && (!special(scheme) || validPunycode(host))
	}
	p.host, p.wildcard = domain, partOfLabel
	if label == "*" {
		p.wildcard = wholeLabels
	}
	// One character in place of the *: the shortest host that can match.
	shortest := p.prefix + "x" + p.suffix + "." + domain
	return p, !missingDot(label) && validDomain(shortest) && !endsInNumber(shortest) && validPunycode(domain)
}

// missingDot recognises https://*example.com, which reads like a domain and
// its subdomains but also matches evilexample.com.
func missingDot(label string) bool {
	rest, ok := strings.CutPrefix(label, "*")
	return ok && rest != "" && rest[0] != '-'
}

// SendsNull reports whether pages with this scheme have an opaque origin, which
// browsers send as null, so that no entry could match them.
func SendsNull(scheme string) bool {
	switch scheme {
	case "about", "blob", "data", "file", "javascript":
		return true
	}
	return false
}

// WebSocket reports whether the scheme is that of a connection and never that of
// a page.
func WebSocket(scheme string) bool { return scheme == "ws" || scheme == "wss" }

// Insecure reports whether the pattern matches origins that are [Insecure].
func (p Pattern) Insecure() bool { return Insecure(p.scheme, p.host) }

// Domain returns the host below the wildcard's label, or the host.
func (p Pattern) Domain() string { return p.host }

// Secure returns the entry with the scheme https.
func (p Pattern) Secure() string { return "https" + strings.TrimPrefix(p.text, p.scheme) }

// ReachesRegistrable reports whether strangers can register names that the
// wildcard matches: whether it is at or inside the registrable domain.
func (p Pattern) ReachesRegistrable() bool {
	if p.wildcard == exactHost || Loopback(p.host) {
		return false
	}
	// No rule of the list names this label, which takes the place of the wildcard. So
	// rules such as *.ck apply, which make every label a suffix.
	return len(publicSuffix("any-label-at-all."+p.host)) >= len(p.host)
}

func publicSuffix(host string) string {
	suffix, _ := publicsuffix.PublicSuffix(host)
	return suffix
}

// strangersBelow reports whether host lies two or more labels below domain and strangers
// can register it there: *.amazonaws.com is one owner's, but
// anyone.s3.amazonaws.com is not.
func strangersBelow(host, domain string) bool {
	labels := host[:len(host)-len(domain)-1]
	return strings.IndexByte(labels, '.') >= 0 && len(publicSuffix(host)) > len(domain)
}
