package parity

import (
	"math/rand/v2"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/browser"
)

// meanings maps entries of AllowOrigins to regular expressions with the same meaning.
func meanings() map[string]*regexp.Regexp {
	const port = `(:[1-9][0-9]*)?`
	return map[string]*regexp.Regexp{
		"https://app.example.com":         regexp.MustCompile(`^https://app\.example\.com$`),
		"https://app.example.com:8443":    regexp.MustCompile(`^https://app\.example\.com:8443$`),
		"https://*.example.com":           regexp.MustCompile(`^https://([a-z0-9-]+\.)+example\.com$`),
		"https://*.app.example.com:*":     regexp.MustCompile(`^https://([a-z0-9-]+\.)+app\.example\.com` + port + `$`),
		"https://pr-*.example.com":        regexp.MustCompile(`^https://pr-[a-z0-9-]+\.example\.com$`),
		"https://*-shop.example.com":      regexp.MustCompile(`^https://[a-z0-9-]+-shop\.example\.com$`),
		"https://pr-*-shop.example.com":   regexp.MustCompile(`^https://pr-[a-z0-9-]+-shop\.example\.com$`),
		"http://localhost:*":              regexp.MustCompile(`^http://localhost` + port + `$`),
		"http://localhost:3000":           regexp.MustCompile(`^http://localhost:3000$`),
		"http://[::1]:3000":               regexp.MustCompile(`^http://\[::1\]:3000$`),
		"http://127.0.0.1:*":              regexp.MustCompile(`^http://127\.0\.0\.1` + port + `$`),
		"capacitor://localhost":           regexp.MustCompile(`^capacitor://localhost$`),
		"https://xn--bcher-kva.example":   regexp.MustCompile(`^https://xn--bcher-kva\.example$`),
		"https://*.xn--bcher-kva.example": regexp.MustCompile(`^https://([a-z0-9-]+\.)+xn--bcher-kva\.example$`),
		"*":                               regexp.MustCompile(``),
	}
}

func pages() []string {
	return []string{
		"https://app.example.com", "https://app.example.com:8443", "https://app.example.com:9443", "https://example.com",
		"https://a.b.example.com", "https://x.app.example.com", "https://x.app.example.com:1", "https://pr-1.example.com",
		"https://pr-1-shop.example.com", "https://pr--shop.example.com", "https://pr-.example.com", "https://evilexample.com",
		"https://example.com.evil.example", "http://app.example.com", "http://localhost", "http://localhost:3000",
		"http://localhost:5173", "https://localhost:3000", "http://[::1]:3000", "http://[::1]", "http://127.0.0.1:8080",
		"capacitor://localhost", "https://xn--bcher-kva.example", "https://www.xn--bcher-kva.example", "null",
	}
}

// draw picks up to n different elements.
func draw[T any](rnd *rand.Rand, n int, from ...T) []T {
	rnd.Shuffle(len(from), func(i, j int) { from[i], from[j] = from[j], from[i] })
	return from[:rnd.IntN(min(n, len(from))+1)]
}

func pick[T any](rnd *rand.Rand, from ...T) T { return from[rnd.IntN(len(from))] }

func randomConfig(rnd *rand.Rand) core.Config {
	var entries []string
	for entry := range meanings() {
		if entry != "*" {
			entries = append(entries, entry)
		}
	}
	slices.Sort(entries) // a map has no order, and the seed must determine the config
	cfg := core.Config{
		AllowOrigins:     draw(rnd, 4, entries...),
		AllowMethods:     draw(rnd, 3, "PUT", "DELETE", "PATCH", "patch", "PURGE", "GET", "*"),
		AllowHeaders:     draw(rnd, 4, "Content-Type", "authorization", "X-Id", "x-other", "*"),
		ExposeHeaders:    draw(rnd, 2, "X-Total", "x-page", "*"),
		AllowCredentials: rnd.IntN(2) == 0,
	}
	if rnd.IntN(5) == 0 {
		cfg.AllowOrigins = []string{"*"}
	}
	return cfg
}

