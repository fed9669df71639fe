package corstest

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/browser"
	"github.com/corsuite/corsuite/core/nethttp"
)

// BuildHTTP builds an application whose router is an [http.Handler]. The application has
// the handler h for GET and PUT at /items, behind policy.
type BuildHTTP func(policy *core.Policy, h http.Handler) http.Handler

// RunHTTP runs the suite for routers on net/http as subtests of t. It tests streams,
// hijacked connections, panics, reverse proxies and [nethttp.CrossOriginProtection].
func RunHTTP(t *testing.T, build BuildHTTP) {
	t.Run("streams", func(t *testing.T) { streams(t, build) })
	t.Run("interfaces of the ResponseWriter", func(t *testing.T) { keepsInterfaces(t, build) })
	t.Run("hijacked connection", func(t *testing.T) { hijacks(t, build) })
	t.Run("panic without recovery", func(t *testing.T) { panics(t, build) })
	t.Run("upstreams with CORS headers", func(t *testing.T) { proxies(t, build) })
	t.Run("CrossOriginProtection", func(t *testing.T) { protects(t, build) })
}

func from(t *testing.T, origin, url string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Origin", origin)
	return r
}

// streams requires that the first bytes arrive before the handler returns.
func streams(t *testing.T, build BuildHTTP) {
	t.Helper()
	read := make(chan struct{})
	c := Open(t, HTTP(build(Policy(t), http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "first")
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Errorf("the handler cannot flush: %v; the adapter has to pass on the ResponseWriter of the server", err)
			return
		}
		select {
		case <-read:
		case <-time.After(10 * time.Second): // the client waits for the first bytes, too
		}
		io.WriteString(w, "second")
	}))))
	transport := new(http.Transport)
	defer transport.CloseIdleConnections()
	res, err := transport.RoundTrip(from(t, Page, "http://"+c.Addr()+"/items"))
	if err != nil {
		close(read)
		t.Fatal(err)
	}
	defer res.Body.Close()
	first := make([]byte, len("first"))
	_, err = io.ReadFull(res.Body, first)
	close(read)
	if got := strings.Join(lines(res.Header), "\n"); err != nil || string(first) != "first" || got != Allowed {
		t.Errorf("before the handler returned, the client got %q (error %v) with\n%s\nwant \"first\" with\n%s\nthe adapter must not delay the answer until the handler returns",
			first, err, got, Allowed)
	}
	if rest, err := io.ReadAll(res.Body); string(rest) != "second" || err != nil {
		t.Errorf("the client got %q (error %v) as the rest of the stream, want \"second\"", rest, err)
	}
}

// keepsInterfaces requires that the handler's ResponseWriter has the interfaces of the
// server's ResponseWriter.
func keepsInterfaces(t *testing.T, build BuildHTTP) {
	t.Helper()
	const hides = "the ResponseWriter of the handler, a %T, does not implement %s; the adapter has to pass on the ResponseWriter of the server"
	c := Open(t, HTTP(build(Policy(t), http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if _, ok := w.(http.Flusher); !ok {
			t.Errorf(hides, w, "http.Flusher")
		}
		if _, ok := w.(http.Hijacker); !ok {
			t.Errorf(hides, w, "http.Hijacker")
		}
		if err := http.NewResponseController(w).SetWriteDeadline(time.Time{}); err != nil {
			t.Errorf(hides+": %v", w, "SetWriteDeadline", err)
		}
		for {
			if wrapped, ok := w.(interface{ Unwrap() http.ResponseWriter }); ok {
				w = wrapped.Unwrap()
				continue
			}
			break
		}
		if _, ok := w.(io.ReaderFrom); !ok {
			t.Errorf(hides, w, "io.ReaderFrom")
		}
	}))))
	transport := new(http.Transport)
	defer transport.CloseIdleConnections()
	res, err := transport.RoundTrip(from(t, Page, "http://"+c.Addr()+"/items"))
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
}

// hijacks requires that a handler can hijack the connection, and that the CORS headers
// are set before that.
func hijacks(t *testing.T, build BuildHTTP) {
	t.Helper()
	c := Open(t, HTTP(build(Policy(t), http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, buf, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Errorf("the handler cannot hijack the connection: %v", err)
			return
		}
		defer conn.Close()
		fmt.Fprint(buf, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n")
		w.Header().Write(buf)
		fmt.Fprint(buf, "\r\n")
		buf.Flush()
		line, err := buf.ReadString('\n')
		if err != nil {
			t.Error(err)
		}
		io.WriteString(conn, line)
	}))))
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", c.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "GET /items HTTP/1.1\r\nHost: api\r\nOrigin: %s\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n", Page)
	r := bufio.NewReader(conn)
	res, err := http.ReadResponse(r, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(lines(res.Header), "\n"); res.StatusCode != http.StatusSwitchingProtocols || got != Allowed {
		t.Errorf("the hijacked connection answered with status %d and\n%s\nwant 101 with\n%s\nthe adapter has to set the headers before it calls the handler", res.StatusCode, got, Allowed)
	}
	io.WriteString(conn, "hello\n")
	if line, err := r.ReadString('\n'); line != "hello\n" || err != nil {
		t.Errorf("the hijacked connection echoed %q (error %v), want \"hello\\n\"", line, err)
	}
}

