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
	addressGlob  = regexp.MustCompile(`^(\d{1,3}\*?|\*)(\.(\d{1,3}\*?|\*)){0,3}(\.\*)?$`)
)

// isRegexp reports whether an entry is between slashes, as gin-contrib/cors wants a regular
// expression, or has a character that only a regular expression has.
func isRegexp(s string) bool {
	expr, ok := cutSlashes(s)
	return ok && strings.ContainsAny(expr, ":*") || strings.ContainsAny(s, `\^$()|+`) || strings.Contains(s, "://.*") || strings.Contains(s, "?://") || strings.Contains(s, "[a-z")
}

// cutSlashes takes off the slashes around a regular expression.
func cutSlashes(s string) (expr string, ok bool) {
	expr, opened := strings.CutPrefix(s, "/")
	expr, closed := strings.CutSuffix(expr, "/")
	if !opened || !closed || expr == "" || expr[0] == '/' {
		return s, false
	}
	return expr, true
}

// fromRegexp returns the entries that match what a simple regular expression was written
// for: anchors, escaped dots, one wildcard, https?, an optional port.
func fromRegexp(s string) []string {
	s, _ = cutSlashes(s)
	s = strings.TrimSuffix(strings.TrimPrefix(s, "^"), "$")
	s = optionalPort.ReplaceAllString(s, ":*")
	s = anyText.ReplaceAllString(s, "*")
	s = strings.NewReplacer(`\.`, ".", `\/`, "/", `\-`, "-").Replace(s)
	schemes := []string{s}
	if rest, ok := strings.CutPrefix(s, "https?://"); ok {
		schemes = []string{"https://" + rest, "http://" + rest}
	}
	for _, entry := range schemes {
		if isRegexp(Trim(entry)) { // it is no simple one
			return nil
		}
	}
	return correctAll(schemes)
}

// fromAnyText returns the entries for one that begins every origin of the web in libraries
// whose * matches any text, such as http*.
func fromAnyText(s string) (entries []string) {
	text := strings.TrimRight(s, "*")
	if text == s || text == "" {
		return nil
	}
	for _, scheme := range []string{"https://", "http://"} {
		if len(text) < len(scheme) && strings.HasPrefix(scheme, text) {
			entries = append(entries, scheme+"*:"+anyPort)
		}
	}
	return entries
}

// cutAnyPort takes off a * after a complete host, which its author means as any port:
// localhost*, https://example.com*. After the start of a name, as in dev*, the * means more.
func cutAnyPort(hostport string) (host string, ok bool) {
	host = strings.TrimRight(hostport, "*")
	p, ok := Parse("https://" + strings.ToLower(host))
	if !ok || host == hostport || p.port != "" || strings.HasSuffix(host, "-") || p.ReachesRegistrable() {
		return hostport, false
	}
	return host, Loopback(p.host) || strings.ContainsAny(host, ".]")
}

// usualHost returns the host of every page with a scheme, or a * if pages have several. For
// a scheme that it does not know, it returns "".
func usualHost(scheme string) string {
	switch scheme {
	case "capacitor", "ionic", "tauri":
		return "localhost"
	case "app", "chrome-extension", "moz-extension", "safari-web-extension", "vscode-webview":
		return "*"
	}
	return ""
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
