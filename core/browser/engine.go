package browser

import "time"

// Engine is the browser engine whose differences from the standard a [Browser]
// reproduces. They were measured in Chromium 156, Firefox 153 and WebKitGTK 2.50. All
// three differ from the standard in these points:
//
//   - "*" in Access-Control-Allow-Headers covers Authorization.
//   - A negative Access-Control-Max-Age disables caching.
//   - "*" in an answer with credentials is not cached for requests with credentials.
//   - Every cached answer covers GET and POST, and in Chromium and WebKit HEAD.
//   - An upload with another method is blocked without Access-Control-Allow-Methods.
//   - A Range with a number of more than 64 bits has a preflight.
//   - Equal Location headers count as one, except in WebKit, which joins them.
type Engine uint8

const (
	// Standard is the Fetch standard.
	Standard Engine = iota
	// Chromium caches a preflight for at most two hours. It caches one answer for each
	// page and URL, and removes it when a request needs another preflight. It caches no
	// answers for pages whose origin is "null". A request with a condition, such as
	// If-None-Match, always has a preflight. Chromium combines two headers with one name
	// before it checks them. It safelists client hints, such as DPR and Save-Data, and
	// ignores User-Agent. It rejects redirects to URLs with a user name.
	Chromium
	// Firefox caches a preflight for at most a day, with separate entries for requests
	// with and without credentials. It does not cache "*", answers with a malformed
	// Max-Age, and answers of 127.0.0.1 and [::1]. A request with a condition always has a
	// preflight. A request that fails removes cached answers, even if it is simple. After a
	// redirect, Firefox repeats a preflight even if the new request needs none, with the
	// page's origin instead of null. Bytes outside ASCII and commas in Content-Type cause a
	// preflight.
	Firefox
	// WebKit caches a preflight for at most ten minutes. As Chromium does, it caches one
	// answer and combines headers. It caches an answer even if this answer refuses the
	// request. As Firefox does, it repeats preflights after a redirect. Such a preflight
	// asks for all headers of the script. A redirect to another origin changes DELETE to GET.
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

// ignoresNoAge reports whether an answer that is not cached leaves cached answers in place. In
// the standard, it shortens their time.
func (e Engine) ignoresNoAge() bool { return e == Firefox }

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

// keptMethods returns the methods that every cached answer covers.
func (e Engine) keptMethods() []string {
	switch e {
	case Chromium, WebKit:
		return []string{"GET", "HEAD", "POST"}
	case Firefox:
		return []string{"GET", "POST"}
	default:
		return nil
	}
}

// looksUp reports whether a safelisted method must be in the cache.
func (e Engine) looksUp(method string) bool { return e == Firefox && method == "HEAD" }

// negativeMaxAgeIsNone reports whether a negative Max-Age disables caching. In the
// standard it is malformed.
func (e Engine) negativeMaxAgeIsNone() bool { return e != Standard }

// malformedMaxAgeIsNone reports whether a malformed Max-Age disables caching. In the
// standard it counts as absent.
func (e Engine) malformedMaxAgeIsNone() bool { return e == Firefox }

// keepsWildcards reports whether "*" is cached. The standard caches it even if it is not a
// wildcard because of credentials.
func (e Engine) keepsWildcards(credentials bool) bool {
	return e == Standard || e == WebKit || e == Chromium && !credentials
}

// keepsWildcardsAsTheyAre reports whether a cached "*" covers only requests without
// credentials, whether the answer had credentials or not.
func (e Engine) keepsWildcardsAsTheyAre() bool { return e == WebKit }

// keepsRefusals reports whether an answer is cached although it does not allow the method or
// the headers of the request.
func (e Engine) keepsRefusals() bool { return e == WebKit }

// keepsCredentialsApart reports whether requests with and without credentials have
// separate entries. In the standard, an entry with credentials is also used without them
// (Fetch, cache entry match).
func (e Engine) keepsCredentialsApart() bool { return e == Firefox }

// keepsOneAnswer reports whether a cached answer that does not cover a request is removed. In
// the standard, entries are added until a request fails.
func (e Engine) keepsOneAnswer() bool { return e == Chromium || e == WebKit }

// clearsCache reports whether the failure of a fetch removes cached answers. A simple request
// has no preflight. In Firefox, redirect mode "error" is no failure of CORS.
func (e Engine) clearsCache(f *fetch, simple bool) bool {
	switch e {
	case Standard:
		return !simple
	case Firefox:
		failed := f.blocked.step
		return failed != StepNetwork && (failed != StepRedirect || f.redirect != Error)
	default:
		return false
	}
}

// keeps reports whether the engine caches an answer to a preflight of this fetch.
func (e Engine) keeps(f *fetch) bool {
	tainted := f.origin != f.serializedOrigin()
	switch host := f.url().target().Hostname(); e {
	case Chromium:
		return f.origin != "null" && !tainted
	case WebKit:
		return !tainted
	case Firefox:
		return host != "127.0.0.1" && host != "::1"
	default:
		return true
	}
}

// asksAnewForConditionals reports whether a conditional request ignores the preflight
// cache, as it ignores the HTTP cache.
func (e Engine) asksAnewForConditionals() bool { return e == Chromium || e == Firefox }
