package core_test

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core"
)

// TestMatching is a table of origins that must and must not match. Most come from
// advisories about other libraries.
func TestMatching(t *testing.T) {
	for _, tt := range []struct {
		patterns []string
		yes, no  []string
	}{
		{
			patterns: []string{"https://example.com"},
			yes:      []string{"https://example.com"},
			no: []string{
				"http://example.com", "https://example.com:8443", "https://example.com:443", "https://example.com/",
				"https://example.community", "https://example.com.evil.example", "https://notexample.com",
				"https://examplexcom", "https://www.example.com", "https://example.co", "HTTPS://example.com",
				"https://Example.com", " https://example.com", "https://example.com ", "https://example.com\x00",
				"https://example.com,https://evil.example", "https://evil.example, https://example.com",
				"https://example.com@evil.example", "null", "NULL", "*", "", "https://", "example.com",
				"https://example.com.", "https://xn--example.com", "https://example.com%60.evil.example",
			},
		},
		{
			patterns: []string{"https://foo.example", "https://bar.example"},
			yes:      []string{"https://foo.example", "https://bar.example"},
			no:       []string{"https://foo.examplebar.example", "https://barfoo.example", "https://foo.example|https://bar.example"},
		},
		{
			patterns: []string{"https://*.example.com"},
			yes:      []string{"https://a.example.com", "https://a.b.c.example.com", "https://a-b_c.example.com", "https://1.example.com"},
			no: []string{
				"https://example.com", "https://.example.com", "https://..example.com", "https://a..example.com",
				"https://evilexample.com", "https://a.example.com.evil.example", "https://a.example.com:8443",
				"http://a.example.com", "https://*.example.com", "https://a.example.comm", "https://a.xample.com",
				"https://evil.example/.example.com", "https://evil.example#.example.com", "https://evil.example?.example.com",
				"https://evil.example:443.example.com", "https://evil@a.example.com", "https://a`.example.com",
				"https://a%.example.com", "https://a\r.example.com", "https://a,b.example.com", "https://A.example.com",
				"https://" + strings.Repeat("a", 64) + ".example.com", "https://" + strings.Repeat("a.", 122) + "example.com",
				"https://" + strings.Repeat("a", 1<<20) + ".example.com",
			},
		},
		{
			patterns: []string{"https://*.example.com:8443", "http://localhost:*", "https://*.any.example:*"},
			yes: []string{
				"https://a.example.com:8443", "http://localhost", "http://localhost:3000", "http://localhost:65535",
				"https://a.any.example", "https://a.any.example:1",
			},
			no: []string{
				"https://a.example.com", "https://a.example.com:84430", "https://a.example.com:08443", "http://localhost:",
				"http://localhost:80", "http://localhost:0", "http://localhost:65536", "http://localhost:3000/", "http://localhost:30a",
				"https://localhost:3000", "http://a.localhost", "http://localhost:3000:3000", "http://localhost:*", "https://any.example:1",
			},
		},
		{
			patterns: []string{"https://preview-*.example.com", "https://*-shop.example.com", "https://a-*-b.example.com", "https://ab*ba.example.com:*"},
			yes: []string{
				"https://preview-1.example.com", "https://preview--.example.com", "https://x-shop.example.com", "https://a-x-b.example.com",
				"https://abxba.example.com:1", "https://preview-x-shop.example.com",
			},
			no: []string{
				"https://preview-.example.com", "https://preview.example.com", "https://preview-a.b.example.com", "https://preview-a.evil.example.com",
				"https://x.preview-a.example.com", "https://-shop.example.com", "https://a.x-shop.example.com", "https://a-b.example.com",
				"https://a--b.example.com", "https://aba.example.com", "https://abba.example.com", "https://preview-1.example.com:8443",
			},
		},
		{
			patterns: []string{"safari-web-extension://E5B8A1B1", "app://.", "app://*.example.com"},
			yes:      []string{"safari-web-extension://E5B8A1B1", "app://.", "app://a.example.com"},
			no: []string{
				"safari-web-extension://e5b8a1b1", "app://..", "app://.example.com", "app://a..example.com", "app://A.example.com",
				"app://a@.example.com", "app://a/.example.com", "app://a%.example.com",
			},
		},
		{
			patterns: []string{"http://[::1]:3000", "http://127.0.0.1:*", "capacitor://localhost"},
			yes:      []string{"http://[::1]:3000", "http://127.0.0.1", "http://127.0.0.1:5173", "capacitor://localhost"},
			no: []string{
				"http://[::1]", "http://[0:0:0:0:0:0:0:1]:3000", "http://[::1%1]:3000", "http://127.0.0.2:1", "http://127.1:1",
				"http://0x7f.0.0.1:1", "http://2130706433:1", "capacitor://localhost:1", "ionic://localhost", "file://",
			},
		},
	} {
		t.Run(strings.Join(tt.patterns, " "), func(t *testing.T) {
			p := mustPolicy(t, core.Config{AllowOrigins: tt.patterns})
			for _, origin := range tt.yes {
				if !allowed(t, p, origin) {
					t.Errorf("%q is denied", origin)
				}
			}
			for _, origin := range tt.no {
				if allowed(t, p, origin) {
					t.Errorf("%q is allowed", origin)
				}
			}
		})
	}
}

