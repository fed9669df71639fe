package browser

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// request is one that has reached a server, before any router saw it.
type request struct {
	method, host, uri string
	header            http.Header
	body              string
}

// wire keeps the requests that reach the servers.
type wire struct {
	mu       sync.Mutex
	requests []request
}

func (w *wire) add(r request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.requests = append(w.requests, r)
}

// take returns what has come since the last call.
func (w *wire) take() []request {
	w.mu.Lock()
	defer w.mu.Unlock()
	taken := w.requests
	w.requests = nil
	return taken
}

// line says in one line what is remarkable about a request:
//
//	PUT                            the method
//	ask PUT x-a,x-b                or, of a preflight, what it asks for
//	for null                       the Origin, unless it is the page's; "nobody" if there is none
//	at 127.0.0.1/items             where, unless it is what the page asked for
//	content-type=text/plain        every header, but for those that engines add
//	body=hello
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
		say("ask ", asked)
		if names := pop("Access-Control-Request-Headers"); names != "" {
			say(names)
		}
	} else {
		say(r.method)
	}
	if origin := cmp.Or(pop("Origin"), "nobody"); origin != p.origin {
		say("for ", origin)
	}
	if at := p.short("http://" + r.host + r.uri); at != p.path {
		say("at ", at)
	}
	return strings.Join(append(words, p.extras(header, r.body, preflight)...), " ")
}

// extras returns the headers that do not come from the engine, and the body.
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

// told reports as an error where the exchanges that the model tells of are not
// what has arrived. Engines tell nothing.
func (p place) told(exchanges, arrived []request) error {
	if exchanges == nil {
		return nil
	}
	var told, came lines
	for _, r := range exchanges {
		told = append(told, p.line(r))
	}
	for _, r := range arrived {
		r.body = ""
		came = append(came, p.line(r))
	}
	if !slices.Equal(told, came) {
		return fmt.Errorf("the model tells of %q, but %q arrived", told, came)
	}
	return nil
}

// engineSends reports whether engines send the header with whatever a page
// fetches, so that nothing is to be learned from it. What a page has set counts
// all the same.
func engineSends(name string) bool {
	switch name {
	case "accept", "accept-encoding", "accept-language", "connection", "content-length", "host",
		"priority", "referer", "te", "user-agent":
		return true
	}
	return strings.HasPrefix(name, "sec-")
}

// withoutBoundary leaves out what is random in the type of a form's body.
func withoutBoundary(contentType string) string {
	essence, _, _ := strings.Cut(contentType, "; boundary=")
	return essence
}
