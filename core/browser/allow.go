package browser

import (
	"net/http"
	"slices"
	"strings"
)

// This file follows the part of Fetch, CORS-preflight fetch, that reads Allow-Methods and
// Allow-Headers.

// listed returns the elements of a header of the preflight's answer. It returns nil and
// true if the header is absent, and blocks the request if the header is malformed.
func (f *fetch) listed(header http.Header, name string, step Step) (list []string, ok bool) {
	list, present, valid := tokens(header, name)
	switch {
	case !valid:
		value, _ := get(header, name)
		f.block(step, "%s of the preflight's answer is %s, which is not a list of tokens", name, quote(value))
		return nil, false
	case present && list == nil:
		return []string{}, true
	}
	return list, true
}

// checkMethod blocks the request if the list does not allow its method.
func (f *fetch) checkMethod(methods []string) bool {
	star := slices.Contains(methods, "*")
	switch {
	case slices.Contains(methods, f.method), safelistedMethod(f.method), star && f.credentials != Include:
		return true
	case star:
		f.block(StepMethod, `method %s must be listed in Access-Control-Allow-Methods of the preflight's answer: "*" is not a wildcard when the request's credentials mode is include`, f.method)
	default:
		f.block(StepMethod, "method %s is not allowed by Access-Control-Allow-Methods of the preflight's answer", f.method)
	}
	return false
}

// checkHeaders blocks the request if the list of names does not allow all unsafe headers,
// which are in lower case.
func (f *fetch) checkHeaders(names, unsafe []string) bool {
	listed := make(map[string]bool, len(names))
	for _, name := range names {
		listed[strings.ToLower(name)] = true
	}
	star := listed["*"]
	for _, name := range unsafe {
		covered := !nonWildcard(name) || f.browser.Engine.wildcardCoversAuthorization()
		switch {
		case listed[name], star && f.credentials != Include && covered:
			continue
		case star && f.credentials == Include:
			f.block(StepHeaders, `request header field %s must be listed in Access-Control-Allow-Headers of the preflight's answer: "*" is not a wildcard when the request's credentials mode is include`, name)
		case star:
			f.block(StepHeaders, `request header field %s must be listed in Access-Control-Allow-Headers of the preflight's answer: "*" does not cover this field`, name)
		default:
			f.block(StepHeaders, "request header field %s is not allowed by Access-Control-Allow-Headers of the preflight's answer", name)
		}
		return false
	}
	return true
}

// nonWildcard follows Fetch, CORS non-wildcard request-header name.
func nonWildcard(name string) bool { return strings.EqualFold(name, "authorization") }
