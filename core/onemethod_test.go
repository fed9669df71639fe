package core_test

import (
	"testing"

	"github.com/corsuite/corsuite/core"
)

// OneMethod narrows what the answer to a preflight allows; it never widens it.
func TestOneMethod(t *testing.T) {
	const (
		answered    = "204\nAllow-Origin: https://app.example.com\nMax-Age: 600\n"
		credentials = "204\nAllow-Origin: https://app.example.com\nAllow-Credentials: true\nMax-Age: 600\n"
		vary        = "Vary: Origin, Access-Control-Request-Method"
	)
	for name, tt := range map[string]struct {
		methods     []string // AllowMethods
		credentials bool
		asked       string
		want        string
	}{
		"listed":                {[]string{"PUT", "DELETE"}, false, "DELETE", answered + "Allow-Methods: DELETE\n"},
		"not listed":            {[]string{"PUT", "DELETE"}, false, "PATCH", answered},
		"needs no listing":      {nil, false, "POST", answered},
		"case counts":           {[]string{"PATCH"}, false, "patch", answered},
		"any":                   {[]string{"*"}, false, "PURGE", answered + "Allow-Methods: PURGE\n"},
		"any, forbidden":        {[]string{"*"}, false, "TRACE", answered},
		"any, too long":         {[]string{"*"}, false, string(make([]byte, 65)), answered},
		"any, no token":         {[]string{"*"}, false, "P T", answered},
		"any, credentials":      {[]string{"*"}, true, "PUT", credentials + "Allow-Methods: PUT\n"},
		"forbidden, credential": {[]string{"*"}, true, "TRACE", credentials},
	} {
		t.Run(name, func(t *testing.T) {
			p := mustPolicy(t, core.Config{AllowOrigins: []string{app}, AllowMethods: tt.methods, AllowCredentials: tt.credentials})
			r := preflight(app, tt.asked)
			r.OneMethod = true
			if got := decide(t, p, r); got != tt.want+vary {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want+vary)
			}
		})
	}
}

// Headers are reflected together with the method, in the same order as in any answer.
func TestOneMethodBesideReflectedHeaders(t *testing.T) {
	p := mustPolicy(t, core.Config{AllowOrigins: []string{app}, AllowMethods: []string{"PUT"}, AllowHeaders: []string{"*"}, AllowCredentials: true})
	const start = "204\nAllow-Origin: https://app.example.com\nAllow-Credentials: true\nMax-Age: 600\n"
	const vary = "Vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers"
	for _, tt := range []struct{ method, headers, want string }{
		{"PUT", "x-id", "Allow-Methods: PUT\nAllow-Headers: x-id\n"},
		{"DELETE", "x-id", "Allow-Headers: x-id\n"},
		{"DELETE", "no token", ""},
	} {
		r := preflight(app, tt.method, tt.headers)
		r.OneMethod = true
		if got := decide(t, p, r); got != start+tt.want+vary {
			t.Errorf("%s, %s: got\n%s\nwant\n%s", tt.method, tt.headers, got, start+tt.want+vary)
		}
	}
}

// OneMethod changes no other answer.
func TestOneMethodConcernsPreflightsOnly(t *testing.T) {
	p := mustPolicy(t, core.Config{AllowOrigins: []string{app}, AllowMethods: []string{"PUT"}})
	for _, r := range []core.Request{get(), get(app), get(evil), options(app), preflight(evil, "PUT")} {
		want := decide(t, p, r)
		r.OneMethod = true
		if got := decide(t, p, r); got != want {
			t.Errorf("%s from %q: got\n%s\nwant\n%s", r.Method, r.Origin, got, want)
		}
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
