package core_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core"
)

// BenchmarkGrowth validates lists of 8,000 and of 80,000 entries, and single entries with as
// many parts. If the time is linear, ns/entry is the same for both, or less for 80,000.
func BenchmarkGrowth(b *testing.B) {
	list := func(n int, format string) (list []string) {
		for i := range n {
			list = append(list, fmt.Sprintf(format, i))
		}
		return list
	}
	for name, config := range map[string]func(n int) core.Config{
		"origins":          func(n int) core.Config { return core.Config{AllowOrigins: list(n, "https://a%d.example.com")} },
		"wildcards":        func(n int) core.Config { return core.Config{AllowOrigins: list(n, "https://*.a%d.example.com")} },
		"parts of a label": func(n int) core.Config { return core.Config{AllowOrigins: list(n, "https://pr-%d-*.example.com")} },
		"schemes":          func(n int) core.Config { return core.Config{AllowOrigins: list(n, "app%d://*")} },
		"bad origins":      func(n int) core.Config { return core.Config{AllowOrigins: list(n, "https://a%d.example.com/path")} },
		"origins in one entry": func(n int) core.Config {
			return core.Config{AllowOrigins: []string{strings.Join(list(n, "https://a%d.example.com"), ",")}}
		},
		"brackets around one entry": func(n int) core.Config {
			return core.Config{AllowOrigins: []string{strings.Repeat("[", n) + app + strings.Repeat("]", n)}}
		},
		"quotation marks around one entry": func(n int) core.Config {
			return core.Config{AllowOrigins: []string{strings.Repeat("['", n) + app + strings.Repeat("']", n)}}
		},
		"stars in one entry": func(n int) core.Config {
			return core.Config{AllowOrigins: []string{"https://" + strings.Repeat("*.", n) + "example.com"}}
		},
		"lists of stars in one entry": func(n int) core.Config {
			stars := "https://" + strings.Repeat("*.", 400) + "example.com,"
			return core.Config{AllowOrigins: []string{strings.Repeat(stars, n/len(stars)+2)}}
		},
		"a Unicode label": func(n int) core.Config {
			label := make([]rune, n)
			for i := range label {
				label[i] = '一' + rune(n-i)%20_000 // the time of Punycode depends on the order
			}
			return core.Config{AllowOrigins: []string{"https://" + string(label)}}
		},
		"an expression in one entry": func(n int) core.Config {
			return core.Config{AllowOrigins: []string{"https://" + strings.Repeat("[.+", n)}}
		},
		"duplicates": func(n int) core.Config { return core.Config{AllowOrigins: list(n, "https://example.com%.0d")} },
		"headers": func(n int) core.Config {
			return core.Config{AllowOrigins: []string{app}, AllowHeaders: list(n, "X-%d")}
		},
		"bad headers": func(n int) core.Config {
			return core.Config{AllowOrigins: []string{app}, AllowHeaders: list(n, `"X-%d"`)}
		},
		"headers in one entry": func(n int) core.Config {
			return core.Config{AllowOrigins: []string{app}, AllowHeaders: []string{strings.Join(list(n, "X-%d"), ", ")}}
		},
		"methods": func(n int) core.Config { return core.Config{AllowOrigins: []string{app}, AllowMethods: list(n, "M%d")} },
		"exposed headers": func(n int) core.Config {
			return core.Config{AllowOrigins: []string{app}, ExposeHeaders: list(n, "X-%d")}
		},
	} {
		for _, n := range []int{8_000, 80_000} {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				cfg := config(n)
				for b.Loop() {
					p, err := core.NewPolicy(cfg, core.WithLogger(discard()))
					if err == nil {
						p.Decide(context.Background(), new(core.Request), nil)
					} else {
						_ = err.Error()
					}
				}
				b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(n), "ns/entry")
			})
		}
	}
}