// TestAnyHostOfAScheme shows what scheme://* matches.
func TestAnyHostOfAScheme(t *testing.T) {
	p := mustPolicy(t, core.Config{AllowOrigins: []string{"https://*", "app://*", "http://*:3000", "moz-extension://*:*", "https://*.example.com:8443"}})
	for origin, want := range map[string]bool{
		"https://example.com": true, "https://a.b.example.com": true, "https://192.0.2.1": true, "https://[2001:db8::1]": true, "https://localhost": true,
		"https://example.com:444": false, "https://a.example.com:8443": true, "https://example.com:8443": false,
		"https://Example.com": false, "https://example.com/": false, "https://": false, "https://example.com.": false, "https://127.1": false,
		"http://example.com": false, "http://example.com:3000": true, "http://localhost:3000": true, "http://localhost:3001": false,
		"app://.": true, "app://example": true, "app://": false, "app://a:1": false,
		"moz-extension://e5b8a1b1-0000:1": true, "moz-extension://E5B8": true, "chrome-extension://a": false, "null": false,
	} {
		if got := allowed(t, p, origin); got != want {
			t.Errorf("%s: allowed %v, want %v", origin, got, want)
		}
	}
}

// TestWildcardsSparePublicSuffixes shows that with credentials a wildcard above a public
// suffix does not match the names that strangers register below that suffix.
func TestWildcardsSparePublicSuffixes(t *testing.T) {
	cfg := core.Config{AllowOrigins: []string{"https://*.amazonaws.com", "https://us-*.amazonaws.com", "https://mine.s3.amazonaws.com"}, AllowCredentials: true}
	careful := mustPolicy(t, cfg)
	cfg.DangerouslyAllowPublicSuffixes = true
	dangerous := mustPolicy(t, cfg)
	cfg.AllowCredentials = false
	public := mustPolicy(t, cfg)
	for _, tt := range []struct {
		origin string
		want   bool
	}{
		{"https://console.amazonaws.com", true},
		{"https://a.console.amazonaws.com", true},
		{"https://mine.s3.amazonaws.com", true},
		{"https://strangers.s3.amazonaws.com", false},
		{"https://s3.amazonaws.com", false},
		{"https://s3-website-us-east-1.amazonaws.com", false},
		{"https://s3-tool.amazonaws.com", true},
		{"https://us-east-1.amazonaws.com", false},
	} {
		if got := allowed(t, careful, tt.origin); got != tt.want {
			t.Errorf("%s allowed: %v, want %v", tt.origin, got, tt.want)
		}
		if !allowed(t, dangerous, tt.origin) || !allowed(t, public, tt.origin) {
			t.Errorf("%s is denied without credentials", tt.origin)
		}
	}
}

func allowed(tb testing.TB, p *core.Policy, origin string) bool {
	tb.Helper()
	r := get(origin)
	d := p.Decide(tb.Context(), &r, nil)
	return d.Len() != 0
}

// naiveMatch reads a valid pattern as its documentation does, label by label. It shares
// nothing with the code that it checks. naiveOrigin must accept the origin.
func naiveMatch(pattern, origin string) bool {
	ps, pr, _ := strings.Cut(pattern, "://")
	scheme, or, _ := strings.Cut(origin, "://")
	phost, pport := naivePort(pr)
	host, port := naivePort(or)
	if ps != scheme || pport != "*" && pport != port {
		return false
	}
	pl, ol := strings.Split(phost, "."), strings.Split(host, ".")
	if strings.HasPrefix(phost, "[") || strings.HasPrefix(host, "[") {
		return phost == host
	}
	if strings.Contains(phost, "*") && slices.Contains(ol, "") {
		return false
	}
	if pl[0] == "*" {
		return len(ol) >= len(pl) && strings.Join(ol[len(ol)-len(pl)+1:], ".") == strings.Join(pl[1:], ".")
	}
	if len(pl) != len(ol) || strings.Join(pl[1:], ".") != strings.Join(ol[1:], ".") {
		return false
	}
	before, after, wild := strings.Cut(pl[0], "*")
	if !wild {
		return pl[0] == ol[0]
	}
	return len(ol[0]) > len(before)+len(after) && strings.HasPrefix(ol[0], before) && strings.HasSuffix(ol[0], after)
}

