package core_test

import (
	"testing"

	"github.com/corsuite/corsuite/core"
)

// A router's methods narrow what a preflight is told; they never widen it.
func TestRouteMethods(t *testing.T) {
	const (
		answered = "204\nAllow-Origin: https://app.example.com\nMax-Age: 600\n"
		vary     = "Vary: Origin, Access-Control-Request-Method"
	)
	for name, tt := range map[string]struct {
		methods     []string // AllowMethods
		credentials bool
		route       []string
		want        string
	}{
		"both":               {[]string{"PUT", "DELETE", "PATCH"}, false, []string{"PUT", "DELETE", "GET"}, "Allow-Methods: DELETE, PUT\n"},
		"one of them":        {[]string{"PUT", "DELETE"}, false, []string{"PUT"}, "Allow-Methods: PUT\n"},
		"listed twice":       {[]string{"PUT"}, false, []string{"PUT", "PUT"}, "Allow-Methods: PUT\n"},
		"none":               {[]string{"PUT"}, false, []string{"DELETE"}, ""},
		"no method":          {[]string{"PUT"}, false, []string{}, ""},
		"need no listing":    {nil, false, []string{"GET", "POST"}, ""},
		"case counts":        {[]string{"patch"}, false, []string{"PATCH"}, ""},
		"any":                {[]string{"*"}, false, []string{"PUT", "GET"}, "Allow-Methods: GET, PUT\n"},
		"any, forbidden":     {[]string{"*"}, false, []string{"TRACE", "CONNECT", "PUT"}, "Allow-Methods: PUT\n"},
		"any, no token":      {[]string{"*"}, false, []string{"P T", "a\r\nb", "", "PUT"}, "Allow-Methods: PUT\n"},
		"any, credentials":   {[]string{"*"}, true, []string{"PUT", "DELETE"}, "Allow-Methods: DELETE, PUT\n"},
		"none of any, creds": {[]string{"*"}, true, []string{"TRACE"}, ""},
		"not asked":          {[]string{"PUT", "DELETE"}, false, nil, "Allow-Methods: PUT, DELETE\n"},
		"not asked, said":    {[]string{"*"}, true, nil, "Allow-Methods: PUT\n"},
	} {
		t.Run(name, func(t *testing.T) {
			p := mustPolicy(t, core.Config{
				AllowOrigins: []string{app}, AllowMethods: tt.methods, AllowCredentials: tt.credentials,
			}, core.WithRouteMethods())
			r := preflight(app, "PUT")
			if tt.route != nil {
				r.RouteMethods = func() []string { return tt.route }
			}
			want := answered
			if tt.credentials {
				want = "204\nAllow-Origin: https://app.example.com\nAllow-Credentials: true\nMax-Age: 600\n"
			}
			if got := decide(t, p, r); got != want+tt.want+vary {
				t.Errorf("got\n%s\nwant\n%s", got, want+tt.want+vary)
			}
		})
	}
}

// Headers are said back beside the route's methods, in the order of any answer.
func TestRouteMethodsBesideReflectedHeaders(t *testing.T) {
	p := mustPolicy(t, core.Config{
		AllowOrigins: []string{app}, AllowMethods: []string{"PUT"}, AllowHeaders: []string{"*"}, AllowCredentials: true,
	}, core.WithRouteMethods())
	r := preflight(app, "PUT", "x-id")
	r.RouteMethods = func() []string { return []string{"PUT"} }
	const start = "204\nAllow-Origin: https://app.example.com\nAllow-Credentials: true\nMax-Age: 600\n"
	const vary = "Vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers"
	if got, want := decide(t, p, r), start+"Allow-Methods: PUT\nAllow-Headers: x-id\n"+vary; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	r.RouteMethods = func() []string { return nil }
	if got, want := decide(t, p, r), start+"Allow-Headers: x-id\n"+vary; got != want {
		t.Errorf("without methods: got\n%s\nwant\n%s", got, want)
	}
	r.RequestHeaders = []string{"no token"}
	if got, want := decide(t, p, r), start+vary; got != want {
		t.Errorf("without both: got\n%s\nwant\n%s", got, want)
	}
}

// A router is not asked for a request whose answer does not depend on it.
func TestRouteMethodsAreAskedForOnlyIfNeeded(t *testing.T) {
	cfg := core.Config{AllowOrigins: []string{app}, AllowMethods: []string{"PUT"}}
	with, without := mustPolicy(t, cfg, core.WithRouteMethods()), mustPolicy(t, cfg)
	for name, tt := range map[string]struct {
		policy *core.Policy
		req    core.Request
	}{
		"without the option": {without, preflight(app, "PUT")},
		"denied":             {with, preflight(evil, "PUT")},
		"not CORS":           {with, get()},
		"actual":             {with, get(app)},
		"plain OPTIONS":      {with, options(app)},
	} {
		tt.req.RouteMethods = func() []string { t.Errorf("%s: the router was asked", name); return nil }
		decide(t, tt.policy, tt.req)
	}
}

func TestPreflightMethod(t *testing.T) {
	with := func(r core.Request, methods ...string) core.Request { r.RequestMethod = methods; return r }
	for name, tt := range map[string]struct {
		req    core.Request
		method string
		ok     bool
	}{
		"preflight":      {preflight(app, "PUT"), "PUT", true},
		"its case":       {preflight(app, "put"), "put", true},
		"denied origin":  {preflight(evil, "PUT"), "PUT", true},
		"doubled origin": {with(options(app, app), "PUT"), "PUT", true},
		"no origin":      {with(options(), "PUT"), "", false},
		"not OPTIONS":    {with(get(app), "PUT"), "", false},
		"plain OPTIONS":  {options(app), "", false},
		"two lines":      {with(options(app), "PUT", "PUT"), "", false},
		"empty":          {preflight(app, ""), "", false},
		"no token":       {preflight(app, "PUT, GET"), "PUT, GET", false},
		"a line end":     {preflight(app, "PUT\r\n"), "PUT\r\n", false},
		"a blank":        {preflight(app, " "), " ", false},
	} {
		if method, ok := tt.req.PreflightMethod(); ok != tt.ok || ok && method != tt.method {
			t.Errorf("%s: got %q, %v, want %q, %v", name, method, ok, tt.method, tt.ok)
		}
	}
}

// Refuse answers like a denied origin's preflight, whoever asks.
func TestRefuse(t *testing.T) {
	for _, origins := range [][]string{{app}, {"*"}} {
		p := mustPolicy(t, core.Config{AllowOrigins: origins, AllowMethods: []string{"PUT"}})
		r := preflight(app, "PUT")
		d := p.Refuse(t.Context(), &r)
		if d.Status() != 403 || d.Len() != 0 || d.Kind() != core.Preflight ||
			d.Vary(nil) != "Origin, Access-Control-Request-Method" || d.Reason() != core.ReasonRouteWithoutPolicy {
			t.Errorf("%v: got %d with %d headers, Vary %q, because of %v", origins, d.Status(), d.Len(), d.Vary(nil), d.Reason())
		}
	}
	if got := core.ReasonRouteWithoutPolicy.String(); got != "route-without-policy" {
		t.Errorf("the reason is called %q", got)
	}
}
