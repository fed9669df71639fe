package browser

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"
)

// network is between a page and a router. It counts the requests, and delays each one like
// a real network.
type network struct {
	delay time.Duration
	test  context.Context // no request is held after the end of the test

	mu     sync.Mutex
	passed traffic
	alone  int             // the remaining calls that wait for the previous answer
	made   context.Context // ends when the page has made all its calls
	all    func()          // ends made
}

// traffic has the numbers of requests that have crossed a network.
type traffic struct{ preflights, calls int }

func (t traffic) String() string {
	return fmt.Sprintf("%d preflights and %d calls", t.preflights, t.calls)
}

func newNetwork(t *testing.T, delay time.Duration) *network {
	t.Helper()
	return &network{delay: delay, test: t.Context()}
}

// begin starts a new count. alone is that of the visit's kind.
func (n *network) begin(alone int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.passed, n.alone = traffic{}, alone
	n.made, n.all = context.WithCancel(n.test)
}

// madeAll records that the page has made all its calls.
func (n *network) madeAll() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.all()
}

// end returns the count.
func (n *network) end() traffic {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.all()
	return n.passed
}

// cross returns when a request may reach the router. It holds concurrent calls until the
// page has made all of them. Otherwise the number of preflights would depend on the speed of
// the machine, since a fast answer can save another call its preflight.
func (n *network) cross(preflight bool) {
	held := n.arrive(preflight)
	select {
	case <-time.After(n.delay):
	case <-n.test.Done():
	}
	<-held
}

// arrive counts a request, and returns a channel that is closed when it may pass.
func (n *network) arrive(preflight bool) <-chan struct{} {
	n.mu.Lock()
	defer n.mu.Unlock()
	free := make(chan struct{})
	close(free)
	if preflight {
		n.passed.preflights++
	} else {
		n.passed.calls++
	}
	if n.alone == 0 {
		return n.made.Done()
	}
	if !preflight {
		n.alone--
	}
	return free
}

func isPreflight(method, asked string) bool { return method == http.MethodOptions && asked != "" }

// over returns a server with a handler behind the network.
func (n *network) over(h http.Handler) server {
	s := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n.cross(isPreflight(r.Method, r.Header.Get("Access-Control-Request-Method")))
		h.ServeHTTP(w, r)
	})}
	return server{s.Serve, s.Shutdown}
}

// control returns the server for the message that a page has made all its calls. This must
// be a separate server: browsers open only a few connections to a server, and the network
// may hold all of them.
func (n *network) control() server {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /", func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Cache-Control", "no-store") })
	mux.HandleFunc("POST /", func(http.ResponseWriter, *http.Request) { n.madeAll() })
	s := &http.Server{Handler: mux}
	return server{s.Serve, s.Shutdown}
}
