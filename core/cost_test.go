package core_test

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/corsuite/corsuite/core"
)

// TestDecideAllocatesNothing covers hostile requests, too.
func TestDecideAllocatesNothing(t *testing.T) {
	listed := mustPolicy(t, core.Config{
		AllowOrigins: []string{app, "https://*.example.org", "https://pr-*.example.net:*", "http://localhost:*"},
		AllowMethods: []string{"PUT"}, AllowHeaders: []string{"Content-Type"},
	})
	reflecting := mustPolicy(t, core.Config{
		AllowOrigins: []string{app}, AllowMethods: []string{"*"}, AllowHeaders: []string{"*"}, AllowCredentials: true,
	})
	for name, tt := range map[string]struct {
		policy *core.Policy
		req    core.Request
	}{
		"not CORS":                     {listed, get()},
		"allowed":                      {listed, get(app)},
		"wildcard":                     {listed, get("https://a.b.example.org")},
		"part of a label":              {listed, get("https://pr-1.example.net:3000")},
		"any port":                     {listed, get("http://localhost:3000")},
		"denied":                       {listed, get(evil)},
		"preflight":                    {listed, preflight(app, "PUT", "content-type")},
		"reflecting":                   {reflecting, preflight(app, "PUT", "content-type,x-id")},
		"1 MiB origin":                 {listed, get("https://" + strings.Repeat("a.", 1<<19) + "example.org")},
		"IPv6":                         {listed, get("http://[2001:db8::1]:8080")},
		"1 MiB of commas":              {listed, preflight(app, "PUT", strings.Repeat(",", 1<<20))},
		"1 MiB of commas, reflecting":  {reflecting, preflight(app, "PUT", strings.Repeat(",", 1<<20))},
		"1 KiB of blanks, reflecting":  {reflecting, preflight(app, "PUT", strings.Repeat(" ", 1024))},
		"1000 empty lines, reflecting": {reflecting, preflight(app, "PUT", make([]string, 1000)...)},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			allocs := testing.AllocsPerRun(100, func() {
				req := tt.req
				d := tt.policy.Decide(ctx, &req, nil)
				for i := range d.Len() {
					d.Header(i)
				}
				d.Vary(nil)
			})
			if allocs != 0 {
				t.Errorf("%v allocations", allocs)
			}
		})
	}
}

