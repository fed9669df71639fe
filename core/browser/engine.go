package browser

import "time"

// Engine is the browser engine whose differences from the standard a [Browser]
// reproduces. They were measured in Chromium 156, Firefox 153 and WebKitGTK 2.50. All
// three differ from the standard in these points:
//
//   - "*" in Access-Control-Allow-Headers covers Authorization.
//   - A negative Access-Control-Max-Age disables caching.
//   - "*" in an answer with credentials is not cached.
//   - Every cached answer covers GET, HEAD and POST.
//   - An upload with another method is blocked without Access-Control-Allow-Methods.
type Engine uint8

const (
	// Standard is the Fetch standard.
	Standard Engine = iota
	// Chromium caches a preflight for at most two hours. It caches one answer for each
	// page and URL, and removes it when a request needs another preflight. A request with
	// a condition, such as If-None-Match, always has a preflight. Chromium combines two
	// headers with one name before it checks them.
	Chromium
	// Firefox caches a preflight for at most a day, with separate entries for requests
	// with and without credentials. It does not cache "*", answers with a malformed
	// Max-Age, and answers of 127.0.0.1 and [::1]. A request with a condition always has a
	// preflight. After a redirect, Firefox repeats a preflight even if the new request
	// needs none.
	Firefox
	// WebKit caches a preflight for at most ten minutes. As Chromium does, it caches one
	// answer and combines headers. As Firefox does, it repeats preflights after a redirect.
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

// longestMaxAge returns the longest time for which an answer is cached, or 0 if there is
// no limit (Fetch, CORS-preflight fetch, imposed limit on max-age).
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

// wildcardCoversAuthorization reports whether "*" in Allow-Headers covers Authorization.
// It does not in the standard (Fetch, CORS non-wildcard request-header name).
func (e Engine) wildcardCoversAuthorization() bool { return e != Standard }

// keptWildcardCoversAuthorization reports the same for a cached "*" (Fetch, header-name
// cache entry match).
func (e Engine) keptWildcardCoversAuthorization() bool { return e == WebKit }

// uploadImpliesMethod reports whether an answer without Allow-Methods allows the method
// of a request that has a preflight because of its upload listener (Fetch, CORS-preflight
// fetch).
func (e Engine) uploadImpliesMethod() bool { return e == Standard }

// keepsSafelistedMethods reports whether every cached answer covers GET, HEAD and POST.
func (e Engine) keepsSafelistedMethods() bool { return e != Standard }

// negativeMaxAgeIsNone reports whether a negative Max-Age disables caching. In the
// standard it is malformed.
func (e Engine) negativeMaxAgeIsNone() bool { return e != Standard }

// malformedMaxAgeIsNone reports whether a malformed Max-Age disables caching. In the
// standard it counts as absent.
func (e Engine) malformedMaxAgeIsNone() bool { return e == Firefox }

// keepsWildcards reports whether "*" is cached. The standard caches it even if it is not a
// wildcard because of credentials.
func (e Engine) keepsWildcards(credentials bool) bool {
	return e == Standard || e != Firefox && !credentials
}

// keepsCredentialsApart reports whether requests with and without credentials have
// separate entries. In the standard, an entry with credentials is also used without them
// (Fetch, cache entry match).
func (e Engine) keepsCredentialsApart() bool { return e == Firefox }

// keepsOneAnswer reports whether a preflight removes the cached answer before it. In the
// standard, entries are added until a request fails.
func (e Engine) keepsOneAnswer() bool { return e == Chromium || e == WebKit }

// keeps reports whether the engine caches preflights for a URL.
func (e Engine) keeps(a *address) bool {
	host := a.target().Hostname()
	return e != Firefox || host != "127.0.0.1" && host != "::1"
}

// asksAnewForConditionals reports whether a conditional request ignores the preflight
// cache, as it ignores the HTTP cache.
func (e Engine) asksAnewForConditionals() bool { return e == Chromium || e == Firefox }

// repeatsPreflights reports whether a request with a preflight has one after a redirect
// too. In the standard, it has one only if the new request needs one.
func (e Engine) repeatsPreflights() bool { return e == Firefox || e == WebKit }

// combinesHeaders reports whether two headers with one name are combined before they are
// checked. In the standard, they are combined only when they are sent.
func (e Engine) combinesHeaders() bool { return e == Chromium || e == WebKit }
