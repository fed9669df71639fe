package core_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/corsuite/corsuite/core"
)

func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }

// plain returns a logger that omits the time.
func plain(w io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
}

// buffer is safe for concurrent use.
type buffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

// lines removes and returns the lines so far.
func lines(b *buffer) []string {
	synctest.Wait()
	b.mu.Lock()
	defer b.mu.Unlock()
	defer b.buf.Reset()
	return strings.Split(strings.TrimSuffix(b.buf.String(), "\n"), "\n")
}

// TestLogger shows the lines: each cause once, and a minute later how often it occurred
// again.
func TestLogger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log buffer
		p := mustPolicy(t, core.Config{AllowOrigins: []string{app}}, core.WithName("api"), core.WithLogger(plain(&log)))
		for range 3 {
			decide(t, p, get(app))
			decide(t, p, get(evil))
		}
		decide(t, p, preflight(app, "PUT", "x-a,x-b"))
		r := get(app)
		p.Decide(t.Context(), &r, details{"Cookie": "a=b", ":path": "/items"})
		origin := `level=WARN msg="cors: the browser blocks a page" policy=api kind=actual reason=origin-not-listed origin=https://evil.example method=GET ` +
			`why="the origin \"https://evil.example\" matches no entry of AllowOrigins, so the page cannot read the answer" ` +
			`fix="if this page is yours, add \"https://evil.example\" to AllowOrigins"`
		method := `level=WARN msg="cors: the browser blocks a page" policy=api kind=preflight reason=method-not-listed origin=https://app.example.com method=OPTIONS ` +
			`why="the method \"PUT\" is not in AllowMethods, so the browser does not send the page's request" ` +
			`fix="add \"PUT\" to AllowMethods; add \"x-a\", \"x-b\" to AllowHeaders"`
		cookies := `level=WARN msg="cors: the browser blocks a page" policy=api kind=actual reason=credentials-not-allowed origin=https://app.example.com method=GET path=/items ` +
			`why="the page sent cookies, and the policy does not allow credentials, so the page cannot read the answer" ` +
			`fix="if this page is yours, set AllowCredentials to true"`
		expect(t, "at once", lines(&log), origin, method, cookies)

		<-time.After(time.Minute)
		expect(t, "a minute later", lines(&log), origin+" times=2")

		decide(t, p, get(evil))
		expect(t, "after that", lines(&log), origin)
		<-time.After(time.Hour)
		expect(t, "after an hour", lines(&log), "")
	})
}

func expect(t *testing.T, when string, got []string, want ...string) {
	t.Helper()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s, logged\n%s\nwant\n%s", when, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestLoggerOfCandidates shows the lines about what a candidate would change.
func TestLoggerOfCandidates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log buffer
		p := mustPolicy(t, core.Config{AllowOrigins: []string{app}}, core.WithLogger(plain(&log)))
		decide(t, p, get(app))
		if err := p.Shadow(&core.Config{AllowOrigins: []string{evil}}); err != nil {
			t.Fatal(err)
		}
		decide(t, p, get(app))
		expect(t, "newly blocked", lines(&log), `level=WARN msg="cors: the candidate would block a page" kind=actual reason=origin-not-listed origin=https://app.example.com method=GET `+
			`why="the origin \"https://app.example.com\" matches no entry of AllowOrigins, so the page cannot read the answer" `+
			`fix="if this page is yours, add \"https://app.example.com\" to AllowOrigins"`)
		decide(t, p, get(evil))
		got := lines(&log)
		if len(got) != 2 || got[1] != `level=WARN msg="cors: the candidate would allow a page" kind=actual reason=origin-not-listed origin=https://evil.example method=GET` {
			t.Errorf("newly allowed, logged %q", got)
		}
	})
}

// TestLoggerOfTroubles shows the errors and panics of the user's functions in the log.
func TestLoggerOfTroubles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log buffer
		p := mustPolicy(t, core.Config{}, core.WithLogger(plain(&log)), core.WithOriginFunc(func(context.Context, core.Origin, core.Target) (bool, error) {
			return false, errors.New("no rows\nin " + strings.Repeat("x", 300))
		}), core.WithObserver(func(context.Context, core.Verdict) { panic("no metrics") }))
		decide(t, p, get(app))
		got := lines(&log)
		if len(got) != 2 || !strings.Contains(got[0], `reason=origin-func-failed`) || !strings.Contains(got[0], `error="origin function: no rows\\nin xxx`) ||
			!strings.HasSuffix(got[0], `x…"`) || got[1] != `level=WARN msg="cors: the observer panicked" error="no metrics"` {
			t.Errorf("logged %q", got)
		}
		<-time.After(time.Minute)
	})
}

