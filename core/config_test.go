package core_test

import (
	"errors"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/corsuite/corsuite/core"
)

// badConfigs are the problems that are no misspelled origins.
func badConfigs() map[string]struct {
	cfg   core.Config
	field string
	index int
	code  string
	fix   []string
} {
	type bad = struct {
		cfg   core.Config
		field string
		index int
		code  string
		fix   []string
	}
	app := []string{"https://app.example.com"}
	credentialed := func(origins ...string) core.Config {
		return core.Config{AllowOrigins: origins, AllowCredentials: true}
	}
	methods := func(names ...string) core.Config { return core.Config{AllowOrigins: app, AllowMethods: names} }
	headers := func(names ...string) core.Config { return core.Config{AllowOrigins: app, AllowHeaders: names} }
	exposed := func(names ...string) core.Config { return core.Config{AllowOrigins: app, ExposeHeaders: names} }
	maxAge := func(d time.Duration) core.Config { return core.Config{AllowOrigins: app, MaxAge: d} }
	status := func(code int) core.Config { return core.Config{AllowOrigins: app, PreflightStatus: code} }
	return map[string]bad{
		"zero":                            {core.Config{}, "AllowOrigins", -1, "origins-missing", nil},
		"empty list":                      {core.Config{AllowOrigins: []string{}}, "AllowOrigins", -1, "origins-missing", nil},
		"any host with credentials":       {credentialed("chrome-extension://*"), "AllowOrigins", 0, "origin-any-host", nil},
		"any http host with credentials":  {credentialed("http://*"), "AllowOrigins", 0, "origin-insecure", nil},
		"any and others with credentials": {credentialed("https://a.example", "*"), "AllowOrigins", 1, "origin-any-credentials", nil},
		"any with credentials":            {credentialed("*"), "AllowOrigins", 0, "origin-any-credentials", nil},
		"any misspelled, credentials":     {credentialed("* "), "AllowOrigins", 0, "origin-blank", nil},
		"insecure":                        {credentialed("http://app.example.com"), "AllowOrigins", 0, "origin-insecure", app},
		"insecure port":                   {credentialed("http://app.example.com:8080"), "AllowOrigins", 0, "origin-insecure", []string{"https://app.example.com:8080"}},
		"insecure wildcard":               {credentialed("http://*.example.com"), "AllowOrigins", 0, "origin-insecure", []string{"https://*.example.com"}},
		"insecure public suffix":          {credentialed("http://*.github.io"), "AllowOrigins", 0, "origin-insecure", nil},
		"insecure private address":        {credentialed("http://192.168.1.2:3000"), "AllowOrigins", 0, "origin-insecure", []string{"https://192.168.1.2:3000"}},
		"insecure and misspelled":         {credentialed("http://App.example.com/"), "AllowOrigins", 0, "origin-path", app},
		"not loopback":                    {credentialed("http://localhost.example.com"), "AllowOrigins", 0, "origin-insecure", []string{"https://localhost.example.com"}},
		"public suffix":                   {credentialed("https://*.com"), "AllowOrigins", 0, "origin-public-suffix", nil},
		"public suffix, two labels":       {credentialed("https://*.co.uk"), "AllowOrigins", 0, "origin-public-suffix", nil},
		"public suffix, private":          {credentialed("https://*.github.io"), "AllowOrigins", 0, "origin-public-suffix", nil},
		"public suffix, port":             {credentialed("https://*.github.io:8443"), "AllowOrigins", 0, "origin-public-suffix", nil},
		"public suffix, any port":         {credentialed("https://*.github.io:*"), "AllowOrigins", 0, "origin-public-suffix", nil},
		"public suffix, part":             {credentialed("https://my-*.vercel.app"), "AllowOrigins", 0, "origin-public-suffix", nil},
		"public suffix, rule *.ck":        {credentialed("https://*.ck"), "AllowOrigins", 0, "origin-public-suffix", nil},
		"public suffix, misspelled":       {credentialed("https://*github.io"), "AllowOrigins", 0, "origin-missing-dot", nil},
		"public suffix itself":            {credentialed("https://s3.amazonaws.com"), "AllowOrigins", 0, "origin-public-suffix", nil},
		"public suffix itself, any port":  {credentialed("https://github.io:*"), "AllowOrigins", 0, "origin-public-suffix", nil},
		"public suffix itself, of ICANN":  {credentialed("https://co.uk:8443"), "AllowOrigins", 0, "origin-public-suffix", nil},
		"public suffix itself, by *.ck":   {credentialed("https://example.ck"), "AllowOrigins", 0, "origin-public-suffix", nil},
		"public suffix itself, http":      {credentialed("http://github.io"), "AllowOrigins", 0, "origin-insecure", nil},
		"public suffix itself, no scheme": {credentialed("github.io"), "AllowOrigins", 0, "origin-scheme-missing", nil},
		"public suffix and hyphen":        {credentialed("https://s3-*.amazonaws.com"), "AllowOrigins", 0, "origin-public-suffix", nil},
		"public suffix, no hyphen":        {credentialed("https://s3*.amazonaws.com"), "AllowOrigins", 0, "origin-public-suffix", nil},
		"public suffix and two hyphens":   {credentialed("https://s3-website-*.amazonaws.com:8443"), "AllowOrigins", 0, "origin-public-suffix", nil},
		"unknown top level":               {credentialed("https://*.internal"), "AllowOrigins", 0, "origin-public-suffix", nil},

		"insecure, ftp": {credentialed("ftp://files.example.com"), "AllowOrigins", 0, "origin-insecure", []string{"https://files.example.com"}},

		"method quoted":              {methods("'PUT'"), "AllowMethods", 0, "name-blank", []string{"PUT"}},
		"method quoted, case":        {methods(`"put", X`), "AllowMethods", 0, "name-list", []string{"PUT", "X"}},
		"method quoted, forbidden":   {methods(`"trace", put`), "AllowMethods", 0, "name-list", []string{"PUT"}},
		"header list, forbidden":     {headers("Cookie:,X-A"), "AllowHeaders", 0, "name-list", []string{"X-A"}},
		"header list, all forbidden": {headers("Cookie, Origin"), "AllowHeaders", 0, "name-list", nil},
		"header in brackets":         {headers(`["X-A"]`), "AllowHeaders", 0, "name-blank", []string{"X-A"}},
		"header variable":            {headers("${HEADERS}"), "AllowHeaders", 0, "name-variable", nil},
		"expose list, any":           {core.Config{AllowOrigins: app, AllowCredentials: true, ExposeHeaders: []string{"X-A, *"}}, "ExposeHeaders", 0, "name-list", nil},
		"expose blank, any":          {core.Config{AllowOrigins: app, AllowCredentials: true, ExposeHeaders: []string{" *"}}, "ExposeHeaders", 0, "name-blank", nil},

		"method empty":          {methods("GET", ""), "AllowMethods", 1, "name-empty", nil},
		"method lower case":     {methods("put"), "AllowMethods", 0, "method-case", []string{"PUT"}},
		"method mixed case":     {methods("Delete"), "AllowMethods", 0, "method-case", []string{"DELETE"}},
		"method list":           {methods("GET,put"), "AllowMethods", 0, "name-list", []string{"GET", "PUT"}},
		"method list forbidden": {methods("GET TRACE"), "AllowMethods", 0, "name-list", []string{"GET"}},
		"method blank":          {methods(" PUT"), "AllowMethods", 0, "name-blank", []string{"PUT"}},
		"method blank, case":    {methods("put "), "AllowMethods", 0, "name-blank", []string{"PUT"}},
		"method syntax":         {methods("P(U)T"), "AllowMethods", 0, "name-syntax", nil},
		"method non-ASCII":      {methods("PÜT"), "AllowMethods", 0, "name-syntax", nil},

		"header empty":     {headers(""), "AllowHeaders", 0, "name-empty", nil},
		"header list":      {headers("Content-Type, X-Id"), "AllowHeaders", 0, "name-list", []string{"Content-Type", "X-Id"}},
		"header list, any": {headers("*, Authorization"), "AllowHeaders", 0, "name-list", []string{"*", "Authorization"}},
		"header colon":     {headers("X-Id:"), "AllowHeaders", 0, "name-blank", []string{"X-Id"}},
		"header CRLF":      {headers("X-Id\r\nSet-Cookie: a=b"), "AllowHeaders", 0, "name-list", nil},
		"header syntax":    {headers("X(Id)"), "AllowHeaders", 0, "name-syntax", nil},

		"expose empty":                {exposed(" "), "ExposeHeaders", 0, "name-empty", nil},
		"expose any with credentials": {core.Config{AllowOrigins: app, AllowCredentials: true, ExposeHeaders: []string{"X-Id", "*"}}, "ExposeHeaders", 1, "expose-any-credentials", nil},

		"max age 300":         {maxAge(300), "MaxAge", -1, "max-age-short", []string{"5m0s"}},
		"max age 1":           {maxAge(1), "MaxAge", -1, "max-age-short", []string{"1s"}},
		"max age 86400":       {maxAge(86400), "MaxAge", -1, "max-age-short", []string{"24h0m0s"}},
		"max age 86401":       {maxAge(86401), "MaxAge", -1, "max-age-short", []string{"1s"}},
		"max age half second": {maxAge(500 * time.Millisecond), "MaxAge", -1, "max-age-short", []string{"1s"}},
		"status 404":          {status(404), "PreflightStatus", -1, "preflight-status", []string{"204"}},
		"status 304":          {status(304), "PreflightStatus", -1, "preflight-status", []string{"204"}},
		"status 100":          {status(100), "PreflightStatus", -1, "preflight-status", []string{"204"}},
		"status negative":     {status(-1), "PreflightStatus", -1, "preflight-status", []string{"204"}},
	}
}