func randomRequest(rnd *rand.Rand) browser.Request {
	return browser.Request{
		Origin: pick(rnd, pages()...),
		URL:    "https://api.example/items",
		Method: pick(rnd, "GET", "HEAD", "POST", "PUT", "put", "DELETE", "PATCH", "patch", "PURGE"),
		Headers: draw(rnd, 3,
			browser.Header{Name: "Content-Type", Value: "application/json"}, browser.Header{Name: "Authorization", Value: "Bearer x"},
			browser.Header{Name: "X-Id", Value: "1"}, browser.Header{Name: "X-OTHER", Value: "2"},
			browser.Header{Name: "Accept", Value: "text/html"}, browser.Header{Name: "Accept-Language", Value: "de"}),
		Credentials: pick(rnd, browser.SameOriginCredentials, browser.Include, browser.Omit),
	}
}

// words says what a config means for a request, as its documentation does: may
// the page have the answer, and which of two headers does it see.
func words(cfg core.Config, r browser.Request) (allowed bool, visible []string) {
	include := r.Credentials == browser.Include
	everyone := slices.Contains(cfg.AllowOrigins, "*")
	origin := everyone && !include
	for _, entry := range cfg.AllowOrigins {
		origin = origin || !everyone && r.Origin != "null" && meanings()[entry].MatchString(r.Origin)
	}
	if !origin || include && !cfg.AllowCredentials {
		return false, nil
	}
	method := r.Method
	if method == "put" {
		method = "PUT"
	}
	if !slices.Contains([]string{"GET", "HEAD", "POST"}, method) && !slices.Contains(cfg.AllowMethods, method) && !slices.Contains(cfg.AllowMethods, "*") {
		return false, nil
	}
	for _, h := range r.Headers {
		simple := h.Name == "Accept" || h.Name == "Accept-Language"
		listed := slices.ContainsFunc(cfg.AllowHeaders, func(name string) bool { return strings.EqualFold(name, h.Name) })
		any := slices.Contains(cfg.AllowHeaders, "*") && h.Name != "Authorization"
		if !simple && !listed && !any {
			return false, nil
		}
	}
	for _, name := range []string{"X-Page", "X-Total"} {
		if slices.ContainsFunc(cfg.ExposeHeaders, func(n string) bool { return n == "*" || strings.EqualFold(n, name) }) {
			visible = append(visible, name)
		}
	}
	return true, visible
}

// TestConfigMeansWhatItsEntriesSay draws random configs and requests. A browser must
// allow a request to each router exactly if words, a simple reading of the config, does.
func TestConfigMeansWhatItsEntriesSay(t *testing.T) {
	const configs, requestsEach = 400, 25
	rnd := rand.New(rand.NewPCG(3, 14))
	counts := make(map[bool]int)
	transports := make(map[string]http.RoundTripper)
	policy, err := core.NewPolicy(core.Config{AllowOrigins: []string{"*"}})
	if err != nil {
		t.Fatal(err)
	}
	for router, build := range routers() {
		transports[router] = build(policy).transport
	}
	for range configs {
		cfg := randomConfig(rnd)
		if policy.Reload(cfg) != nil {
			continue // no origins, or "*" with fields that exclude it
		}
		for range requestsEach {
			request := randomRequest(rnd)
			allowed, visible := words(cfg, request)
			counts[allowed]++
			for router, transport := range transports {
				b := &browser.Browser{Transport: transport}
				outcome, err := b.Fetch(t.Context(), request)
				if err != nil {
					t.Fatal(err)
				}
				if outcome.Allowed != allowed {
					t.Fatalf("%s: allowed %v (%v: %s), but the config says %v\n%+v\n%+v", router, outcome.Allowed, outcome.Step, outcome.Reason, allowed, cfg, request)
				}
				if allowed && !slices.Equal(seen(outcome.Response.Header), visible) {
					t.Fatalf("%s: the page sees %v, but the config says %v\n%+v\n%+v", router, seen(outcome.Response.Header), visible, cfg, request)
				}
			}
		}
	}
	if counts[true] < 500 || counts[false] < 500 {
		t.Errorf("%d requests were allowed and %d blocked, want at least 500 of each", counts[true], counts[false])
	}
}

func seen(h http.Header) (names []string) {
	for _, name := range []string{"X-Page", "X-Total"} {
		if h.Get(name) != "" {
			names = append(names, name)
		}
	}
	return names
}
