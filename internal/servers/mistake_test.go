package servers

import (
	"net"
	"strings"
	"testing"

	model "github.com/corsuite/corsuite/core/browser"
)

// server is a program or a library with mistakes in its configuration.
type server struct {
	name     string // for --server of corsprobe
	mistakes []mistake
	// start starts a server for each site. If the program is not installed, start skips
	// the test.
	start func(t *testing.T, sites []*site)
}

func servers() []server {
	return []server{nginx(), apache(), caddy(), haproxy(), express(), rsCORS(), ginContrib(), echoServer(), fiberServer(), corsuite()}
}

// mistake is one that users report. The rest of the configuration is right.
type mistake struct {
	name   string
	report string // of a user, on GitHub: owner/repository#number
	cause  string // the name for it in docs/corsprobe.md
	page   string // the origin of the page as in [site.fill]; empty means PAGE
	call   model.Request
	// earlier is the number of requests that the page has sent before.
	earlier int
	// config is the configuration of a program, a template for a site. It has the lines
	// that corsprobe proposes at the place where they belong.
	config string
	serve  func(t *testing.T, s *site) // serves a library
}

// site is a server with one mistake, or without it. Its exported fields are for templates.
type site struct {
	mistake
	listener net.Listener // on Port; the site takes it, or closes it
	written  string       // the configuration of the program

	Port, PagePort string
	Page           string // an origin of pages
	App            string // host and port of the application behind a proxy
	Files          string // a folder with files, and their passwords
	Fix            string // the lines that corsprobe proposes; empty for the mistake
}

// fill replaces the names of ports.
func (s *site) fill(text string) string {
	return strings.NewReplacer("PAGE", "http://localhost:"+s.PagePort, "PORT", s.PagePort).Replace(text)
}

// request returns the request of the page.
func (s *site) request() model.Request {
	r := s.call
	r.URL = "http://127.0.0.1:" + s.Port + r.URL
	r.Origin = s.fill(s.page)
	return r
}

// get requests an item.
func get() model.Request { return model.Request{URL: "/items"} }

// put changes an item, which needs a preflight.
func put() model.Request {
	return with(model.Request{URL: "/items", Method: "PUT", Body: model.Body{Type: "application/json", Content: []byte("{}")}}, "Content-Type", "application/json")
}

// authorized sends Authorization, which needs a preflight.
func authorized() model.Request { return with(get(), "Authorization", "Basic dXNlcjpzZWNyZXQ=") }

func with(r model.Request, name, value string) model.Request {
	r.Headers = append(r.Headers, model.Header{Name: name, Value: value})
	return r
}

func credentialed(r model.Request) model.Request {
	r.Credentials = model.Include
	return r
}

func at(path string, r model.Request) model.Request {
	r.URL = path
	return r
}

// First returns the first line that corsprobe proposes, which is for the place of the
// configuration if there are several.
func (s *site) First() string {
	first, _, _ := strings.Cut(s.Fix, "\n")
	return first
}

// Last returns the last line that corsprobe proposes, which has the fields.
func (s *site) Last() string { return s.Fix[strings.LastIndexByte(s.Fix, '\n')+1:] }
