package core_test

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unsafe" //nolint:depguard // as fiberadapter does

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
	threeMethods := twoMethods
	threeMethods.RequestMethod = []string{"PUT", "GET", "PUT"}
	for _, tt := range []struct {
		name   string
		cfg    core.Config
		req    core.Request
		reason core.Reason
		want   string
	}{
		{"not CORS", public, get(), core.ReasonNone, "the request has no Origin header, so CORS does not apply"},
		{"allowed", public, get(app), core.ReasonNone, "the page may read the answer"},
		{"preflight allowed", public, preflight(app, "PUT", "content-type,x-id"), core.ReasonNone, "the page may send its request"},
		{"empty elements", public, preflight(app, "PUT", ", x-id ,,"), core.ReasonNone, "the page may send its request"},
		{"not listed", public, get(evil), core.ReasonOriginNotListed, `the origin "https://evil.example" matches no entry of AllowOrigins, so the page cannot read the answer; if this page is yours, add "https://evil.example" to AllowOrigins`},
		{"not listed, preflight", public, preflight(evil, "GET"), core.ReasonOriginNotListed, `the origin "https://evil.example" matches no entry of AllowOrigins, so the browser does not send the page's request; if this page is yours, add "https://evil.example" to AllowOrigins`},
		{"insecure", credentialed, get("http://app.example.com"), core.ReasonOriginNotListed, `the origin "http://app.example.com" matches no entry of AllowOrigins, so the page cannot read the answer; if this page is yours, serve it with https: "https://app.example.com" is allowed`},
		{"insecure, by a wildcard", core.Config{AllowOrigins: []string{"https://*.example.com"}, AllowCredentials: true}, get("http://a.example.com"), core.ReasonOriginNotListed, `the origin "http://a.example.com" matches no entry of AllowOrigins, so the page cannot read the answer; if this page is yours, serve it with https: "https://a.example.com" is allowed`},
		{"null", public, get("null"), core.ReasonOriginNull, "the page has the opaque origin null (a sandboxed frame, a file, a data URL, or a redirect), which no list allows, so the page cannot read the answer; serve the page from an http or https URL, not from a file, a data URL or a sandboxed frame, and without a redirect between origins"},
		{"malformed", public, get("https://app.example.com/\r\nX: y"), core.ReasonOriginMalformed, `the Origin header is "https://app.example.com/\r\nX: y", which is not an origin as browsers send it; look for a proxy or a client that writes Origin itself`},
		{"malformed and long", public, get(strings.Repeat("é", 1000)), core.ReasonOriginMalformed, `the Origin header is "` + strings.Repeat(`\u00e9`, 25) + `"…, which is not an origin as browsers send it; look for a proxy or a client that writes Origin itself`},
		{"empty", public, get(""), core.ReasonOriginEmpty, "the Origin header is empty, which no browser sends; look for a proxy or a client that writes Origin itself"},
		{"twice", public, twice, core.ReasonOriginRepeated, "the request has more than one Origin header; look for a proxy or a client that writes Origin itself"},
		{"safelisted method", public, preflight(app, "POST", "x-id"), core.ReasonNone, "the page may send its request"},
		{"method", public, preflight(app, "DELETE"), core.ReasonMethodNotListed, `the method "DELETE" is not in AllowMethods, so the browser does not send the page's request; add "DELETE" to AllowMethods`},
		{"method of other case", public, preflight(app, "PATCH"), core.ReasonMethodNotListed, `the method "PATCH" is not in AllowMethods, so the browser does not send the page's request; add "PATCH" to AllowMethods`},
		{"forbidden method", public, preflight(app, "TRACE"), core.ReasonMethodNotListed, `the method "TRACE" is not in AllowMethods, so the browser does not send the page's request; use another method in the page; AllowMethods cannot list this one`},
		{"method, malformed", public, preflight(app, "P\x00T"), core.ReasonMethodMalformed, `Access-Control-Request-Method is "P\x00T", which no browser sends; look for a proxy or a client that writes Access-Control-Request-Method itself`},
		{"two methods", public, twoMethods, core.ReasonMethodMalformed, `Access-Control-Request-Method is "PUT, GET", which no browser sends; look for a proxy or a client that writes Access-Control-Request-Method itself`},
		{"three methods", public, threeMethods, core.ReasonMethodMalformed, `Access-Control-Request-Method is "PUT, GET"…, which no browser sends; look for a proxy or a client that writes Access-Control-Request-Method itself`},
		{"header", public, preflight(app, "PUT", "content-type,x-debug,x-id"), core.ReasonHeaderNotListed, `the request header "x-debug" is not in AllowHeaders, so the browser does not send the page's request; add "x-debug" to AllowHeaders`},
		{"header on second line", public, preflight(app, "PUT", "content-type", "x-debug"), core.ReasonHeaderNotListed, `the request header "x-debug" is not in AllowHeaders, so the browser does not send the page's request; add "x-debug" to AllowHeaders`},
		{"method *", public, preflight(app, "*"), core.ReasonMethodNotListed, `the method "*" is not in AllowMethods, so the browser does not send the page's request; use another method in the page; AllowMethods cannot list this one`},
		{"method in lower case", public, preflight(app, "delete"), core.ReasonMethodNotListed, `the method "delete" is not in AllowMethods, so the browser does not send the page's request; use another method in the page; AllowMethods cannot list this one`},
		{"header *", public, preflight(app, "PUT", "*"), core.ReasonHeaderNotListed, `the request header "*" is not in AllowHeaders, so the browser does not send the page's request; leave "*" out of the page's request, since no page may set that header`},
		{"forbidden header", public, preflight(app, "PUT", "cookie"), core.ReasonHeaderNotListed, `the request header "cookie" is not in AllowHeaders, so the browser does not send the page's request; leave "cookie" out of the page's request, since no page may set that header`},
		{"header, malformed", public, preflight(app, "PUT", "a b"), core.ReasonHeadersMalformed, "Access-Control-Request-Headers is not a list of header names, or it is longer than any browser's; look for a proxy or a client that writes Access-Control-Request-Headers itself"},
		{"header of 128 bytes", public, preflight(app, "PUT", strings.Repeat("a", 128)), core.ReasonHeaderNotListed, `the request header "` + strings.Repeat("a", 128) + `" is not in AllowHeaders, so the browser does not send the page's request; add "` + strings.Repeat("a", 128) + `" to AllowHeaders`},
		{"header of 129 bytes", public, preflight(app, "PUT", strings.Repeat("a", 129)), core.ReasonHeadersMalformed, "Access-Control-Request-Headers is not a list of header names, or it is longer than any browser's; look for a proxy or a client that writes Access-Control-Request-Headers itself"},
		{"header after 8 empty ones", public, preflight(app, "PUT", strings.Repeat(",", 8)+"x-debug"), core.ReasonHeaderNotListed, `the request header "x-debug" is not in AllowHeaders, so the browser does not send the page's request; add "x-debug" to AllowHeaders`},
		{"header after 9 empty ones", public, preflight(app, "PUT", strings.Repeat(",", 9)+"x-debug"), core.ReasonNone, "the page may send its request"},
		{"header after 31 others", wild, preflight(app, "PUT", strings.Repeat("x-id,", 31)+"authorization"), core.ReasonHeaderNotListed, `the request header "authorization" is not in AllowHeaders, so the browser does not send the page's request; add "authorization" to AllowHeaders`},
		{"header after 32 others", wild, preflight(app, "PUT", strings.Repeat("x-id,", 32)+"authorization"), core.ReasonNone, "the page may send its request"},
		{"header after repeated ones", public, preflight(app, "PUT", "x-id,x-id,x-id,x-debug"), core.ReasonNone, "the page may send its request"},
		{"header after 1 KiB", public, preflight(app, "PUT", strings.Repeat(" ", 1020)+"x-debug"), core.ReasonNone, "the page may send its request"},
		{"header after many lines", public, preflight(app, "PUT", append(make([]string, 1024), "x-debug")...), core.ReasonNone, "the page may send its request"},
		{"header before 1 KiB", public, preflight(app, "PUT", "x-debug"+strings.Repeat(",", 17<<10)), core.ReasonHeaderNotListed, `the request header "x-debug" is not in AllowHeaders, so the browser does not send the page's request; add "x-debug" to AllowHeaders`},
		{"method, too long", public, preflight(app, strings.Repeat("A", 65)), core.ReasonMethodMalformed, `Access-Control-Request-Method is "` + strings.Repeat("A", 65) + `", which no browser sends; look for a proxy or a client that writes Access-Control-Request-Method itself`},
		{"any header", wild, preflight(app, "PURGE", "x-debug"), core.ReasonNone, "the page may send its request"},
		{"any header but authorization", wild, preflight(app, "PUT", "authorization"), core.ReasonHeaderNotListed, `the request header "authorization" is not in AllowHeaders, so the browser does not send the page's request; add "authorization" to AllowHeaders`},
		{"reflecting", reflecting, preflight(app, "PURGE", "x-debug"), core.ReasonNone, "the page may send its request"},
		{"reflecting, authorization", reflecting, preflight(app, "PUT", "authorization,x-id"), core.ReasonHeaderNotListed, `the request header "Authorization" is not in AllowHeaders, so the browser does not send the page's request; add "Authorization" to AllowHeaders`},
		{"reflecting, malformed method", reflecting, preflight(app, "a b"), core.ReasonMethodMalformed, `Access-Control-Request-Method is "a b", which no browser sends; look for a proxy or a client that writes Access-Control-Request-Method itself`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v := mustPolicy(t, tt.cfg).Explain(t.Context(), &tt.req, nil)
			if v.Reason != tt.reason || v.String() != tt.want {
				t.Errorf("got %v: %s\nwant %v: %s", v.Reason, v, tt.reason, tt.want)
			}
			if v.Allowed() != (tt.reason == core.ReasonNone) {
				t.Errorf("Allowed() = %v", v.Allowed())
			}
		})
	}
}

