package browser

import "errors"

// maxRedirects follows Fetch, HTTP-redirect fetch.
const maxRedirects = 20

// redirectStatus follows Fetch, redirect status.
func redirectStatus(status int) bool {
	switch status {
	case 301, 302, 303, 307, 308:
		return true
	}
	return false
}

// handleRedirect follows the end of Fetch, HTTP fetch.
func (f *fetch) handleRedirect(response *answer) *answer {
	engine := f.browser.Engine
	lines := engine.locations(response.header)
	if len(lines) == 0 && engine.followsWithoutLocation() && f.redirect == Error {
		return response
	}
	if f.redirect == Manual && len(lines) == 1 && engine.readsManualLocation() {
		if _, err := parseURL(f.url(), lines[0]); err != nil && !errors.Is(err, errScheme) {
			return f.block(StepRedirect, "the redirect's location %s is not a URL", quote(lines[0]))
		}
	}
	switch f.redirect {
	case Error:
		return f.block(StepRedirect, "the server redirects, and the request's redirect mode is error")
	case Manual:
		response.opaqueRedirect = true
		return response
	default:
		return f.httpRedirectFetch(response, lines)
	}
}

// httpRedirectFetch follows Fetch, HTTP-redirect fetch, for the values of Location.
func (f *fetch) httpRedirectFetch(response *answer, lines []string) *answer {
	switch len(lines) {
	case 0:
		return response
	case 1:
	default:
		return f.block(StepRedirect, "the redirect has %d Location headers", len(lines))
	}
	engine := f.browser.Engine
	next, err := f.browser.Engine.parseURL(f.url(), lines[0])
	switch {
	case err != nil && !errors.Is(err, errScheme):
		return f.block(StepRedirect, "the redirect's location %s is not a URL", quote(lines[0]))
	case err != nil:
		return f.block(StepRedirect, "the redirect leads to %s, which is not an http or https URL", quote(lines[0]))
	case len(f.urls) > maxRedirects:
		return f.block(StepRedirect, "there are more than %d redirects", maxRedirects)
	case next.hasCredentials() && (engine.rejectsCredentials() || f.tainting == "cors" || f.mode == CORS && f.origin != next.origin()):
		return f.block(StepRedirect, "the redirect leads to a URL with a user name or password, which CORS does not allow")
	}
	f.follow(response.status, next)
	return f.mainFetch()
}

// follow changes the request for the next URL (Fetch, HTTP-redirect fetch).
func (f *fetch) follow(status int, next *address) {
	engine, crosses := f.browser.Engine, next.origin() != f.url().origin()
	f.headers = engine.restored(f, crosses)
	if (status == 301 || status == 302) && f.method == "POST" || status == 303 && f.method != "GET" && f.method != "HEAD" {
		f.method, f.body = "GET", nil
		f.headers = f.headers.without("Content-Encoding", "Content-Language", "Content-Location", "Content-Type")
	}
	if crosses && f.method == "DELETE" && engine.changesDelete() {
		f.method, f.body = "GET", nil
	}
	if crosses {
		f.sentOrigin = false
		f.headers = f.headers.without("Authorization")
	}
	if next.fragment == "" {
		next.fragment = f.url().fragment
	}
	f.urls = append(f.urls, next)
}