// TestLoggerEscapes shows that no request can add a line to the log, even if the handler
// writes attributes unescaped.
func TestLoggerEscapes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		handler := new(recorder)
		p := mustPolicy(t, core.Config{AllowOrigins: []string{app}}, core.WithLogger(slog.New(handler)), core.WithObserver(func(context.Context, core.Verdict) {}))
		hostile := "https://a\r\nlevel=ERROR\x00\x1b[31m\u202e\xff"
		decide(t, p, get(hostile))
		decide(t, p, preflight(app, hostile, hostile))
		records := handler.all()
		if len(records) != 2 {
			t.Fatalf("%d records", len(records))
		}
		for _, r := range records {
			r.Attrs(func(a slog.Attr) bool {
				for _, c := range a.Value.String() {
					if c != '…' && (c < ' ' || c > '~') {
						t.Errorf("%s holds %q", a.Key, c)
					}
				}
				return true
			})
		}
		<-time.After(time.Minute)
	})
}

// recorder keeps the records.
type recorder struct {
	mu      sync.Mutex
	records []slog.Record
}

func (h *recorder) Enabled(context.Context, slog.Level) bool { return true }
func (h *recorder) WithAttrs([]slog.Attr) slog.Handler       { return h }
func (h *recorder) WithGroup(string) slog.Handler            { return h }
func (h *recorder) Handle(_ context.Context, r slog.Record) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.records = append(h.records, r)
	return nil
}

// all returns the records so far.
func (h *recorder) all() []slog.Record {
	synctest.Wait()
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.records)
}

// TestFlood sends a million invented origins.
func TestFlood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		handler := new(recorder)
		p := mustPolicy(t, core.Config{AllowOrigins: []string{app}}, core.WithLogger(slog.New(handler)))
		before := live()
		for i := range 1_000_000 {
			req := get(fmt.Sprintf("https://evil-%d.example.net", i))
			p.Decide(t.Context(), &req, nil)
		}
		if n := len(handler.all()); n != 16 {
			t.Errorf("%d lines", n)
		}
		if grown := live() - before; grown > 1<<20 {
			t.Errorf("the heap has grown by %d bytes", grown)
		}
		<-time.After(time.Minute)
		records, times := handler.all(), slog.Value{}
		records[len(records)-1].Attrs(func(a slog.Attr) bool {
			times = a.Value
			return true
		})
		if n := len(records); n != 17 || times.String() != "999984" {
			t.Errorf("%d lines, the last for %s", n, times)
		}
	})
}

// TestFloodOfKinds shows that the causes of all kinds together are bounded, too.
func TestFloodOfKinds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		handler := new(recorder)
		p := mustPolicy(t, core.Config{AllowOrigins: []string{app}}, core.WithLogger(slog.New(handler)))
		for i := range 20 {
			name := fmt.Sprint("x-", i)
			decide(t, p, get("https://"+name+".example"))
			decide(t, p, get(name))
			decide(t, p, preflight(app, name))
			decide(t, p, preflight(app, "PUT"+name, name))
			decide(t, p, preflight(app, "GET", name))
		}
		if n := len(handler.all()); n != 48 {
			t.Errorf("%d lines", n)
		}
		<-time.After(time.Minute)
	})
}

func live() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// TestSlowAndPanickingLoggers shows that no request waits for a logger, that the lines for
// a hanging one are bounded, and that a panic does not end the program.
func TestSlowAndPanickingLoggers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hang := make(chan struct{})
		handler := &awkward{hang: hang}
		p := mustPolicy(t, core.Config{AllowOrigins: []string{app}}, core.WithLogger(slog.New(handler)))
		for minute := range 1000 {
			for i := range 20 {
				decide(t, p, get(fmt.Sprintf("https://evil-%d-%d.example.net", minute, i)))
			}
			<-time.After(time.Minute)
		}
		close(hang)
		synctest.Wait()
		if n := handler.calls.Load(); n < 64 || n > 66 { // one or two are in the handler while 64 wait
			t.Errorf("%d lines are queued for a handler that hangs", n)
		}
	})
}

// awkward hangs in its first call and panics in all others.
type awkward struct {
	recorder
	hang  chan struct{}
	calls atomic.Int64
}

func (h *awkward) Handle(context.Context, slog.Record) error {
	<-h.hang
	h.calls.Add(1)
	panic("no log")
}

