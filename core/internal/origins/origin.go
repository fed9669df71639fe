// Package origins parses origins (RFC 6454) and the patterns that match them. It has
// types for one origin, one pattern and a set of patterns, and it diagnoses bad
// entries.
package origins

import (
	"net/netip"
	"strconv"
	"strings"
)

// Bounds of an origin that a browser can send. A longer value is malformed, so nothing
// needs to read its bytes.
const (
	maxScheme = 64  // the longest scheme registered today has 30 characters
	maxHost   = 253 // RFC 1035, the presentation form of 255 octets
	maxLabel  = 63  // RFC 1035 section 2.3.4
	maxOrigin = maxScheme + len("://") + maxHost + len(":65535")
)

// Tuple is a tuple origin (HTML, origin). Its fields are substrings of the parsed
// string. It is not checked; see [Tuple.Valid].
type Tuple struct {
	Scheme     string
	Host, Port string // an empty port is the default port
}

// PortNumber returns the port, or 0 for the scheme's default port.
func (t Tuple) PortNumber() uint16 {
	if t.Port == "" { // ParseUint would allocate an error
		return 0
	}
	port, _ := strconv.ParseUint(t.Port, 10, 16)
	return uint16(port)
}

// Insecure reports whether an attacker on the network can change the page. That is not
// possible for a loopback host (Secure Contexts, section 3.1).
func Insecure(scheme, host string) bool {
	return (scheme == "http" || scheme == "ftp") && !Loopback(host)
}

// Cut splits an origin into its parts and does not validate them. It rejects a string
// that is longer than any origin.
func Cut(s string) (t Tuple, ok bool) {
	if len(s) > maxOrigin {
		return t, false
	}
	scheme, hostport, ok := strings.Cut(s, "://")
	if ok {
		t.Scheme = scheme
		t.Host, t.Port, ok = cutPort(hostport)
	}
	return t, ok
}

// Valid reports whether the origin is written exactly as a browser serializes it. It
// rejects every other spelling, so that string comparison is enough to compare valid
// origins. It allocates nothing.
func (t Tuple) Valid() bool {
	return validScheme(t.Scheme) && !SendsNull(t.Scheme) && !WebSocket(t.Scheme) && validHost(t.Host, t.Scheme) && (t.Port == "" || validPort(t.Port, t.Scheme))
}

// Unlistable reports whether browsers send the origin, although no entry can list it: a
// scheme without a host, such as file:// or qrc://, which the browser inside an application
// sends, or a host with a final dot (URL, host serializer). It is never [Tuple.Valid].
func (t Tuple) Unlistable() bool {
	host, dot := strings.CutSuffix(t.Host, ".")
	switch {
	case !validScheme(t.Scheme) || t.Port != "" && !validPort(t.Port, t.Scheme):
		return false
	case special(t.Scheme):
		return dot && !WebSocket(t.Scheme) && !strings.HasPrefix(host, "[") && validHost(host, t.Scheme)
	default:
		return t.Host == "" && t.Port == "" && (t.Scheme == "file" || !SendsNull(t.Scheme))
	}
}

// cutPort splits off the port. The port may be absent, but not empty.
func cutPort(hostport string) (host, port string, ok bool) {
	i := strings.IndexByte(hostport, ':')
	if strings.HasPrefix(hostport, "[") {
		i = strings.LastIndexByte(hostport, ':')
	}
	if i < 0 || strings.HasSuffix(hostport, "]") {
		return hostport, "", true
	}
	host, port = hostport[:i], hostport[i+1:]
	return host, port, port != ""
}

// validScheme follows RFC 3986 section 3.1, in lower case.
func validScheme(s string) bool {
	if s == "" || len(s) > maxScheme || !isLower(s[0]) {
		return false
	}
	for i := 1; i < len(s); i++ {
		if c := s[i]; !isLower(c) && !isDigit(c) && c != '+' && c != '-' && c != '.' {
			return false
		}
	}
	return true
}

func defaultPort(scheme string) string {
	switch scheme {
	case "http":
		return "80"
	case "https":
		return "443"
	}
	return ""
}