// TestFixOfVerdict applies every change that a fix names, as a person would, and finds
// that the browser then allows the page.
func TestFixOfVerdict(t *testing.T) {
	req := preflight("https://other.example", "PUT", "content-type,authorization")
	for _, tt := range []struct {
		cfg core.Config
		fix string
	}{
		{core.Config{AllowOrigins: []string{app}}, `if this page is yours, add "https://other.example" to AllowOrigins; add "PUT" to AllowMethods; add "content-type", "authorization" to AllowHeaders`},
		{
			core.Config{AllowOrigins: []string{app}, AllowMethods: []string{"*"}, AllowHeaders: []string{"*"}, AllowCredentials: true},
			`if this page is yours, add "https://other.example" to AllowOrigins; add "Authorization" to AllowHeaders`,
		},
	} {
		v := mustPolicy(t, tt.cfg).Explain(t.Context(), &req, nil)
		if v.Fix != tt.fix {
			t.Fatalf("fix %q, want %q", v.Fix, tt.fix)
		}
		if v := mustPolicy(t, mend(t, tt.cfg, v.Fix)).Explain(t.Context(), &req, nil); !v.Allowed() || v.Fix != "" {
			t.Errorf("with the fix applied: %s", v)
		}
	}
}

// TestFixOfCookies shows that the fix for cookies depends on how the origin is allowed, and
// that NewPolicy accepts the Config with the fix applied.
func TestFixOfCookies(t *testing.T) {
	const mine = "if this page is yours, "
	every := core.WithOriginFunc(func(context.Context, core.Origin, core.Target) (bool, error) { return true, nil })
	for _, tt := range []struct {
		entry, origin, fix string
		opts               []core.Option
	}{
		{app, app, mine + `set AllowCredentials to true`, nil},
		{"http://localhost:3000", "http://localhost:3000", mine + `set AllowCredentials to true`, nil},
		{"*", app, mine + `replace "*" in AllowOrigins by "https://app.example.com"; set AllowCredentials to true`, nil},
		{"https://*", app, mine + `replace the wildcard in AllowOrigins by "https://app.example.com"; set AllowCredentials to true`, nil},
		{"https://*.example.com", app, mine + `replace the wildcard in AllowOrigins by "https://app.example.com"; set AllowCredentials to true`, nil},
		{"", app, `if all allowed pages are yours, set AllowCredentials to true`, []core.Option{every}},
		{"http://app.example.com", "http://app.example.com", mine + `serve it with https on a domain of yours, add that origin to AllowOrigins, and set AllowCredentials to true`, nil},
		{"*", "http://app.example.com", mine + `serve it with https on a domain of yours, replace "*" in AllowOrigins by that origin, and set AllowCredentials to true`, nil},
		{"*", "null", mine + `serve it with https on a domain of yours, replace "*" in AllowOrigins by that origin, and set AllowCredentials to true`, nil},
		{"*", "file://", mine + `serve it with https on a domain of yours, replace "*" in AllowOrigins by that origin, and set AllowCredentials to true`, nil},
		{"*", "https://app.example.com.", mine + `serve it with https on a domain of yours, replace "*" in AllowOrigins by that origin, and set AllowCredentials to true`, nil},
	} {
		var cfg core.Config
		if tt.entry != "" {
			cfg.AllowOrigins = []string{tt.entry}
		}
		r := get(tt.origin)
		v := mustPolicy(t, cfg, tt.opts...).Explain(t.Context(), &r, details{"Cookie": "a=b", ":host": "api.example.com"})
		if v.Reason != core.ReasonCredentialsNotAllowed || v.Fix != tt.fix {
			t.Errorf("%s by %s: %v, %q, want %q", tt.origin, tt.entry, v.Reason, v.Fix, tt.fix)
			continue
		}
		if strings.Contains(tt.fix, "; ") || tt.entry == app {
			if v := mustPolicy(t, mend(t, cfg, v.Fix)).Explain(t.Context(), &r, details{"Cookie": "a=b"}); !v.Allowed() {
				t.Errorf("%s by %s: with the fix applied: %s", tt.origin, tt.entry, v)
			}
		}
	}
}

