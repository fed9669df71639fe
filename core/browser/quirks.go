package browser

import (
	"net/http"
	"slices"
	"strings"
)

// This file has the differences between engines that do not concern the preflight cache.

// repeatsPreflights reports whether a request with a preflight has one after a redirect
// too. In the standard, it has one only if the new request needs one.
func (e Engine) repeatsPreflights() bool { return e == Firefox || e == WebKit }

// preflightsAsPage reports whether a preflight has the origin of the page even after a
// redirect that makes the origin of the request null. If the preflight then goes to the page's
// own origin, its answer needs no Allow-Origin.
func (e Engine) preflightsAsPage() bool { return e == Firefox }

// asksForScriptedHeaders reports whether a preflight after a redirect asks for all headers
// that the script has set, even for those that the redirect has removed.
func (e Engine) asksForScriptedHeaders() bool { return e == WebKit }

// ignoresEmptyUploads reports whether an upload listener has no effect without a body.
func (e Engine) ignoresEmptyUploads() bool { return e == Chromium }

// forbids reports whether the engine ignores a header that the standard does not forbid.
func (e Engine) forbids(name string) bool {
	return e == Chromium && strings.EqualFold(name, "User-Agent")
}

// combinesHeaders reports whether two headers with one name are combined before they are
// checked. In the standard, they are combined only when they are sent.
func (e Engine) combinesHeaders() bool { return e == Chromium || e == WebKit }

// asksTwiceForRepeated reports whether a preflight names a header twice that the script has
// set twice.
func (e Engine) asksTwiceForRepeated() bool { return e == Firefox }

// sendsUTF8 reports whether each byte of a value is sent as the UTF-8 of a character.
func (e Engine) sendsUTF8() bool { return e == WebKit }

// sendsAnyBodyType reports whether mode no-cors sends the type of a body that is not safelisted.
func (e Engine) sendsAnyBodyType() bool { return e == WebKit }

// limitsSafelistedTotal reports whether the sum of the lengths of safelisted values is
// limited.
func (e Engine) limitsSafelistedTotal() bool { return e != Firefox }

// readsStarFirst reports whether "*" in Access-Control-Expose-Headers has its effect even if
// the list is malformed after it.
func (e Engine) readsStarFirst() bool { return e == Firefox }

// ignoresEmptyLine reports whether a line without a value is ignored if the answer has
// another line for the same header.
func (e Engine) ignoresEmptyLine(name string) bool {
	return e == Firefox && name != "Access-Control-Allow-Origin"
}

// keepsOriginHeader reports whether a request whose method a redirect has changed to GET
// has an Origin, as the request before it.
func (e Engine) keepsOriginHeader() bool { return e == WebKit }

// followsWithoutLocation reports whether an answer with the status of a redirect, but
// without a Location, is no redirect for the redirect mode "error".
func (e Engine) followsWithoutLocation() bool { return e == Chromium || e == WebKit }

// changesDelete reports whether a redirect to another origin changes DELETE to GET.
func (e Engine) changesDelete() bool { return e == WebKit }

// hidesOriginAfterRedirect reports whether the Origin of mode no-cors is null after a redirect
// from the page's origin to another one.
func (e Engine) hidesOriginAfterRedirect() bool { return e == Chromium }

// rejectsCredentials reports whether no redirect may lead to a URL with a user name.
func (e Engine) rejectsCredentials() bool { return e == Chromium }

// readsManualLocation reports whether redirect mode "manual" rejects a Location that is not a
// URL.
func (e Engine) readsManualLocation() bool { return e == Chromium }

// parseURL parses a URL as the engine does.
func (e Engine) parseURL(base *address, raw string) (*address, error) {
	a, err := parseURL(base, raw)
	if err == nil && e == Chromium {
		a.path = strings.ReplaceAll(a.path, "|", "%7C")
	}
	return a, err
}

// restored returns the headers with which an engine begins to change a request for a redirect.
// Firefox and WebKit restore those that an earlier redirect has removed. WebKit does not
// restore Authorization. Chromium removes client hints.
func (e Engine) restored(f *fetch, crosses bool) headerList {
	_, authorized := f.headers.get("Authorization")
	switch {
	case f.mode == NoCORS && e != Chromium:
		return f.headers
	case e == Firefox && f.preflights, e == WebKit && authorized:
		return f.scripted
	case e == WebKit:
		return f.scripted.without("Authorization")
	case e == Chromium && (crosses || f.tainting != "basic"):
		return f.headers.without(clientHints()...)
	}
	return f.headers
}

// locations returns the values of Location that count, of which there must not be two. WebKit
// joins several lines. Chromium and Firefox ignore a line that repeats another, and Chromium
// ignores an empty one.
func (e Engine) locations(header http.Header) []string {
	lines := slices.Clone(header.Values("Location"))
	switch {
	case e == WebKit && len(lines) > 1:
		return []string{strings.Join(lines, ", ")}
	case e == Chromium || e == Firefox:
		slices.Sort(lines)
		lines = slices.Compact(lines)
	}
	if e == Chromium && len(lines) == 1 && lines[0] == "" {
		return nil
	}
	return lines
}
