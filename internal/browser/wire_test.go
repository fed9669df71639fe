package browser

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// request is a request that has reached a server, as the client sent it.
type request struct {
	method, host, uri string
	header            http.Header
	body              string
}

// wire records the requests that reach the servers.
type wire struct {
	mu       sync.Mutex
	requests []request
}

func (w *wire) add(r request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.requests = append(w.requests, r)
}

// take returns the requests since the previous call.
func (w *wire) take() []request {
	w.mu.Lock()
	defer w.mu.Unlock()
	taken := w.requests
	w.requests = nil
	return taken
}

// line returns one line with the important parts of a request:
//
//	PUT                            the method
//	preflight PUT x-a,x-b          of a preflight, the requested method and headers
//	without Origin                 if there is no Origin
//	from null                      the Origin if it is not the page's
//	at 127.0.0.1/items             the URL if it is not the one that the page requested
//	content-type=text/plain        every header, except those that engines add
//	body=hello                     the body
func (p place) line(r request) string {
	var words []string
	say := func(w ...string) { words = append(words, strings.Join(w, "")) }
	header := r.header.Clone()
	pop := func(name string) string {
		value := strings.Join(header[name], " and ")
		delete(header, name)
		return value
	}
	asked := pop("Access-Control-Request-Method")
	preflight := r.method == "OPTIONS" && asked != ""
	if preflight {
		say("preflight ", asked)
		if names := pop("Access-Control-Request-Headers"); names != "" {
			say(names)
		}
	} else {
		say(r.method)
	}
	switch origin := pop("Origin"); origin {
	case p.origin:
	case "":
		say("without Origin")
	default:
		say("from ", origin)
	}
	if at := p.short("http://" + r.host + r.uri); at != p.path {
		say("at ", at)
	}
	return strings.Join(append(words, p.extras(header, r.body, preflight)...), " ")
}

// extras returns the headers that the engine has not added, and the body.
func (p place) extras(header http.Header, body string, preflight bool) (words []string) {
	for name, values := range header {
		name, value := strings.ToLower(name), strings.Join(values, " and ")
		if !engineSends(name) || p.sets(name) && !preflight {
			words = append(words, name+"="+withoutBoundary(value))
		}
	}
	slices.Sort(words)
	if body != "" && !strings.HasPrefix(header.Get("Content-Type"), "multipart/") {
		words = append(words, "body="+body)
	}
	return words
}

// compare returns an error if the exchanges that a model reports differ from the requests
// that arrived. Engines report no exchanges.
func (p place) compare(exchanges, arrived []request) error {
	if exchanges == nil {
		return nil
	}
	var reported, received lines
	for _, r := range exchanges {
		reported = append(reported, p.line(r))
	}
	for _, r := range arrived {
		r.body = ""
		received = append(received, p.line(r))
	}
	if !slices.Equal(reported, received) {
		return fmt.Errorf("the model reports %q, but the server received %q", reported, received)
	}
	return nil
}

// engineSends reports whether engines add the header to all requests of a page. line
// reports such a header only if the page has set it.
func engineSends(name string) bool {
	switch name {
	case "accept", "accept-encoding", "accept-language", "connection", "content-length", "host",
		"priority", "referer", "te", "user-agent":
		return true
	}
	return strings.HasPrefix(name, "sec-")
}

// withoutBoundary removes the boundary of a form's content type, which is random.
func withoutBoundary(contentType string) string {
	essence, _, _ := strings.Cut(contentType, "; boundary=")
	return essence
}
