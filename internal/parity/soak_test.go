package parity

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/origincache"
)

var soak = flag.Duration("soak", time.Minute, "how long TestSoak runs") //nolint:gochecknoglobals // a flag is registered before a test runs

// TestSoak sends hostile and ordinary requests to all routers, with every option on, while
// the policy, the candidate and the cache change. No page may be allowed that is not
// allowed by the config or the origin function, no tenant may be denied, and texts, memory,
// calls and goroutines stay bounded.
func TestSoak(t *testing.T) {
	length := *soak
	if testing.Short() {
		length = 2 * time.Second
	}
	t.Run("start", func(t *testing.T) { withoutReloads(t) }) // also starts the frameworks' permanent goroutines
	before, held := len(goroutines()), heap()
	world := newWorld()
	t.Run(length.String(), func(t *testing.T) { world.run(t, length) })
	if n := world.calls.most.Load(); n == 0 || n > maxCalls {
		t.Errorf("the origin function was called %d times at the same time, want at most %d", n, maxCalls)
	}
	if n := world.verdict.Load(); n == 0 || n > 2<<10 {
		t.Errorf("the longest verdict has %d bytes, want at most 2 KiB", n)
	}
	// Each minute, the log has at most 48 causes, and repeats them once with their number.
	if lines, most := world.log.lines.Load(), 128*(int64(length/time.Minute)+2); lines == 0 || lines > most || world.log.longest.Load() > 4<<10 {
		t.Errorf("the log has %d lines of at most %d bytes, want at most %d lines of 4 KiB", lines, world.log.longest.Load(), most)
	}
	waitForGoroutines(t, before)
	if more := heap() - held; more > 8<<20 {
		t.Errorf("after the load, %d bytes are held, want at most 8 MiB", more)
	}
	runtime.KeepAlive(world)
}

func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC() // for pools
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// world is a policy with every option, and what happens around it.
type world struct {
	policy  *core.Policy
	cache   *origincache.Cache
	calls   struct{ now, most atomic.Int64 }
	verdict atomic.Int64 // the longest, in bytes
	log     soakLog
}

// configs allow the pages of the first list, and with the second also those of a wildcard.
func configs() [2]core.Config {
	cfg := core.Config{
		AllowOrigins: []string{"https://app.example.com"}, AllowMethods: []string{"PUT", "DELETE"}, AllowHeaders: []string{"Content-Type", "X-Id"},
		ExposeHeaders: []string{"X-Total"}, AllowCredentials: true, RejectDeniedOrigins: true,
	}
	wider := cfg
	wider.AllowOrigins = []string{"https://app.example.com", "https://*.example.net"}
	wider.AllowMethods, wider.AllowHeaders = []string{"*"}, []string{"*"}
	return [2]core.Config{cfg, wider}
}

const (
	tenants  = 50
	maxCalls = 16
)

func tenant(i int) string { return fmt.Sprintf("https://tenant-%d.example.org", i) }

// mayAllow reports whether one of the configs or the function allows an origin.
func mayAllow(origin string) bool {
	return origin == "https://app.example.com" || strings.HasSuffix(origin, ".example.net") || strings.HasPrefix(origin, "https://tenant-") && strings.HasSuffix(origin, ".example.org")
}

func newWorld() *world {
	w := new(world)
	w.cache = &origincache.Cache{Func: w.ask, AllowedFor: 20 * time.Millisecond, StaleFor: time.Hour, MaxEntries: 500, MaxCalls: maxCalls}
	policy, err := core.NewPolicy(configs()[0], core.WithName("soak"), core.WithOriginFunc(w.cache.Allow),
		core.WithLogger(slog.New(slog.NewTextHandler(&w.log, nil))),
		core.WithObserver(func(_ context.Context, v core.Verdict) {
			raise(&w.verdict, int64(len(v.String())))
			if rand.IntN(1000) == 0 {
				panic(strings.Repeat("observer", 1000))
			}
		}))
	if err != nil {
		panic(err)
	}
	w.policy = policy
	return w
}

// ask is a database that knows the tenants. For other origins it fails in all ways.
func (w *world) ask(ctx context.Context, o core.Origin, _ core.Target) (bool, error) {
	raise(&w.calls.most, w.calls.now.Add(1))
	defer w.calls.now.Add(-1)
	select {
	case <-time.After(time.Millisecond):
	case <-ctx.Done():
	}
	if strings.HasPrefix(o.Host, "tenant-") && strings.HasSuffix(o.Host, ".example.org") {
		return true, nil
	}
	switch len(o.Host) % 4 {
	case 0:
		return true, fmt.Errorf("no answer about %s", strings.Repeat(o.Host, 1000)) // the error has precedence
	case 1:
		panic(strings.Repeat(o.Host, 1000))
	case 2:
		runtime.Goexit()
	}
	return false, nil
}

func raise(most *atomic.Int64, n int64) {
	for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
	}
}

// soakLog counts lines. It is sometimes slow.
type soakLog struct{ lines, longest atomic.Int64 }

func (l *soakLog) Write(line []byte) (int, error) {
	raise(&l.longest, int64(len(line)))
	if l.lines.Add(1)%10 == 0 {
		<-time.After(time.Millisecond)
	}
	return len(line), nil
}

