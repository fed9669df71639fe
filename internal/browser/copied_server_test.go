package browser

import (
	"cmp"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/corsuite/corsuite/internal/programs"
)

// sent is what the server received, and what it cannot see.
type sent struct {
	Method      string      `json:"method"`
	URL         string      `json:"url"`
	Origin      string      `json:"origin,omitempty"`
	Credentials string      `json:"credentials"` // of the script
	Mode        string      `json:"mode"`        // of the script
	Headers     [][2]string `json:"headers"`     // those of the script and Content-Type, with one character for each byte
	Cookies     string      `json:"cookies,omitempty"`
	Body        string      `json:"body,omitempty"`  // if it is UTF-8
	Bytes       []byte      `json:"bytes,omitempty"` // if it is not
}

// copyServers are servers on https: one for the page, and two for the requests whose
// commands are copied, with HTTP/1.1 and with HTTP/2.
type copyServers struct {
	page, http1, http2 *httptest.Server

	mu       sync.Mutex
	received map[string]sent // by the name of the case
}

func newCopyServers(t *testing.T, l *lab) *copyServers {
	t.Helper()
	s := &copyServers{received: make(map[string]sent)}
	pages := *l.pages
	s.page = httptest.NewTLSServer(&pages)
	pages.HTML = strings.ReplaceAll(pages.HTML, "http://localhost:"+pages.Port, "https://"+host(s.page))
	s.http1, s.http2 = httptest.NewTLSServer(s), httptest.NewUnstartedServer(s)
	s.http2.EnableHTTP2 = true
	s.http2.StartTLS()
	for _, server := range []*httptest.Server{s.page, s.http1, s.http2} {
		t.Cleanup(server.Close)
		// A browser closes connections in the middle of a handshake.
		server.Config.ErrorLog = log.New(io.Discard, "", 0)
	}
	return s
}

// host returns the host of a server as the page calls it.
func host(s *httptest.Server) string {
	return "localhost:" + port(s.Listener)
}

// task returns the order for the page.
func (s *copyServers) task(c copiedCase) programs.Task {
	k := c.task
	server := s.http2
	if c.http1 {
		server = s.http1
	}
	k.URL = "https://" + host(server) + "/" + c.name + c.query
	k.Method = cmp.Or(k.Method, "GET")
	k.Mode, k.Credentials, k.Redirect = cmp.Or(k.Mode, "cors"), cmp.Or(k.Credentials, "same-origin"), "follow"
	if k.Headers == nil {
		k.Headers = [][2]string{}
	}
	return k
}

func (s *copyServers) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", cmp.Or(r.Header.Get("Origin"), "*"))
	h.Set("Access-Control-Allow-Credentials", "true")
	h.Set("Access-Control-Allow-Methods", r.Header.Get("Access-Control-Request-Method"))
	h.Set("Access-Control-Allow-Headers", r.Header.Get("Access-Control-Request-Headers"))
	h.Set("Cache-Control", "no-store")
	if r.Header.Get("Access-Control-Request-Method") != "" {
		return
	}
	name := strings.Split(r.URL.Path, "/")[1]
	if name == "login" {
		h.Add("Set-Cookie", `session=a"b$c!d%20'e=f; Path=/`)
		h.Add("Set-Cookie", "theme=dark^1; Path=/")
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	got := sent{Method: r.Method, URL: "https://" + r.Host + r.RequestURI, Origin: r.Header.Get("Origin"), Cookies: r.Header.Get("Cookie")}
	if utf8.Valid(body) {
		got.Body = string(body)
	} else {
		got.Bytes = body
	}
	for header, values := range r.Header {
		for _, v := range values {
			got.Headers = append(got.Headers, [2]string{header, programs.ByteString(v)})
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.received[name] = got
}

// take returns the request of a case.
func (s *copyServers) take(c copiedCase) (sent, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	got, ok := s.received[c.name]
	if !ok {
		return sent{}, fmt.Errorf("%s: the server received no request", c.name)
	}
	k := s.task(c)
	got.Credentials, got.Mode = k.Credentials, k.Mode
	all := got.Headers
	got.Headers = [][2]string{}
	for _, h := range all {
		is := strings.EqualFold(h[0], "content-type")
		for _, of := range k.Headers {
			is = is || strings.EqualFold(h[0], of[0])
		}
		if is {
			got.Headers = append(got.Headers, h)
		}
	}
	slices.SortFunc(got.Headers, func(a, b [2]string) int { return cmp.Compare(a[0], b[0]) })
	return got, nil
}

// normalize replaces what differs between two runs.
func (s *copyServers) normalize(r recorded) recorded {
	words := []string{host(s.page), "localhost:3000", host(s.http1), "localhost:8080", host(s.http2), "localhost:8443", long(), "LONG"}
	for _, h := range r.Sent.Headers {
		if _, boundary, found := strings.Cut(h[1], "boundary="); found {
			words = append(words, boundary, "----boundary")
		}
	}
	replace := strings.NewReplacer(words...).Replace
	r.Sent.URL, r.Sent.Origin, r.Sent.Body, r.Sent.Bytes = replace(r.Sent.URL), replace(r.Sent.Origin), replace(r.Sent.Body), []byte(replace(string(r.Sent.Bytes)))
	for i := range r.Sent.Headers {
		r.Sent.Headers[i][1] = replace(r.Sent.Headers[i][1])
	}
	for item, text := range r.Copied {
		r.Copied[item] = replace(text)
	}
	return r
}
