package browser

import (
	"net/http"
	"net/textproto"
	"slices"
)

// filter returns the parts of an answer that the page can see (Fetch, filtered response,
// and the end of Fetch, main fetch).
func (f *fetch) filter(a *answer) *Response {
	switch url := f.url().sent(); {
	case a.opaqueRedirect:
		return &Response{Type: "opaqueredirect", URL: url, Header: make(http.Header)}
	case f.tainting == "opaque":
		return &Response{Type: "opaque", Header: make(http.Header)}
	default:
		r := &Response{Type: f.tainting, URL: url, Status: a.status, Header: f.visible(a.header)}
		if f.method != "HEAD" && !nullBodyStatus(a.status) {
			r.Body = a.body
		}
		return r
	}
}

// visible follows Fetch, basic filtered response and CORS filtered response.
func (f *fetch) visible(header http.Header) http.Header {
	visible := header.Clone()
	if f.tainting == "cors" {
		safelist := safelistedResponseNames(f.exposed(header))
		for name := range header {
			if !safelist[name] {
				delete(visible, name)
			}
		}
	}
	// Fetch, forbidden response-header name.
	visible.Del("Set-Cookie")
	visible.Del("Set-Cookie2")
	return visible
}

// exposed returns the CORS-exposed header-name list (Fetch, main fetch). It is empty if
// Access-Control-Expose-Headers is malformed.
func (f *fetch) exposed(header http.Header) []string {
	names, _, valid := tokens(header, "Access-Control-Expose-Headers")
	star := f.credentials != Include && slices.Contains(names, "*")
	switch {
	case !valid && !(star && f.browser.Engine.readsStarFirst()):
		return nil
	case !star:
		return names
	}
	for name := range header {
		names = append(names, name)
	}
	return names
}

// safelistedResponseNames follows Fetch, CORS-safelisted response-header name.
func safelistedResponseNames(exposed []string) map[string]bool {
	names := map[string]bool{
		"Cache-Control": true, "Content-Language": true, "Content-Length": true, "Content-Type": true,
		"Expires": true, "Last-Modified": true, "Pragma": true,
	}
	for _, name := range exposed {
		names[textproto.CanonicalMIMEHeaderKey(name)] = true
	}
	return names
}

// nullBodyStatus follows Fetch, null body status.
func nullBodyStatus(status int) bool {
	switch status {
	case 101, 103, 204, 205, 304:
		return true
	}
	return false
}
