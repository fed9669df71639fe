package browser

import (
	"net/url"
	"time"
)

// Engine is whose deviations from the standard a [Browser] follows, as they were
// measured in Chromium 156, Firefox 153 and WebKitGTK 2.50. Against the standard,
// all three let "*" cover Authorization, keep nothing for a negative Max-Age,
// keep no "*" of an answer with credentials, take any kept answer for GET, HEAD
// and POST too, and allow no upload by another method without Allow-Methods.
type Engine uint8

const (
	// Standard is the Fetch standard.
	Standard Engine = iota
	// Chromium keeps preflights for two hours at most. It keeps one answer for
	// a page and URL, which is dropped when a request needs more. It takes two
	// headers of one name for one.
	Chromium
	// Firefox keeps preflights for a day at most, and those with and without
	// credentials apart. It keeps no "*", nothing with a malformed Max-Age, and
	// nothing for 127.0.0.1 and [::1]. It repeats a preflight after a redirect,
	// even if what is left of the request needs none.
	Firefox
	// WebKit keeps preflights for ten minutes at most. It keeps one answer, and
	// takes two headers for one, as Chromium does; it repeats a preflight after
	// a redirect as Firefox does.
	WebKit
)

// String returns the engine's name.
func (e Engine) String() string {
	switch e {
	case Chromium:
		return "Chromium"
	case Firefox:
		return "Firefox"
	case WebKit:
		return "WebKit"
	default:
		return "Fetch standard"
	}
}

// longestMaxAge is the imposed limit on max-age; 0 means none (Fetch,
// CORS-preflight fetch).
func (e Engine) longestMaxAge() time.Duration {
	switch e {
	case Chromium:
		return 2 * time.Hour
	case Firefox:
		return 24 * time.Hour
	case WebKit:
		return 10 * time.Minute
	default:
		return 0
	}
}

// wildcardCoversAuthorization: the standard forbids it (Fetch, CORS
// non-wildcard request-header name).
func (e Engine) wildcardCoversAuthorization() bool { return e != Standard }

// keptWildcardCoversAuthorization: the standard forbids this too (Fetch,
// header-name cache entry match).
func (e Engine) keptWildcardCoversAuthorization() bool { return e == WebKit }

// uploadImpliesMethod: without Allow-Methods, the method of a request that is
// preflighted for its upload listener is allowed (Fetch, CORS-preflight fetch).
func (e Engine) uploadImpliesMethod() bool { return e == Standard }

// keepsSafelistedMethods: any answer covers the methods that need no listing.
func (e Engine) keepsSafelistedMethods() bool { return e != Standard }

// negativeMaxAgeIsNone: by the standard's ABNF it is malformed.
func (e Engine) negativeMaxAgeIsNone() bool { return e != Standard }

// malformedMaxAgeIsNone: by the standard it counts as absent.
func (e Engine) malformedMaxAgeIsNone() bool { return e == Firefox }

// keepsWildcards: the standard keeps "*" even where it is no wildcard.
func (e Engine) keepsWildcards(credentials bool) bool {
	return e == Standard || e != Firefox && !credentials
}

// keepsCredentialsApart: by the standard, what was allowed with credentials is
// allowed without (Fetch, cache entry match).
func (e Engine) keepsCredentialsApart() bool { return e == Firefox }

// keepsOneAnswer: by the standard, entries add up until a request fails.
func (e Engine) keepsOneAnswer() bool { return e == Chromium || e == WebKit }

// keeps reports whether the engine keeps preflights of a URL.
func (e Engine) keeps(u *url.URL) bool {
	return e != Firefox || u.Hostname() != "127.0.0.1" && u.Hostname() != "::1"
}

// asksAnewForConditionals: what goes past the HTTP cache goes past that of
// preflights too.
func (e Engine) asksAnewForConditionals() bool { return e == Chromium || e == Firefox }

// repeatsPreflights: by the standard, a redirect may do away with the need.
func (e Engine) repeatsPreflights() bool { return e == Firefox || e == WebKit }

// combinesHeaders: by the standard, fetch() keeps two headers of one name apart
// until they are sent.
func (e Engine) combinesHeaders() bool { return e == Chromium || e == WebKit }
