package core_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unsafe" //nolint:depguard // as fiberadapter does

	"github.com/corsuite/corsuite/core"
)

// TestRejectDeniedOrigins shows which actual requests of denied origins go on.
func TestRejectDeniedOrigins(t *testing.T) {
	p := mustPolicy(t, core.Config{AllowOrigins: []string{app}, RejectDeniedOrigins: true}, core.WithLogger(nil))
	for name, tt := range map[string]struct {
		req     core.Request
		details core.Details
		status  int
	}{
		"allowed":                             {get(app), nil, 0},
		"no Origin":                           {get(), nil, 0},
		"denied":                              {get(evil), nil, 403},
		"denied OPTIONS":                      {options(evil), nil, 403},
		"null":                                {get("null"), nil, 403},
		"null, and no Host":                   {get("null"), details{}, 403},
		"empty":                               {get(""), nil, 403},
		"malformed":                           {get("api.example.com"), details{":host": "api.example.com"}, 403},
		"two lines":                           {get(app, app), details{"Sec-Fetch-Site": "same-origin"}, 403},
		"same-origin":                         {get(evil), details{"Sec-Fetch-Site": "same-origin"}, 0},
		"by the user":                         {get(evil), details{"Sec-Fetch-Site": "none"}, 0},
		"same-site":                           {get(evil), details{"Sec-Fetch-Site": "same-site", ":host": "evil.example"}, 403},
		"cross-site":                          {get(evil), details{"Sec-Fetch-Site": "cross-site", ":host": "evil.example"}, 403},
		"no Fetch Metadata, the server's own": {get("http://192.168.1.2:8080"), details{":host": "192.168.1.2:8080"}, 0},
		"no Fetch Metadata, another port":     {get("http://192.168.1.2:3000"), details{":host": "192.168.1.2:8080"}, 403},
		"no Fetch Metadata, upper case":       {get("http://intranet.example"), details{":host": "Intranet.example"}, 0},
	} {
		d := p.Decide(t.Context(), &tt.req, tt.details)
		if d.Status() != tt.status || d.Vary(nil) == "" || !d.OriginAllowed() && d.Len() != 0 {
			t.Errorf("%s: status %d, want %d; Vary %q, %d headers", name, d.Status(), tt.status, d.Vary(nil), d.Len())
		}
	}
	r := preflight(evil, "PUT")
	if d := p.Decide(t.Context(), &r, nil); d.Kind() != core.Preflight || d.Status() != 403 {
		t.Errorf("a preflight: %v, status %d", d.Kind(), d.Status())
	}
	any := mustPolicy(t, core.Config{AllowOrigins: []string{"*"}, RejectDeniedOrigins: true})
	for _, origin := range []string{evil, "null", ""} {
		if got := decide(t, any, get(origin)); got != "Allow-Origin: *" {
			t.Errorf("* answers %q with %s", origin, got)
		}
	}
}

// TestUnlistableOrigins shows that an origin of the browser inside an application is denied
// with a fix, and that an origin function may allow it.
func TestUnlistableOrigins(t *testing.T) {
	for _, tt := range []struct {
		origin string
		want   core.Origin
		says   string
	}{
		{"file://", core.Origin{Scheme: "file"}, `the origin "file://" has no host, which only the browser inside an application sends, so the page cannot read the answer; load the page from a URL with a host, such as app://example, or decide about the origin in core.WithOriginFunc`},
		{"qrc://", core.Origin{Scheme: "qrc"}, `the origin "qrc://" has no host`},
		{"https://example.com.", core.Origin{Scheme: "https", Host: "example.com."}, `the host of the origin "https://example.com." has a final dot, so it is another origin than the host without the dot, so the page cannot read the answer; open the page at its URL without the final dot, or decide`},
		{"https://example.com.:8443", core.Origin{Scheme: "https", Host: "example.com.", Port: 8443}, `the host of the origin`},
	} {
		r := get(tt.origin)
		v := mustPolicy(t, core.Config{AllowOrigins: []string{app}}).Explain(t.Context(), &r, nil)
		if v.Reason != core.ReasonOriginUnlistable || !strings.HasPrefix(v.String(), tt.says) {
			t.Errorf("%s: %v, %s", tt.origin, v.Reason, v)
		}
		var asked core.Origin
		p := mustPolicy(t, core.Config{AllowCredentials: true}, core.WithOriginFunc(func(_ context.Context, o core.Origin, _ core.Target) (bool, error) {
			asked = o
			return true, nil
		}))
		if !allowed(t, p, tt.origin) || asked != tt.want || asked.String() != tt.origin {
			t.Errorf("%s: the function received %+v", tt.origin, asked)
		}
	}
	asked := ""
	p := mustPolicy(t, core.Config{}, core.WithOriginFunc(func(_ context.Context, o core.Origin, _ core.Target) (bool, error) {
		asked = o.String()
		return true, nil
	}))
	for _, origin := range []string{"null", "data://", "about://", "blob://", "javascript://", "wss://example.com.", "https://", "https://.", "https://Example.com.", "https://example.com.:0", "https://[::1].", "https://example.com.:443", "https://example.com..", "qrc://:1", "://", "file:///", "file://host"} {
		if allowed(t, p, origin) || asked != "" {
			t.Errorf("%s: allowed, or the function received %s", origin, asked)
		}
	}
}

