package main

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/browser"
	"github.com/corsuite/corsuite/core/nethttp"
)

// cors is a server that answers each request, errors and preflights too, with CORS headers for
// the origins that it allows.
type cors struct {
	allows       func(origin string) bool
	withoutVary  bool
	withoutCreds bool
	preflight    []string // more headers of preflights
	next         http.Handler
}

func (c cors) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	origin, h := r.Header.Get("Origin"), w.Header()
	if !c.withoutVary {
		h.Add("Vary", "Origin")
	}
	if origin != "" && c.allows(origin) {
		h.Set(allowOrigin, origin)
		if !c.withoutCreds {
			h.Set(allowCredentials, "true")
		}
		if r.Method == "OPTIONS" {
			h.Set(allowHeaders, "content-type")
		}
	}
	if r.Method == "OPTIONS" {
		say(204, c.preflight...).ServeHTTP(w, r)
		return
	}
	if c.next == nil {
		c.next = posts(200)
	}
	c.next.ServeHTTP(w, r)
}

// posts is an API with one path.
func posts(status int, lines ...string) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/posts", say(status, lines...))
	return mux
}

func only(origins ...string) func(string) bool {
	return func(origin string) bool { return slices.Contains(origins, origin) }
}

// orElse allows the page, and what another function allows.
func orElse(other func(string) bool) func(string) bool {
	return func(origin string) bool { return origin == page || other(origin) }
}

func matches(expression string) func(string) bool {
	return orElse(regexp.MustCompile(expression).MatchString)
}

func partOf(list string) func(string) bool {
	return func(origin string) bool { return strings.Contains(list, origin) }
}

func anyOrigin(string) bool { return true }

// auditServer returns the findings of an audit, such as "high origin-null".
func auditServer(t *testing.T, h http.Handler, args ...string) (*auditor, []string) {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	a := newAudit(t, append(args, s.URL+"/posts")...)
	if err := a.run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if a.sender.sent > mostRequests {
		t.Errorf("the audit sent %d requests, want at most %d", a.sender.sent, mostRequests)
	}
	var names []string
	for _, f := range a.findings {
		names = append(names, f.Severity.String()+" "+f.Name)
	}
	return a, names
}

func newAudit(t *testing.T, args ...string) *auditor {
	t.Helper()
	var o auditOptions
	fs := o.flags()
	if err := fs.Parse(append([]string{"--pause", "0"}, args...)); err != nil {
		t.Fatal(err)
	}
	a, err := o.auditor(fs.Args())
	if err != nil {
		t.Fatal(err)
	}
	transport, err := o.network.transport()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(transport.CloseIdleConnections)
	a.sender.next, a.sender.watch = transport, func(int) {}
	return a
}

