package main

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/corsuite/corsuite/core/browser"
)

const (
	token = "the-administrator's-token"
	shop  = "https://shop.example.com"
	other = "https://other.example.net"
)

// platform is the program without a socket and with a fake clock.
type platform struct {
	tenants *embedded
	guard   *guard
	handler http.Handler
	log     *logText
	browser *browser.Browser
}

// logText collects what a program logs.
type logText struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logText) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logText) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func (l *logText) Reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text.Reset()
}

// inBubble runs a test with a new platform in a synctest bubble.
func inBubble(t *testing.T, test func(t *testing.T, p *platform)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		p := &platform{log: new(logText)}
		log := slog.New(slog.NewTextHandler(p.log, nil))
		var err error
		if p.tenants, err = openEmbedded(filepath.Join(t.TempDir(), "tenants.db"), log); err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := p.tenants.close(); err != nil {
				t.Error(err)
			}
		}()
		set := settings{allowedFor: 5 * time.Minute, staleFor: 24 * time.Hour}
		if p.guard, err = newGuard(p.tenants, set, log); err != nil {
			t.Fatal(err)
		}
		p.handler = newHandler(p.tenants, p.guard, token, log)
		p.browser = &browser.Browser{Transport: browser.Handler(p.handler)}
		p.pages(t, "before the policy is read", map[string]bool{shop: false})
		p.tenants.follow(t.Context(), p.guard)
		test(t, p)
	})
}

// admin sends a request of the administrator, and returns the body of the answer.
func (p *platform) admin(t *testing.T, status int, method, path, body string) string {
	t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+token)
	w := httptest.NewRecorder()
	p.handler.ServeHTTP(w, r)
	if w.Code != status {
		t.Errorf("%s %s %.100s: status %d, want %d: %s", method, path, body, w.Code, status, w.Body)
	}
	return w.Body.String()
}

// pages sends requests from pages: each origin reads the products and places an order.
func (p *platform) pages(t *testing.T, when string, want map[string]bool) {
	t.Helper()
	for origin, allowed := range want {
		for _, r := range []browser.Request{
			{Origin: origin, URL: "https://api.example.org/products", Credentials: browser.Include},
			{Origin: origin, Method: "PUT", URL: "https://api.example.org/orders/1", Credentials: browser.Include,
				Headers: []browser.Header{{Name: "Content-Type", Value: "application/json"}}, Body: browser.Text("{}")},
		} {
			outcome, err := p.browser.Fetch(t.Context(), r)
			if err != nil {
				t.Fatal(err)
			}
			if outcome.Allowed != allowed {
				t.Errorf("%s: %s %s from %s: allowed %v, want %v: %s", when, r.Method, r.URL, origin, outcome.Allowed, allowed, outcome.Reason)
			}
		}
	}
}

func pass(d time.Duration) { <-time.After(d) }

func TestTenantsChangeWhileServing(t *testing.T) {
	inBubble(t, func(t *testing.T, p *platform) {
		p.pages(t, "at first", map[string]bool{shop: false, other: false})
		p.admin(t, http.StatusNoContent, "PUT", "/tenants/shop", `{"origins":["`+shop+`"]}`)
		p.pages(t, "added", map[string]bool{shop: true, other: false})
		p.admin(t, http.StatusNoContent, "PUT", "/tenants/other", `{"origins":["`+other+`","https://moved.example.org"]}`)
		p.pages(t, "another added", map[string]bool{shop: true, other: true, "https://moved.example.org": true})
		p.admin(t, http.StatusNoContent, "DELETE", "/tenants/shop", "")
		p.pages(t, "removed", map[string]bool{shop: false, other: true})
		p.admin(t, http.StatusNoContent, "PUT", "/tenants/other", `{"origins":["`+shop+`","https://moved.example.org"]}`)
		p.pages(t, "moved", map[string]bool{shop: true, other: false, "https://moved.example.org": true})
		p.admin(t, http.StatusNotFound, "DELETE", "/tenants/shop", "")
	})
}

// If the store fails, the cache continues to allow known origins for a day.
func TestCacheServesWhileStoreFails(t *testing.T) {
	inBubble(t, func(t *testing.T, p *platform) {
		p.admin(t, http.StatusNoContent, "PUT", "/tenants/shop", `{"origins":["`+shop+`"]}`)
		p.admin(t, http.StatusNoContent, "PUT", "/tenants/new", `{"origins":["https://new.example.com"]}`)
		p.pages(t, "before", map[string]bool{shop: true, other: false})

		if err := p.tenants.close(); err != nil {
			t.Fatal(err)
		}
		p.pages(t, "store just closed", map[string]bool{shop: true, other: false, "https://new.example.com": false, "https://third.example": false})
		synctest.Wait() // until the policy has written its log
		if n := strings.Count(p.log.String(), "could not read the tenants"); n != 1 {
			t.Errorf("the log reports %d times that the store fails, want 1:\n%s", n, p.log)
		}
		for range 24 {
			pass(time.Hour)
			p.pages(t, "store closed for up to a day", map[string]bool{shop: true, other: false, "https://new.example.com": false})
		}
		p.admin(t, http.StatusServiceUnavailable, "PUT", "/tenants/third", `{"origins":["https://third.example"]}`)
		p.admin(t, http.StatusServiceUnavailable, "DELETE", "/tenants/shop", "")
		pass(5 * time.Minute)
		p.pages(t, "store closed for more than a day", map[string]bool{shop: false})
	})
}

