package core_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode"

	"github.com/corsuite/corsuite/core"
)

// hostile returns requests with megabytes in each text that a log line or a verdict quotes.
func hostile() []core.Request {
	long := []string{strings.Repeat("a", 1<<20), strings.Repeat("\x00", 1<<20), strings.Repeat("é", 1<<19), strings.Repeat("…", 1<<18)}
	var names strings.Builder
	for i := range 1 << 17 {
		names.WriteByte('a' + byte(i%26))
		names.WriteString("-x-secret-header,")
	}
	long = append(long, names.String(), strings.Repeat("cookie,", 1<<17))
	var all []core.Request
	for _, text := range long {
		many := make([]string, 200_000)
		for i := range many {
			many[i] = text[:8]
		}
		all = append(all,
			get(text), get("https://"+text), get(many...), options(text),
			core.Request{Method: text, Origin: []string{text, text}},
			preflight(app, text), preflight(app, "PUT", text), preflight(app, "PUT", many...), preflight("https://evil.example", "PUT", text),
			core.Request{Method: "OPTIONS", Origin: []string{app}, RequestMethod: many, RequestHeaders: many},
			core.Request{Method: "OPTIONS", RequestMethod: []string{text}},
		)
	}
	forbidden := strings.Repeat(",sec-"+strings.Repeat("q", 40), 8)
	return append(all, preflight(longOrigin()+":12345", strings.Repeat("'", 64), "x-"+strings.Repeat(strings.Repeat("q", 40)+",x-", 16)+forbidden))
}

// longOrigin is as long as an origin can be, without its port.
func longOrigin() string {
	return strings.Repeat("s", 64) + "://" + strings.Repeat(strings.Repeat("a", 62)+".", 3) + strings.Repeat("b", 60)
}

// megabytes is a request whose target and fields are long, too.
type megabytes struct{ text string }

func (m megabytes) Field(string) string { return m.text }
func (m megabytes) Host() string        { return m.text }
func (m megabytes) Path() string        { return m.text }

// TestTextsAreBounded shows that no request makes a verdict of more than 2 KiB, a line of
// more than 4 KiB, or the policy hold more than 256 KiB.
func TestTextsAreBounded(t *testing.T) {
	requests := hostile()
	fails := core.WithOriginFunc(func(context.Context, core.Origin, core.Target) (bool, error) {
		return false, errors.New(strings.Repeat("\x01", 1<<20))
	})
	for name, tt := range map[string]struct {
		cfg  core.Config
		opts []core.Option
	}{
		"listed":      {core.Config{AllowOrigins: []string{app}}, nil},
		"credentials": {core.Config{AllowOrigins: []string{app}, AllowCredentials: true}, nil},
		"reflecting":  {core.Config{AllowOrigins: []string{app}, AllowMethods: []string{"*"}, AllowHeaders: []string{"*"}, AllowCredentials: true}, nil},
		"function":    {core.Config{}, []core.Option{fails}},
		"near":        {core.Config{AllowOrigins: []string{longOrigin() + ":12346"}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var log buffer
				var longest int
				opts := slices.Concat(tt.opts, []core.Option{
					core.WithObserver(func(_ context.Context, v core.Verdict) { longest = max(longest, len(v.String())) }),
					core.WithLogger(slog.New(slog.NewTextHandler(&log, nil))),
				})
				p := mustPolicy(t, tt.cfg, opts...)
				if err := p.Shadow(&core.Config{AllowOrigins: []string{"https://evil.example"}}); err != nil {
					t.Fatal(err)
				}
				var before, after runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&before)
				for _, text := range []string{requests[0].Origin[0], requests[11].Origin[0]} {
					for i := range requests {
						p.Decide(t.Context(), &requests[i], megabytes{text})
						p.LogOverride(&requests[i], megabytes{text})
						longest = max(longest, len(p.Explain(t.Context(), &requests[i], nil).String()))
					}
				}
				written := lines(&log)
				runtime.GC()
				runtime.ReadMemStats(&after)
				if held := int64(after.HeapAlloc) - int64(before.HeapAlloc); held > 256<<10 {
					t.Errorf("the policy holds %d bytes", held)
				}
				line := 0
				for _, l := range written {
					line = max(line, len(l))
				}
				t.Logf("the longest verdict has %d bytes, the longest of %d lines %d", longest, len(written), line)
				if longest > 2<<10 || line > 4<<10 {
					t.Errorf("a verdict of %d bytes, a line of %d", longest, line)
				}
				runtime.KeepAlive(p)
			})
		})
	}
}