// TestTarget shows that the origin function receives the host and the path.
func TestTarget(t *testing.T) {
	var got core.Target
	p := mustPolicy(t, core.Config{}, core.WithOriginFunc(func(_ context.Context, o core.Origin, to core.Target) (bool, error) {
		got = to
		return o.Host == "app."+to.Host, nil
	}))
	r := get("https://app.tenant.example")
	if d := p.Decide(t.Context(), &r, details{":host": "Tenant.example", ":path": "/posts"}); !d.OriginAllowed() || got != (core.Target{Host: "tenant.example", Path: "/posts"}) {
		t.Errorf("allowed %v for %+v", d.OriginAllowed(), got)
	}
	memory := []byte("/kept")
	p.Decide(t.Context(), &r, details{":host": unsafe.String(&memory[1], 4), ":path": unsafe.String(&memory[0], 5)})
	clear(memory)
	if got != (core.Target{Host: "kept", Path: "/kept"}) {
		t.Errorf("the target shares the memory of the request: %+v", got)
	}
	if d := p.Decide(t.Context(), &r, nil); d.OriginAllowed() || got != (core.Target{}) {
		t.Errorf("allowed %v for %+v", d.OriginAllowed(), got)
	}
}

// TestCheckOrigin shows which requests code beside CORS may trust.
func TestCheckOrigin(t *testing.T) {
	var log buffer
	var seen observed
	opts := []core.Option{core.WithLogger(plain(&log)), seen.option()}
	listed := mustPolicy(t, core.Config{AllowOrigins: []string{app, "https://*.example.org"}}, opts...)
	trusted := mustPolicy(t, core.Config{AllowOrigins: []string{app}, AllowCredentials: true}, opts...)
	any := mustPolicy(t, core.Config{AllowOrigins: []string{"*"}}, opts...)
	for name, tt := range map[string]struct {
		policy               *core.Policy
		req                  core.Request
		details              core.Details
		allowed, credentials bool
	}{
		"no Origin":            {listed, get(), nil, true, true},
		"listed":               {listed, get(app), nil, true, false},
		"by a wildcard":        {listed, get("https://a.example.org"), nil, true, false},
		"with credentials":     {trusted, get(app), nil, true, true},
		"denied":               {trusted, get(evil), nil, false, false},
		"null":                 {trusted, get("null"), nil, false, false},
		"two lines":            {trusted, get(app, app), nil, false, false},
		"the server's own":     {trusted, get("https://api.example.com"), details{":host": "api.example.com"}, true, true},
		"cross-site":           {trusted, get("https://api.example.com"), details{":host": "api.example.com", "Sec-Fetch-Site": "cross-site"}, false, false},
		"any":                  {any, get(evil), nil, true, false},
		"any, with cookies":    {any, get(evil), details{"Cookie": "a=b"}, false, false},
		"any, two lines":       {any, get(evil, evil), nil, false, false},
		"any, null":            {any, get("null"), nil, true, false},
		"any, own and cookies": {any, get(app), details{"Cookie": "a=b", ":host": "app.example.com"}, true, true},
	} {
		allowed, credentials := tt.policy.CheckOrigin(t.Context(), &tt.req, tt.details)
		if allowed != tt.allowed || credentials != tt.credentials {
			t.Errorf("%s: %v, %v, want %v, %v", name, allowed, credentials, tt.allowed, tt.credentials)
		}
	}
	if len(seen.all) != 0 || log.buf.Len() != 0 {
		t.Errorf("observed %v, logged %s", seen.all, log.buf.String())
	}
}

