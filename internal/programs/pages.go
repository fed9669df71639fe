package programs

import (
	_ "embed" // for page.html
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

//go:embed page.html
var page string

// Pages serves a page that calls fetch as a test wants. The page sends reports, and the test
// answers each one with a task.
type Pages struct {
	Port    string
	HTML    string
	reports chan Report
	tasks   chan any
}

// NewPages returns the handler of a server on localhost with this port.
func NewPages(port string) *Pages {
	return &Pages{
		Port:    port,
		HTML:    strings.ReplaceAll(page, "CONTROL", "http://localhost:"+port+"/report"),
		reports: make(chan Report), tasks: make(chan any),
	}
}

// ServePages serves pages on every host name of this machine until the test ends.
func ServePages(t *testing.T) *Pages {
	t.Helper()
	s := httptest.NewUnstartedServer(nil)
	_, port, err := net.SplitHostPort(s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	p := NewPages(port)
	s.Config.Handler = p
	s.Start()
	t.Cleanup(s.Close)
	return p
}

// ServeHTTP implements [http.Handler].
func (p *Pages) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.Method + " " + r.URL.Path {
	case "GET /page":
		fmt.Fprint(w, p.HTML)
	case "GET /sandboxed":
		w.Header().Set("Content-Security-Policy", "sandbox allow-scripts") // makes the origin null
		fmt.Fprint(w, p.HTML)
	case "POST /report":
		p.receive(w, r)
	default:
		http.NotFound(w, r)
	}
}

// receive takes a report, and answers it with the next task.
func (p *Pages) receive(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Access-Control-Allow-Origin", "*")
	var received Report
	if err := json.NewDecoder(r.Body).Decode(&received); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	select {
	case p.reports <- received:
	case <-r.Context().Done():
		return
	}
	select {
	case task := <-p.tasks:
		_ = json.NewEncoder(w).Encode(task) // if it fails, the test reports that the page is silent
	case <-r.Context().Done():
	}
}
