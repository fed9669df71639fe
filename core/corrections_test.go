package core_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core"
)

// badOrigin is an entry of AllowOrigins that is a problem in every Config.
type badOrigin struct {
	entry string
	code  string
	fix   []string
}

func badOrigins() []badOrigin {
	one := func(s string) []string { return []string{s} }
	return []badOrigin{
		{"", "origin-empty", nil},
		{"  ", "origin-empty", nil},
		{"null", "origin-null", nil},
		{"NULL", "origin-null", nil},
		{" * ", "origin-blank", one("*")},
		{" https://example.com", "origin-blank", one("https://example.com")},
		{"https://example.com\n", "origin-blank", one("https://example.com")},
		{`"https://example.com"`, "origin-blank", one("https://example.com")},
		{`'HTTPS://example.com'`, "origin-blank", one("https://example.com")},
		{`"null"`, "origin-null", nil},
		{"'*'", "origin-blank", one("*")},
		{"safari-web-extension://E5B8A1B1/", "origin-path", one("safari-web-extension://E5B8A1B1")},
		{"app://a b", "origin-list", nil},
		{"app://é", "origin-host", nil},
		{"https://a.example,https://b.example", "origin-list", []string{"https://a.example", "https://b.example"}},
		{"https://a.example, https://b.example/", "origin-list", []string{"https://a.example", "https://b.example"}},
		{"https://a.example https://b.example", "origin-list", []string{"https://a.example", "https://b.example"}},
		{"https://a.example; file://", "origin-list", nil},
		{"https://a.example, *", "origin-list", one("*")},
		{"https://a.example, https://a.example/", "origin-list", one("https://a.example")},
		{"example.com", "origin-scheme-missing", one("https://example.com")},
		{"//example.com", "origin-scheme-missing", one("https://example.com")},
		{"example.com:8443", "origin-scheme-missing", one("https://example.com:8443")},
		{"localhost", "origin-scheme-missing", one("http://localhost")},
		{"localhost:3000", "origin-scheme-missing", one("http://localhost:3000")},
		{"127.0.0.1:3000", "origin-scheme-missing", one("http://127.0.0.1:3000")},
		{"[::1]:3000", "origin-scheme-missing", one("http://[::1]:3000")},
		{"[::1]", "origin-scheme-missing", one("http://[::1]")},
		{"*.example.com", "origin-scheme-missing", []string{"https://*.example.com", "http://*.example.com"}},
		{"*.example.com:8443", "origin-scheme-missing", []string{"https://*.example.com:8443", "http://*.example.com:8443"}},
		{"*.example.com:443", "origin-scheme-missing", one("https://*.example.com")},
		{"*://example.com:80", "origin-wildcard-scheme", one("http://example.com")},
		{"*example.com", "origin-scheme-missing", []string{"https://*.example.com", "http://*.example.com"}},
		{"*.localhost", "origin-scheme-missing", []string{"https://*.localhost", "http://*.localhost"}},
		{"*:3000", "origin-scheme-missing", []string{"https://*:3000", "http://*:3000"}},
		{"*.*", "origin-scheme-missing", []string{"https://*", "http://*"}},
		{"localhost*", "origin-scheme-missing", one("http://localhost:*")},
		{"localhost:3000*", "origin-scheme-missing", one("http://localhost:3000")},
		{"h*", "origin-wildcard-scheme", []string{"https://*:*", "http://*:*"}},
		{"http*", "origin-wildcard-scheme", []string{"https://*:*", "http://*:*"}},
		{"https*", "origin-wildcard-scheme", one("https://*:*")},
		{"http:*", "origin-wildcard-scheme", one("http://*:*")},
		{"http*://*", "origin-wildcard-scheme", []string{"https://*", "http://*"}},
		{"https:example.com", "origin-scheme", one("https://example.com")},
		{"https:/example.com", "origin-scheme", one("https://example.com")},
		{"://example.com", "origin-scheme", nil},
		{"1https://example.com", "origin-scheme", nil},
		{"ht!tp://example.com", "origin-scheme", nil},
		{strings.Repeat("a", 65) + "://example.com", "origin-scheme", nil},
		{"HTTPS://example.com", "origin-upper-case", one("https://example.com")},
		{"https://Example.COM", "origin-upper-case", one("https://example.com")},
		{"HTTPS://Example.com:443/", "origin-upper-case", one("https://example.com")},
		{"*://example.com", "origin-wildcard-scheme", []string{"https://example.com", "http://example.com"}},
		{"*://*", "origin-blank", one("*")},
		{"http*://example.com", "origin-wildcard-scheme", []string{"https://example.com", "http://example.com"}},
		{"ws://localhost:3000", "origin-websocket", one("http://localhost:3000")},
		{"wss://example.com", "origin-websocket", one("https://example.com")},
		{"file://", "origin-null", nil},
		{"file:///home/me/index.html", "origin-null", nil},
		{"data://example.com", "origin-null", nil},
		{"blob://example.com", "origin-null", nil},
		{"about://blank", "origin-null", nil},
		{"javascript://x", "origin-null", nil},
		{"https://example.com/", "origin-path", one("https://example.com")},
		{"https://example.com/api", "origin-path", one("https://example.com")},
		{"https://example.com/*", "origin-path", one("https://example.com")},
		{"https://example.com?x=1", "origin-query", one("https://example.com")},
		{"https://example.com?", "origin-query", one("https://example.com")},
		{"https://example.com#top", "origin-fragment", one("https://example.com")},
		{"https://me:secret@example.com", "origin-userinfo", one("https://example.com")},
		{"https://me@example.com/", "origin-path", one("https://example.com")},
		{"https://example.com:", "origin-port", one("https://example.com")},
		{"https://example.com:443", "origin-default-port", one("https://example.com")},
		{"http://example.com:80", "origin-default-port", one("http://example.com")},
		{"http://example.com:080", "origin-default-port", one("http://example.com")},
		{"https://example.com:0", "origin-port", nil},
		{"https://example.com:08443", "origin-port", one("https://example.com:8443")},
		{"https://example.com:65536", "origin-port", nil},
		{"https://example.com:99999999999999999999", "origin-port", nil},
		{"https://example.com:http", "origin-port", nil},
		{"https://example.com:80*", "origin-port", one("https://example.com:*")},
		{"https://*.example.com:84??", "origin-glob", one("https://*.example.com:*")},
		{"https://example.com:-1", "origin-port", nil},
		{"https://example.com:8443*", "origin-port", one("https://example.com:8443")},
		{"http://localhost:3000*", "origin-port", one("http://localhost:3000")},
		{"http://localhost:99999*", "origin-port", nil},
		{"http://localhost*", "origin-port", one("http://localhost:*")},
		{"http://LocalHost*", "origin-port", one("http://localhost:*")},
		{"http://127.0.0.1*", "origin-port", one("http://127.0.0.1:*")},
		{"http://[::1]*", "origin-port", one("http://[::1]:*")},
		{"https://example.com*", "origin-port", one("https://example.com:*")},
		{"https://*.example.com*", "origin-port", one("https://*.example.com:*")},
		{"https://*.example*", "origin-wildcard", nil},
		{"https://app.preview-*", "origin-wildcard", nil},
		{"http://*:80", "origin-default-port", one("http://*")},
		{"https://*/", "origin-path", one("https://*")},
		{"https://", "origin-host-missing", nil},
		{"chrome-extension://", "origin-host-missing", one("chrome-extension://*")},
		{"moz-extension://", "origin-host-missing", one("moz-extension://*")},
		{"app://", "origin-host-missing", one("app://*")},
		{"tauri://", "origin-host-missing", one("tauri://localhost")},
		{"capacitor://", "origin-host-missing", one("capacitor://localhost")},
		{"ionic://", "origin-host-missing", one("ionic://localhost")},
		{"https://:8443", "origin-host-missing", nil},
		{"https:///", "origin-path", nil},
		{"https://.example.com", "origin-host", nil},
		{"https://example..com", "origin-host", nil},
		{"https://example.com.", "origin-trailing-dot", one("https://example.com")},
		{"https://exa mple.com", "origin-list", nil},
		{"https://exa%6dple.com", "origin-host", nil},
		{"https://example~.com", "origin-host", nil},
		{"https://" + strings.Repeat("a", 64) + ".com", "origin-host", nil},
		{"https://" + strings.Repeat("a.", 126) + "com", "origin-host-length", nil},
		{"https://bücher.example", "origin-non-ascii", one("https://xn--bcher-kva.example")},
		{"https://BÜCHER.example", "origin-upper-case", one("https://xn--bcher-kva.example")},
		{"https://*.bücher.example", "origin-non-ascii", one("https://*.xn--bcher-kva.example")},
		{"https://例え.テスト", "origin-non-ascii", one("https://xn--r8jz45g.xn--zckzah")},
		{"https://xn--a.example", "origin-punycode", nil},
		{"https://*.xn--a.example", "origin-punycode", nil},
		{"http://127.1", "origin-ipv4", nil},
		{"http://127.0.0.256", "origin-ipv4", nil},
		{"http://127.0.0.01", "origin-ipv4", nil},
		{"http://0x7f000001", "origin-ipv4", nil},
		{"http://example.1", "origin-ipv4", nil},
		{"http://[::1", "origin-ipv6", one("http://[::1]")},
		{"http://[0:0:0:0:0:0:0:1]", "origin-ipv6", one("http://[::1]")},
		{"http://[2001:DB8::1]:8080", "origin-ipv6", one("http://[2001:db8::1]:8080")},
		{"http://[::ffff:192.0.2.1]", "origin-ipv6", one("http://[::ffff:c000:201]")},
		{"http://[fe80::1%eth0]", "origin-ipv6", one("http://[fe80::1]")},
		{"http://::1", "origin-ipv6", one("http://[::1]")},
		{"http://[::g]", "origin-ipv6", nil},
		{"http://[192.0.2.1]", "origin-ipv6", nil},
		{"https://*.", "origin-wildcard-domain", nil},
		{"https://*.:8443", "origin-wildcard-domain", nil},
		{"https://*.*", "origin-wildcard", one("https://*")},
		{"http://*.*", "origin-wildcard", one("http://*")},
		{"https://*.*:*", "origin-wildcard", one("https://*:*")},
		{"https://**", "origin-wildcard", one("https://*")},
		{"http://h*", "origin-wildcard-domain", nil},
		{"http://preview-*", "origin-wildcard-domain", nil},
		{"https://*example.com", "origin-missing-dot", one("https://*.example.com")},
		{"https://*shop.example.com:8443", "origin-missing-dot", one("https://*.shop.example.com:8443")},
		{"https://example.*", "origin-wildcard", nil},
		{"https://www.*.example.com", "origin-wildcard", nil},
		{"https://*.*.example.com", "origin-wildcard", one("https://*.example.com")},
		{"https://**.example.com", "origin-wildcard", one("https://*.example.com")},
		{"https://a*b*.example.com", "origin-wildcard", nil},
		{"https://*.0.0.1", "origin-range", nil},
		{"https://*.example.1", "origin-wildcard", nil},
		{"https://*.exam_ple!.com", "origin-host", nil},
		{"https://" + strings.Repeat("a", 63) + "*.example.com", "origin-host", nil},
		{`^https://.*\.example\.com$`, "origin-regexp", one("https://*.example.com")},
		{`https://.*.example.com`, "origin-regexp", one("https://*.example.com")},
		{`https?://.*\.example\.com(:\d+)?`, "origin-regexp", []string{"https://*.example.com:*", "http://*.example.com:*"}},
		{`^https://preview-[a-z0-9-]+\.example\.com$`, "origin-regexp", one("https://preview-*.example.com")},
		{`https:\/\/app\.example\.com`, "origin-regexp", one("https://app.example.com")},
		{`^http://localhost:[0-9]+$`, "origin-regexp", one("http://localhost:*")},
		{"https?://example.com", "origin-regexp", []string{"https://example.com", "http://example.com"}},
		{`/https://.*\.example\.com/`, "origin-regexp", one("https://*.example.com")},
		{`/^https:\/\/.*\.example\.com$/`, "origin-regexp", one("https://*.example.com")},
		{"/https://app.example.com/", "origin-regexp", one("https://app.example.com")},
		{`/example\.com$/`, "origin-regexp", nil},
		{"/api/", "origin-scheme-missing", nil},
		{`^https?://localhost.*$`, "origin-regexp", []string{"https://localhost:*", "http://localhost:*"}},
		{`^https://.*example\.com$`, "origin-regexp", one("https://*.example.com")},
		{"/.*/", "origin-regexp", one("*")},
		{".*", "origin-blank", one("*")},
		{"//example.com/", "origin-scheme-missing", one("https://example.com")},
		{".*.example.com", "origin-scheme-missing", []string{"https://*.example.com", "http://*.example.com"}},
		{"https://[^.]*.example.com", "origin-regexp", one("https://*.example.com")},
		{"https://[a-z]*.example.com", "origin-regexp", one("https://*.example.com")},
		{"https://*,https://app.example.com,*", "origin-list", one("*")},
		{"http://192.168.1.0/24", "origin-range", nil},
		{"http://192.168.1.*", "origin-range", nil},
		{"http://192.168.1*", "origin-range", nil},
		{"https://app-?.example.com", "origin-glob", one("https://app-*.example.com")},
		{"https://app-*.*.example.com", "origin-wildcard", nil},
		{"${FRONTEND_URL}", "origin-variable", nil},
		{"$FRONTEND_URL", "origin-variable", nil},
		{`["https://a.example","https://b.example"]`, "origin-list", []string{"https://a.example", "https://b.example"}},
		{`["*"]`, "origin-blank", one("*")},
		{`["https://a.example"]`, "origin-blank", one("https://a.example")},
		{"http://[fe80::1%eth0]:3000", "origin-ipv6", one("http://[fe80::1]:3000")},
		{"qrc://", "origin-host-missing", nil},
		{"app://example.com/", "origin-path", one("app://example.com")},
		{`https://(www|app).example.com`, "origin-regexp", nil},
		{"https?://example.com", "origin-regexp", []string{"https://example.com", "http://example.com"}},
		{"https://app-[a-z]*.example.com", "origin-regexp", one("https://app-*.example.com")},
	}
}

