package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// runCommand runs corsprobe, and returns its exit code and its output.
func runCommand(t *testing.T, args ...string) (code int, out, errors string) {
	t.Helper()
	var stdout, stderr strings.Builder
	code = run(t.Context(), args, streams{in: strings.NewReader(""), out: &stdout, err: &stderr})
	return code, stdout.String(), stderr.String()
}

// TestDiff compares pairs of configs. A pair that changes nothing has the exit code 0.
func TestDiff(t *testing.T) {
	const app = "allowOrigins: [https://app.example.com]\n"
	none := "no page may do more or less\n"
	var many, names []string
	for i := range 30 {
		many = append(many, "https://a"+strconv.Itoa(i)+".example.com")
		names = append(names, "X-"+strconv.Itoa(i))
	}
	for name, tt := range map[string]struct{ older, newer, want string }{
		"identical": {app, app, none},
		"reordered": {
			"allowOrigins: [https://a.example, https://b.example]\nallowMethods: [PUT, DELETE]\nallowHeaders: [X-A, x-b]",
			"allowMethods: [DELETE, PUT]\nallowHeaders: [X-B, X-A]\nallowOrigins: [https://b.example, https://a.example, https://a.example]", none,
		},
		"without effect": {app, app + "allowMethods: [GET, POST, TRACE]\nallowHeaders: [Origin, Cookie]\nexposeHeaders: [Content-Type]\nmaxAge: 10m\npreflightStatus: 204", none},
		"covered already": {
			"allowOrigins: [https://*.example.com]", "allowOrigins: [https://*.example.com, https://a.example.com, https://*.b.example.com, https://c-*.example.com]", none,
		},
		"entry added": {app, "allowOrigins: [https://app.example.com, https://new.example.net]", `Newly allowed
+ pages on https://new.example.net
    may now read the answers
`},
		"entry removed": {"allowOrigins: [https://app.example.com, https://new.example.net]", app, `Newly blocked
- pages on https://new.example.net
`},
		"entry replaced": {app + "allowMethods: [PUT]\nallowCredentials: true", "allowOrigins: [https://app.example.com:8443]\nallowMethods: [PUT]\nallowCredentials: true", `Newly allowed
+ pages on https://app.example.com:8443
    may now read the answers, also with credentials
    may now send PUT
Newly blocked
- pages on https://app.example.com
`},
		"wildcard widened": {"allowOrigins: [https://a.example.com, https://*.b.example.com]", "allowOrigins: [https://*.example.com]", `Newly allowed
+ pages on https://*.example.com, such as https://x0.x0.example.com
    except those that both files allow
    may now read the answers
`},
		"everyone": {app, `allowOrigins: ["*"]`, `Newly allowed
+ pages on every origin (*), such as null
    except those that both files allow
    may now read the answers
`},
		"credentials on": {"allowOrigins: [https://app.example.com, https://*.example.net]\nallowMethods: [PUT]", "allowOrigins: [https://app.example.com, https://*.example.net]\nallowMethods: [PUT]\nallowCredentials: true", `Newly allowed
+ pages that both files allow (https://*.example.net, https://app.example.com)
    may now send credentials and read the answers
Newly blocked
- pages on public suffixes that a wildcard matches, if there are any (https://*.example.net)
`},
		"credentials off": {app + "allowCredentials: true", app, `Newly blocked
- pages that both files allow (https://app.example.com)
    may no longer send credentials and read the answers
`},
		"credentials and a method": {app, app + "allowCredentials: true\nallowMethods: [PUT]", `Newly allowed
+ pages that both files allow (https://app.example.com)
    may now send credentials and read the answers
    may now send PUT
`},
		"method dropped": {app + "allowMethods: [PUT, DELETE]", app + "allowMethods: [PUT, PATCH]", `Newly allowed
+ pages that both files allow (https://app.example.com)
    may now send PATCH
Newly blocked
- pages that both files allow (https://app.example.com)
    may no longer send DELETE
`},
		"method in another case": {app + "allowMethods: [purge]", app + "allowMethods: [PURGE]", `Newly allowed
+ pages that both files allow (https://app.example.com)
    may now send PURGE
Newly blocked
- pages that both files allow (https://app.example.com)
    may no longer send purge
`},
		"every method": {app + "allowMethods: [PUT]", app + `allowMethods: ["*"]`, `Newly allowed
+ pages that both files allow (https://app.example.com)
    may now send every method
`},
		"every header": {app + "allowHeaders: [X-A]", app + `allowHeaders: ["*"]`, `Newly allowed
+ pages that both files allow (https://app.example.com)
    may now set every request header except Authorization
    may now set Authorization, in Chromium, Firefox and WebKit
`},
		"Authorization beside every header": {app + `allowHeaders: ["*"]`, app + `allowHeaders: ["*", Authorization]`, `Newly allowed
+ pages that both files allow (https://app.example.com)
    may now set Authorization, in the Fetch standard
`},
		"every header with credentials": {app + "allowCredentials: true\nallowHeaders: [Authorization]", app + "allowCredentials: true\nallowHeaders: [\"*\"]", `Newly allowed
+ pages that both files allow (https://app.example.com)
    may now set every request header except Authorization
Newly blocked
- pages that both files allow (https://app.example.com)
    may no longer set Authorization
`},
		"response headers": {app + "exposeHeaders: [X-A]", app + "exposeHeaders: [x-a, X-B]", `Newly allowed
+ pages that both files allow (https://app.example.com)
    may now read the response header X-B
`},
		"other settings": {app, app + "maxAge: 1h\npreflightStatus: 200\ndangerouslyAllowInsecureOrigins: true", `Changed otherwise
~ maxAge: 3600 seconds, before 600 seconds
~ preflightStatus: 200, before 204
~ dangerouslyAllowInsecureOrigins: true, before false
`},
		"denied requests": {app + "rejectDeniedOrigins: true", "allowOrigins: [https://app.example.com, https://b.example]", `Newly allowed
+ pages on https://b.example
    may now read the answers
    may now send requests that reach a handler
+ pages that both files deny
    may now send requests that reach a handler
`},
		"denied requests rejected": {app, app + "rejectDeniedOrigins: true", `Newly blocked
- pages that both files deny
    may no longer send requests that reach a handler
`},
		"overlap": {"allowOrigins: [\"https://a-*.example.com\"]", "allowOrigins: [\"https://*-b.example.com\"]\nallowMethods: [PUT]", `Newly allowed
+ pages on https://*-b.example.com, such as https://ax0a-b.example.com
    except those that both files allow
    may now read the answers
    may now send PUT
+ pages that both files allow
    may now send PUT
Newly blocked
- pages on https://a-*.example.com, such as https://a-ax0a.example.com
    except those that both files allow
`},
		"many": {
			app, "allowOrigins: [" + strings.Join(many, ", ") + ", https://app.example.com]\nallowHeaders: [" + strings.Join(names, ", ") + "]", "Newly allowed\n+ pages on " + strings.Join(many[:20], "\n+ pages on ") + `
+ pages on 10 more entries
    may now read the answers
    may now set X-0, X-1, X-10, X-11, X-12, X-13, X-14, X-15, X-16, X-17, X-18, X-19, X-2, X-20, X-21, X-22, X-23, X-24, X-25, X-26 and 10 more
+ pages that both files allow (https://app.example.com)
    may now set X-0, X-1, X-10, X-11, X-12, X-13, X-14, X-15, X-16, X-17, X-18, X-19, X-2, X-20, X-21, X-22, X-23, X-24, X-25, X-26 and 10 more
`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			older, newer := filepath.Join(t.TempDir(), "old.yaml"), filepath.Join(t.TempDir(), "new.yaml")
			for file, text := range map[string]string{older: tt.older, newer: tt.newer} {
				if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			code, out, errors := runCommand(t, "diff", older, newer)
			want := exitUnexpected
			if tt.want == none {
				want = exitExpected
			}
			if out != tt.want || code != want || errors != "" {
				t.Errorf("exit code %d, %s, output\n%s\nwant %d\n%s", code, errors, out, want, tt.want)
			}
		})
	}
}
