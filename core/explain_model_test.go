package core_test

import (
	"math/rand/v2"
	"net/http"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/browser"
	"github.com/corsuite/corsuite/core/nethttp"
)

// TestExplainAgreesWithTheBrowser compares verdicts with a model of a browser that reads
// the same answers.
func TestExplainAgreesWithTheBrowser(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 2026))
	some := func(values ...string) (chosen []string) {
		for _, v := range values {
			if r.IntN(3) == 0 {
				chosen = append(chosen, v)
			}
		}
		return chosen
	}
	allowed := 0
	for range 20_000 {
		cfg := core.Config{
			AllowOrigins:     append(some(evil, "https://*.example.net", "http://localhost:*"), app),
			AllowMethods:     some("PUT", "DELETE", "PATCH", "patch", "*"),
			AllowHeaders:     some("Content-Type", "authorization", "X-Id", "*"),
			AllowCredentials: r.IntN(2) == 0,
		}
		if r.IntN(8) == 0 {
			cfg.AllowOrigins, cfg.AllowCredentials = []string{"*"}, false
		}
		policy := mustPolicy(t, cfg)
		page := browser.Request{
			Origin: pick(r, app, app, evil, "https://a.b.example.net", "http://localhost:3000", "https://other.example", "null"),
			Method: pick(r, "GET", "POST", "PUT", "DELETE", "PATCH", "patch", "delete"),
			URL:    "https://api.example.org/items",
		}
		for _, name := range some("content-type", "authorization", "x-id", "x-other") {
			page.Headers = append(page.Headers, browser.Header{Name: name, Value: "application/json"})
		}
		verdict := core.Verdict{}
		b := &browser.Browser{Transport: browser.Handler(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			verdict = policy.Explain(req.Context(), &core.Request{
				Method: req.Method, Origin: req.Header["Origin"],
				RequestMethod: req.Header["Access-Control-Request-Method"], RequestHeaders: req.Header["Access-Control-Request-Headers"],
			}, nil)
			(&nethttp.Registration{Policy: policy}).Serve(w, req)
		}))}
		outcome, err := b.Fetch(t.Context(), page)
		if err != nil {
			t.Fatal(err)
		}
		if outcome.Allowed != verdict.Allowed() { // the verdict on the last request
			t.Fatalf("%+v, %+v: %s; the browser: %s", cfg, page, verdict, outcome.Reason)
		}
		if outcome.Allowed {
			allowed++
		}
	}
	if allowed < 2000 || allowed > 18_000 {
		t.Errorf("only %d of 20,000 pages are allowed, or nearly all", allowed)
	}
}

func pick(r *rand.Rand, values ...string) string { return values[r.IntN(len(values))] }