func TestBadConfigs(t *testing.T) {
	for name, bad := range badConfigs() {
		t.Run(name, func(t *testing.T) {
			p := soleProblem(t, bad.cfg)
			if p.Field != bad.field || p.Index != bad.index || p.Code != bad.code || !slices.Equal(p.Fix, bad.fix) {
				t.Errorf("got %+v, want %s[%d] %s with fix %q", p, bad.field, bad.index, bad.code, bad.fix)
			}
		})
	}
}

// TestFixesAreValid puts every proposed correction in place of what it corrects.
func TestFixesAreValid(t *testing.T) {
	var configs []core.Config
	for _, bad := range badOrigins() {
		configs = append(configs,
			core.Config{AllowOrigins: []string{bad.entry}},
			core.Config{AllowOrigins: []string{"https://other.example", bad.entry}, AllowCredentials: true})
	}
	for _, bad := range badConfigs() {
		configs = append(configs, bad.cfg)
	}
	fixed := 0
	for _, cfg := range configs {
		_, err := core.NewPolicy(cfg)
		var ce *core.ConfigError
		if !errors.As(err, &ce) {
			t.Fatalf("NewPolicy(%+v) = %v, want a ConfigError", cfg, err)
		}
		if len(ce.Problems) != 1 || len(ce.Problems[0].Fix) == 0 {
			continue
		}
		fixed++
		if _, err := core.NewPolicy(apply(t, cfg, ce.Problems[0])); err != nil {
			t.Errorf("the correction of %v is no better: %v", ce, err)
		}
	}
	if fixed < 150 {
		t.Errorf("only %d corrections were tried", fixed)
	}
}