// TestLogMissesNothing shows that a policy logs exactly the requests for which Explain says
// that the browser blocks the page. Decide skips that explanation for most requests.
func TestLogMissesNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(16, 2026))
	long := strings.Repeat("l", 130) // longer than what is reflected
	names := []string{long, "authorization", "authorization-x", "authorization-x-id", "content-type", "x-id", "x-i", "X-Id", "", " x-id", "x-z", "a b"}
	blocked, mostly := 0, core.Config{AllowOrigins: []string{app}}
	for range 4000 {
		synctest.Test(t, func(t *testing.T) {
			cfg := mostly
			for _, method := range []string{"PUT", "PATCH", "patch", "*"} {
				if r.IntN(3) == 0 {
					cfg.AllowMethods = append(cfg.AllowMethods, method)
				}
			}
			for _, name := range []string{"Content-Type", "X-Id", "Authorization", "X-Z", "*", long} {
				if r.IntN(2) == 0 {
					cfg.AllowHeaders = append(cfg.AllowHeaders, name)
				}
			}
			if r.IntN(4) == 0 {
				for i := range 20 {
					cfg.AllowHeaders = append(cfg.AllowHeaders, fmt.Sprint("A-", i))
				}
			}
			cfg.AllowCredentials = r.IntN(3) == 0
			var log buffer
			p := mustPolicy(t, cfg, core.WithLogger(plain(&log)))
			decide(t, p, get(app)) // the first request is always explained
			lines(&log)            // without the warnings about the Config
			var asked []string
			for range r.IntN(4) {
				asked = append(asked, pick(r, names...))
			}
			req := preflight(pick(r, app, app, app, evil), pick(r, "PUT", "PATCH", "GET", "patch", "PU T"), strings.Join(asked, ","))
			request := details{}
			switch r.IntN(4) {
			case 0:
				req.RequestHeaders = asked
			case 1:
				req = get(app)
				request["Cookie"] = pick(r, "", "a=b")
			}
			p.Decide(t.Context(), &req, request)
			logged := lines(&log)[0] != ""
			if v := p.Explain(t.Context(), &req, request); logged == v.Allowed() {
				t.Errorf("%+v, %+v: logged %v; %s", cfg, req, logged, v)
			}
			if logged {
				blocked++
			}
		})
	}
	if blocked < 1000 || blocked > 3000 {
		t.Errorf("%d of 4000 pages were blocked", blocked)
	}
}

// TestCookiesAreSampled shows that a policy looks for cookies in the first 64 allowed
// requests of a minute, and in others not.
func TestCookiesAreSampled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log buffer
		p := mustPolicy(t, core.Config{AllowOrigins: []string{app}}, core.WithLogger(plain(&log)))
		with, r := counting{details{"Cookie": "a=b"}, new(int)}, get(app)
		p.Decide(t.Context(), &r, details{}) // as the first one, it is observed in any case
		for range 1000 {
			p.Decide(t.Context(), &r, with)
		}
		if text := strings.Join(lines(&log), "\n"); strings.Count(text, "credentials-not-allowed") != 1 {
			t.Errorf("logged %s", text)
		}
		if *with.cookies > 4*64 {
			t.Errorf("1000 requests: %d looks for cookies", *with.cookies)
		}
		<-time.After(2 * time.Minute)
		p.Decide(t.Context(), &r, with)
		if text := strings.Join(lines(&log), "\n"); !strings.Contains(text, "times=63") || strings.Count(text, "credentials-not-allowed") != 2 {
			t.Errorf("two minutes later, logged %s", text)
		}
		<-time.After(2 * time.Minute)
	})
}

// counting counts the looks at the cookies.
type counting struct {
	details

	cookies *int
}

func (c counting) Field(name string) string {
	if name == "Cookie" {
		*c.cookies++
	}
	return c.details.Field(name)
}

// TestCausesWithoutAPlaceAreCounted shows that the log has the number of causes that find no
// place while the handler hangs.
func TestCausesWithoutAPlaceAreCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		handler := &late{hang: make(chan struct{})}
		p := mustPolicy(t, core.Config{AllowOrigins: []string{app}}, core.WithLogger(slog.New(handler)))
		for minute := range 5 {
			for i := range 20 {
				decide(t, p, get(fmt.Sprintf("https://evil-%d-%d.example.net", minute, i)))
			}
			<-time.After(time.Minute - time.Second)
			if minute == 4 {
				close(handler.hang)
			}
			<-time.After(2 * time.Second)
		}
		records := handler.all()
		records[len(records)-1].Attrs(func(a slog.Attr) bool {
			if a.Key == "times" && a.Value.String() != "20" {
				t.Errorf("%s causes are counted, want 20", a.Value)
			}
			return a.Key != "times"
		})
	})
}

// late hangs until the channel is closed.
type late struct {
	recorder
	hang chan struct{}
}

func (h *late) Handle(ctx context.Context, r slog.Record) error {
	<-h.hang
	return h.recorder.Handle(ctx, r)
}

// TestRepetitionsAreOfPages shows that the number of repetitions leaves out the requests whose
// answer no page reads, such as those of forms.
func TestRepetitionsAreOfPages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log buffer
		p := mustPolicy(t, core.Config{AllowOrigins: []string{app}}, core.WithLogger(plain(&log)))
		decide(t, p, get(app))
		r := get(evil)
		for _, mode := range []string{"cors", "cors", "navigate", "websocket"} {
			p.Decide(t.Context(), &r, details{"Sec-Fetch-Mode": mode})
		}
		lines(&log)
		<-time.After(time.Minute)
		if got := strings.Join(lines(&log), "\n"); !strings.Contains(got, "times=1") {
			t.Errorf("logged %s, want times=1", got)
		}
	})
}