// mend applies the changes of a fix that are about the Config.
func mend(t *testing.T, cfg core.Config, fix string) core.Config {
	t.Helper()
	lists := map[string]*[]string{"AllowOrigins": &cfg.AllowOrigins, "AllowMethods": &cfg.AllowMethods, "AllowHeaders": &cfg.AllowHeaders}
	for part := range strings.SplitSeq(fix, "; ") {
		part, _, _ = strings.Cut(strings.TrimPrefix(part, "if this page is yours, "), " (listed is ")
		entries, field, _ := strings.Cut(strings.TrimPrefix(part, "add "), " to ")
		switch list := lists[field]; {
		case part == "set AllowCredentials to true":
			cfg.AllowCredentials = true
		case strings.HasPrefix(part, "replace "):
			_, origin, _ := strings.Cut(part, " by ")
			cfg.AllowOrigins = []string{unquote(t, origin)}
		case strings.HasPrefix(part, "add ") && list != nil:
			*list = slices.Clone(*list)
			for entry := range strings.SplitSeq(entries, ", ") {
				*list = append(*list, unquote(t, entry))
			}
		}
	}
	return cfg
}

func unquote(t *testing.T, quoted string) string {
	t.Helper()
	s, err := strconv.Unquote(quoted)
	if err != nil {
		t.Fatalf("%s: %v", quoted, err)
	}
	return s
}

