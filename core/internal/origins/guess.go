package origins

import (
	"net/netip"
	"regexp"
	"strings"
)

var (
	optionalPort = regexp.MustCompile(`\(:(\\d|\[0-9\])[+*]\)\??$|:(\\d|\[0-9\])[+*]$`)
	anyText      = regexp.MustCompile(`\(?(\[[^\[\]]+\]|\\w|\.)[+*]\)?`)
	globs        = regexp.MustCompile(`[?*]+`)
	starLabels   = regexp.MustCompile(`^\.?(\*+\.)+`)
	addressGlob  = regexp.MustCompile(`^(\d{1,3}|\*)(\.(\d{1,3}|\*)){0,3}(\.\*)?$`)
)

// regexpChars reports whether an entry has a character that only a regular expression has.
func regexpChars(s string) bool {
	return strings.ContainsAny(s, `\^$()|+`) || strings.Contains(s, "://.*") || strings.Contains(s, "?://") || strings.Contains(s, "[a-z")
}

// fromRegexp returns the entries that match what a simple regular expression was written
// for: anchors, escaped dots, one wildcard, https?, an optional port.
func fromRegexp(s string) (entries []string) {
	s = strings.TrimSuffix(strings.TrimPrefix(s, "^"), "$")
	s = optionalPort.ReplaceAllString(s, ":*")
	s = anyText.ReplaceAllString(s, "*")
	s = strings.NewReplacer(`\.`, ".", `\/`, "/", `\-`, "-").Replace(s)
	schemes := []string{s}
	if rest, ok := strings.CutPrefix(s, "https?://"); ok {
		schemes = []string{"https://" + rest, "http://" + rest}
	}
	for _, entry := range schemes {
		if _, ok := Parse(entry); !ok {
			return nil
		}
		entries = append(entries, entry)
	}
	return entries
}

// unglob writes one * in place of each run of question marks and stars.
func unglob(s string) string {
	return globs.ReplaceAllString(s, "*")
}

// isRange recognises ranges of IPv4 addresses: 192.168.1.0/24, 192.168.1.*.
func isRange(hostport string) bool {
	_, err := netip.ParsePrefix(hostport)
	return err == nil || addressGlob.MatchString(hostport)
}