// panics requires that the adapter does not recover from a panic of the handler.
// net/http then closes the connection.
func panics(t *testing.T, build BuildHTTP) {
	t.Helper()
	c := Open(t, HTTP(build(Policy(t), http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("a bug") }))))
	c.Blocked(browser.Request{URL: "/items"}, browser.StepNetwork)
}

// proxies requires that with nethttp.StripCORS, only the policy in front of a reverse
// proxy sets CORS headers.
func proxies(t *testing.T, build BuildHTTP) {
	t.Helper()
	for name, upstream := range map[string]func(http.Header, *http.Request){
		"*":        func(h http.Header, _ *http.Request) { h.Set("Access-Control-Allow-Origin", "*") },
		"stranger": func(h http.Header, _ *http.Request) { h.Set("Access-Control-Allow-Origin", Stranger) },
		"reflecting": func(h http.Header, r *http.Request) {
			h.Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
			h.Set("Access-Control-Allow-Credentials", "true")
		},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				upstream(w.Header(), r)
				w.WriteHeader(http.StatusNotFound)
			}))
			defer server.Close()
			target, err := url.Parse(server.URL)
			if err != nil {
				t.Fatal(err)
			}
			c := Open(t, HTTP(build(Policy(t), &httputil.ReverseProxy{
				Rewrite:        func(r *httputil.ProxyRequest) { r.SetURL(target) },
				ModifyResponse: nethttp.StripCORS,
			})))
			for _, method := range []string{"GET", "PUT"} {
				c.Reads(browser.Request{Method: method, URL: "/items"}, http.StatusNotFound)
			}
		})
	}
}

// protects requires that nethttp.CrossOriginProtection passes requests of pages that the
// policy allows with credentials, and rejects requests of other pages.
func protects(t *testing.T, build BuildHTTP) {
	t.Helper()
	policy := Policy(t)
	saved := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusAccepted) })
	c := Open(t, HTTP(build(policy, nethttp.CrossOriginProtection(policy, nil)(saved))))
	c.Reads(browser.Request{Method: "PUT", URL: "/items"}, http.StatusAccepted)
	c.Blocked(browser.Request{Method: "PUT", URL: "/items", Origin: Stranger}, browser.StepPreflight)
	c.Want("PUT /items\nContent-Length: 0\nOrigin: "+Stranger, Answer{Status: http.StatusForbidden, CORS: Denied})
}

// Allocations requires that [Policy] costs exactly more allocations for each answer. with
// is an application with that policy, and without is the same application without it.
// Both must answer GET and OPTIONS at /items.
func Allocations(t *testing.T, with, without http.Handler, more float64) {
	t.Helper()
	for name, r := range requests(t) {
		if got := allocations(with, r) - allocations(without, r); got != more {
			t.Errorf("%s: the policy costs %v allocations, want %v", name, got, more)
		}
	}
}

func requests(t *testing.T) map[string]*http.Request {
	t.Helper()
	preflight := func(origin string) *http.Request {
		r := from(t, origin, "/items")
		r.Method = http.MethodOptions
		r.Header.Set("Access-Control-Request-Method", "PUT")
		return r
	}
	plain := from(t, Page, "/items")
	plain.Header.Del("Origin")
	return map[string]*http.Request{
		"not CORS": plain, "allowed": from(t, Page, "/items"), "denied": from(t, Stranger, "/items"),
		"preflight": preflight(Page), "denied preflight": preflight(Stranger),
	}
}

// allocations returns the minimum over many requests, because a request that finds an
// empty sync.Pool allocates more.
func allocations(h http.Handler, r *http.Request) float64 {
	w := &discard{header: make(http.Header)}
	request := func() {
		clear(w.header)
		h.ServeHTTP(w, r)
	}
	least := testing.AllocsPerRun(1, request)
	for range 100 {
		least = min(least, testing.AllocsPerRun(1, request))
	}
	return least
}

// discard keeps one header map for all requests, so that the growth of the map is not
// counted.
type discard struct{ header http.Header }

func (w *discard) Header() http.Header         { return w.header }
func (w *discard) Write(b []byte) (int, error) { return len(b), nil }
func (w *discard) WriteHeader(int)             {}
