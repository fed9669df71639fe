package browser

import (
	"net/http"
	"strconv"
)

// Outcome is what becomes of a request.
type Outcome struct {
	// Allowed says that the promise of fetch() is fulfilled.
	Allowed bool
	// Step is where the request was blocked; StepNone if it was not.
	Step Step
	// Reason says why it was blocked, in a sentence such as a browser's console
	// prints. What it quotes of the server's is escaped and cut short. It is
	// empty if the request was not blocked.
	Reason string
	// Response is what the page gets; nil if the request was blocked.
	Response *Response
	// Exchanges are the requests that went over the wire with their answers, in
	// order, preflights included.
	Exchanges []Exchange
}

// Response is an answer as far as the page can see it.
type Response struct {
	// Type is "basic", "cors", "opaque" or "opaqueredirect" (Fetch, response
	// type). A page sees nothing of the last two, but for the URL of the very
	// last.
	Type string
	// URL is where the answer came from, after redirects.
	URL string
	// Status is the status, or 0 if the page cannot see it.
	Status int
	// Header holds the headers that the page can see.
	Header http.Header
	// Body is the answer's body, if the page can see it: its first 10 MiB, or
	// what came before it broke off.
	Body []byte
}

// Exchange is one request on the wire and its answer.
type Exchange struct {
	// Preflight says that the browser asked on its own behalf.
	Preflight bool
	// Method and URL are those of the request.
	Method, URL string
	// Request holds the request's headers, but for those that the Transport
	// adds.
	Request http.Header
	// Status and Response are those of the answer. Status is 0 if there is none.
	Status   int
	Response http.Header
}

// longestQuote bounds what a reason quotes of a server's bytes.
const longestQuote = 200

func quote(s string) string {
	if len(s) > longestQuote {
		return strconv.QuoteToASCII(s[:longestQuote]) + "…"
	}
	return strconv.QuoteToASCII(s)
}
