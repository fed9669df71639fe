package browser

import (
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

// parseURL follows URL, URL parsing. It normalizes the URL, so that origins and cache keys
// can be compared as strings.
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

// origin returns the serialized origin of a URL that parseURL has returned (URL, origin).
func origin(u *url.URL) string { return u.Scheme + "://" + u.Host }

// includesCredentials follows URL, include credentials.
func includesCredentials(u *url.URL) bool {
	password, _ := u.User.Password()
	return u.User.Username() != "" || password != ""
}

// checkOrigin returns an error if the string is not the serialized origin of a page.
func checkOrigin(serialized string) error {
	if serialized == "null" {
		return nil
	}
	u, err := parseURL(&url.URL{}, serialized)
	if err != nil || u.Scheme == "" || u.Host == "" {
		return fmt.Errorf(`the Origin %q is not an origin; use one like "https://app.example.com", or "null"`, serialized)
	}
	if o := origin(u); o != serialized {
		return fmt.Errorf("the Origin %q is not in the form that browsers send; use %q", serialized, o)
	}
	return nil
}

// checkURL returns an error for a URL that fetch() rejects (Fetch, Request constructor),
// and for schemes other than http and https.
func checkURL(raw string, u *url.URL, err error) error {
	switch {
	case err != nil:
		return fmt.Errorf("the URL is invalid: %w", err)
	case !httpScheme(u) || u.Host == "":
		return fmt.Errorf("the URL %q is not an absolute http or https URL", raw)
	case includesCredentials(u):
		return fmt.Errorf("the URL %q has a user name or password, which fetch() rejects", raw)
	}
	return nil
}

func httpScheme(u *url.URL) bool { return u.Scheme == "http" || u.Scheme == "https" }

// serializedOrigin follows Fetch, serializing a request origin. The origin is "null" after
// a redirect from an origin other than the page's to a third one (Fetch, redirect-taint).
func (f *fetch) serializedOrigin() string {
	for i, u := range f.urls[1:] {
		if last := origin(f.urls[i]); origin(u) != last && f.origin != last {
			return "null"
		}
	}
	return f.origin
}

// withoutFragment returns a URL in the form that the browser sends and the page sees.
func withoutFragment(u *url.URL) string {
	wire := *u
	wire.Fragment, wire.RawFragment = "", ""
	return wire.String()
}
