package main

import (
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core/browser"
	"github.com/prometheus/client_golang/prometheus"
)

const (
	page     = "https://app.example.com"
	preview  = "https://pr-1.preview.example.com"
	stranger = "https://evil.example.net"
)

// asJSON returns headers for which browsers send a preflight.
func asJSON(more ...browser.Header) []browser.Header {
	return append([]browser.Header{{Name: "Content-Type", Value: "application/json"}}, more...)
}

// TestCounters sends requests of pages to the program, and reads its metrics.
func TestCounters(t *testing.T) {
	const decisions = `# HELP cors_decisions_total CORS decisions, by the reason why browsers block the page (none if they do not).
# TYPE cors_decisions_total counter
cors_decisions_total{kind="actual",policy="api",reason="none"} 3
cors_decisions_total{kind="actual",policy="api",reason="origin-not-listed"} 1
cors_decisions_total{kind="actual",policy="api",reason="origin-null"} 1
cors_decisions_total{kind="preflight",policy="api",reason="header-not-listed"} 1
cors_decisions_total{kind="preflight",policy="api",reason="method-not-listed"} 1
cors_decisions_total{kind="preflight",policy="api",reason="none"} 1
cors_decisions_total{kind="preflight",policy="api",reason="origin-not-listed"} 1
`
	const differences = `# HELP cors_candidate_differences_total CORS decisions that the candidate would change. candidate: the candidate blocks or allows the page; reason: why the candidate or the policy blocks it.
# TYPE cors_candidate_differences_total counter
cors_candidate_differences_total{candidate="allows",kind="preflight",policy="api",reason="method-not-listed"} 1
cors_candidate_differences_total{candidate="blocks",kind="actual",policy="api",reason="origin-not-listed"} 1
`
	for _, tt := range []struct{ name, candidate, want string }{
		{"no candidate", "", decisions},
		{"an equal candidate", `{"allowOrigins":["` + page + `","https://*.preview.example.com"],"allowHeaders":["Content-Type"]}`, decisions},
		{"a stricter candidate", `{"allowOrigins":["` + page + `"],"allowMethods":["DELETE"],"allowHeaders":["Content-Type"]}`, differences + decisions},
	} {
		t.Run(tt.name, func(t *testing.T) {
			addr := start(t, environment{"CORS_ORIGINS": page + ",https://*.preview.example.com", "CORS_CANDIDATE": tt.candidate})
			transport := new(http.Transport)
			defer transport.CloseIdleConnections()
			for _, visit := range []struct {
				browser.Request
				allowed bool
			}{
				{browser.Request{Origin: page, URL: "/limits"}, true},
				{browser.Request{Origin: page, URL: "/sum", Method: "POST", Headers: asJSON(), Body: browser.Text("[1,2]")}, true},
				{browser.Request{Origin: preview, URL: "/limits"}, true},
				{browser.Request{Origin: stranger, URL: "/limits"}, false},
				{browser.Request{Origin: "null", URL: "/limits"}, false},
				{browser.Request{Origin: stranger, URL: "/sum", Method: "POST", Headers: asJSON(), Body: browser.Text("[1,2]")}, false},
				{browser.Request{Origin: page, URL: "/limits", Headers: asJSON(browser.Header{Name: "X-Debug", Value: "1"})}, false},
				{browser.Request{Origin: page, URL: "/limits", Method: "DELETE"}, false},
				{browser.Request{Origin: "http://" + addr, URL: "/limits"}, true}, // same origin
			} {
				visit.URL = "http://" + addr + visit.URL
				b := &browser.Browser{Transport: transport}
				outcome, err := b.Fetch(t.Context(), visit.Request)
				if err != nil {
					t.Fatal(err)
				}
				if outcome.Allowed != visit.allowed {
					t.Errorf("%+v: allowed %t, want %t; %s", visit.Request, outcome.Allowed, visit.allowed, outcome.Reason)
				}
			}
			if _, _, got := ask(t, addr, "GET", "/metrics", "", ""); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

// TestSeriesAreBounded sends many requests with different origins, methods and headers. The
// number of series must not grow.
func TestSeriesAreBounded(t *testing.T) {
	registry := prometheus.NewRegistry()
	env := environment{"CORS_ORIGINS": page, "CORS_CANDIDATE": `{"allowOrigins":["*"],"allowMethods":["*"],"allowHeaders":["*"]}`}
	policy, err := newPolicy(env.get, newCounters(registry), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	transport := browser.Handler(newHandler(policy, registry))
	attack := func(i int) {
		requests := []browser.Request{{Origin: fmt.Sprintf("https://%d.evil.example.net", i)}}
		if i%10 == 0 {
			requests = append(requests,
				browser.Request{Origin: requests[0].Origin, Method: fmt.Sprintf("M%d", i)},
				browser.Request{Origin: page, Method: fmt.Sprintf("M%d", i)},
				browser.Request{Origin: page, Headers: []browser.Header{{Name: fmt.Sprintf("X-%d", i), Value: "1"}}})
		}
		for _, r := range requests {
			r.URL = fmt.Sprintf("https://api.example/%d", i)
			b := &browser.Browser{Transport: transport}
			if outcome, err := b.Fetch(t.Context(), r); err != nil || outcome.Allowed {
				t.Fatalf("%+v: %+v, %v", r, outcome, err)
			}
		}
	}
	attack(0)
	before := series(t, registry)
	for i := range 10_000 {
		attack(i + 1)
	}
	if after := series(t, registry); after != before {
		t.Errorf("the series were\n%s\nand now are\n%.2000s", before, after)
	}
}

// series returns the names and labels of all series.
func series(t *testing.T, registry prometheus.Gatherer) string {
	t.Helper()
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, family := range families {
		for _, m := range family.GetMetric() {
			fmt.Fprintln(&b, family.GetName(), m.GetLabel())
		}
	}
	return b.String()
}
