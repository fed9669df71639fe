package core_test

import (
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core"
)

func TestExplain(t *testing.T) {
	public := core.Config{AllowOrigins: []string{app}, AllowMethods: []string{"PUT", "patch"}, AllowHeaders: []string{"Content-Type", "X-Id"}}
	credentialed := public
	credentialed.AllowCredentials = true
	wild := core.Config{AllowOrigins: []string{app}, AllowMethods: []string{"*"}, AllowHeaders: []string{"*"}}
	reflecting := wild
	reflecting.AllowCredentials = true

	twice := get(app, app)
	twoMethods := preflight(app, "PUT")
	twoMethods.RequestMethod = []string{"PUT", "GET"}
	for _, tt := range []struct {
		name   string
		cfg    core.Config
		req    core.Request
		reason core.Reason
		want   string
	}{
		{"not CORS", public, get(), core.ReasonNone, "there is no Origin header, so CORS does not apply"},
		{"allowed", public, get(app), core.ReasonNone, "the page may read the answer"},
		{"preflight allowed", public, preflight(app, "PUT", "content-type,x-id"), core.ReasonNone, "the page may send its request"},
		{"empty elements", public, preflight(app, "PUT", ", x-id ,,"), core.ReasonNone, "the page may send its request"},
		{"not listed", public, get(evil), core.ReasonOriginNotListed, `the origin "https://evil.example" matches no entry of AllowOrigins; add "https://evil.example" to AllowOrigins`},
		{"not listed, preflight", public, preflight(evil, "GET"), core.ReasonOriginNotListed, `the origin "https://evil.example" matches no entry of AllowOrigins; add "https://evil.example" to AllowOrigins`},
		{"insecure", credentialed, get("http://app.example.com"), core.ReasonOriginNotListed, `the origin "http://app.example.com" matches no entry of AllowOrigins; serve the page with https and add that origin to AllowOrigins`},
		{"null", public, get("null"), core.ReasonOriginNull, "the page has the opaque origin null (a sandboxed frame, a file, a data URL, or a redirect), which no list allows"},
		{"malformed", public, get("https://app.example.com/\r\nX: y"), core.ReasonOriginMalformed, `the Origin header is "https://app.example.com/\r\nX: y", which no browser sends`},
		{"malformed and long", public, get(strings.Repeat("é", 1000)), core.ReasonOriginMalformed, `the Origin header is "` + strings.Repeat(`\u00e9`, 100) + `"…, which no browser sends`},
		{"empty", public, get(""), core.ReasonOriginEmpty, "the Origin header is empty, which no browser sends"},
		{"twice", public, twice, core.ReasonOriginRepeated, "the request has more than one Origin header; a proxy may have added one"},
		{"safelisted method", public, preflight(app, "POST", "x-id"), core.ReasonNone, "the page may send its request"},
		{"method", public, preflight(app, "DELETE"), core.ReasonMethodNotListed, `the method "DELETE" is not in AllowMethods; add "DELETE" to AllowMethods`},
		{"method of other case", public, preflight(app, "PATCH"), core.ReasonMethodNotListed, `the method "PATCH" is not in AllowMethods; add "PATCH" to AllowMethods`},
		{"forbidden method", public, preflight(app, "TRACE"), core.ReasonMethodNotListed, `the method "TRACE" is not in AllowMethods`},
		{"method, malformed", public, preflight(app, "P\x00T"), core.ReasonMethodMalformed, `Access-Control-Request-Method is "P\x00T", which no browser sends`},
		{"two methods", public, twoMethods, core.ReasonMethodMalformed, `Access-Control-Request-Method is "PUT, GET", which no browser sends`},
		{"header", public, preflight(app, "PUT", "content-type,x-debug,x-id"), core.ReasonHeaderNotListed, `the request header "x-debug" is not in AllowHeaders; add "x-debug" to AllowHeaders`},
		{"header on second line", public, preflight(app, "PUT", "content-type", "x-debug"), core.ReasonHeaderNotListed, `the request header "x-debug" is not in AllowHeaders; add "x-debug" to AllowHeaders`},
		{"method *", public, preflight(app, "*"), core.ReasonMethodNotListed, `the method "*" is not in AllowMethods`},
		{"method in lower case", public, preflight(app, "delete"), core.ReasonMethodNotListed, `the method "delete" is not in AllowMethods`},
		{"header *", public, preflight(app, "PUT", "*"), core.ReasonHeaderNotListed, `the request header "*" is not in AllowHeaders`},
		{"forbidden header", public, preflight(app, "PUT", "cookie"), core.ReasonHeaderNotListed, `the request header "cookie" is not in AllowHeaders`},
		{"header, malformed", public, preflight(app, "PUT", "a b"), core.ReasonHeadersMalformed, "Access-Control-Request-Headers is no list of header names, or longer than any browser's"},
		{"header, too long", public, preflight(app, "PUT", strings.Repeat(",", 5000)), core.ReasonHeadersMalformed, "Access-Control-Request-Headers is no list of header names, or longer than any browser's"},
		{"any header", wild, preflight(app, "PURGE", "x-debug"), core.ReasonNone, "the page may send its request"},
		{"any header but authorization", wild, preflight(app, "PUT", "authorization"), core.ReasonHeaderNotListed, `the request header "authorization" is not in AllowHeaders; add "authorization" to AllowHeaders`},
		{"reflecting", reflecting, preflight(app, "PURGE", "x-debug"), core.ReasonNone, "the page may send its request"},
		{"reflecting, authorization", reflecting, preflight(app, "PUT", "authorization,x-id"), core.ReasonHeaderNotListed, `the request header "authorization" is not in AllowHeaders; add "authorization" to AllowHeaders`},
		{"reflecting, malformed method", reflecting, preflight(app, "a b"), core.ReasonMethodMalformed, `Access-Control-Request-Method is "a b", which no browser sends`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v := mustPolicy(t, tt.cfg).Explain(t.Context(), &tt.req)
			if v.Reason != tt.reason || v.String() != tt.want {
				t.Errorf("got %v: %s\nwant %v: %s", v.Reason, v, tt.reason, tt.want)
			}
			if v.Allowed() != (tt.reason == core.ReasonNone) {
				t.Errorf("Allowed() = %v", v.Allowed())
			}
		})
	}
}

