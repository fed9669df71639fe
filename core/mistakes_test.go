package core_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/browser"
	"github.com/corsuite/corsuite/core/nethttp"
)

// mistake is a mistake that people make, in the Config or around it.
type mistake struct {
	name string
	cfg  core.Config
	page browser.Request // without a URL

	opts   []core.Option
	around func(http.Handler) http.Handler // between the page and the policy
	user   bool                            // the page's user has cookies of the API

	// If the fix is not about the Config: a part of its text, and the change it means.
	says   string
	change func(*mistake)
}

func mistakes() []mistake {
	from := func(origin string) browser.Request { return browser.Request{Origin: origin} }
	call := func(method string, headers ...string) browser.Request {
		r := browser.Request{Origin: app, Method: method}
		for _, name := range headers {
			r.Headers = append(r.Headers, browser.Header{Name: name, Value: "application/json"})
		}
		return r
	}
	withCookies := browser.Request{Origin: app, Credentials: browser.Include}
	list := func(origins ...string) core.Config { return core.Config{AllowOrigins: origins} }
	from443 := func(m *mistake) { m.page.Origin = app }
	refuses := true
	return []mistake{
		{name: "a slash after the origin", cfg: list(app + "/"), page: from(app)},
		{name: "a path", cfg: list(app + "/login"), page: from(app)},
		{name: "the origin without its scheme", cfg: list("app.example.com"), page: from(app)},
		{name: "upper case", cfg: list("https://App.Example.com"), page: from(app)},
		{name: "the default port", cfg: list(app + ":443"), page: from(app)},
		{name: "a blank before the origin", cfg: list(" " + app), page: from(app)},
		{name: "two origins in one entry", cfg: list("https://www.example.com," + app), page: from(app)},
		{name: "a host that is not ASCII", cfg: list("https://bücher.example"), page: from("https://xn--bcher-kva.example")},
		{name: "a star without its dot", cfg: list("https://*example.com"), page: from(app)},
		{name: "http for https", cfg: list("http://app.example.com"), page: from(app)},
		{name: "https for http", cfg: list("https://localhost:3000"), page: from("http://localhost:3000")},
		{name: "no port", cfg: list("http://localhost"), page: from("http://localhost:3000")},
		{name: "another port", cfg: list("http://localhost:3000"), page: from("http://localhost:5173")},
		{name: "localhost for 127.0.0.1", cfg: list("http://localhost:3000"), page: from("http://127.0.0.1:3000")},
		{name: "without www", cfg: list("https://example.com"), page: from("https://www.example.com")},
		{name: "the domain itself, with its subdomains listed", cfg: list("https://*.example.com"), page: from("https://example.com")},
		{name: "a preview on another domain", cfg: list(app), page: from("https://preview-7.example.app")},
		{name: "the scheme of an app", cfg: list(app), page: from("capacitor://localhost")},
		{name: "POST of JSON", cfg: list(app), page: call("POST", "Content-Type")},
		{name: "a token", cfg: list(app), page: call("GET", "Authorization")},
		{name: "a token, and any header is allowed", cfg: core.Config{AllowOrigins: []string{app}, AllowHeaders: []string{"*"}}, page: call("GET", "Authorization")},
		{name: "a header that a library adds", cfg: list(app), page: call("GET", "X-Requested-With")},
		{name: "a token, any header, and credentials", cfg: core.Config{AllowOrigins: []string{app}, AllowHeaders: []string{"*"}, AllowCredentials: true}, page: call("GET", "Authorization")},
		{name: "any host of a scheme", cfg: list("chrome-extension://*"), page: from("chrome-extension://aapbdbdomjkkjkaonfhkkikfgjllcleb")},
		{name: "any scheme", cfg: list("*://app.example.com"), page: from(app)},
		{name: "a regular expression", cfg: list(`^https://.*\.example\.com$`), page: from(app)},
		{name: "a question mark", cfg: list("https://ap?.example.com"), page: from(app)},
		{name: "a JSON array in one entry", cfg: list(`["https://app.example.com"]`), page: from(app)},
		{name: "headers in one entry, one of them forbidden", cfg: core.Config{AllowOrigins: []string{app}, AllowHeaders: []string{"Origin, Content-Type"}}, page: call("POST", "Content-Type")},
		{name: "several headers", cfg: list(app), page: call("GET", "Authorization", "Content-Type", "X-Trace-Id")},
		{name: "a POST that became PUT", cfg: core.Config{AllowOrigins: []string{app}, AllowMethods: []string{"POST"}, AllowHeaders: []string{"Content-Type"}}, page: call("PUT", "Content-Type")},
		{name: "DELETE", cfg: list(app), page: call("DELETE")},
		{name: "origin, method and headers", cfg: list("https://www.example.com"), page: call("PATCH", "Authorization", "Content-Type")},
		{name: "methods in lower case", cfg: core.Config{AllowOrigins: []string{app}, AllowMethods: []string{"put"}}, page: call("PUT")},
		{name: "methods in one entry", cfg: core.Config{AllowOrigins: []string{app}, AllowMethods: []string{"PUT, DELETE"}}, page: call("DELETE")},
		{name: "headers in one entry", cfg: core.Config{AllowOrigins: []string{app}, AllowHeaders: []string{"Content-Type, Authorization"}}, page: call("GET", "Authorization")},
		{name: "seconds for MaxAge", cfg: core.Config{AllowOrigins: []string{app}, MaxAge: 300}, page: from(app)},
		{name: "a status that no browser accepts", cfg: core.Config{AllowOrigins: []string{app}, AllowHeaders: []string{"X-Id"}, PreflightStatus: 302}, page: call("GET", "X-Id")},
		{name: "cookies, and no AllowCredentials", cfg: list(app), page: withCookies, user: true},
		{name: "cookies, and every origin", cfg: list("*"), page: withCookies, user: true},
		{
			name: "patch in lower case", cfg: core.Config{AllowOrigins: []string{app}, AllowMethods: []string{"PATCH"}}, page: call("patch"),
			says: `write "PATCH" in the page`, change: func(m *mistake) { m.page.Method = "PATCH" },
		},
		{
			name: "a page without an origin", cfg: list(app), page: from("null"),
			says: "serve the page from an http or https URL", change: from443,
		},
		{
			name: "a final dot", cfg: list(app), page: from("https://app.example.com."),
			says: "without the final dot", change: from443,
		},
		{
			name: "a CDN that drops Origin", cfg: core.Config{AllowOrigins: []string{app}, AllowHeaders: []string{"X-Id"}}, page: call("GET", "X-Id"),
			around: func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					r.Header.Del("Origin")
					next.ServeHTTP(w, r)
				})
			},
			says: "configure the proxy or CDN in front to forward Origin", change: func(m *mistake) { m.around = nil },
		},
		{
			name: "an unencrypted page, and credentials", cfg: core.Config{AllowOrigins: []string{app}, AllowCredentials: true}, page: from("http://app.example.com"),
			says: "serve it with https", change: from443,
		},
		{
			name: "a proxy that writes Origin too", cfg: list(app), page: from(app),
			around: func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					r.Header.Add("Origin", "https://proxy.example.com")
					next.ServeHTTP(w, r)
				})
			},
			says: "look for a proxy or a client that writes Origin itself", change: func(m *mistake) { m.around = nil },
		},
		{
			name: "a tenant that is not in the database", page: from(app),
			opts: []core.Option{core.WithOriginFunc(func(context.Context, core.Origin, core.Target) (bool, error) { return !refuses, nil })},
			says: "let the origin function allow it", change: func(*mistake) { refuses = false },
		},
	}
}