// TestLongEntries shows that an entry of a megabyte costs little time and makes a short error.
func TestLongEntries(t *testing.T) {
	fill := func(s string) string { return strings.Repeat(s, 1<<20/len(s)) }
	var letters strings.Builder
	for r := 'a'; r < 0x20000; r++ {
		if unicode.IsLetter(r) {
			letters.WriteRune(r)
		}
	}
	var list strings.Builder
	for i := range 50_000 {
		fmt.Fprintf(&list, "https://a%d.example,", i)
	}
	for name, tt := range map[string]struct {
		entry, code, fix string
	}{
		"brackets":              {fill("[") + "https://a.example" + fill("]"), "origin-blank", "https://a.example"},
		"brackets alone":        {fill("[") + fill("]"), "origin-empty", ""},
		"quotation marks":       {fill("['") + "https://a.example" + fill("']"), "origin-blank", "https://a.example"},
		"blanks":                {fill(" ") + "https://a.example" + fill("\n"), "origin-blank", "https://a.example"},
		"wildcards":             {"https://" + fill("*.") + "example.com", "origin-length", ""},
		"wildcards, corrected":  {"https://" + strings.Repeat("*.", 400) + "example.com", "origin-wildcard", "https://*.example.com"},
		"a label":               {"https://" + fill("a"), "origin-length", ""},
		"letters":               {"https://" + letters.String(), "origin-length", ""},
		"Punycode":              {"https://xn--" + fill("a"), "origin-length", ""},
		"a path":                {"https://a.example/" + fill("a"), "origin-length", ""},
		"a scheme":              {fill("a") + "://a.example", "origin-length", ""},
		"a regular expression":  {"https://" + fill("[.+") + ".example.com", "origin-length", ""},
		"a list":                {"https://a.example," + fill("https://"+strings.Repeat("*.", 400)+"example.com,"), "origin-list", "https://a.example"},
		"a list of expressions": {"https://a.example," + fill("https://"+strings.Repeat("[.+", 300)+","), "origin-list", ""},
		"a list of letters":     {"https://a.example," + fill("https://"+strings.Repeat("é.", 300)+","), "origin-list", ""},
		"a long list":           {list.String(), "origin-list", "https://a0.example"},
	} {
		t.Run(name, func(t *testing.T) {
			p := soleProblem(t, core.Config{AllowOrigins: []string{tt.entry}})
			if p.Code != tt.code || strings.Join(p.Fix[:min(len(p.Fix), 1)], "") != tt.fix {
				t.Errorf("got %s with the fix %.100q, want %s with %q", p.Code, p.Fix, tt.code, tt.fix)
			}
			if text := p.Error(); len(text) > 8<<10 {
				t.Errorf("the error has %d bytes: %.1000s", len(text), text)
			}
		})
	}
}

// TestHeldLinesAreBounded shows that the policy holds at most 256 KiB of lines while the
// handler hangs, writes some, and hangs again. Each line is as long as a request can make it.
func TestHeldLinesAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		handler := &awkward{hang: make(chan struct{})}
		p := mustPolicy(t, core.Config{AllowOrigins: []string{app}}, core.WithLogger(slog.New(handler)),
			core.WithOriginFunc(func(context.Context, core.Origin, core.Target) (bool, error) {
				return false, errors.New(strings.Repeat("e", 1<<10))
			}))
		if err := p.Shadow(&core.Config{AllowOrigins: []string{app, "https://*.evil.example"}}); err != nil {
			t.Fatal(err)
		}
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		var most int64
		for minute := range 6 {
			for i := range 60 {
				id := fmt.Sprintf("%d-%d", minute, i)
				forbidden := "host,cookie,date,via,te,dnt,"
				headers := id + strings.Repeat("y", 110) + "," + forbidden + strings.Repeat(strings.Repeat("x", 56)+",", 15)
				method := id + strings.Repeat("!", 64-len(id))
				unlisted := fmt.Sprintf("https://%s.%sexample", id, strings.Repeat("a23456789.", 17))
				for _, r := range []core.Request{
					preflight(unlisted, method, headers), preflight(strings.Replace(unlisted, ".example", ".evil.example", 1), method, headers),
					preflight(app, method, headers), preflight(app, "GET", headers),
				} {
					p.Decide(t.Context(), &r, megabytes{strings.Repeat("\x00", 1<<10)})
				}
				if i == 0 {
					synctest.Wait() // until the handler has the first line
				}
			}
			runtime.GC()
			runtime.ReadMemStats(&after)
			most = max(most, int64(after.HeapAlloc)-int64(before.HeapAlloc))
			for range 5 * minute {
				handler.hang <- struct{}{}
			}
			<-time.After(time.Minute)
		}
		t.Logf("%d bytes are held", most)
		if most > 256<<10 {
			t.Errorf("%d bytes are held", most)
		}
		close(handler.hang)
		synctest.Wait()
		<-time.After(time.Minute)
		runtime.KeepAlive(p)
	})
}

// TestLongTextsAreNotCompared shows that no more than a host can be is compared with the
// host of a request, and that the method of a preflight is short.
func TestLongTextsAreNotCompared(t *testing.T) {
	p := mustPolicy(t, core.Config{AllowOrigins: []string{app}, RejectDeniedOrigins: true})
	for length, status := range map[int]int{200: 0, 1000: 403} {
		host := strings.Repeat("a", length)
		r := get("http://" + host)
		if got := p.Decide(t.Context(), &r, sameHost{host: host}).Status(); got != status {
			t.Errorf("an origin and a host of %d bytes: status %d, want %d", length, got, status)
		}
	}
	r := preflight(app, strings.Repeat("A", 1<<20))
	if method, ok := r.PreflightMethod(); !ok || len(method) != 64 {
		t.Errorf("the method has %d bytes, %v", len(method), ok)
	}
}

// TestLongTargets shows that the origin function, and a cache behind it, gets no host and no
// path of any length: the request is denied instead.
func TestLongTargets(t *testing.T) {
	calls := 0
	p := mustPolicy(t, core.Config{}, core.WithOriginFunc(func(context.Context, core.Origin, core.Target) (bool, error) {
		calls++
		return true, nil
	}))
	r := get(app)
	for length, allowed := range map[int]bool{253: true, 1000: false} {
		if d := p.Decide(t.Context(), &r, sameHost{host: strings.Repeat("a", length)}); d.OriginAllowed() != allowed {
			t.Errorf("with a host of %d bytes the origin is allowed: %v", length, d.OriginAllowed())
		}
	}
	if d := p.Decide(t.Context(), &r, megabytes{strings.Repeat("a", 1<<20)}); d.OriginAllowed() || calls != 1 {
		t.Errorf("with a path of 1 MiB the origin is allowed: %v, after %d calls", d.OriginAllowed(), calls)
	}
}

type sameHost struct{ host string }

func (sameHost) Field(string) string { return "" }
func (s sameHost) Host() string      { return s.host }
func (sameHost) Path() string        { return "/" }