// TestFixOfVerdict does what a person does with the verdict.
func TestFixOfVerdict(t *testing.T) {
	cfg := core.Config{AllowOrigins: []string{app}}
	req := preflight("https://other.example", "PUT", "content-type,authorization")
	for _, want := range []string{
		`add "https://other.example" to AllowOrigins`,
		`add "PUT" to AllowMethods`,
		`add "content-type" to AllowHeaders`,
		`add "authorization" to AllowHeaders`,
		"",
	} {
		v := mustPolicy(t, cfg).Explain(t.Context(), &req)
		if v.Fix != want || v.Allowed() != (want == "") {
			t.Fatalf("fix %q, want %q", v.Fix, want)
		}
		switch {
		case strings.HasSuffix(v.Fix, "AllowOrigins"):
			cfg.AllowOrigins = append(cfg.AllowOrigins, v.Subject)
		case strings.HasSuffix(v.Fix, "AllowMethods"):
			cfg.AllowMethods = append(cfg.AllowMethods, v.Subject)
		case strings.HasSuffix(v.Fix, "AllowHeaders"):
			cfg.AllowHeaders = append(cfg.AllowHeaders, v.Subject)
		}
	}
}

func TestNames(t *testing.T) {
	seen := make(map[string]bool)
	for r := core.ReasonNone; r <= core.ReasonHeadersMalformed; r++ {
		if s := r.String(); s == "" || s == "unknown" || seen[s] {
			t.Errorf("reason %d is called %q", r, s)
		}
		seen[r.String()] = true
	}
	if got := core.Reason(255).String(); got != "unknown" {
		t.Errorf("a reason that is none is called %q", got)
	}
	for kind, want := range map[core.Kind]string{core.NotCORS: "not CORS", core.Actual: "actual", core.Preflight: "preflight"} {
		if kind.String() != want {
			t.Errorf("%d is called %q, want %q", kind, kind, want)
		}
	}
}