// apply does what a person does with a Problem: it writes the Fix instead.
func apply(t *testing.T, cfg core.Config, p core.Problem) core.Config {
	t.Helper()
	lists := map[string]*[]string{
		"AllowOrigins": &cfg.AllowOrigins, "AllowMethods": &cfg.AllowMethods,
		"AllowHeaders": &cfg.AllowHeaders, "ExposeHeaders": &cfg.ExposeHeaders,
	}
	var err error
	switch p.Field {
	case "MaxAge":
		cfg.MaxAge, err = time.ParseDuration(p.Fix[0])
	case "PreflightStatus":
		cfg.PreflightStatus, err = strconv.Atoi(p.Fix[0])
	default:
		list := lists[p.Field]
		*list = slices.Replace(slices.Clone(*list), p.Index, p.Index+1, p.Fix...)
	}
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

func soleProblem(t *testing.T, cfg core.Config) core.Problem {
	t.Helper()
	p, err := core.NewPolicy(cfg)
	var ce *core.ConfigError
	if !errors.As(err, &ce) || p != nil {
		t.Fatalf("NewPolicy = %v, %v, want a ConfigError and no policy", p, err)
	}
	if len(ce.Problems) != 1 {
		t.Fatalf("got %d problems, want one: %v", len(ce.Problems), err)
	}
	return ce.Problems[0]
}

func TestGoodConfigs(t *testing.T) {
	for _, cfg := range []core.Config{
		{AllowOrigins: []string{"*"}},
		{AllowOrigins: []string{"*"}, AllowMethods: []string{"*"}, AllowHeaders: []string{"*", "Authorization"}, ExposeHeaders: []string{"*"}},
		{AllowOrigins: []string{"https://a.example"}, AllowCredentials: true, AllowMethods: []string{"*"}, AllowHeaders: []string{"*"}},
		{AllowOrigins: []string{"https://my_app.example", "https://r3---sn.example", "https://example.com:8443", "capacitor://localhost", "chrome-extension://aapbdbdomjkkjkaonfhkkikfgjllcleb", "app://-", "app://.", "safari-web-extension://E5B8A1B1-0000", "foo://1.2", "app://A:*"}},
		{AllowOrigins: []string{"https://xn--bcher-kva.example", "https://*.xn--bcher-kva.example"}},
		{AllowOrigins: []string{"http://localhost:*", "http://127.0.0.1:3000", "http://[::1]:3000", "http://*.localhost:3000", "http://127.255.0.1"}, AllowCredentials: true},
		{AllowOrigins: []string{"https://*.example.com", "https://*-shop.example.com", "https://pr-*.example.com:*", "https://a-*-b.example.com"}, AllowCredentials: true},
		{AllowOrigins: []string{"http://app.example.com"}, AllowCredentials: true, DangerouslyAllowInsecureOrigins: true},
		{AllowOrigins: []string{"https://*.github.io", "https://my-*.vercel.app"}, AllowCredentials: true, DangerouslyAllowPublicSuffixes: true},
		{AllowOrigins: []string{"https://*.github.io", "http://*.com"}},
		{AllowOrigins: []string{"https://s3.amazonaws.com", "https://github.io:*", "https://s3-*.amazonaws.com"}},
		{AllowOrigins: []string{"https://s3.amazonaws.com", "https://github.io:*", "https://s3-*.amazonaws.com"}, AllowCredentials: true, DangerouslyAllowPublicSuffixes: true},
		{AllowOrigins: []string{"https://intranet", "https://app:8443", "https://192.0.2.1", "https://[2001:db8::1]", "http://a.localhost", "https://me.github.io", "https://elb.amazonaws.com", "https://my-s3.amazonaws.com"}, AllowCredentials: true},
		{AllowOrigins: []string{"chrome-extension://aapbdbdomjkkjkaonfhkkikfgjllcleb", "app://localhost", "app://github.io", "https://preview-*.me.github.io", "https://-*.example.com", "https://app-*.amazonaws.com", "https://s3tool-*.amazonaws.com", "https://my-s3-*.amazonaws.com"}, AllowCredentials: true},
		{AllowOrigins: []string{"https://*", "chrome-extension://*", "app://*:*", "http://*:3000"}},
		{AllowOrigins: []string{"https://*", "chrome-extension://*"}, AllowCredentials: true, DangerouslyAllowPublicSuffixes: true},
		{AllowOrigins: []string{"https://a.example", "https://a.example"}, AllowMethods: []string{"PUT", "PUT", "patch", "PURGE", "it's'"}},
		{AllowOrigins: []string{"https://a.example"}, MaxAge: -1, PreflightStatus: 200},
		{AllowOrigins: []string{"https://a.example"}, MaxAge: 24 * time.Hour, PreflightStatus: 299},
		{AllowOrigins: []string{"https://a.example"}, MaxAge: time.Second},
	} {
		if _, err := core.NewPolicy(cfg); err != nil {
			t.Errorf("%+v: %v", cfg, err)
		}
	}
}

func TestConfigErrorListsEverything(t *testing.T) {
	_, err := core.NewPolicy(core.Config{
		AllowOrigins:     []string{"https://ok.example", "https://example.com/", "*"},
		AllowMethods:     []string{"put"},
		AllowHeaders:     []string{"Origin"},
		ExposeHeaders:    []string{"*"},
		AllowCredentials: true,
		MaxAge:           300,
		PreflightStatus:  404,
	})
	const want = `CORS config: 6 problems:
	AllowOrigins[1] "https://example.com/": an origin has no path; use "https://example.com"
	AllowOrigins[2] "*": with credentials, "*" would allow every page to act as your users, and browsers refuse it; list the origins, or set AllowCredentials to false
	AllowMethods[0] "put": methods are case-sensitive, and browsers send this one in upper case; use "PUT"
	ExposeHeaders[0] "*": with credentials, browsers take "*" for the name of a header; list the names
	MaxAge "300ns": the duration is less than a second; a number without a unit counts nanoseconds; use "5m0s"
	PreflightStatus "404": browsers refuse a preflight unless its status is 200 to 299 (Fetch, ok status); use "204"`
	if err == nil || err.Error() != want {
		t.Errorf("got:\n%v\nwant:\n%s", err, want)
	}
}

// TestProblemsAreErrors shows that errors.As finds the ConfigError and its first Problem.
func TestProblemsAreErrors(t *testing.T) {
	_, err := core.NewPolicy(core.Config{AllowOrigins: []string{"https://example.com/"}, AllowMethods: []string{"put"}})
	var first core.Problem
	if !errors.As(err, &first) || first.Code != "origin-path" {
		t.Errorf("got %v", first)
	}
	var bad *core.ConfigError
	if !errors.As(err, &bad) || len(bad.Unwrap()) != 2 || bad.Unwrap()[1].Error() != bad.Problems[1].Error() {
		t.Errorf("got %v", err)
	}
}

// TestConfigInForce shows that Config returns a copy of the Config in force.
func TestConfigInForce(t *testing.T) {
	given := core.Config{AllowOrigins: []string{app}, AllowMethods: []string{"PUT"}, AllowHeaders: []string{"X-A"}, ExposeHeaders: []string{"X-B"}}
	p := mustPolicy(t, given)
	for range 2 {
		got := p.Config()
		if got.AllowOrigins[0] != app || got.AllowMethods[0] != "PUT" || got.AllowHeaders[0] != "X-A" || got.ExposeHeaders[0] != "X-B" {
			t.Fatalf("got %+v", got)
		}
		got.AllowOrigins[0], got.AllowMethods[0], got.AllowHeaders[0], got.ExposeHeaders[0] = evil, "a", "b", "c"
	}
	given.AllowOrigins[0] = evil
	if p.Config().AllowOrigins[0] != app {
		t.Error("the policy shares the caller's slice")
	}
	if err := p.Reload(core.Config{AllowOrigins: []string{"https://new.example.com"}}); err != nil {
		t.Fatal(err)
	}
	if got := p.Config().AllowOrigins[0]; got != "https://new.example.com" {
		t.Errorf("after Reload: %s", got)
	}
}
