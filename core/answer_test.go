package core_test

import (
	"strings"
	"testing"
	"time"

	"github.com/corsuite/corsuite/core"
)

const (
	app  = "https://app.example.com"
	evil = "https://evil.example"
)

// TestAnswerTable checks each cell of the answer table in the package documentation.
func TestAnswerTable(t *testing.T) {
	listed := core.Config{
		AllowOrigins:  []string{app, "https://b.example", "https://c.example"},
		AllowMethods:  []string{"PUT", "DELETE", "PUT"},
		AllowHeaders:  []string{"Content-Type", "X-Id", "content-type"},
		ExposeHeaders: []string{"X-Total", "X-Page"},
		MaxAge:        time.Hour,
	}
	credentialed := listed
	credentialed.AllowCredentials = true
	credentialed.MaxAge = 0
	credentialed.PreflightStatus = 200
	every := listed
	every.AllowOrigins = []string{"*"}
	every.MaxAge = -time.Second
	bare := core.Config{AllowOrigins: []string{app}}
	bareEvery := core.Config{AllowOrigins: []string{"*"}}
	wild := core.Config{AllowOrigins: []string{"*"}, AllowMethods: []string{"*"}, AllowHeaders: []string{"*", "Authorization"}, ExposeHeaders: []string{"*"}}
	reflecting := core.Config{AllowOrigins: []string{app}, AllowMethods: []string{"*"}, AllowHeaders: []string{"*"}, AllowCredentials: true}
	reflectingAuth := reflecting
	reflectingAuth.AllowHeaders = []string{"*", "Authorization"}

	const (
		varyOPTIONS = "Vary: Origin, Access-Control-Request-Method"
		refused     = "403\n" + varyOPTIONS
		origin      = "Allow-Origin: " + app
		credentials = "Allow-Credentials: true"
		lists       = "Allow-Methods: PUT, DELETE\nAllow-Headers: Content-Type, X-Id"
		expose      = "Expose-Headers: X-Total, X-Page"
		reflectVary = varyOPTIONS + ", Access-Control-Request-Headers"
		reflected   = "204\n" + origin + "\n" + credentials + "\nMax-Age: 600\nAllow-Methods: PATCH"
	)
	longest := strings.Repeat(strings.Repeat("a", 31)+",", 31) + strings.Repeat("a", 32)
	twoMethods := preflight(app, "PUT")
	twoMethods.RequestMethod = append(twoMethods.RequestMethod, "GET")
	twoOrigins := preflight(app, "PUT")
	twoOrigins.Origin = append(twoOrigins.Origin, evil)

	for _, tt := range []struct {
		name string
		cfg  core.Config
		req  core.Request
		want string
	}{
		{"listed, not CORS", listed, get(), "Vary: Origin"},
		{"listed, not CORS, OPTIONS", listed, options(), varyOPTIONS},
		{"listed, not CORS, preflight without Origin", listed, core.Request{Method: "OPTIONS", RequestMethod: []string{"PUT"}}, varyOPTIONS},
		{"listed, actual, allowed", listed, get(app), origin + "\n" + expose + "\nVary: Origin"},
		{"listed, actual, allowed, POST", listed, core.Request{Method: "POST", Origin: []string{app}}, origin + "\n" + expose + "\nVary: Origin"},
		{"listed, actual, allowed, OPTIONS", listed, options(app), origin + "\n" + expose + "\n" + varyOPTIONS},
		{"listed, actual, denied", listed, get(evil), "Vary: Origin"},
		{"listed, actual, denied, OPTIONS", listed, options(evil), varyOPTIONS},
		{"listed, actual, null", listed, get("null"), "Vary: Origin"},
		{"listed, actual, empty", listed, get(""), "Vary: Origin"},
		{"listed, actual, twice", listed, get(app, app), "Vary: Origin"},
		{"listed, actual, twice, other", listed, get(app, evil), "Vary: Origin"},
		{"listed, actual, list in one line", listed, get(app + ", " + app), "Vary: Origin"},
		{"listed, method in lower case is no preflight", listed, core.Request{Method: "options", Origin: []string{app}, RequestMethod: []string{"PUT"}}, origin + "\n" + expose + "\nVary: Origin"},
		{"listed, GET with request method is no preflight", listed, core.Request{Method: "GET", Origin: []string{app}, RequestMethod: []string{"PUT"}}, origin + "\n" + expose + "\nVary: Origin"},
		{"listed, preflight, allowed", listed, preflight(app, "PUT", "content-type"), "204\n" + origin + "\nMax-Age: 3600\n" + lists + "\n" + varyOPTIONS},
		{"listed, preflight, allowed, unlisted method", listed, preflight(app, "PATCH"), "204\n" + origin + "\nMax-Age: 3600\n" + lists + "\n" + varyOPTIONS},
		{"listed, preflight, allowed, hostile headers", listed, preflight(app, "PUT", strings.Repeat(",", 1<<20)), "204\n" + origin + "\nMax-Age: 3600\n" + lists + "\n" + varyOPTIONS},
		{"listed, preflight, allowed, two methods", listed, twoMethods, "204\n" + origin + "\nMax-Age: 3600\n" + lists + "\n" + varyOPTIONS},
		{"listed, preflight, denied", listed, preflight(evil, "PUT"), refused},
		{"listed, preflight, null", listed, preflight("null", "PUT"), refused},
		{"listed, preflight, empty", listed, preflight("", "PUT"), refused},
		{"listed, preflight, twice", listed, twoOrigins, refused},

		{"credentialed, not CORS", credentialed, get(), "Vary: Origin"},
		{"credentialed, actual, allowed", credentialed, get(app), origin + "\n" + credentials + "\n" + expose + "\nVary: Origin"},
		{"credentialed, actual, denied", credentialed, get(evil), "Vary: Origin"},
		{"credentialed, preflight, allowed", credentialed, preflight(app, "PUT"), "200\n" + origin + "\n" + credentials + "\nMax-Age: 600\n" + lists + "\n" + varyOPTIONS},
		{"credentialed, preflight, denied", credentialed, preflight(evil, "PUT"), refused},

		{"every, not CORS", every, get(), "Allow-Origin: *\n" + expose},
		{"every, not CORS, OPTIONS", every, options(), "Allow-Origin: *\n" + expose + "\n" + varyOPTIONS},
		{"every, actual", every, get(evil), "Allow-Origin: *\n" + expose},
		{"every, actual, null", every, get("null"), "Allow-Origin: *\n" + expose},
		{"every, actual, malformed", every, get("file://"), "Allow-Origin: *\n" + expose},
		{"every, actual, twice: caches must not see it", every, get(app, evil), "Allow-Origin: *\n" + expose},
		{"every, preflight", every, preflight("null", "PUT"), "204\nAllow-Origin: *\nMax-Age: 0\n" + lists + "\n" + varyOPTIONS},
		{"every, preflight, empty", every, preflight("", "PUT"), refused},
		{"every, preflight, twice", every, twoOrigins, refused},

		{"bare, actual", bare, get(app), origin + "\nVary: Origin"},
		{"bare, preflight", bare, preflight(app, "POST"), "204\n" + origin + "\nMax-Age: 600\n" + varyOPTIONS},
		{"bare every, not CORS", bareEvery, get(), "Allow-Origin: *"},
		{"bare every, preflight", bareEvery, preflight(app, "PUT"), "204\nAllow-Origin: *\nMax-Age: 600\n" + varyOPTIONS},
		{"wildcards, actual", wild, get(app), "Allow-Origin: *\nExpose-Headers: *"},
		{"wildcards, preflight", wild, preflight(app, "PATCH", "x-id"), "204\nAllow-Origin: *\nMax-Age: 600\nAllow-Methods: *\nAllow-Headers: *, Authorization\n" + varyOPTIONS},

		{"reflecting", reflecting, preflight(app, "PATCH", "x-id,x-more"), reflected + "\nAllow-Headers: x-id,x-more\n" + reflectVary},
		{"reflecting, no headers", reflecting, preflight(app, "PATCH"), reflected + "\n" + reflectVary},
		{"reflecting, empty line", reflecting, preflight(app, "PATCH", ""), reflected + "\n" + reflectVary},
		{"reflecting, two lines", reflecting, preflight(app, "PATCH", "x-a, x-b", "", "\tx-c ,"), reflected + "\nAllow-Headers: x-a,x-b,x-c\n" + reflectVary},
		{"reflecting, authorization", reflecting, preflight(app, "PATCH", "Authorization,x-id"), reflected + "\nAllow-Headers: x-id\n" + reflectVary},
		{"reflecting, authorization alone", reflecting, preflight(app, "PATCH", "authorization"), reflected + "\n" + reflectVary},
		{"reflecting, authorization listed", reflectingAuth, preflight(app, "PATCH", "authorization,x-id"), reflected + "\nAllow-Headers: authorization,x-id\n" + reflectVary},
		{"reflecting, no token", reflecting, preflight(app, "PATCH", "x-id,a b"), reflected + "\n" + reflectVary},
		{"reflecting, CR", reflecting, preflight(app, "PATCH", "x-id\rSet-Cookie: a=b"), reflected + "\n" + reflectVary},
		{"reflecting, CRLF", reflecting, preflight(app, "PATCH", "x-id,\r\nset-cookie"), reflected + "\n" + reflectVary},
		{"reflecting, too long", reflecting, preflight(app, "PATCH", strings.Repeat("a", 1025)), reflected + "\n" + reflectVary},
		{"reflecting, a line for each header", reflecting, preflight(app, "PATCH", strings.Split(strings.Repeat("x,", 31)+"x", ",")...), reflected + "\nAllow-Headers: " + strings.Repeat("x,", 31) + "x\n" + reflectVary},
		{"reflecting, too many lines", reflecting, preflight(app, "PATCH", make([]string, 33)...), reflected + "\n" + reflectVary},
		{"reflecting, as long as may be", reflecting, preflight(app, "PATCH", longest), reflected + "\nAllow-Headers: " + longest + "\n" + reflectVary},
		{"reflecting, more than that", reflecting, preflight(app, "PATCH", longest+"a"), reflected + "\n" + reflectVary},
		{"reflecting, a long name", reflecting, preflight(app, "PATCH", strings.Repeat("a", 129)), reflected + "\n" + reflectVary},
		{"reflecting, too many names", reflecting, preflight(app, "PATCH", strings.Repeat("x,", 32)+"x"), reflected + "\n" + reflectVary},
		{"reflecting, too long in two lines", reflecting, preflight(app, "PATCH", strings.Repeat("a", 1000), strings.Repeat("b", 1000)), reflected + "\n" + reflectVary},
		{"reflecting, malformed method", reflecting, preflight(app, "PA TCH", "x-id"), refused},
		{"reflecting, method with CR", reflecting, preflight(app, "PUT\rX: y"), refused},
		{"reflecting, empty method", reflecting, preflight(app, ""), refused},
		{"reflecting, long method", reflecting, preflight(app, strings.Repeat("A", 65)), refused},
		{"reflecting, forbidden method", reflecting, preflight(app, "trace"), refused},
		{"reflecting, two methods", reflecting, core.Request{Method: "OPTIONS", Origin: []string{app}, RequestMethod: []string{"PUT", "GET"}}, refused},
		{"reflecting, denied", reflecting, preflight(evil, "PATCH", "x-id"), refused},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := decide(t, mustPolicy(t, tt.cfg), tt.req); got != tt.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, tt.want)
			}
		})
	}
}