func TestBadOrigins(t *testing.T) {
	for _, bad := range badOrigins() {
		t.Run(bad.entry, func(t *testing.T) {
			cfg := core.Config{AllowOrigins: []string{bad.entry}}
			p := soleProblem(t, cfg)
			if p.Field != "AllowOrigins" || p.Index != 0 || p.Value != bad.entry || p.Code != bad.code {
				t.Errorf("got %+v, want code %q", p, bad.code)
			}
			if !slices.Equal(p.Fix, bad.fix) {
				t.Errorf("fix %q, want %q", p.Fix, bad.fix)
			}
		})
	}
}

// TestOriginMessages shows that an error about an entry from another library tells what to
// write, also if credentials prohibit the correction.
func TestOriginMessages(t *testing.T) {
	const (
		noList    = "; decide about such origins in core.WithOriginFunc"
		anyHost   = "with credentials, every page of the scheme could act as your users; list the origins one by one, or set DangerouslyAllowPublicSuffixes"
		aRegexp   = "an entry is not a regular expression; a * matches whole labels (https://*.example.com) or a part of one (https://preview-*.example.com)"
		noScheme  = "an origin begins with its scheme"
		shortHost = "a wildcard needs a domain after it, such as https://*.example.com"
	)
	for _, tt := range []struct {
		entry       string
		credentials bool
		want        string
	}{
		{"http://localhost*", true, `a * at the end of a host matches no port; :* matches any port; use "http://localhost:*"`},
		{"http://localhost:3000*", true, `a port has no wildcard in it; use "http://localhost:3000"`},
		{"http://dev*", false, shortHost + noList},
		{"h*", false, `a scheme has no wildcard; use "https://*:*", "http://*:*"`},
		{"h*", true, "a scheme has no wildcard, and " + anyHost},
		{"https://*.", false, shortHost},
		{"https://*.*", false, `a single * matches any host; use "https://*"`},
		{"https://*.*", true, "a single * matches any host, and " + anyHost},
		{"chrome-extension://", false, `the host is missing; use "chrome-extension://*"`},
		{"chrome-extension://", true, "the host is missing, and " + anyHost},
		{"tauri://", true, `the host is missing; use "tauri://localhost"`},
		{"qrc://", false, "the host is missing" + noList},
		{`/https://.*\.example\.com/`, false, aRegexp + `; use "https://*.example.com"`},
		{"https://(www|app).example.com", false, aRegexp + noList},
		{"*.example.com", true, noScheme + `; use "https://*.example.com"`},
		{"*.github.io", true, noScheme + ", and with credentials, anyone who registers a name below github.io could act as your users; list the origins one by one, or set DangerouslyAllowPublicSuffixes"},
		{" *", true, `"*" alone allows every origin, and with credentials, "*" would allow every page to act as your users, and browsers refuse it; list the origins, or set AllowCredentials to false`},
		{"https://*", true, anyHost},
		{"http://*", true, anyHost + " and DangerouslyAllowInsecureOrigins"},
		{"http://*.github.io", true, "with credentials, anyone who registers a name below github.io could act as your users; list the origins one by one, or set DangerouslyAllowPublicSuffixes and DangerouslyAllowInsecureOrigins"},
		{"file://", false, "most pages of files send the origin null, which no list matches; the browser inside an application may send file://" + noList},
		{"file:///index.html", false, "most pages of files send the origin null, which no list matches; the browser inside an application may send file://" + noList},
	} {
		p := soleProblem(t, core.Config{AllowOrigins: []string{tt.entry}, AllowCredentials: tt.credentials})
		if _, got, _ := strings.Cut(p.Error(), `": `); got != tt.want {
			t.Errorf("%s, credentials %v:\n got %s\nwant %s", tt.entry, tt.credentials, got, tt.want)
		}
	}
}