// TestMistakes applies the correction of the error of NewPolicy or the fix of the log
// line, until the browser allows the page. No other change may be needed.
func TestMistakes(t *testing.T) {
	for _, m := range mistakes() {
		t.Run(m.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				allowed := false
				for range 2 {
					if allowed = m.visit(t); allowed {
						break
					}
				}
				if !allowed && !m.visit(t) {
					t.Error("the browser still blocks the page")
				}
			})
		})
	}
}

// visit reports whether the browser allows the page. If not, it applies the fix.
func (m *mistake) visit(t *testing.T) (allowed bool) {
	log := new(recorder)
	policy, err := core.NewPolicy(m.cfg, append(m.opts, core.WithLogger(slog.New(log)))...)
	var bad *core.ConfigError
	if errors.As(err, &bad) {
		m.cfg = correct(t, m.cfg, bad)
		return false
	}
	h := nethttp.Middleware(policy)(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	if m.around != nil {
		h = m.around(h)
	}
	b := &browser.Browser{Transport: browser.Handler(h), Jar: m.jar(t)}
	m.page.URL = "https://api.example.org/items"
	outcome, err := b.Fetch(t.Context(), m.page)
	if err != nil {
		t.Fatal(err)
	}
	records := slices.DeleteFunc(log.all(), func(r slog.Record) bool { return strings.Contains(r.Message, "harmless mistake") })
	<-time.After(time.Hour)
	if outcome.Allowed {
		if len(records) != 0 {
			t.Errorf("the browser allows the page, but the log has %v", records)
		}
		return true
	}
	if len(records) != 1 {
		t.Fatalf("the browser blocks the page, and the log has %v", records)
	}
	fix := attr(records[0], "fix")
	switch mended := mend(t, m.cfg, fix); {
	case !reflect.DeepEqual(mended, m.cfg):
		m.cfg = mended
	case m.change != nil && strings.Contains(fix, m.says):
		m.change(m)
	default:
		t.Fatalf("the fix does not help: %s", fix)
	}
	return false
}

func (m *mistake) jar(t *testing.T) http.CookieJar {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	if m.user {
		jar.SetCookies(&url.URL{Scheme: "https", Host: "api.example.org"}, []*http.Cookie{{Name: "session", Value: "1", Secure: true, SameSite: http.SameSiteNoneMode}})
	}
	return jar
}

func attr(r slog.Record, key string) (value string) {
	r.Attrs(func(a slog.Attr) bool {
		if a.Key == key {
			value = a.Value.String()
		}
		return true
	})
	return value
}

// correct applies the corrections of all problems.
func correct(t *testing.T, cfg core.Config, bad *core.ConfigError) core.Config {
	t.Helper()
	for _, p := range slices.Backward(bad.Problems) { // so that no index moves
		if len(p.Fix) == 0 {
			t.Fatalf("no correction: %v", p)
		}
		field := reflect.ValueOf(&cfg).Elem().FieldByName(p.Field)
		switch value := field.Addr().Interface().(type) {
		case *[]string:
			*value = slices.Replace(slices.Clone(*value), p.Index, p.Index+1, p.Fix...)
		case *time.Duration:
			age, err := time.ParseDuration(p.Fix[0])
			if err != nil {
				t.Fatal(err)
			}
			*value = age
		case *int:
			if _, err := fmt.Sscan(p.Fix[0], value); err != nil {
				t.Fatal(err)
			}
		default:
			t.Fatalf("a problem of %s", p.Field)
		}
	}
	return cfg
}
