package policydiff

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/corsuite/corsuite/core"
)

func policy(t *testing.T, cfg core.Config) *core.Policy {
	t.Helper()
	p, err := core.NewPolicy(cfg, core.WithLogger(nil))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// origins returns a config, whose method tells it from others.
func origins(method string, entries ...string) core.Config {
	return core.Config{AllowOrigins: entries, AllowMethods: []string{method}}
}

func compare(t *testing.T, older, newer core.Config) *Diff {
	t.Helper()
	d, err := Compare(t.Context(), policy(t, older), policy(t, newer))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// texts returns the entries of the first group with a scope, or nil if there is no group.
func texts(groups []Group, scope Scope) []string {
	for _, g := range groups {
		if g.Scope == scope {
			all := []string{}
			for _, e := range g.Entries {
				all = append(all, e.Text)
			}
			return all
		}
	}
	return nil
}

// TestEntries checks which entries of the second list match pages that the first one denies.
func TestEntries(t *testing.T) {
	var begins []string // of a label, each letter
	for _, c := range letters {
		begins = append(begins, "https://"+string(c)+"*.example.com")
	}
	for name, tt := range map[string]struct{ older, newer, want []string }{
		"the same":                 {[]string{"https://*.example.com"}, []string{"https://*.example.com"}, nil},
		"one in a wildcard":        {[]string{"https://*.example.com"}, []string{"https://a.b.example.com"}, nil},
		"wildcard in a wildcard":   {[]string{"https://*.example.com"}, []string{"https://*.a.example.com", "https://a*.example.com"}, nil},
		"part of a label":          {[]string{"https://a*.example.com"}, []string{"https://ab*.example.com", "https://a-*-b.example.com"}, nil},
		"wider part of a label":    {[]string{"https://ab*.example.com"}, []string{"https://a*.example.com"}, []string{"https://a*.example.com"}},
		"other part of a label":    {[]string{"https://a*b.example.com"}, []string{"https://*-b.example.com"}, []string{"https://*-b.example.com"}},
		"all begin":                {begins, []string{"https://*-b.example.com"}, []string{"https://*-b.example.com"}}, // also --b
		"all begin, but listed":    {append(slices.Clone(begins), "https://*-b.example.com"), []string{"https://*-b.example.com"}, nil},
		"all begin, but not deep":  {begins, []string{"https://*.example.com"}, []string{"https://*.example.com"}},
		"port":                     {[]string{"https://a.example.com"}, []string{"https://a.example.com:8443"}, []string{"https://a.example.com:8443"}},
		"any port":                 {[]string{"http://localhost:3000", "http://localhost"}, []string{"http://localhost:*"}, []string{"http://localhost:*"}},
		"port in any port":         {[]string{"https://*.example.com:*"}, []string{"https://a.example.com:8443", "https://*.a.example.com", "https://a.example.com:*"}, nil},
		"host in any host":         {[]string{"https://*"}, []string{"https://*.example.com", "https://a.example.com"}, nil},
		"port in any host":         {[]string{"https://*"}, []string{"https://*.example.com:8443"}, []string{"https://*.example.com:8443"}},
		"any host":                 {[]string{"https://*.example.com"}, []string{"https://*"}, []string{"https://*"}},
		"scheme":                   {[]string{"https://*.example.com"}, []string{"http://*.example.com"}, []string{"http://*.example.com"}},
		"any origin":               {[]string{"https://*:*", "http://*:*"}, []string{"*"}, []string{"*"}},
		"in any origin":            {[]string{"*"}, []string{"https://*", "app://a"}, nil},
		"the widest first":         {[]string{"https://z.example"}, []string{"https://a.example", "https://a-*.example.com", "http://localhost:*", "app://*", "https://*.example.com"}, []string{"app://*", "https://*.example.com", "https://a-*.example.com", "http://localhost:*", "https://a.example"}},
		"address":                  {[]string{"http://127.0.0.1:*"}, []string{"http://127.0.0.1:3000", "http://[::1]:*", "http://[::1]:3000"}, []string{"http://[::1]:*", "http://[::1]:3000"}},
		"the names of the example": {[]string{"https://x0.example.com", "https://x*.example.com", "https://x1*.example.com"}, []string{"https://*.example.com"}, []string{"https://*.example.com"}},
	} {
		t.Run(name, func(t *testing.T) {
			d := compare(t, origins("PUT", tt.older...), origins("PUT", tt.newer...))
			if got := texts(d.Allowed, Listed); !slices.Equal(got, tt.want) {
				t.Errorf("newly allowed are %q, want %q", got, tt.want)
			}
			if back := compare(t, origins("PUT", tt.newer...), origins("PUT", tt.older...)); !slices.Equal(texts(back.Blocked, Listed), tt.want) {
				t.Errorf("the other way, newly blocked are %q, want %q", texts(back.Blocked, Listed), tt.want)
			}
		})
	}
}

// TestOverlap checks that a change of rights is reported if some pages match an entry of
// each policy, although neither entry is within the other.
func TestOverlap(t *testing.T) {
	for _, tt := range []struct {
		older, newer string
		want         bool
	}{
		{"https://a*.example.com", "https://*-b.example.com", true},
		{"https://*.example.com:8443", "https://*.a.example.com:*", true},
		{"https://*.a.example.com:*", "https://*.example.com:8443", true},
		{"http://localhost:*", "http://*", true},
		{"https://*", "https://*.example.com:*", true},
		{"http://a.example.com:*", "http://*.example.com:8443", true},
		{"https://*.example.com", "https://*.example.org", false},
		{"https://*.example.com", "http://*.example.com", false},
		{"http://localhost:*", "http://127.0.0.1:*", false},
		{"https://a.example.com", "https://*.b.example.com", false},
	} {
		d := compare(t, origins("PUT", tt.older), origins("DELETE", tt.newer))
		allowed, blocked := texts(d.Allowed, Both) != nil, texts(d.Blocked, Both) != nil
		if allowed != tt.want || blocked != tt.want {
			t.Errorf("%s and %s: both %v and %v, want %v", tt.older, tt.newer, allowed, blocked, tt.want)
		}
	}
}

// TestNeighbours checks that pages which only one policy allows are found without the
// comparison of entries.
func TestNeighbours(t *testing.T) {
	for entry, want := range map[string][]string{
		"https://a.example.com":   {"https://a.example.com"},
		"https://*.example.com":   {"https://x0.x0.example.com", "https://x0.x0.x0.example.com", "https://x0-x0.x0.example.com"},
		"http://localhost:*":      {"http://localhost:9999", "http://localhost"},
		"https://a-*.example.com": {"https://a-ax0a.example.com", "https://x0-a-ax0a.example.com"},
	} {
		c := newComparison(policy(t, origins("PUT", "https://z.example")), policy(t, origins("PUT", "https://z.example", entry)))
		var p pages
		c.addNeighbours(t.Context(), &p)
		var got []string
		for _, e := range p.only[1] {
			got = append(got, e.Text)
		}
		if entry == "https://a-*.example.com" {
			want = want[:1] // the other one has another prefix
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: found %q, want %q", entry, got, want)
		}
	}
}

// TestApplications compares the configs of real applications with each other.
func TestApplications(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("..", "..", "..", "core", "testdata", "app-configs.json"))
	if err != nil {
		t.Fatal(err)
	}
	var apps []struct {
		App    string
		Config struct {
			core.Config

			MaxAge string // is not compared here
		}
	}
	if err := json.Unmarshal(data, &apps); err != nil {
		t.Fatal(err)
	}
	var valid []*core.Policy
	for _, a := range apps {
		if p, err := core.NewPolicy(a.Config.Config, core.WithLogger(nil)); err == nil { // three are dangerous
			valid = append(valid, p)
		}
	}
	if len(valid) < 12 {
		t.Errorf("only %d configs are valid", len(valid))
	}
	for i, older := range valid {
		for j, newer := range valid {
			d, err := Compare(t.Context(), older, newer)
			if err != nil {
				t.Fatal(err)
			}
			if i == j && !d.Empty() {
				t.Errorf("%s differs from itself: %+v", apps[i].App, *d)
			}
			c := &checker{t, older, newer, d, make(map[string]*core.Policy)}
			for _, p := range []*core.Policy{older, newer} {
				for page := range newFresh(nil).candidates(p.Config().AllowOrigins[0]) {
					c.compare(page, Engines()[(i+j)%4])
					break
				}
			}
		}
	}
}

// TestNamesInOneList checks that the bound leaves out names that both lists have first.
func TestNamesInOneList(t *testing.T) {
	older := core.Config{AllowOrigins: []string{"https://a.example"}}
	for i := range 150 {
		older.AllowHeaders = append(older.AllowHeaders, "X-"+strconv.Itoa(i))
	}
	newer := older
	newer.AllowHeaders = append(slices.Clone(older.AllowHeaders), "Z-New")
	d := compare(t, older, newer)
	if len(d.Allowed) != 1 || len(d.Allowed[0].Rights) != 1 || !slices.Equal(d.Allowed[0].Rights[0].Names, []string{"z-new"}) {
		t.Errorf("got %+v", d.Allowed)
	}
	if len(d.LeftOut) != 0 || len(d.Blocked) != 0 {
		t.Errorf("got %+v", *d)
	}
	if d := compare(t, newer, newer); !d.Empty() {
		t.Errorf("a config differs from itself: %+v", *d)
	}
}

// TestBounds compares large configs. Work that grows with the product of their lists would
// exceed the time limit of the test.
func TestBounds(t *testing.T) {
	large := func(kind string) (all []string) {
		for i := range 30_000 {
			all = append(all, strings.Replace(kind, "N", strconv.Itoa(i), 1))
		}
		return all
	}
	for name, tt := range map[string]struct {
		older, newer    core.Config
		listed, leftOut int
	}{
		"origins":   {origins("PUT", large("https://aN.example.com")...), origins("PUT", large("https://N.example.com")...), 30_000, 0},
		"wildcards": {origins("PUT", large("https://*.aN.example.com")...), origins("PUT", large("https://*.N.example.com")...), 30_000, 0},
		"labels":    {origins("PUT", large("https://aN-*.example.com")...), origins("PUT", large("https://N-*.example.com")...), 30_000, 0},
		"taken":     {origins("PUT", large("https://xN.example.com")...), origins("PUT", "https://z.example"), 1, 0},
		"names": {
			core.Config{AllowOrigins: []string{"https://z.example"}, AllowHeaders: large("X-N"), AllowMethods: large("N"), ExposeHeaders: large("X-N")},
			core.Config{AllowOrigins: []string{"https://z.example"}, AllowHeaders: large("Y-N"), AllowMethods: large("MN"), ExposeHeaders: large("Y-N")}, 0, 179_700,
		},
	} {
		older, newer := policy(t, tt.older), policy(t, tt.newer)
		began := time.Now()
		d, err := Compare(t.Context(), older, newer)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		t.Log(name, time.Since(began).Round(time.Millisecond))
		if got := len(texts(d.Allowed, Listed)); got != tt.listed {
			t.Errorf("%s: %d entries are newly allowed, want %d", name, got, tt.listed)
		}
		if want := strconv.Itoa(tt.leftOut); tt.leftOut > 0 && (len(d.LeftOut) != 1 || !strings.HasPrefix(d.LeftOut[0], want)) {
			t.Errorf("%s: %q is left out, want %s", name, d.LeftOut, want)
		}
	}
}