func naivePort(hostport string) (host, port string) {
	end := strings.LastIndex(hostport, "]") + 1
	host, port, _ = strings.Cut(hostport[end:], ":")
	return hostport[:end] + host, port
}

// naiveOrigin accepts the valid origins that the generators below make, and no near
// misses.
func naiveOrigin(origin string) bool {
	scheme, rest, ok := strings.Cut(origin, "://")
	if !ok || scheme == "" || strings.Trim(scheme, "abcdefghijklmnopqrstuvwxyz") != "" {
		return false
	}
	host, port := naivePort(rest)
	if strings.HasSuffix(rest, ":") || strings.Count(rest[strings.LastIndex(rest, "]")+1:], ":") > 1 {
		return false
	}
	var n int
	if _, err := fmt.Sscanf(port, "%d", &n); port != "" && (err != nil || fmt.Sprint(n) != port || n < 1 || n > 65535) {
		return false
	}
	if scheme == "https" && port == "443" || scheme == "http" && port == "80" {
		return false
	}
	if strings.HasPrefix(host, "[") {
		addr, err := netip.ParseAddr(strings.Trim(host, "[]"))
		return err == nil && "["+addr.String()+"]" == host && !addr.Is4In6()
	}
	if scheme != "http" && scheme != "https" {
		const letters = "abcdefghijklmnopqrstuvwxyz"
		return host != "" && len(host) <= 253 && strings.Trim(host, letters+strings.ToUpper(letters)+"0123456789-_.") == ""
	}
	labels := strings.Split(host, ".")
	for _, label := range labels {
		if label == "" || len(label) > 63 || strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
			return false
		}
	}
	if last := labels[len(labels)-1]; strings.Trim(last, "0123456789") == "" {
		addr, err := netip.ParseAddr(host)
		return err == nil && addr.String() == host
	}
	return len(host) <= 253
}

// TestMatchingAgainstNaiveReading compares random lists and random origins with
// the naive reading, and each list with itself in another order.
func TestMatchingAgainstNaiveReading(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	pick := func(from ...string) string { return from[rnd.IntN(len(from))] }
	label := func() string { return pick("a", "b", "ab", "a-b", "x", "pr-1", "pr-", "-", "shop") }
	host := func() string {
		h := pick("example.com", "b.example.com", "example.org", "localhost", "127.0.0.1", "[::1]")
		for range rnd.IntN(4) {
			h = label() + pick(".", ".", ".", "", "..") + h
		}
		return h
	}
	star := func() string {
		return pick("*", "pr-*", "*-b", "a*b", "a*", "*-*", "*a") + "." + pick("example.com", "b.example.com", "localhost", "a.b.example.com")
	}
	scheme := func() string { return pick("https", "http", "app") + "://" }
	port := func() string { return pick("", "", ":8080", ":80", ":443", ":1", ":0") }

	matches, misses := 0, 0
	for range 3000 {
		var list []string
		for range 1 + rnd.IntN(6) {
			entry := scheme() + host() + port()
			if rnd.IntN(2) == 0 {
				entry = scheme() + star() + pick("", ":8080", ":*")
			}
			if _, err := core.NewPolicy(core.Config{AllowOrigins: []string{entry}}); err == nil {
				list = append(list, entry)
			}
		}
		if len(list) == 0 {
			continue
		}
		policy := mustPolicy(t, core.Config{AllowOrigins: list})
		shuffled := append([]string(nil), list...)
		rnd.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		reordered := mustPolicy(t, core.Config{AllowOrigins: shuffled})
		for range 30 {
			origin := scheme() + host() + port()
			if rnd.IntN(3) != 0 {
				origin = strings.Replace(list[rnd.IntN(len(list))], ":*", port(), 1)
				origin = strings.Replace(origin, "*", label()+pick("", "", "."+label()), 1)
			}
			want := false
			for _, pattern := range list {
				want = want || naiveOrigin(origin) && naiveMatch(pattern, origin)
			}
			got := allowed(t, policy, origin)
			if got != want || allowed(t, reordered, origin) != want {
				t.Fatalf("%q with %q: allowed %v, want %v, or the order of the list matters", origin, list, got, want)
			}
			if want {
				matches++
			} else {
				misses++
			}
		}
	}
	if matches < 10_000 || misses < 10_000 {
		t.Errorf("only %d matches and %d misses", matches, misses)
	}
}