// TestFixIsBounded shows that a fix names each missing header up to a bound, also those
// after the first check that fails.
func TestFixIsBounded(t *testing.T) {
	p := mustPolicy(t, core.Config{AllowOrigins: []string{app}, AllowHeaders: []string{"X-Id"}})
	for headers, want := range map[string]string{
		"x-debug,x-id":                        `add "PUT" to AllowMethods; add "x-debug" to AllowHeaders`,
		"a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r": `add "PUT" to AllowMethods; add "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p" to AllowHeaders; 2 more are missing there`,
		"a b,c d,x-debug":                     `add "PUT" to AllowMethods; look for a proxy or a client that writes Access-Control-Request-Headers itself; add "x-debug" to AllowHeaders`,
	} {
		req := preflight(app, "PUT", headers)
		v := p.Explain(t.Context(), &req, nil)
		if v.Fix != want || v.Reason != core.ReasonMethodNotListed || v.Subject != "PUT" {
			t.Errorf("%s: got %v %q and the fix\n%s\nwant\n%s", headers, v.Reason, v.Subject, v.Fix, want)
		}
	}
	req := preflight(app, "GET", strings.Repeat("cookie,", 2000))
	if n := len(p.Explain(t.Context(), &req, nil).Fix); n > 2<<10 {
		t.Errorf("a fix of %d bytes", n)
	}
}

func TestNames(t *testing.T) {
	seen := make(map[string]bool)
	for r := core.ReasonNone; r <= core.ReasonCredentialsNotAllowed; r++ {
		if s := r.String(); s == "" || s == "unknown" || seen[s] {
			t.Errorf("the name of reason %d is %q", r, s)
		}
		seen[r.String()] = true
		sentence := core.Verdict{Kind: core.Preflight, Reason: r}.String()
		if strings.Contains(sentence, "unknown") || seen[sentence] {
			t.Errorf("%v is explained as %q", r, sentence)
		}
		seen[sentence] = true
	}
	if got := core.Reason(255).String(); got != "unknown" {
		t.Errorf("the name of a reason that does not exist is %q", got)
	}
	for kind, want := range map[core.Kind]string{core.NotCORS: "not CORS", core.Actual: "actual", core.Preflight: "preflight"} {
		if kind.String() != want {
			t.Errorf("the name of kind %d is %q, want %q", kind, kind, want)
		}
	}
}

