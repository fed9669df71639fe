package core

import "github.com/corsuite/corsuite/core/internal/origins"

// Reason is why a browser blocks a page. A later release may add reasons. The project's
// REASONS.md lists the messages of three engines for each reason; the quotations below are
// from it.
type Reason uint8

const (
	// ReasonNone means that the browser does not block the page.
	ReasonNone Reason = iota
	// ReasonOriginNotListed means that no entry of AllowOrigins matches. For this and the
	// other reasons about the origin, consoles show "No 'Access-Control-Allow-Origin'
	// header is present" (Chromium), "CORS header ‘Access-Control-Allow-Origin’ missing"
	// (Firefox), "is not allowed by Access-Control-Allow-Origin" or, for a preflight,
	// "Preflight response is not successful. Status code: 403" (WebKit).
	ReasonOriginNotListed
	// ReasonOriginNull means that the page has an opaque origin: the page is sandboxed,
	// comes from a file or a data URL, or the request followed a redirect.
	ReasonOriginNull
	// ReasonOriginUnlistable means that the origin is one that the browser inside an
	// application sends, such as file:// or qrc://, or that its host has a final dot.
	// AllowOrigins cannot list it, but an origin function can allow it.
	ReasonOriginUnlistable
	// ReasonOriginMalformed means that the value is not an origin as browsers send it.
	ReasonOriginMalformed
	// ReasonOriginEmpty means that the Origin field has no value.
	ReasonOriginEmpty
	// ReasonOriginRepeated means that there is more than one Origin line.
	ReasonOriginRepeated
	// ReasonOriginInsecure means that the origin function was not called, because the
	// page came over http and the policy allows credentials.
	ReasonOriginInsecure
	// ReasonOriginRefused means that the origin function returned false.
	ReasonOriginRefused
	// ReasonOriginFuncFailed means that the origin function returned an error
	// or panicked.
	ReasonOriginFuncFailed
	// ReasonMethodNotListed means that AllowMethods lacks the method. Consoles show "is
	// not allowed by Access-Control-Allow-Methods", and Firefox "Did not find method in
	// CORS header".
	ReasonMethodNotListed
	// ReasonMethodMalformed means that Access-Control-Request-Method is not one token.
	ReasonMethodMalformed
	// ReasonHeaderNotListed means that AllowHeaders lacks a header. Consoles show "is not
	// allowed by Access-Control-Allow-Headers", and Firefox "is not allowed according to
	// header". They name one header, even if several are missing.
	ReasonHeaderNotListed
	// ReasonHeadersMalformed means that Access-Control-Request-Headers is not a list of
	// tokens, or is longer than any browser's.
	ReasonHeadersMalformed
	// ReasonCredentialsNotAllowed means that the page sent cookies, and the policy does
	// not allow credentials. Consoles show "'Access-Control-Allow-Credentials' header in
	// the response is ''" (Chromium), "expected ‘true’ in CORS header" (Firefox),
	// "Credentials flag is true" (WebKit). A preflight has no cookies, so it never has
	// this reason, although browsers block it, too.
	ReasonCredentialsNotAllowed

	reasonCount
)

// aboutOrigin reports whether the origin is denied.
func (r Reason) aboutOrigin() bool {
	return ReasonOriginNotListed <= r && r <= ReasonOriginFuncFailed
}

// ofNoBrowser reports whether no browser sends such a request.
func (r Reason) ofNoBrowser() bool {
	switch r {
	case ReasonOriginMalformed, ReasonOriginEmpty, ReasonOriginRepeated, ReasonMethodMalformed, ReasonHeadersMalformed:
		return true
	default:
		return false
	}
}

// String returns a short name, such as "origin-not-listed". A released name does not
// change.
func (r Reason) String() string {
	names := [reasonCount]string{
		ReasonNone:                  "none",
		ReasonOriginNotListed:       "origin-not-listed",
		ReasonOriginNull:            "origin-null",
		ReasonOriginUnlistable:      "origin-unlistable",
		ReasonOriginMalformed:       "origin-malformed",
		ReasonOriginEmpty:           "origin-empty",
		ReasonOriginRepeated:        "origin-repeated",
		ReasonOriginInsecure:        "origin-insecure",
		ReasonOriginRefused:         "origin-refused",
		ReasonOriginFuncFailed:      "origin-func-failed",
		ReasonMethodNotListed:       "method-not-listed",
		ReasonMethodMalformed:       "method-malformed",
		ReasonHeaderNotListed:       "header-not-listed",
		ReasonHeadersMalformed:      "headers-malformed",
		ReasonCredentialsNotAllowed: "credentials-not-allowed",
	}
	if r >= reasonCount {
		return "unknown"
	}
	return names[r]
}

// whyNotListed distinguishes the origins that no list can match.
func whyNotListed(origin string) Reason {
	if origin == "null" {
		return ReasonOriginNull
	}
	switch t, ok := origins.Cut(origin); {
	case ok && t.Valid():
		return ReasonOriginNotListed
	case ok && t.Unlistable():
		return ReasonOriginUnlistable
	default:
		return ReasonOriginMalformed
	}
}
