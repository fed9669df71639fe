package origins

import (
	"strings"

	"golang.org/x/net/idna"
)

// browserIDNA returns the profile that converts host names as browsers do (URL,
// domain to ASCII).
func browserIDNA() *idna.Profile {
	return idna.New(
		idna.MapForLookup(),
		idna.Transitional(false),
		idna.BidiRule(),
		idna.CheckJoiners(true),
		idna.CheckHyphens(false),
		idna.StrictDomainName(false),
	)
}

// validPunycode reports whether every label with the prefix xn-- is the Punycode that
// a browser makes of some Unicode label. No page has a host with any other such label.
func validPunycode(domain string) bool {
	if !strings.Contains(domain, "xn--") {
		return true
	}
	ascii, err := browserIDNA().ToASCII(domain)
	return err == nil && ascii == domain
}

// toPunycode returns the ASCII form of a domain, or the domain itself if it has
// none.
func toPunycode(domain string) string {
	ascii, err := browserIDNA().ToASCII(domain)
	if err != nil {
		return domain
	}
	return ascii
}