func TestVaryIsAddedOnce(t *testing.T) {
	for _, tt := range []struct {
		name    string
		req     core.Request
		present []string
		want    string
	}{
		{"nothing yet", get(app), nil, "Origin"},
		{"other", get(app), []string{"Accept-Encoding"}, "Origin"},
		{"same", get(app), []string{"Origin"}, ""},
		{"other case, in a list", get(app), []string{"Accept-Encoding,\torigin , Cookie"}, ""},
		{"second line", get(app), []string{"Accept-Encoding", "Origin"}, ""},
		{"everything", get(app), []string{"*"}, ""},
		{"no substring", get(app), []string{"X-Origin, Origin-Y"}, "Origin"},
		{"some missing", options(app), []string{"origin"}, "Access-Control-Request-Method"},
		{"all there", options(app), []string{"Access-Control-Request-Method", "Origin"}, ""},
		{"empty line", get(app), []string{""}, "Origin"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := mustPolicy(t, core.Config{AllowOrigins: []string{app}}).Decide(t.Context(), &tt.req, nil)
			if got := d.Vary(tt.present); got != tt.want {
				t.Errorf("Vary(%q) = %q, want %q", tt.present, got, tt.want)
			}
		})
	}
}

// TestDecisionKinds shows that the kind of a request does not depend on the policy.
func TestDecisionKinds(t *testing.T) {
	for _, cfg := range []core.Config{{AllowOrigins: []string{app}}, {AllowOrigins: []string{"*"}}} {
		p := mustPolicy(t, cfg)
		for _, tt := range []struct {
			req  core.Request
			want core.Kind
		}{
			{get(), core.NotCORS},
			{options(), core.NotCORS},
			{get(app), core.Actual},
			{get(evil), core.Actual},
			{options(app), core.Actual},
			{preflight(app, "PUT"), core.Preflight},
			{preflight(evil, "PUT"), core.Preflight},
			{preflight(app, ""), core.Preflight},
		} {
			d := p.Decide(t.Context(), &tt.req, nil)
			if d.Kind() != tt.want || (d.Status() != 0) != (tt.want == core.Preflight) {
				t.Errorf("%+v is %v with status %d, want %v", tt.req, d.Kind(), d.Status(), tt.want)
			}
		}
	}
}
