package browser

import (
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

// parseURL follows URL, URL parsing: one address is written in one way, so that
// origins and cache keys can be compared.
func parseURL(base *url.URL, raw string) (*url.URL, error) {
	u, err := base.Parse(raw)
	if err != nil || u.Host == "" {
		return u, err
	}
	host, err := asciiHost(u.Hostname())
	if err != nil {
		return nil, err
	}
	if port := u.Port(); port != "" {
		number, err := strconv.ParseUint(port, 10, 16)
		if err != nil {
			return nil, err
		}
		if number != defaultPort(u.Scheme) {
			host += ":" + strconv.FormatUint(number, 10)
		}
	}
	u.Host = host
	if !includesCredentials(u) {
		u.User = nil
	}
	if u.Path == "" {
		u.Path = "/"
	}
	return u, nil
}

// asciiHost follows URL, host parsing.
func asciiHost(name string) (string, error) {
	if strings.Contains(name, ":") {
		ip, err := netip.ParseAddr(name)
		return "[" + ip.WithZone("").String() + "]", err
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

func defaultPort(scheme string) uint64 {
	switch scheme {
	case "http":
		return 80
	case "https":
		return 443
	default:
		return 0
	}
}

// origin returns the serialized origin of what parseURL returns (URL, origin).
func origin(u *url.URL) string { return u.Scheme + "://" + u.Host }

// includesCredentials follows URL, include credentials.
func includesCredentials(u *url.URL) bool {
	password, _ := u.User.Password()
	return u.User.Username() != "" || password != ""
}

// checkOrigin refuses what is no page's serialized origin.
func checkOrigin(serialized string) error {
	if serialized == "null" {
		return nil
	}
	u, err := parseURL(&url.URL{}, serialized)
	if err != nil || u.Scheme == "" || u.Host == "" {
		return fmt.Errorf(`the Origin %q is none; it should be like "https://app.example.com", or "null"`, serialized)
	}
	if o := origin(u); o != serialized {
		return fmt.Errorf("the Origin %q is not as browsers write it; use %q", serialized, o)
	}
	return nil
}

// checkURL refuses what fetch() refuses (Fetch, Request constructor) and
// schemes other than HTTP's.
func checkURL(raw string, u *url.URL, err error) error {
	switch {
	case err != nil:
		return fmt.Errorf("the URL: %w", err)
	case !httpScheme(u) || u.Host == "":
		return fmt.Errorf("the URL %q is no absolute http or https URL", raw)
	case includesCredentials(u):
		return fmt.Errorf("the URL %q has a user name or password, which fetch() refuses", raw)
	}
	return nil
}

func httpScheme(u *url.URL) bool { return u.Scheme == "http" || u.Scheme == "https" }

// serializedOrigin follows Fetch, serializing a request origin, with its
// redirect-taint: once a redirect has led from a foreign origin to another, the
// page has no say.
func (f *fetch) serializedOrigin() string {
	for i, u := range f.urls[1:] {
		if last := origin(f.urls[i]); origin(u) != last && f.origin != last {
			return "null"
		}
	}
	return f.origin
}

// withoutFragment is a URL as it goes over the wire and as a page is told it.
func withoutFragment(u *url.URL) string {
	wire := *u
	wire.Fragment, wire.RawFragment = "", ""
	return wire.String()
}
