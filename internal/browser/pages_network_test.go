package browser

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"
)

// network is what a page's requests cross before a router sees them. It counts
// them, and each takes as long as a way there and back would.
type network struct {
	delay time.Duration
	test  context.Context // nothing is held any longer than the test runs

	mu     sync.Mutex
	passed traffic
	alone  int             // calls that the page has yet to make one after another
	made   context.Context // ends when the page has made all its calls
	all    func()          // ends it
}

// traffic is what has crossed a network.
type traffic struct{ preflights, calls int }

func (t traffic) String() string {
	return fmt.Sprintf("%d preflights and %d calls", t.preflights, t.calls)
}

func newNetwork(t *testing.T, delay time.Duration) *network {
	t.Helper()
	return &network{delay: delay, test: t.Context()}
}

// begin starts a count for a page that makes so many calls one after another.
func (n *network) begin(alone int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.passed, n.alone = traffic{}, alone
	n.made, n.all = context.WithCancel(n.test)
}

// madeAll says that the page has made all its calls.
func (n *network) madeAll() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.all()
}

// end ends a count.
func (n *network) end() traffic {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.all()
	return n.passed
}

// cross takes a request across. The calls that a page makes at once are held
// until it has made all of them. Otherwise it would depend on the machine
// whether the answer to one comes in time to spare another its preflight.
func (n *network) cross(preflight bool) {
	held := n.arrive(preflight)
	select {
	case <-time.After(n.delay):
	case <-n.test.Done():
	}
	<-held
}

// arrive counts a request and returns what it has to wait for.
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

// over puts a handler at the other end.
func (n *network) over(h http.Handler) server {
	s := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n.cross(isPreflight(r.Method, r.Header.Get("Access-Control-Request-Method")))
		h.ServeHTTP(w, r)
	})}
	return server{s.Serve, s.Shutdown}
}

// control is where a page says that it has made all its calls. It must be a
// server of its own: browsers open few connections to one, and all may be held.
func (n *network) control() server {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /", func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Cache-Control", "no-store") })
	mux.HandleFunc("POST /", func(http.ResponseWriter, *http.Request) { n.madeAll() })
	s := &http.Server{Handler: mux}
	return server{s.Serve, s.Shutdown}
}
