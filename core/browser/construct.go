package browser

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// newFetch follows Fetch, Request constructor. The error lists all problems of the
// request.
func (b *Browser) newFetch(ctx context.Context, r Request) (*fetch, error) {
	u, err := b.Engine.parseURL(nil, r.URL)
	method, methodErr := checkMethod(r)
	f := &fetch{
		browser: b, ctx: ctx, origin: r.Origin, urls: []*address{u}, method: method, mode: r.Mode,
		credentials: r.Credentials, redirect: r.Redirect, preflights: r.UploadListener, body: r.Body.Content, tainting: "basic",
	}
	problems := []error{checkOrigin(r.Origin), checkURL(r.URL, u, err), methodErr}
	for _, h := range r.Headers {
		problems = append(problems, f.appendHeader(h.Name, h.Value))
	}
	if _, typed := f.headers.get("Content-Type"); f.body != nil && r.Body.Type != "" && !typed {
		if r.Mode == NoCORS && b.Engine.sendsAnyBodyType() {
			f.headers = append(f.headers, Header{"Content-Type", r.Body.Type})
		} else {
			problems = append(problems, f.appendHeader("Content-Type", r.Body.Type))
		}
	}
	if b.Engine.ignoresEmptyUploads() && len(f.body) == 0 {
		f.preflights = false
	}
	// Fetch, fetch: every request has an Accept header.
	if _, present := f.headers.get("Accept"); !present {
		f.headers = append(f.headers, Header{"Accept", "*/*"})
	}
	f.scripted = f.headers
	return f, errors.Join(problems...)
}

func checkMethod(r Request) (string, error) {
	method := r.Method
	if method == "" {
		method = "GET"
	}
	switch {
	case !isToken(method):
		return "", fmt.Errorf("the method %q is not a valid token", method)
	case forbiddenMethod(method):
		return "", fmt.Errorf("the method %q is forbidden for pages", method)
	}
	method = normalizeMethod(method)
	switch {
	case r.Mode == NoCORS && !safelistedMethod(method):
		return "", fmt.Errorf("the method %q cannot be used with mode no-cors", method)
	case r.Body.Content != nil && (method == "GET" || method == "HEAD"):
		return "", fmt.Errorf("a request with the method %s must not have a body", method)
	}
	return method, nil
}

// appendHeader follows Fetch, append to a Headers object, whose guard is
// "request" or "request-no-cors".
func (f *fetch) appendHeader(name, value string) error {
	value = strings.Trim(value, " \t\r\n")
	if !isToken(name) || strings.ContainsAny(value, "\x00\r\n") {
		return fmt.Errorf("the header %q with the value %q is invalid", name, value)
	}
	if forbiddenHeader(name, value) || f.browser.Engine.forbids(name) {
		return nil
	}
	combined := value
	before, present := f.headers.get(name)
	if present {
		combined = before + ", " + value
	}
	if f.mode == NoCORS && !f.browser.Engine.safelistsNoCORS(name, combined) {
		return nil
	}
	// XMLHttpRequest combines headers of one name (XMLHttpRequest, setRequestHeader).
	if present && (f.preflights || f.browser.Engine.combinesHeaders()) {
		f.headers, value = f.headers.without(name), combined
	}
	f.headers = append(f.headers, Header{name, value})
	return nil
}
