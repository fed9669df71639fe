package origins

import (
	"strings"

	"golang.org/x/net/publicsuffix"
)

// Pattern is one valid entry of AllowOrigins other than "*".
type Pattern struct {
	text           string // the entry
	scheme         string
	host           string // without the first label if that has a wildcard
	port           string // anyPort, or empty for the default port of the scheme
	wildcard       reach
	prefix, suffix string // the text before and after the * of partOfLabel
}

// reach is the part of a host that its wildcard matches.
type reach uint8

const (
	exactHost   reach = iota
	wholeLabels       // https://*.example.com
	partOfLabel       // https://preview-*.example.com
	anyHost           // https://*
)

const anyPort = "*"

// Parse parses a valid entry. For any other entry it returns false, and [Diagnose]
// returns the problems.
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
	if host == "*" {
		p.host, p.wildcard = "", anyHost
		return p, true
	}
	label, domain, _ := strings.Cut(host, ".")
	if p.prefix, p.suffix, found = strings.Cut(label, "*"); !found {
		return p, validHost(host, scheme) && (!special(scheme) || validPunycode(host))
	}
	p.host, p.wildcard = domain, partOfLabel
	if label == "*" {
		p.wildcard = wholeLabels
	}
	// The shortest host that can match has one character in place of the *.
	shortest := p.prefix + "x" + p.suffix + "." + domain
	return p, !missingDot(label) && validDomain(shortest) && !endsInNumber(shortest) && validPunycode(domain)
}

// missingDot reports whether an entry is like https://*example.com. Its author means
// a domain and its subdomains, but it would also match evilexample.com.
func missingDot(label string) bool {
	rest, ok := strings.CutPrefix(label, "*")
	return ok && rest != "" && rest[0] != '-'
}

// SendsNull reports whether pages with this scheme have an opaque origin. Browsers
// send null for an opaque origin, which no entry matches.
func SendsNull(scheme string) bool {
	switch scheme {
	case "about", "blob", "data", "file", "javascript":
		return true
	}
	return false
}

// WebSocket reports whether the scheme is for WebSocket connections. No page has such
// a scheme.
func WebSocket(scheme string) bool { return scheme == "ws" || scheme == "wss" }

// Insecure reports whether the pattern matches origins that are [Insecure].
func (p Pattern) Insecure() bool { return Insecure(p.scheme, p.host) }

// AnyHost reports whether the pattern matches every host of its scheme.
func (p Pattern) AnyHost() bool { return p.wildcard == anyHost }

// Domain returns the host, without its first label if that has a wildcard.
func (p Pattern) Domain() string { return p.host }

// Secure returns the entry with the scheme https.
func (p Pattern) Secure() string { return "https" + strings.TrimPrefix(p.text, p.scheme) }

// ReachesRegistrable reports whether anyone can register a name that the wildcard
// matches. That is so if the wildcard is at or inside the registrable domain.
func (p Pattern) ReachesRegistrable() bool {
	switch {
	case p.wildcard == anyHost:
		return true
	case p.wildcard == exactHost || Loopback(p.host):
		return false
	}
	// This label replaces the wildcard. No rule of the list names it, so rules such as
	// *.ck apply to it, which make every label a public suffix.
	return len(publicSuffix("any-label-at-all."+p.host)) >= len(p.host)
}

// NamedSuffix returns the public suffix that the host of the pattern is or, if a label has a
// wildcard, that its words before the wildcard are. For s3-*.amazonaws.com, that is
// s3.amazonaws.com, since other public suffixes have such names, too. Without such a suffix, it
// returns "".
//
// No function searches the list for all suffixes that a wildcard could match. So NamedSuffix
// misses some. A Set that spares public suffixes matches none of them.
func (p Pattern) NamedSuffix() string {
	switch {
	case !special(p.scheme):
	case isPublicSuffix(p.host):
		return p.host
	case p.wildcard == partOfLabel:
		for i, c := range p.prefix + "-" {
			if c != '-' {
				continue
			}
			if name := p.prefix[:i] + "." + p.host; isPublicSuffix(name) {
				return name
			}
		}
	}
	return ""
}

// isPublicSuffix reports whether a rule of the list is about the host. A host without a dot is
// a name in an intranet: PublicSuffix returns every unknown one, and ICANN prohibits pages at
// the known ones, such as https://app.
func isPublicSuffix(host string) bool {
	return strings.Contains(host, ".") && !endsInNumber(host) && publicSuffix(host) == host
}

func publicSuffix(host string) string {
	suffix, _ := publicsuffix.PublicSuffix(host)
	return suffix
}

// foreign reports whether host is a public suffix below domain, or is below one. For
// example, console.amazonaws.com belongs to the owner of amazonaws.com, but anyone can
// register NAME.s3.amazonaws.com.
func foreign(host, domain string) bool { return len(publicSuffix(host)) > len(domain) }