// TestVerdictMayBeKept shows that a verdict shares no memory with the request.
func TestVerdictMayBeKept(t *testing.T) {
	memory := []byte(evil)
	r := get(unsafe.String(&memory[0], len(memory)))
	v := mustPolicy(t, core.Config{AllowOrigins: []string{app}}).Explain(t.Context(), &r, nil)
	before := strings.Clone(v.String())
	clear(memory)
	if v.Subject != evil || v.String() != before {
		t.Errorf("the verdict is now %v", v)
	}
}

// TestNearMisses shows that the fix names the entry that probably means the origin.
func TestNearMisses(t *testing.T) {
	for _, tt := range []struct{ entry, origin, want string }{
		{"https://app.example.com", "http://app.example.com", `(listed is "https://app.example.com": the scheme differs)`},
		{"http://localhost:3000", "http://localhost:5173", `(listed is "http://localhost:3000": the port differs)`},
		{"https://example.com:8443", "http://example.com", `(listed is "https://example.com:8443": the scheme and the port differ)`},
		{"https://example.com", "https://www.example.com", `(listed is "https://example.com": www. differs)`},
		{"https://www.example.com", "https://example.com", `(listed is "https://www.example.com": www. differs)`},
		{"http://localhost:3000", "http://127.0.0.1:3000", `(listed is "http://localhost:3000": the browser distinguishes the names of the local machine)`},
		{"https://*.example.com", "https://example.com", `(listed is "https://*.example.com": the wildcard matches subdomains only)`},
		{"http://*", "http://localhost:3000", `(listed is "http://*": the port differs)`},
		{"https://*.example.com", "https://a.example.com:8443", `(listed is "https://*.example.com": the port differs)`},
		{"http://localhost:*", "https://localhost:3000", `(listed is "http://localhost:*": the scheme differs)`},
		{"http://*", "https://example.com", ""},
		{"https://*.example.com", "https://evilexample.com:8443", ""},
		{"https://app.example.com", "https://other.example.com", ""},
		{"https://example.com", "https://evilexample.com", ""},
		{"http://localhost:3000", "http://example.com:3000", ""},
		{"http://example.com:3000", "http://localhost:3000", ""},
		{"https://example.com", "https://evil.example.com", ""},
		{"https://app.example.com", "https://app.example.com.evil.example", ""},
		{"http://localhost:3000", "http://127.0.0.1:4000", ""},
	} {
		r := get(tt.origin)
		want := `if this page is yours, add "` + tt.origin + `" to AllowOrigins`
		if tt.want != "" {
			want += " " + tt.want
		}
		p := mustPolicy(t, core.Config{AllowOrigins: []string{"https://first.example", tt.entry}})
		if got := p.Explain(t.Context(), &r, nil).Fix; got != want {
			t.Errorf("%s, %s: got %s, want %s", tt.entry, tt.origin, got, want)
		}
	}
	var many []string
	for i := range 1000 {
		many = append(many, "https://tenant-"+strconv.Itoa(i)+".example")
	}
	r := get("https://tenant.example")
	p := mustPolicy(t, core.Config{AllowOrigins: append(many, "https://www.tenant.example")})
	if got := p.Explain(t.Context(), &r, nil).Fix; strings.Contains(got, "listed") {
		t.Errorf("after 1,000 entries: %s", got)
	}
	policy := mustPolicy(t, core.Config{AllowOrigins: []string{"https://*.amazonaws.com"}, AllowCredentials: true})
	r = get("https://anyone.s3.amazonaws.com")
	if got := policy.Explain(t.Context(), &r, nil).Fix; !strings.HasSuffix(got, `(listed is "https://*.amazonaws.com": the wildcard does not reach below a public suffix with credentials)`) {
		t.Errorf("below a public suffix: %s", got)
	}
	const share = "if this page is yours, serve it from a host below s3.amazonaws.com, a public suffix that strangers share"
	for _, tt := range []struct {
		origin                 string
		credentials, dangerous bool
		want                   string
	}{
		{"https://s3.amazonaws.com", true, false, share},
		{"http://s3.amazonaws.com", true, false, share},
		{"https://s3.amazonaws.com", true, true, `if this page is yours, add "https://s3.amazonaws.com" to AllowOrigins`},
		{"https://s3.amazonaws.com", false, false, `if this page is yours, add "https://s3.amazonaws.com" to AllowOrigins`},
	} {
		r = get(tt.origin)
		p := mustPolicy(t, core.Config{AllowOrigins: []string{app}, AllowCredentials: tt.credentials, DangerouslyAllowPublicSuffixes: tt.dangerous})
		if got := p.Explain(t.Context(), &r, nil).Fix; got != tt.want {
			t.Errorf("%+v: %s", tt, got)
		}
	}
}
