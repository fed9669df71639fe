package browser

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

// parseHost follows URL, host parser and host serializer.
func parseHost(raw string) (string, error) {
	if inner, found := strings.CutPrefix(raw, "["); found {
		inner, closed := strings.CutSuffix(inner, "]")
		ip, err := netip.ParseAddr(inner)
		switch {
		case err != nil || !closed || !ip.Is6() || ip.Zone() != "":
			return "", errHost
		case ip.Is4In6():
			b := ip.As16()
			last := func(i int) string { return strconv.FormatUint(uint64(b[i])<<8|uint64(b[i+1]), 16) }
			return "[::ffff:" + last(12) + ":" + last(14) + "]", nil
		}
		return "[" + ip.String() + "]", nil
	}
	name, err := domainToASCII(percentDecode(raw))
	if err != nil || name == "" || strings.IndexFunc(name, forbiddenInDomain) >= 0 {
		return "", errHost
	}
	parts := strings.Split(strings.TrimSuffix(name, "."), ".")
	if last := parts[len(parts)-1]; last != "" && digits(last) || ipv4Number(last) >= 0 {
		return parseIPv4(parts)
	}
	return name, nil
}

// percentDecode follows URL, percent-decode. It leaves malformed escapes unchanged.
func percentDecode(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if i+3 <= len(s) {
			if decoded, err := url.PathUnescape(s[i : i+3]); err == nil && s[i] == '%' {
				b.WriteString(decoded)
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// domainToASCII follows URL, domain to ASCII.
func domainToASCII(name string) (string, error) {
	lower := strings.ToLower(name)
	if isASCII(lower) && !strings.Contains("."+lower, ".xn--") {
		return lower, nil
	}
	return idna.New(
		idna.MapForLookup(),
		idna.Transitional(false),
		idna.BidiRule(),
		idna.CheckJoiners(true),
		idna.CheckHyphens(false),
		idna.StrictDomainName(false),
	).ToASCII(name)
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r > 0x7f }) < 0
}

// forbiddenInDomain follows URL, forbidden domain code point.
func forbiddenInDomain(r rune) bool {
	return r <= ' ' || r == 0x7f || strings.ContainsRune(`#/:<>?@[\]^|%`, r)
}

// parseIPv4 follows URL, IPv4 parser. The last part can be the number of several bytes.
func parseIPv4(parts []string) (string, error) {
	if len(parts) > 4 {
		return "", errHost
	}
	var ip int64
	for i, part := range parts {
		number := ipv4Number(part)
		last := i == len(parts)-1
		bytes := 1
		if last {
			bytes = 4 - i
		}
		if number < 0 || number >= 1<<(8*bytes) {
			return "", errHost
		}
		ip = ip<<(8*bytes) | number
	}
	return netip.AddrFrom4([4]byte{byte(ip >> 24), byte(ip >> 16), byte(ip >> 8), byte(ip)}).String(), nil
}

// ipv4Number follows URL, IPv4 number parser. It returns -1 for a failure, and a number
// that is too large for an address if the number has more than 32 bits.
func ipv4Number(s string) int64 {
	lower, base := strings.ToLower(s), 10
	switch {
	case s == "" || strings.ContainsAny(s, "+-_"):
		return -1
	case strings.HasPrefix(lower, "0x"):
		lower, base = lower[2:], 16
	case len(s) > 1 && s[0] == '0':
		lower, base = lower[1:], 8
	}
	if lower == "" {
		return 0
	}
	number, err := strconv.ParseUint(lower, base, 64)
	switch {
	case err == nil:
		return int64(min(number, 1<<32))
	case strings.Trim(lower, "0123456789abcdef"[:base]) == "":
		return 1 << 32
	}
	return -1
}
