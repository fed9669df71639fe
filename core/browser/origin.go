package browser

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// checkOrigin returns an error if the string is not the serialized origin of a page.
func checkOrigin(serialized string) error {
	if serialized == "null" {
		return nil
	}
	canonical, err := canonicalOrigin(serialized)
	if err != nil {
		return fmt.Errorf(`the Origin %q is not an origin; use one like "https://app.example.com", or "null"`, serialized)
	}
	if canonical != serialized {
		return fmt.Errorf("the Origin %q is not in the form that browsers send; use %q", serialized, canonical)
	}
	return nil
}

// canonicalOrigin returns the serialized origin of a URL. Pages of extensions and apps have
// other schemes than http and https.
func canonicalOrigin(raw string) (string, error) {
	a, err := parseURL(nil, raw)
	if err == nil {
		return a.origin(), nil
	}
	u, otherErr := url.Parse(raw)
	if otherErr != nil || u.Scheme == "" || u.Scheme == "http" || u.Scheme == "https" || u.Host == "" {
		return "", err
	}
	return u.Scheme + "://" + strings.ToLower(u.Host), nil
}

// checkURL returns an error for a URL that fetch() rejects (Fetch, Request constructor),
// and for schemes other than http and https.
func checkURL(raw string, a *address, err error) error {
	switch {
	case errors.Is(err, errScheme):
		return fmt.Errorf("the URL %q is not an absolute http or https URL", raw)
	case err != nil:
		return fmt.Errorf("the URL %q is invalid: %w", raw, err)
	case a.hasCredentials():
		return fmt.Errorf("the URL %q has a user name or password, which fetch() rejects", raw)
	}
	return nil
}

// serializedOrigin follows Fetch, serializing a request origin. The origin is "null" after
// a redirect from an origin other than the page's to a third one (Fetch, redirect-taint).
func (f *fetch) serializedOrigin() string {
	for i, u := range f.urls[1:] {
		if last := f.urls[i].origin(); u.origin() != last && f.origin != last {
			return "null"
		}
	}
	return f.origin
}