func TestAdministration(t *testing.T) {
	for _, tt := range []struct {
		name   string
		status int
		body   string
		want   string
	}{
		{"an origin with a path", 422, `{"origins":["` + other + `","` + shop + `/"]}`, `AllowOrigins[1] \"` + shop + `/\": an origin has no path; use \"` + shop + `\"`},
		{"an insecure origin", 422, `{"origins":["http://shop.example.com"]}`, `use \"https://shop.example.com\"`},
		{"an origin of the local machine", 422, `{"origins":["http://localhost:3000"]}`, `use \"https://localhost:3000\"`},
		{"another scheme", 422, `{"origins":["ftp://localhost"]}`, `use \"https://localhost\"`},
		{"an application", 422, `{"origins":["app://shop"]}`, `use \"https://shop\"`},
		{"capital letters", 422, `{"origins":["HTTP://Localhost"]}`, `use \"https://localhost\"`},
		{"a space", 422, `{"origins":[" http://localhost"]}`, `use \"https://localhost\"`},
		{"no slashes", 422, `{"origins":["http:localhost"]}`, `must begin with https://"`},
		{"http and a path", 422, `{"origins":["http://shop.example.com/"]}`, `must begin with https://"`},
		{"more than one value", 400, `{"origins":["` + other + `"]} {"origins":[]}`, "the body"},
		{"null", 422, `{"origins":["null"]}`, `must begin with https://"`},
		{"every origin", 422, `{"origins":["*"]}`, "one by one"},
		{"every subdomain", 422, `{"origins":["https://*.example.com"]}`, "one by one"},
		{"every port", 422, `{"origins":["http://localhost:*"]}`, "one by one"},
		{"a public suffix", 422, `{"origins":["https://github.io"]}`, "the public suffix github.io"},
		{"no origins", 422, `{"origins":[]}`, "AllowOrigins"},
		{"an empty origin", 422, `{"origins":[""]}`, `must begin with https://"`},
		{"the same origin twice", 204, `{"origins":["https://new.example.com","https://new.example.com"]}`, ""},
		{"an origin of another tenant", 409, `{"origins":["` + other + `","` + shop + `"]}`, shop + " belongs to another tenant"},
		{"a body that is not JSON", 400, shop, "the body"},
		{"a body that is too long", 400, `{"origins":["` + strings.Repeat("x", maxBody) + `"]}`, "the body"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, p *platform) {
				p.admin(t, http.StatusNoContent, "PUT", "/tenants/shop", `{"origins":["`+shop+`"]}`)
				if got := p.admin(t, tt.status, "PUT", "/tenants/new", tt.body); !strings.Contains(got, tt.want) {
					t.Errorf("answered %s, want %s", got, tt.want)
				}
				p.pages(t, "afterwards", map[string]bool{shop: true, other: false, "http://shop.example.com": false, "https://sub.example.com": false})
			})
		})
	}
}

// The administration needs the token, and no page can use it, even with the token.
func TestAdministrationIsProtected(t *testing.T) {
	inBubble(t, func(t *testing.T, p *platform) {
		p.admin(t, http.StatusNoContent, "PUT", "/tenants/shop", `{"origins":["`+shop+`"]}`)
		for _, authorization := range []string{"", "Bearer ", "Bearer " + token[:5], "Basic " + token, token} {
			r := httptest.NewRequest("DELETE", "/tenants/shop", nil)
			r.Header.Set("Authorization", authorization)
			w := httptest.NewRecorder()
			p.handler.ServeHTTP(w, r)
			if w.Code != http.StatusUnauthorized || w.Header().Get("WWW-Authenticate") != "Bearer" {
				t.Errorf("Authorization %q: got status %d, %v; want 401", authorization, w.Code, w.Header())
			}
		}
		outcome, err := p.browser.Fetch(t.Context(), browser.Request{
			Origin: shop, Method: "DELETE", URL: "https://api.example.org/tenants/shop",
			Headers: []browser.Header{{Name: "Authorization", Value: "Bearer " + token}},
		})
		if err != nil || outcome.Allowed || len(outcome.Exchanges) != 1 {
			t.Errorf("a tenant's page used the administration: %+v, %v", outcome, err)
		}
		p.pages(t, "after these requests", map[string]bool{shop: true})
	})
}

func TestNamesOfTenants(t *testing.T) {
	inBubble(t, func(t *testing.T, p *platform) {
		for name, status := range map[string]int{
			"caf%C3%A9": 204, strings.Repeat("x", 100): 204, strings.Repeat("x", 101): 422, "a%00b": 422, "%FF": 422,
		} {
			p.admin(t, status, "PUT", "/tenants/"+name, `{"origins":["`+shop+`"]}`)
			if status == 204 {
				p.admin(t, status, "DELETE", "/tenants/"+name, "")
			}
		}
	})
}

func TestStatus(t *testing.T) {
	inBubble(t, func(t *testing.T, p *platform) {
		if got := p.admin(t, 200, "GET", "/status", ""); !strings.HasPrefix(got, `{"policy":0,"following":true,"calls":0,"goroutines":`) {
			t.Errorf("answered %s", got)
		}
		r := httptest.NewRequest("GET", "/status", nil)
		w := httptest.NewRecorder()
		p.handler.ServeHTTP(w, r)
		if w.Code != http.StatusUnauthorized {
			t.Errorf("without the token: status %d", w.Code)
		}
	})
}