// TestPlantedFaults checks that the audit finds each fault, and nothing else.
func TestPlantedFaults(t *testing.T) {
	for _, test := range []struct {
		name   string
		server http.Handler
		want   string
	}{
		{"every origin with credentials", cors{allows: anyOrigin}, "critical origin-reflected"},
		{"every origin without credentials", cors{allows: anyOrigin, withoutCreds: true}, "info origin-reflected"},
		{"null", cors{allows: only(page, "null")}, "high origin-null"},
		{"null without credentials", cors{allows: only(page, "null"), withoutCreds: true}, "low origin-null"},
		{"null for everyone", say(200, allow+"null", credentials), "high origin-null, info trusted-blocked"},
		{"the host is anywhere", cors{allows: func(o string) bool { return strings.Contains(o, "app.example.com") }}, "high origin-contains"},
		{"an expression without anchors", cors{allows: matches(`app\.example\.com`)}, "high origin-contains"},
		{"the beginning", cors{allows: func(o string) bool { return strings.HasPrefix(o, page) }}, "high origin-prefix"},
		{"the beginning without credentials", cors{allows: func(o string) bool { return strings.HasPrefix(o, page) }, withoutCreds: true}, "low origin-prefix"},
		{"the beginning of the host of the server", cors{allows: orElse(func(o string) bool { return strings.HasPrefix(o, "http://127.0.0.1") })}, "high origin-prefix"},
		{"a character after the host", cors{allows: matches(`^https://app\.example\.com([^.\-a-zA-Z0-9:].*)?$`)}, "high origin-special"},
		{"a dash after the host", cors{allows: matches(`^https://app\.example\.com([^.\w:].*)?$`)}, "high origin-special"},
		{"the end of the domain", cors{allows: func(o string) bool { return strings.HasSuffix(o, "example.com") }}, "high origin-suffix"},
		{"the end of the host", cors{allows: func(o string) bool { return strings.HasSuffix(o, "app.example.com") }}, "low origin-sibling"},
		{"dots that are not escaped", cors{allows: matches(`^https://app.example.com$`)}, "high origin-dot"},
		{"a part of the list", cors{allows: partOf("https://www.example.com," + page)}, "high origin-part"},
		{"every port", cors{allows: matches(`^https://app\.example\.com(:\d+)?$`)}, "low origin-port"},
		{"http", cors{allows: matches(`^https?://app\.example\.com$`)}, "medium origin-http"},
		{"http without credentials", cors{allows: matches(`^https?://app\.example\.com$`), withoutCreds: true}, "low origin-http"},
		{"every subdomain", cors{allows: matches(`^https://([a-z]+\.)+example\.com$`)}, "info origin-subdomain"},
		{"preflights of every origin", api{cors{allows: anyOrigin}, cors{allows: only(page)}}, "medium preflight-reflected"},
		{"* with Allow-Credentials", say(200, allowAll, credentials), "info wildcard-credentials"},
		{"no Vary", cors{allows: only(page), withoutVary: true}, "low vary-missing"},
		{"Vary for allowed pages only", varyIfAllowed(), "low vary-missing"},
		{"* for requests with Origin only, without Vary", starForOrigin(), "info vary-missing"},
		{"every origin, and no Vary", cors{allows: anyOrigin, withoutVary: true}, "critical origin-reflected, low vary-missing"},
		{"two layers", cors{allows: only(page), next: adding(allowPage)}, "low header-doubled"},
		{"two layers with *", say(200, allowAll, allowAll), "low header-doubled"},
		{"preflights of every origin, for another header", api{say(204, allow+"https://corsprobe.invalid", credentials, "Access-Control-Allow-Headers: x-a"), posts(200)}, "medium preflight-reflected, info trusted-blocked"},
		{"a list of origins", say(200, allow+page+", https://www.example.com"), "low header-doubled"},
		{"two layers for preflights", cors{allows: only(page), preflight: []string{allowPage}}, "low header-doubled"},
		{"two values of Max-Age", cors{allows: only(page), preflight: []string{"Access-Control-Max-Age: 600", "Access-Control-Max-Age: 600"}}, "low header-doubled"},
		{"a year of Max-Age", cors{allows: only(page), preflight: []string{"Access-Control-Max-Age: 31536000"}}, "info max-age-ignored"},
		{"a Max-Age that is no number", cors{allows: only(page), preflight: []string{"Access-Control-Max-Age: 10m"}}, "info max-age-ignored"},
		{"errors without headers", routes(cors{allows: only(page), next: say(200)}, http.NotFoundHandler(), nil), "low error-without-cors"},
		{"HEAD is an error without headers", headFails(), "low error-without-cors"},
		{"errors without credentials", routes(cors{allows: only(page), next: say(200)}, cors{allows: only(page), withoutCreds: true, next: say(404)}, nil), "low error-without-cors"},
		{"a redirect without headers", routes(cors{allows: only(page), next: say(200)}, cors{allows: only(page), next: say(404)}, say(301, "Location: /posts")), "low redirect-without-cors"},
		{"every origin without credentials, after a redirect", afterRedirect(cors{allows: anyOrigin, withoutCreds: true}), "info origin-reflected"},
		{"the trusted page is forgotten", cors{allows: only("https://www.example.com")}, "info trusted-blocked"},
	} {
		t.Run(test.name, func(t *testing.T) {
			a, got := auditServer(t, test.server, "--trusted", page)
			if strings.Join(got, ", ") != test.want {
				t.Errorf("found %q, want %q", strings.Join(got, ", "), test.want)
			}
			for _, f := range a.findings {
				if f.What == "" || f.Fix == "" || len(f.Evidence) == 0 || len(f.Engines) != 3 {
					t.Errorf("the finding is not complete: %+v", f)
				}
			}
		})
	}
}