// TestEnable shows that a policy that is off adds nothing, and stays off after Reload.
func TestEnable(t *testing.T) {
	p := mustPolicy(t, core.Config{AllowOrigins: []string{app}})
	before := decide(t, p, preflight(app, "GET"))
	p.Enable(false)
	for range 2 {
		for _, r := range []core.Request{get(), get(app), get(evil), options(app), preflight(app, "GET"), preflight(evil, "PUT")} {
			if got := decide(t, p, r); got != "" || p.Enabled() {
				t.Errorf("%s %s: %s", r.Method, r.Origin, got)
			}
		}
		if err := p.Reload(core.Config{AllowOrigins: []string{app}}); err != nil {
			t.Fatal(err)
		}
	}
	p.Enable(true)
	if got := decide(t, p, preflight(app, "GET")); got != before || !p.Enabled() {
		t.Errorf("on again: %s", got)
	}
}

// TestIncompletePreflights shows that an OPTIONS request that has lost a field on its way is
// logged once a minute, and that no other request is.
func TestIncompletePreflights(t *testing.T) {
	const fix = `fix="configure the proxy or CDN in front to forward Origin, Access-Control-Request-Method and Access-Control-Request-Headers"`
	without := func(field string) string {
		return `why="the request lacks ` + field + `, so the policy does not take it for a preflight, and the browser blocks the page" ` + fix
	}
	asks := core.Request{Method: "OPTIONS", RequestMethod: []string{"PUT"}}
	names := core.Request{Method: "OPTIONS", RequestHeaders: []string{"x-a"}}
	cut := core.Request{Method: "OPTIONS", Origin: []string{app}, RequestHeaders: []string{"x-a"}}
	for name, tt := range map[string]struct {
		req     core.Request
		details core.Details
		want    string
	}{
		"no Origin":                     {asks, details{":path": "/a\nb"}, `level=WARN msg="cors: a preflight is incomplete" origin="" method=OPTIONS path=/a\nb ` + without("Origin")},
		"no Origin, headers alone":      {names, nil, `level=WARN msg="cors: a preflight is incomplete" origin="" method=OPTIONS ` + without("Origin")},
		"no Origin, Fetch Metadata":     {options(), details{"Sec-Fetch-Mode": "cors"}, `level=WARN msg="cors: a preflight is incomplete" origin="" method=OPTIONS path="" ` + without("Origin")},
		"no method":                     {cut, nil, `level=WARN msg="cors: a preflight is incomplete" origin=https://app.example.com method=OPTIONS ` + without("Access-Control-Request-Method")},
		"OPTIONS of a page":             {options(app), details{"Sec-Fetch-Mode": "cors"}, ""},
		"OPTIONS of a client":           {options(), details{}, ""},
		"GET of the server's own pages": {get(), details{"Sec-Fetch-Mode": "cors"}, ""},
		"a preflight":                   {preflight(app, "GET"), nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var log buffer
				p := mustPolicy(t, core.Config{AllowOrigins: []string{app}}, core.WithLogger(plain(&log)))
				for range 3 {
					p.Decide(t.Context(), &tt.req, tt.details)
				}
				expect(t, "at once", lines(&log), tt.want)
				<-time.After(time.Minute)
				if tt.want != "" {
					expect(t, "a minute later", lines(&log), tt.want+" times=2")
				}
			})
		})
	}
}

// TestLogOverride shows the line about a handler that sets Access-Control-Allow-Origin.
func TestLogOverride(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log buffer
		p := mustPolicy(t, core.Config{AllowOrigins: []string{app}}, core.WithLogger(plain(&log)))
		r := get(evil)
		for range 2 {
			p.LogOverride(&r, details{":path": "/events"})
		}
		expect(t, "at once", lines(&log), `level=WARN msg="cors: a handler sets Access-Control-Allow-Origin itself" origin=https://evil.example method=GET path=/events `+
			`why="the policy denies the origin, but a handler or an upstream behind it sets Access-Control-Allow-Origin, so the page may read the answer" `+
			`fix="register KeepCORS of the adapter after the policy, or remove the header from the handler"`)
		none := get()
		p.LogOverride(&none, nil)
		expect(t, "without an Origin", lines(&log), "")
		<-time.After(time.Hour)
	})
}

