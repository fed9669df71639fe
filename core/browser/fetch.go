package browser

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// fetch is the state of one call of Fetch (Fetch, request).
type fetch struct {
	browser *Browser
	ctx     context.Context

	origin      string     // the origin of the page
	urls        []*address // the URL list; the last one is the current URL
	method      string
	headers     headerList
	body        []byte
	mode        Mode
	credentials Credentials
	redirect    Redirect
	preflights  bool       // use-CORS-preflight flag
	scripted    headerList // the headers before all redirects
	sentOrigin  bool
	tainting    string // response tainting: "basic", "cors" or "opaque"

	exchanges []Exchange
	blocked   *networkError
}

// networkError is the reason why the page gets no answer (Fetch, network error).
type networkError struct {
	step   Step
	reason string
}

// answer is a response before it is reduced to what the page can see.
type answer struct {
	status         int
	header         http.Header
	body           []byte
	opaqueRedirect bool
}

func (f *fetch) url() *address { return f.urls[len(f.urls)-1] }

// block records why the page gets no answer, and returns nil for that answer.
func (f *fetch) block(step Step, format string, args ...any) *answer {
	f.blocked = &networkError{step, fmt.Sprintf(format, args...)}
	return nil
}

// mainFetch follows Fetch, main fetch.
func (f *fetch) mainFetch() *answer {
	switch {
	case f.url().origin() == f.origin && f.tainting == "basic":
		if f.browser.Engine.repeatsPreflights() && len(f.unsafeNames()) != 0 {
			f.preflights = true
		}
		return f.httpFetch(false)
	case f.mode == SameOrigin:
		return f.block(StepMode, "a request with mode same-origin cannot go to %s", f.url().origin())
	case f.mode == NoCORS:
		if f.redirect != Follow {
			return f.block(StepMode, "a request with mode no-cors that crosses origins must follow redirects")
		}
		f.tainting = "opaque"
		return f.httpFetch(false)
	}
	f.tainting = "cors"
	simple := !f.preflights && safelistedMethod(f.method) && len(f.unsafeNames()) == 0
	response := f.httpFetch(!simple)
	if response == nil && f.browser.Engine.clearsCache(f, simple) {
		f.browser.cache.clear(f)
	}
	return response
}

// httpFetch follows Fetch, HTTP fetch.
func (f *fetch) httpFetch(makePreflight bool) *answer {
	if makePreflight && f.needsPreflight() {
		if f.browser.Engine.keepsOneAnswer() && !f.ignoresCache() {
			f.browser.cache.clear(f)
		}
		if !f.preflight() {
			return nil
		}
	}
	if makePreflight && f.browser.Engine.repeatsPreflights() {
		f.preflights = true
	}
	response := f.send()
	if response == nil {
		return nil
	}
	if f.tainting == "cors" {
		if reason := f.corsCheck(f.serializedOrigin(), response.header); reason != "" {
			return f.block(StepResponse, "%s", reason)
		}
	}
	if redirectStatus(response.status) {
		return f.handleRedirect(response)
	}
	return response
}

// unsafeNames returns the names of the headers for which a preflight asks.
func (f *fetch) unsafeNames() []string {
	headers := f.headers
	if f.browser.Engine.asksForScriptedHeaders() {
		headers = f.scripted
	}
	return f.browser.Engine.unsafeNames(headers)
}

// conditional reports whether a script has set a conditional header (RFC 9110, section
// 13.1).
func conditional(headers []Header) bool {
	return slices.ContainsFunc(headers, func(h Header) bool {
		switch strings.ToLower(h.Name) {
		case "if-match", "if-none-match", "if-modified-since", "if-unmodified-since", "if-range":
			return true
		}
		return false
	})
}

// ignoresCache reports whether the request has a preflight without a look into the cache.
func (f *fetch) ignoresCache() bool {
	return f.browser.Engine.asksAnewForConditionals() && conditional(f.headers)
}

// needsPreflight reports whether the cache does not cover the request (Fetch, HTTP
// fetch).
func (f *fetch) needsPreflight() bool {
	cache := &f.browser.cache
	if f.ignoresCache() {
		return true
	}
	needed := !safelistedMethod(f.method) || f.preflights || f.browser.Engine.looksUp(f.method)
	if needed && !cache.allows(f, f.methodEntry(f.method)) {
		return true
	}
	for _, name := range f.unsafeNames() {
		if !cache.allows(f, f.headerEntry(name)) {
			return true
		}
	}
	return false
}