// TestManyOriginsStaySmall shows that 100,000 origins use less than 6 MiB, without their
// strings.
func TestManyOriginsStaySmall(t *testing.T) {
	origins := make([]string, 100_000)
	for i := range origins {
		origins[i] = fmt.Sprintf("https://tenant-%d.example.com", i)
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	p := mustPolicy(t, core.Config{AllowOrigins: origins})
	runtime.GC()
	runtime.ReadMemStats(&after)
	if held := int64(after.HeapAlloc) - int64(before.HeapAlloc); held > 6<<20 {
		t.Errorf("the policy holds %d bytes", held)
	}
	if !allowed(t, p, origins[99_999]) || allowed(t, p, evil) {
		t.Error("a lookup in a large list is wrong")
	}
	runtime.KeepAlive(origins)
}

// BenchmarkDecide compares few patterns with many.
func BenchmarkDecide(b *testing.B) {
	list := func(n int, format string) (list []string) {
		for i := range n {
			list = append(list, fmt.Sprintf(format, i))
		}
		return list
	}
	for _, bb := range []struct {
		name    string
		origins []string
		req     core.Request
	}{
		{"1 origin", []string{app}, get(app)},
		{"100,000 origins", list(100_000, "https://a%d.example.com"), get("https://a77777.example.com")},
		{"100,000 origins missed", list(100_000, "https://a%d.example.com"), get(evil)},
		{"1 wildcard", []string{"https://*.example.com"}, get(app)},
		{"10,000 wildcards", list(10_000, "https://*.a%d.example.com"), get("https://b.a777.example.com")},
		{"10,000 wildcards missed", list(10_000, "https://*.a%d.example.com"), get(evil)},
		{"10,000 parts of a label", list(10_000, "https://pr-%d-*.example.com"), get("https://pr-7777-x.example.com")},
		{"preflight", []string{app}, preflight(app, "PUT", "content-type")},
		{"1 MiB of commas", []string{app}, preflight(app, "PUT", strings.Repeat(",", 1<<20))},
	} {
		b.Run(bb.name, func(b *testing.B) {
			p := mustPolicy(b, core.Config{AllowOrigins: bb.origins})
			ctx := b.Context()
			b.ReportAllocs()
			for b.Loop() {
				p.Decide(ctx, &bb.req, nil)
			}
		})
	}
}

func BenchmarkNewPolicy(b *testing.B) {
	origins := make([]string, 100_000)
	for i := range origins {
		origins[i] = fmt.Sprintf("https://tenant-%d.example.com", i)
	}
	b.ReportAllocs()
	for b.Loop() {
		mustPolicy(b, core.Config{AllowOrigins: origins})
	}
}

// BenchmarkHostile compares hostile requests with ordinary ones, with a logger, an observer
// and a candidate.
func BenchmarkHostile(b *testing.B) {
	listed := core.Config{AllowOrigins: []string{app}, AllowMethods: []string{"PUT"}, AllowHeaders: []string{"Content-Type", "Authorization", "X-Id"}}
	reflecting := core.Config{AllowOrigins: []string{app}, AllowMethods: []string{"*"}, AllowHeaders: []string{"*"}, AllowCredentials: true}
	for name, cfg := range map[string]core.Config{"listed": listed, "reflecting": reflecting} {
		p := mustPolicy(b, cfg, core.WithLogger(discard()), core.WithObserver(func(context.Context, core.Verdict) {}))
		cfg.AllowHeaders = []string{"Content-Type"}
		if err := p.Shadow(&cfg); err != nil {
			b.Fatal(err)
		}
		for what, r := range map[string]core.Request{
			"ordinary":                 preflight(app, "PUT", "authorization,content-type"),
			"ordinary, header missing": preflight(app, "PUT", "authorization,content-type,x-z"),
			"ordinary, denied":         preflight(evil, "PUT", "authorization,content-type"),
			"300 listed names":         preflight(app, "PUT", strings.Repeat("content-type,", 300)),
			"32 listed names":          preflight(app, "PUT", strings.Repeat("content-type,", 31)+"authorization"),
			"32 long names":            preflight(app, "PUT", strings.Repeat("x-"+strings.Repeat("a", 28)+",", 31)+"authorization"),
			"32 lines":                 preflight(app, "PUT", slices.Repeat([]string{"x-" + strings.Repeat("a", 28)}, 32)...),
			"512 names":                preflight(app, "PUT", strings.Repeat("a,", 500)+"authorization"),
			"128 lines":                preflight(app, "PUT", slices.Repeat([]string{"x-aaa"}, 128)...),
			"a name of 700 bytes":      preflight(app, "PUT", strings.Repeat("content-type,", 20)+strings.Repeat("X", 700)),
			"a name of 1 KiB":          preflight(app, "PUT", strings.Repeat("X", 1024)),
			"1 MiB of commas":          preflight(app, "PUT", strings.Repeat(",", 1<<20)),
			"1 MiB of blanks":          preflight(app, "PUT", strings.Repeat(" ,", 1<<19)),
			"1 KiB of blanks":          preflight(app, "PUT", strings.Repeat(" ", 1024)),
			"100,000 lines":            preflight(app, "PUT", make([]string, 100000)...),
			"200,000 origins":          get(make([]string, 200000)...),
			"an origin of 1 MiB":       get("https://" + strings.Repeat("a.", 1<<19)),
			"a method of 900 KB":       preflight(app, strings.Repeat("A", 900000)),
			"300 names in upper case":  preflight(app, "PUT", strings.Repeat("CONTENT-TYPE,", 300)),
		} {
			b.Run("policy="+name+"/"+what, func(b *testing.B) {
				d := megabytes{strings.Repeat("a", 1<<20)}
				b.ReportAllocs()
				for b.Loop() {
					p.Decide(b.Context(), &r, d)
				}
			})
		}
	}
}

// BenchmarkFlood measures requests of a listed origin, and of invented ones, while other
// goroutines send only invented origins, with the log on. It reports percentiles.
func BenchmarkFlood(b *testing.B) {
	for _, who := range []string{"listed", "invented"} {
		for _, flooding := range []int{0, 1, 16} {
			b.Run(fmt.Sprintf("%s origin, %d goroutines flood", who, flooding), func(b *testing.B) {
				p := mustPolicy(b, core.Config{AllowOrigins: []string{app}}, core.WithLogger(discard()))
				ctx, stop := context.WithCancel(b.Context())
				var flood sync.WaitGroup
				for g := range flooding {
					flood.Go(func() {
						for i := 0; ctx.Err() == nil; i++ {
							r := get(fmt.Sprintf("https://invented-%d-%d.example", g, i))
							p.Decide(ctx, &r, nil)
						}
					})
				}
				var took []float64
				requests := make([]core.Request, 1000)
				for i := range requests {
					requests[i] = get(app)
					if who == "invented" {
						requests[i] = get(fmt.Sprintf("https://page-%d.example", i))
					}
				}
				for i := 0; b.Loop(); i++ {
					start := time.Now()
					p.Decide(ctx, &requests[i%len(requests)], nil)
					took = append(took, float64(time.Since(start)))
				}
				stop()
				flood.Wait()
				slices.Sort(took)
				b.ReportMetric(took[len(took)/2], "p50-ns")
				b.ReportMetric(took[len(took)*99/100], "p99-ns")
			})
		}
	}
}
