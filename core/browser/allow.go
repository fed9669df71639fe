package browser

import (
	"net/http"
	"slices"
	"strings"
)

// This file follows Fetch, CORS-preflight fetch, where it reads Allow-Methods
// and Allow-Headers.

// listed returns the elements of a header of the preflight's answer, or nil if
// the header is absent.
func (f *fetch) listed(header http.Header, name string, step Step) (list []string, ok bool) {
	list, present, valid := tokens(header, name)
	switch {
	case !valid:
		value, _ := get(header, name)
		f.block(step, "%s of the preflight's answer is %s, which is no list of tokens", name, quote(value))
		return nil, false
	case present && list == nil:
		return []string{}, true
	}
	return list, true
}

// checkMethod compares the method with those that are listed.
func (f *fetch) checkMethod(methods []string) bool {
	star := slices.Contains(methods, "*")
	switch {
	case slices.Contains(methods, f.method), safelistedMethod(f.method), star && f.credentials != Include:
		return true
	case star:
		f.block(StepMethod, `method %s must be named by Access-Control-Allow-Methods of the preflight's answer: "*" is no wildcard when the request's credentials mode is include`, f.method)
	default:
		f.block(StepMethod, "method %s is not allowed by Access-Control-Allow-Methods of the preflight's answer", f.method)
	}
	return false
}

// checkHeaders compares the names that need listing with those that are listed.
func (f *fetch) checkHeaders(names, unsafe []string) bool {
	star := slices.Contains(names, "*")
	for _, name := range unsafe {
		covered := !nonWildcard(name) || f.browser.Engine.wildcardCoversAuthorization()
		switch {
		case containsFold(names, name), star && f.credentials != Include && covered:
			continue
		case star && f.credentials == Include:
			f.block(StepHeaders, `request header field %s must be named by Access-Control-Allow-Headers of the preflight's answer: "*" is no wildcard when the request's credentials mode is include`, name)
		case star:
			f.block(StepHeaders, `request header field %s must be named by Access-Control-Allow-Headers of the preflight's answer: "*" does not cover it`, name)
		default:
			f.block(StepHeaders, "request header field %s is not allowed by Access-Control-Allow-Headers of the preflight's answer", name)
		}
		return false
	}
	return true
}

// nonWildcard follows Fetch, CORS non-wildcard request-header name.
func nonWildcard(name string) bool { return strings.EqualFold(name, "authorization") }
