package browser_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core/browser"
)

// BenchmarkGrowth compares answers with lists of 8,000 and of 80,000 names, and so many
// cached answers. If the time is linear, ns/name is the same for both.
func BenchmarkGrowth(b *testing.B) {
	for _, n := range []int{8_000, 80_000} {
		names, each := make([]string, n), make([]string, n)
		for i := range names {
			names[i] = fmt.Sprintf("X-%d", i)
			each[i] = names[i] + ": 1"
		}
		all := strings.Join(names, ",")
		request := browser.Request{Origin: app, URL: api, Headers: []browser.Header{{Name: "X-0", Value: "1"}}}
		run := func(name string, fetches int, url func(i int) string, lines ...string) {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				for b.Loop() {
					user := &browser.Browser{Transport: browser.Handler(say(200, lines...))}
					for i := range fetches {
						request.URL = url(i)
						if outcome, err := user.Fetch(b.Context(), request); err != nil || !outcome.Allowed {
							b.Fatal(outcome.Reason, err)
						}
					}
				}
				b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(n), "ns/name")
			})
		}
		one := func(int) string { return api }
		run("allowed headers", 3, one, allowApp, allowHeaders(all))
		run("exposed headers", 3, one, append(each, allowApp, allowHeaders("X-0"), "Access-Control-Expose-Headers: "+all)...)
		run("URLs", n, func(i int) string { return fmt.Sprint(api, "/", i) }, allowApp, allowHeaders("X-0"))
	}
}