func varyIfAllowed() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		cors{allows: only(page), withoutVary: r.Header.Get("Origin") != page}.ServeHTTP(w, r)
	})
}

func starForOrigin() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Origin") != "" {
			w.Header().Set(allowOrigin, "*")
		}
		w.WriteHeader(http.StatusOK)
	})
}

// adding adds a header to that of another layer.
func adding(line string) http.Handler { return say(200, line) }

// routes is a server whose paths have other layers.
func routes(posts, other, slash http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/posts" || r.Method == "OPTIONS":
			posts.ServeHTTP(w, r)
		case r.URL.Path == "/posts/" && slash != nil:
			slash.ServeHTTP(w, r)
		default:
			other.ServeHTTP(w, r)
		}
	})
}

// afterRedirect is a server that redirects the URL to another path.
func afterRedirect(c cors) http.Handler {
	first := c
	c.next, first.next = posts(200), say(302, "Location: /other/posts")
	mux := http.NewServeMux()
	mux.Handle("/posts", first)
	mux.Handle("/", c)
	mux.Handle("/other/", http.StripPrefix("/other", c))
	return mux
}

func headFails() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == "HEAD" {
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		cors{allows: only(page)}.ServeHTTP(w, r)
	})
}

// TestSoundServers checks that the audit reports nothing.
func TestSoundServers(t *testing.T) {
	suite := func(cfg core.Config) http.Handler {
		policy, err := core.NewPolicy(cfg, core.WithLogger(nil))
		if err != nil {
			t.Fatal(err)
		}
		return nethttp.Middleware(policy)(posts(200))
	}
	list := core.Config{AllowOrigins: []string{page, "https://www.example.com"}, AllowHeaders: []string{"Content-Type"}}
	withCredentials, reject, star := list, list, list
	withCredentials.AllowCredentials = true
	reject.AllowCredentials, reject.RejectDeniedOrigins = true, true
	star.AllowOrigins = []string{"*"}
	for _, test := range []struct {
		name   string
		server http.Handler
	}{
		{"* for everything", say(200, allowAll, "Access-Control-Allow-Methods: *", "Access-Control-Allow-Headers: *")},
		{"* with a day of Max-Age", say(200, allowAll, "Access-Control-Max-Age: 86400")},
		{"an exact list with credentials", cors{allows: only(page, "https://www.example.com")}},
		{"an exact list without credentials", cors{allows: only(page), withoutCreds: true}},
		{"https and http are in the list", cors{allows: only(page, "https://127.0.0.1")}},
		{"no CORS", posts(200)},
		{"no CORS, and preflights are 404", api{http.NotFoundHandler(), posts(200)}},
		{"static files", http.FileServer(http.Dir("testdata"))},
		{"corsuite with a list", suite(list)},
		{"corsuite with credentials", suite(withCredentials)},
		{"corsuite with denied origins rejected", suite(reject)},
		{"corsuite with *", suite(star)},
		{"one origin for all answers, without Vary", say(200, allowPage, credentials)},
		{"one origin for all answers, and preflights are 404", api{http.NotFoundHandler(), say(200, allowPage)}},
		{"a login page on this server", say(302, "Location: /login")},
		{"a login page elsewhere", say(302, "Location: https://sso.example.com/login")},
		{"an API that answers 401", posts(401, "WWW-Authenticate: Bearer")},
		{"an exact list, and the API answers 401", cors{allows: only(page), next: posts(401)}},
		{"an answer that no cache stores, without Vary", cors{allows: only(page), withoutVary: true, next: say(200, "Cache-Control: no-store")}},
		{"errors that no cache stores, without Vary", cors{allows: only(page), withoutVary: true, next: say(403)}},
		{"a redirect to an answer for one page, without Vary", redirecting(cors{allows: only(page), next: say(302, "Location: /static")}, say(200, allowPage, credentials))},
		{"answers that change for another reason than Origin", changing()},
		{"other domains of the suffix", cors{allows: matches(`^https://(app|www)\.example\.com$`)}},
		{"an expression with anchors", cors{allows: matches(`^https://app\.example\.com$`)}},
	} {
		for _, args := range [][]string{{"--trusted", page}, nil, {"--trusted", page, "-b", "session=s3cret", "-H", "Authorization: Bearer s3cret"}} {
			t.Run(test.name+" "+strings.Join(args, " "), func(t *testing.T) {
				if _, got := auditServer(t, test.server, args...); slices.ContainsFunc(got, func(name string) bool { return name != "info trusted-blocked" }) {
					t.Errorf("found %q", got)
				}
			})
		}
	}
}