// run sends requests to each router, and changes the policy meanwhile.
func (w *world) run(t *testing.T, length time.Duration) {
	addrs := make(map[string]string)
	for router, build := range routers() {
		addrs[router] = build(w.policy).start(t)
	}
	ctx, stop := context.WithTimeout(t.Context(), length)
	defer stop()
	var all sync.WaitGroup
	var counts [2]atomic.Int64
	for router, addr := range addrs {
		for range 12 {
			all.Go(func() {
				c := soakClient{addr: addr}
				defer c.close()
				for ctx.Err() == nil {
					hostile := rand.IntN(4) / 3
					r := ordinaryRequest()
					if hostile == 1 {
						r = hostileRequest()
					}
					if err := c.check(r); err != nil {
						t.Errorf("%s: %v", router, err)
						stop()
					}
					counts[hostile].Add(1)
				}
			})
		}
	}
	all.Go(func() {
		cfgs := configs()
		evil := cfgs[1]
		evil.AllowOrigins = []string{"https://evil.example"}
		for i := 0; ctx.Err() == nil; i++ {
			candidate := []*core.Config{&evil, nil, &cfgs[0]}[i%3]
			if err := errors.Join(w.policy.Reload(cfgs[i%2]), w.policy.Shadow(candidate)); err != nil {
				t.Error(err)
			}
			switch i % 100 {
			case 0:
				w.cache.Clear()
			case 50:
				w.cache.Forget(tenant(rand.IntN(tenants)))
			}
			<-time.After(time.Millisecond)
		}
	})
	all.Wait()
	t.Logf("%d ordinary and %d hostile requests", counts[0].Load(), counts[1].Load())
	if counts[0].Load() < 100 || counts[1].Load() < 100 {
		t.Error("too few requests")
	}
}

// soakRequest is a request and the origin that its answer must allow, if there is one.
type soakRequest struct{ raw, origin, wants string }

func newRequest(line, origin string, fields ...string) soakRequest {
	lines := append([]string{line + " HTTP/1.1", "Host: api.example"}, fields...)
	if origin != "" {
		lines = append(lines, "Origin: "+origin)
	}
	return soakRequest{raw: strings.Join(lines, "\r\n") + "\r\n\r\n", origin: origin}
}

// ordinaryRequest is what a browser sends for a page that every config allows.
func ordinaryRequest() soakRequest {
	origin := "https://app.example.com"
	if rand.IntN(2) == 0 {
		origin = tenant(rand.IntN(tenants))
	}
	r := newRequest("GET /items", origin, "Cookie: session=1")
	if rand.IntN(2) == 0 {
		r = newRequest("OPTIONS /items", origin, "Access-Control-Request-Method: PUT", "Access-Control-Request-Headers: content-type,x-id")
	}
	r.wants = origin
	return r
}

// hostileRequest has up to a megabyte in one of its parts.
func hostileRequest() soakRequest {
	n := 1 << rand.IntN(20)
	text := []string{"a", ",", " ,", "a.", "x-id,", "authorization,", "é", "…", "\x00", "\r", "%2e", "/..", "//"}[rand.IntN(13)]
	text = strings.Repeat(text, n/len(text)+1)
	lines := func(field string) []string {
		list := make([]string, min(n, 10_000))
		for i := range list {
			list[i] = field + ": " + text[:min(len(text), 8)]
		}
		return list
	}
	const origin, method, headers = "https://app.example.com", "Access-Control-Request-Method: ", "Access-Control-Request-Headers: "
	evil := fmt.Sprintf("https://evil-%d.example", rand.IntN(1_000_000))
	switch rand.IntN(12) {
	case 0:
		return newRequest("GET /items", text)
	case 1:
		return newRequest("GET /items", "https://"+text+".example.com")
	case 2:
		return newRequest("GET /items", evil+"/"+text)
	case 3:
		return newRequest("GET /items", "", lines("Origin")...)
	case 4:
		return newRequest("OPTIONS /items", origin, method+text)
	case 5:
		return newRequest("OPTIONS /items", origin, method+"PUT", headers+text)
	case 6:
		return newRequest("OPTIONS /items", origin, append(lines("Access-Control-Request-Headers"), method+"PUT")...)
	case 7:
		return newRequest("OPTIONS /items", evil, append(lines("Access-Control-Request-Method"), headers+text)...)
	case 8:
		return newRequest("OPTIONS /"+strings.ReplaceAll(text, " ", ""), origin, method+"PUT")
	case 9:
		return newRequest("GET /items", evil, "Cookie: "+text, "Sec-Fetch-Site: "+text)
	case 10:
		return newRequest("OPTIONS /items", evil, method+"PUT", headers+"content-type")
	default:
		return newRequest("GET /items", evil)
	}
}

// soakClient keeps a connection until the server closes it.
type soakClient struct {
	addr    string
	conn    net.Conn
	answers *bufio.Reader
}

func (c *soakClient) close() {
	if c.conn != nil {
		c.conn.Close()
		c.conn = nil
	}
}

// check sends a request and looks at its answer. A server may close the connection instead
// of an answer if it rejects a hostile request.
func (c *soakClient) check(r soakRequest) error {
	if c.conn == nil {
		conn, err := net.Dial("tcp", c.addr)
		if err != nil {
			return err
		}
		c.conn, c.answers = conn, bufio.NewReader(conn)
	}
	_, err := io.WriteString(c.conn, r.raw)
	if err != nil && r.wants != "" {
		return err
	}
	res, err := http.ReadResponse(c.answers, nil)
	if err != nil {
		c.close()
		if r.wants != "" {
			return err
		}
		return nil
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil || res.Close {
		c.close()
	}
	allowed := res.Header.Values("Access-Control-Allow-Origin")
	switch {
	case len(allowed) > 1, len(allowed) == 1 && (allowed[0] != r.origin || !mayAllow(allowed[0])):
		return fmt.Errorf("%.300q is answered with Access-Control-Allow-Origin %q", r.raw, allowed)
	case r.wants != "" && (len(allowed) == 0 || allowed[0] != r.wants):
		return fmt.Errorf("%.300q is denied: %s", r.raw, res.Status)
	case res.StatusCode >= 500:
		return fmt.Errorf("%.300q is answered with %s", r.raw, res.Status)
	}
	return nil
}
