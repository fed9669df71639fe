package core_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core"
)

// FuzzConfig shows that no entry makes validation panic, that what it accepts
// it can also match, and that its corrections are valid.
func FuzzConfig(f *testing.F) {
	for _, bad := range badOrigins() {
		f.Add(bad.entry, true)
	}
	for _, good := range []string{"https://example.com", "https://*.example.com:*", "https://pr-*.example.com", "http://[::1]:3000", "*"} {
		f.Add(good, false)
	}
	f.Fuzz(func(t *testing.T, entry string, credentials bool) {
		cfg := core.Config{AllowOrigins: []string{entry}, AllowCredentials: credentials}
		p, err := core.NewPolicy(cfg)
		var ce *core.ConfigError
		switch {
		case err == nil:
			origin := strings.Replace(strings.Replace(entry, ":*", ":1", 1), "*", "x", 1)
			if entry == "*" {
				origin = "https://example.com"
			}
			if !allowed(t, p, origin) {
				t.Errorf("%q is accepted and does not match %q", entry, origin)
			}
		case !errors.As(err, &ce):
			t.Errorf("%q: %v is no ConfigError", entry, err)
		case len(ce.Problems[0].Fix) != 0:
			if _, err := core.NewPolicy(apply(t, cfg, ce.Problems[0])); err != nil {
				t.Errorf("%q: the correction is no better: %v", entry, err)
			}
		}
	})
}

// FuzzOrigin shows that the policy allows an Origin only if the naive reading of the list
// does, and that an answer holds the exact Origin or none.
func FuzzOrigin(f *testing.F) {
	list := []string{
		"https://example.com", "https://a.example", "https://b.example", "https://*.example.com", "http://localhost:*",
		"https://pr-*.example.com:8443", "https://*-x.example.org:*", "http://[2001:db8::1]:8080", "http://192.0.2.1",
	}
	for _, bad := range badOrigins() {
		f.Add(bad.entry)
	}
	for _, pattern := range list {
		f.Add(strings.Replace(strings.Replace(pattern, ":*", ":1", 1), "*", "x", 1))
	}
	f.Fuzz(func(t *testing.T, origin string) {
		p := mustPolicy(t, core.Config{AllowOrigins: list})
		want := false
		for _, pattern := range list {
			want = want || naiveOrigin(origin) && naiveMatch(pattern, origin)
		}
		r := get(origin)
		d := p.Decide(t.Context(), &r, nil)
		if got := d.Len() != 0; got != want {
			t.Fatalf("%q: allowed %v, want %v", origin, got, want)
		}
		if want {
			if _, value := d.Header(0); value != origin {
				t.Fatalf("%q is answered with %q", origin, value)
			}
		}
		_ = p.Explain(t.Context(), &r, nil).String()
	})
}

// FuzzRequestHeaders shows that a reflected value is always a list of tokens within the
// bounds, and that the request asked for each of them.
func FuzzRequestHeaders(f *testing.F) {
	for _, s := range []string{"", "x-id", "x-id,authorization", "a, b ,\tc", "a b", "a\rb", "a\r\nb: c", ",,,", "ü", strings.Repeat("a,", 3000)} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, first, second string) {
		p := mustPolicy(t, core.Config{
			AllowOrigins: []string{"https://example.com"}, AllowMethods: []string{"*"}, AllowHeaders: []string{"*"}, AllowCredentials: true,
		})
		r := preflight("https://example.com", first, first, second)
		d := p.Decide(t.Context(), &r, nil)
		for i := range d.Len() {
			name, value := d.Header(i)
			if !strings.HasSuffix(name, "-Headers") && !strings.HasSuffix(name, "-Methods") {
				continue
			}
			if len(value) > 1024 || strings.Trim(value, tokens+", \t") != "" || value == "" {
				t.Errorf("%s: %q", name, value)
			}
			for member := range strings.SplitSeq(value, ",") {
				if member = strings.Trim(member, " \t"); !strings.Contains(first+","+second, member) || strings.EqualFold(member, "authorization") && strings.HasSuffix(name, "-Headers") {
					t.Errorf("%s names %q", name, member)
				}
			}
		}
		_ = p.Explain(t.Context(), &r, nil).String()
	})
}

const tokens = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-.^_`|~"
