package browser

import (
	"net/http"
	"strconv"
)

// Outcome is the result of a fetch.
type Outcome struct {
	// Allowed reports whether the promise of fetch() is fulfilled.
	Allowed bool
	// Step is the step at which the browser blocked the request, or StepNone.
	Step Step
	// Reason is why the browser blocked the request, in a sentence like those of a
	// browser's console. Quotations from the server are escaped and truncated. Reason is
	// empty if the request was not blocked.
	Reason string
	// Response is the answer as the page can see it. It is nil if the request was blocked.
	Response *Response
	// Exchanges are all requests that were sent and their answers, in order. They include
	// preflights and redirects.
	Exchanges []Exchange
}

// Response is an answer as the page can see it.
type Response struct {
	// Type is "basic", "cors", "opaque" or "opaqueredirect" (Fetch, response type). A page
	// can see no part of an opaque answer, and only the URL of an opaqueredirect.
	Type string
	// URL is the URL of the answer, after redirects.
	URL string
	// Status is the status, or 0 if the page cannot see it.
	Status int
	// Header has the headers that the page can see.
	Header http.Header
	// Body is the body, or nil if the page cannot see it. A body is truncated after
	// 10 MiB, or where reading it failed.
	Body []byte
}

// Exchange is one request that was sent, and its answer.
type Exchange struct {
	// Preflight reports whether the request is a preflight.
	Preflight bool
	// Method and URL are those of the request.
	Method, URL string
	// Request has the headers of the request, without those that the Transport adds.
	Request http.Header
	// Status and Response are the status and the headers of the answer. Status is 0 if
	// there is no answer.
	Status   int
	Response http.Header
}

// longestQuote is the largest number of bytes that a reason quotes from a server.
const longestQuote = 200

func quote(s string) string {
	if len(s) > longestQuote {
		return strconv.QuoteToASCII(s[:longestQuote]) + "…"
	}
	return strconv.QuoteToASCII(s)
}
