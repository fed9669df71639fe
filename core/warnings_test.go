package core_test

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/corsuite/corsuite/core"
)

// TestWarnings shows that harmless mistakes are no errors, and how the policy answers.
func TestWarnings(t *testing.T) {
	listed := []string{app}
	const allowed = "204\nAllow-Origin: " + app + "\nMax-Age: 600\nVary: Origin, Access-Control-Request-Method"
	with := func(header string) string { return strings.Replace(allowed, "\nVary", "\n"+header+"\nVary", 1) }
	for name, tt := range map[string]struct {
		cfg  core.Config
		want []string // field[index] code, and the fix
		says string   // the answer to a preflight
	}{
		"forbidden methods":   {core.Config{AllowOrigins: listed, AllowMethods: []string{"CONNECT", "PUT", "trace", "TRACK"}}, []string{"AllowMethods[0] method-forbidden []", "AllowMethods[2] method-forbidden []", "AllowMethods[3] method-forbidden []"}, with("Allow-Methods: PUT")},
		"forbidden headers":   {core.Config{AllowOrigins: listed, AllowHeaders: []string{"Origin", "X-A", "cookie", "Sec-Fetch-Mode", "Proxy-A", "Access-Control-Request-Method", "Content-Length"}}, []string{"AllowHeaders[0] header-forbidden []", "AllowHeaders[2] header-forbidden []", "AllowHeaders[3] header-forbidden []", "AllowHeaders[4] header-forbidden []", "AllowHeaders[5] header-forbidden []", "AllowHeaders[6] header-forbidden []"}, with("Allow-Headers: X-A")},
		"CORS headers":        {core.Config{AllowOrigins: listed, AllowHeaders: []string{"Access-Control-Allow-Origin"}, ExposeHeaders: []string{"access-control-max-age"}}, []string{"AllowHeaders[0] header-response []", "ExposeHeaders[0] header-response []"}, allowed},
		"Set-Cookie":          {core.Config{AllowOrigins: listed, ExposeHeaders: []string{"Set-Cookie", "set-cookie2"}}, []string{"ExposeHeaders[0] header-forbidden []", "ExposeHeaders[1] header-forbidden []"}, allowed},
		"a week":              {core.Config{AllowOrigins: listed, MaxAge: 7 * 24 * time.Hour}, []string{"MaxAge[-1] max-age-long [24h0m0s]"}, strings.Replace(allowed, "600", "86400", 1)},
		"a fraction":          {core.Config{AllowOrigins: listed, MaxAge: 1500 * time.Millisecond}, []string{"MaxAge[-1] max-age-fraction [1s]"}, strings.Replace(allowed, "600", "1", 1)},
		"any beside others":   {core.Config{AllowOrigins: []string{app, "*"}}, []string{"AllowOrigins[1] origin-any-others []"}, strings.Replace(allowed, app, "*", 1)},
		"duplicates":          {core.Config{AllowOrigins: []string{app, app}, AllowMethods: []string{"PUT", "PUT"}, AllowHeaders: []string{"X-A", "x-a", "*", "*"}}, []string{"AllowOrigins[1] duplicate []", "AllowMethods[1] duplicate []", "AllowHeaders[1] duplicate []", "AllowHeaders[3] duplicate []"}, with("Allow-Methods: PUT\nAllow-Headers: *, X-A")},
		"* in a name":         {core.Config{AllowOrigins: listed, AllowHeaders: []string{"X-Amz*"}}, []string{"AllowHeaders[0] name-wildcard []"}, with("Allow-Headers: X-Amz*")},
		"* and credentials":   {core.Config{AllowOrigins: listed, AllowHeaders: []string{"*"}, AllowCredentials: true}, []string{"AllowHeaders[-1] header-any-authorization []"}, "204\nAllow-Origin: " + app + "\nAllow-Credentials: true\nMax-Age: 600\nVary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers"},
		"* and Authorization": {core.Config{AllowOrigins: listed, AllowHeaders: []string{"*", "Authorization"}, AllowCredentials: true}, nil, "204\nAllow-Origin: " + app + "\nAllow-Credentials: true\nMax-Age: 600\nVary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers"},
		"none":                {core.Config{AllowOrigins: listed}, nil, allowed},
	} {
		t.Run(name, func(t *testing.T) {
			p := mustPolicy(t, tt.cfg, core.WithLogger(nil))
			var got []string
			for _, w := range p.Warnings() {
				got = append(got, fmt.Sprintf("%s[%d] %s %v", w.Field, w.Index, w.Code, w.Fix))
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got the warnings %q, want %q", got, tt.want)
			}
			if says := decide(t, p, preflight(app, "GET")); says != tt.says {
				t.Errorf("a preflight is answered with\n%s\nwant\n%s", says, tt.says)
			}
		})
	}
}

// TestWarningsAreLogged shows that each warning is one line a minute, up to a bound, for
// NewPolicy and for Reload.
func TestWarningsAreLogged(t *testing.T) {
	synctest.Test(t, testWarningsAreLogged)
}

func testWarningsAreLogged(t *testing.T) {
	var log buffer
	cfg := core.Config{AllowOrigins: []string{app}, AllowHeaders: []string{"Origin"}}
	p := mustPolicy(t, cfg, core.WithLogger(plain(&log)), core.WithName("api"))
	const line = `level=WARN msg="cors: a harmless mistake in the config" policy=api warning="AllowHeaders[0] \"Origin\": only the browser sets this header, no page can (Fetch, forbidden request-header); remove the entry"`
	expect(t, "by NewPolicy", lines(&log), line)
	for range 3 {
		if err := p.Reload(cfg); err != nil {
			t.Fatal(err)
		}
	}
	expect(t, "by Reload", lines(&log), "")
	<-time.After(time.Minute)
	expect(t, "a minute later", lines(&log), line+" times=3")
	for i := range 1000 {
		cfg.AllowHeaders = append(cfg.AllowHeaders, fmt.Sprint("Sec-", i))
	}
	if err := p.Reload(cfg); err != nil {
		t.Fatal(err)
	}
	if got := lines(&log); len(got) != 16 {
		t.Errorf("1,001 warnings: %d lines", len(got))
	}
	<-time.After(time.Minute)
	if got := lines(&log); len(got) != 1 || !strings.HasSuffix(got[0], "times=985") {
		t.Errorf("1,001 warnings: a minute later %q", got)
	}
	p.Warnings()[0].Field = "changed"
	if p.Warnings()[0].Field != "AllowHeaders" {
		t.Error("Warnings returns the policy's memory")
	}
	silent := mustPolicy(t, cfg, core.WithLogger(nil))
	if len(silent.Warnings()) != 1001 {
		t.Errorf("without a logger: %d warnings", len(silent.Warnings()))
	}
	if silent.Logger().Enabled(t.Context(), slog.LevelError) {
		t.Error("without a logger, Logger returns one that logs")
	}
}