// changing is a server that allows the page only in its first answer.
func changing() http.Handler {
	var asked atomic.Bool
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		first := r.Header.Get("Origin") != page || r.URL.Path != "/posts" || r.Method != "GET" || asked.CompareAndSwap(false, true)
		cors{allows: func(o string) bool { return o == page && first }, withoutVary: true}.ServeHTTP(w, r)
	})
}

func redirecting(from, to http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/posts", from)
	mux.Handle("/", to)
	return mux
}

// TestWildcardOfCorsuite checks that a wildcard for subdomains is information only.
func TestWildcardOfCorsuite(t *testing.T) {
	policy, err := core.NewPolicy(core.Config{AllowOrigins: []string{"https://*.example.com"}, AllowCredentials: true}, core.WithLogger(nil))
	if err != nil {
		t.Fatal(err)
	}
	if _, got := auditServer(t, nethttp.Middleware(policy)(posts(200)), "--trusted", page); strings.Join(got, ", ") != "info origin-subdomain" {
		t.Errorf("found %q", got)
	}
}

// TestHiddenFromStrangers checks that a public route may have other errors, if no trusted page is
// known to read these.
func TestHiddenFromStrangers(t *testing.T) {
	public := routes(say(200, allowAll), http.NotFoundHandler(), say(301, "Location: /posts"))
	if _, got := auditServer(t, public); strings.Join(got, ", ") != "info error-without-cors, info redirect-without-cors" {
		t.Errorf("found %q", got)
	}
	if _, got := auditServer(t, public, "--trusted", page); strings.Join(got, ", ") != "low error-without-cors, low redirect-without-cors" {
		t.Errorf("found %q", got)
	}
}

// TestMoreSevere checks that an origin that reads with credentials is reported in the place of one
// that reads without.
func TestMoreSevere(t *testing.T) {
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		without := strings.Contains(r.Header.Get("Origin"), "_")
		cors{allows: matches(`^https://app\.example\.com([^.\w:].*|_.*)?$`), withoutCreds: without}.ServeHTTP(w, r)
	})
	a, got := auditServer(t, h, "--trusted", page)
	if strings.Join(got, ", ") != "high origin-special" || a.findings[0].Origin != "https://app.example.com-corsprobe.invalid" {
		t.Errorf("found %q", got)
	}
}

// TestInsecureTarget checks a server on http in another network. A browser sends no request
// from https to this server, and a page on http can be changed on its way anyway.
func TestInsecureTarget(t *testing.T) {
	h := cors{allows: func(o string) bool { return strings.HasPrefix(o, "http") }, withoutCreds: true}
	a := newAudit(t, "--i-have-permission", "--trusted", page, "http://192.168.1.1/posts")
	a.sender.next = browser.Handler(h)
	if err := a.run(t.Context()); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range a.findings {
		got = append(got, f.Name+": "+f.What)
	}
	if len(got) != 2 || !strings.Contains(got[0], "origin-reflected") || !strings.Contains(got[0], "in your network") || !strings.Contains(got[1], "trusted-blocked") || !strings.Contains(got[1], "came over https") {
		t.Errorf("found %q", got)
	}
}

// TestSeveralTrusted checks that no advice has a header with two origins.
func TestSeveralTrusted(t *testing.T) {
	a, _ := auditServer(t, cors{allows: anyOrigin}, "--trusted", page, "--trusted", "https://www.example.com")
	var servers []string
	for _, w := range a.findings[0].Write {
		servers = append(servers, w.Server)
		if strings.Contains(w.Write, "com, https") || !strings.Contains(w.Write, "https://www.example.com") {
			t.Errorf("%s: %s", w.Server, w.Write)
		}
	}
	if len(servers) != 8 || slices.Contains(servers, "nginx") {
		t.Errorf("there is advice for %q", servers)
	}
}