// TestOwnPagesAreNotReported shows that the server's own page is not called blocked.
func TestOwnPagesAreNotReported(t *testing.T) {
	var seen observed
	p := mustPolicy(t, core.Config{AllowOrigins: []string{app}}, core.WithLogger(nil), seen.option())
	r := core.Request{Method: "POST", Origin: []string{"http://intranet.example:8080"}}
	p.Decide(t.Context(), &r, details{":host": "intranet.example:8080"})
	if len(seen.all) != 0 {
		t.Errorf("observed %+v", seen.all)
	}
	own := get(app)
	if v := p.Explain(t.Context(), &own, details{"Cookie": "a=b", "Sec-Fetch-Mode": "navigate"}); !v.Allowed() {
		t.Errorf("a form with cookies: %s", v)
	}
	p.Decide(t.Context(), &r, details{":host": "intranet.example"})
	if len(seen.all) != 1 {
		t.Errorf("a page on another port: observed %+v", seen.all)
	}
}

// TestSettledPolicyReports shows what a policy with a logger alone reports of requests whose
// origin is allowed, after the first one.
func TestSettledPolicyReports(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log buffer
		p := mustPolicy(t, core.Config{AllowOrigins: []string{app}}, core.WithLogger(plain(&log)))
		r := get(app)
		p.Decide(t.Context(), &r, nil)
		expect(t, "at first", lines(&log), "")
		p.Decide(t.Context(), &r, details{"Cookie": "a=b", "Sec-Fetch-Mode": "cors"})
		if got := lines(&log); len(got) != 1 || !strings.Contains(got[0], "reason=credentials-not-allowed") {
			t.Errorf("with cookies, logged %q", got)
		}
		p.Decide(t.Context(), &r, details{"Cookie": "a=b", "Sec-Fetch-Mode": "navigate"})
		if v := p.Explain(t.Context(), &r, details{"Cookie": "a=b", "Sec-Fetch-Mode": "navigate"}); !v.Allowed() {
			t.Errorf("a form: %s", v)
		}
		expect(t, "of a form", lines(&log), "")
		if err := p.Shadow(&core.Config{AllowOrigins: []string{evil}}); err != nil {
			t.Fatal(err)
		}
		p.Decide(t.Context(), &r, nil)
		if got := lines(&log); len(got) != 1 || !strings.Contains(got[0], "the candidate would block a page") {
			t.Errorf("with a candidate, logged %q", got)
		}
		<-time.After(time.Hour)
	})
}

// TestInsecureOriginsOfFunctions shows when an http origin reaches the origin function, and
// the fix for one that a list would need.
func TestInsecureOriginsOfFunctions(t *testing.T) {
	cfg := core.Config{AllowCredentials: true, DangerouslyAllowInsecureOrigins: true}
	p := mustPolicy(t, cfg, core.WithOriginFunc(func(context.Context, core.Origin, core.Target) (bool, error) { return true, nil }))
	if !allowed(t, p, "http://app.example.com") {
		t.Error("the function is not asked, although insecure origins are allowed")
	}
	cfg.AllowCredentials, cfg.DangerouslyAllowInsecureOrigins = false, false
	p = mustPolicy(t, cfg, core.WithOriginFunc(func(context.Context, core.Origin, core.Target) (bool, error) { return true, nil }))
	if !allowed(t, p, "http://app.example.com") {
		t.Error("the function is not asked, although there are no credentials")
	}
	r := get("http://shop.example.org")
	for name, tt := range map[string]struct {
		cfg  core.Config
		want string
	}{
		"insecure origins allowed": {core.Config{AllowOrigins: []string{app}, AllowCredentials: true, DangerouslyAllowInsecureOrigins: true}, `if this page is yours, add "http://shop.example.org" to AllowOrigins`},
		"https by a wildcard":      {core.Config{AllowOrigins: []string{"https://*.example.org"}, AllowCredentials: true}, `if this page is yours, serve it with https: "https://shop.example.org" is allowed`},
		"https not allowed":        {core.Config{AllowOrigins: []string{app}, AllowCredentials: true}, `if this page is yours, serve it with https and add "https://shop.example.org" to AllowOrigins`},
	} {
		if got := mustPolicy(t, tt.cfg).Explain(t.Context(), &r, nil).Fix; got != tt.want {
			t.Errorf("%s: got %s, want %s", name, got, tt.want)
		}
	}
}