// validPort accepts 1 to 65535 without leading zeros, except the default port of the
// scheme. Browsers never connect to port 0 (Fetch, bad port).
func validPort(s, scheme string) bool {
	if len(s) > 5 || s[0] == '0' || s == defaultPort(scheme) {
		return false
	}
	n := 0
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n <= 65535
}

// special follows URL, special scheme. For these schemes browsers parse the host as a
// domain or an IP address. For other schemes they do not change the host.
func special(scheme string) bool {
	switch scheme {
	case "http", "https", "ftp", "ws", "wss":
		return true
	}
	return false
}

// validHost accepts hosts as a browser serializes them: a domain in lower-case ASCII,
// a dotted IPv4 address, or a compressed IPv6 address in brackets. If the scheme is
// not special, it accepts an identifier, such as that of a browser extension.
func validHost(s, scheme string) bool {
	if strings.HasPrefix(s, "[") {
		return validIPv6(s)
	}
	if !special(scheme) {
		return validIdentifier(s)
	}
	if !validDomain(s) {
		return false
	}
	if endsInNumber(s) {
		addr, err := netip.ParseAddr(s)
		return err == nil && addr.Is4()
	}
	return true
}

// validIdentifier accepts the characters of a domain, upper-case letters, and dots in
// any position.
func validIdentifier(s string) bool {
	for i := range len(s) {
		if c := s[i] | 0x20; !isLower(c) && !isDigit(s[i]) && s[i] != '-' && s[i] != '_' && s[i] != '.' {
			return false
		}
	}
	return s != "" && len(s) <= maxHost
}

// validDomain accepts labels of lower-case ASCII letters, digits, hyphens and
// underscores. The URL standard permits more punctuation, but parsers disagree about
// it, and attackers exploit such differences.
func validDomain(s string) bool {
	if s == "" || len(s) > maxHost {
		return false
	}
	start := 0 // of the current label
	for i := range len(s) {
		switch c := s[i]; {
		case isLower(c) || isDigit(c) || c == '-' || c == '_':
		case c == '.' && i > start && i-start <= maxLabel:
			start = i + 1
		default:
			return false
		}
	}
	return len(s) > start && len(s)-start <= maxLabel
}

// endsInNumber reports whether the URL standard would parse a domain as an
// IPv4 address (URL, "ends in a number" checker).
func endsInNumber(domain string) bool {
	last := domain[strings.LastIndexByte(domain, '.')+1:]
	if hex, ok := strings.CutPrefix(last, "0x"); ok {
		return strings.Trim(hex, "0123456789abcdef") == ""
	}
	return isDigit(last[0]) && strings.Trim(last, "0123456789") == ""
}

func validIPv6(s string) bool {
	if len(s) > longestIPv6 || !strings.HasSuffix(s, "]") {
		return false
	}
	addr, err := netip.ParseAddr(s[1 : len(s)-1])
	var buf [longestIPv6]byte
	return err == nil && addr.Is6() && addr.Zone() == "" && string(appendIPv6(buf[:0], addr)) == s
}

const longestIPv6 = len("[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]")

// appendIPv6 writes an address as browsers do (URL, IPv6 serializer). That is the form
// of RFC 5952, except that IPv4-mapped addresses are hexadecimal too.
func appendIPv6(b []byte, addr netip.Addr) []byte {
	b = append(b, '[')
	if addr.Is4In6() {
		ip := addr.As16()
		b = append(b, "::ffff:"...)
		b = strconv.AppendUint(b, uint64(ip[12])<<8|uint64(ip[13]), 16)
		b = append(b, ':')
		b = strconv.AppendUint(b, uint64(ip[14])<<8|uint64(ip[15]), 16)
	} else {
		b = addr.AppendTo(b)
	}
	return append(b, ']')
}

// Loopback reports whether requests to the host never leave the machine. Browsers
// resolve localhost and its subdomains without DNS (Secure Contexts, section 5.2).
func Loopback(host string) bool {
	if host == "localhost" || strings.HasSuffix(host, ".localhost") || host == "[::1]" {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Is4() && addr.IsLoopback()
}

func isLower(c byte) bool { return 'a' <= c && c <= 'z' }
func isDigit(c byte) bool { return '0' <= c && c <= '9' }
