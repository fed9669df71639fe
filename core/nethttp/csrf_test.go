package nethttp_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/browser"
	"github.com/corsuite/corsuite/core/nethttp"
)

// protected returns an application with CORS, and CrossOriginProtection inside it.
func protected(t *testing.T, base *http.CrossOriginProtection, cfg core.Config, opts ...core.Option) (http.Handler, *core.Policy) {
	t.Helper()
	policy, err := core.NewPolicy(cfg, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return nethttp.Middleware(policy)(nethttp.CrossOriginProtection(policy, base)(text("saved"))), policy
}

// post returns a request of a browser. An empty origin or site sets no header.
func post(method, origin, site string) *http.Request {
	r := httptest.NewRequest(method, "https://api.example.com/", nil)
	for name, value := range map[string]string{"Origin": origin, "Sec-Fetch-Site": site} {
		if value != "" {
			r.Header.Set(name, value)
		}
	}
	return r
}

func passes(t *testing.T, h http.Handler, r *http.Request) bool {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != http.StatusOK && w.Code != http.StatusForbidden {
		t.Errorf("status %d", w.Code)
	}
	return w.Code == http.StatusOK
}

func TestCrossOriginProtection(t *testing.T) {
	h, _ := protected(t, nil, config())
	const self, evil = "https://api.example.com", "https://evil.example"
	for _, test := range []struct {
		name, method, origin, site string
		want                       bool
	}{
		{"trusted, cross site", "POST", page, "cross-site", true},
		{"trusted, same site", "POST", page, "same-site", true},
		{"trusted, old browser", "POST", page, "", true},
		{"trusted, a method that the policy does not list", "DELETE", page, "cross-site", true},
		{"not trusted, cross site", "POST", evil, "cross-site", false},
		{"not trusted, same site", "POST", stranger, "same-site", false},
		{"not trusted, old browser", "POST", evil, "", false},
		{"not trusted, PUT", "PUT", evil, "cross-site", false},
		{"a trusted origin as prefix", "POST", page + ".evil.example", "cross-site", false},
		{"another scheme", "POST", "http://app.example.com", "cross-site", false},
		{"null", "POST", "null", "cross-site", false},
		{"null, old browser", "POST", "null", "", false},
		{"no Origin", "POST", "", "cross-site", false},
		{"same origin", "POST", self, "same-origin", true},
		{"same origin, old browser", "POST", self, "", true},
		{"opened by the user", "POST", "", "none", true},
		{"not a browser", "POST", "", "", true},
		{"GET", "GET", evil, "cross-site", true},
		{"HEAD", "HEAD", evil, "cross-site", true},
		{"OPTIONS", "OPTIONS", evil, "cross-site", true},
	} {
		if got := passes(t, h, post(test.method, test.origin, test.site)); got != test.want {
			t.Errorf("%s: passes %v, want %v", test.name, got, test.want)
		}
	}

	twice := post("POST", page, "cross-site")
	twice.Header.Add("Origin", evil)
	if passes(t, h, twice) {
		t.Error("a request with two Origin lines passes, want 403")
	}
}

// An origin is trusted only if the policy allows it and has AllowCredentials.
func TestTrustedOrigins(t *testing.T) {
	tenants := core.WithOriginFunc(func(_ context.Context, o core.Origin, _ core.Target) (bool, error) {
		if o.Host == "broken.example" {
			return true, errors.New("no database")
		}
		return o.Host == "tenant.example", nil
	})
	with := func(origins ...string) core.Config {
		return core.Config{AllowOrigins: origins, AllowCredentials: true}
	}
	for _, test := range []struct {
		cfg  core.Config
		opts []core.Option
		want map[string]bool
	}{
		{with("https://*.example.com"), nil, map[string]bool{"https://a.example.com": true, "https://example.com": false}},
		{with("http://localhost:*"), nil, map[string]bool{"http://localhost:3000": true, "http://localhost.evil.example:3000": false}},
		{with(), []core.Option{tenants}, map[string]bool{
			"https://tenant.example": true, "https://stranger.example": false, "https://broken.example": false, "null": false,
		}},
		{core.Config{AllowOrigins: []string{page}}, nil, map[string]bool{page: false}},
		{core.Config{AllowOrigins: []string{"*"}}, nil, map[string]bool{page: false, "null": false}},
	} {
		h, _ := protected(t, nil, test.cfg, test.opts...)
		for origin, want := range test.want {
			if got := passes(t, h, post("POST", origin, "cross-site")); got != want {
				t.Errorf("AllowOrigins %v, AllowCredentials %v, Origin %s: passes %v, want %v", test.cfg.AllowOrigins, test.cfg.AllowCredentials, origin, got, want)
			}
		}
	}
}

func TestCrossOriginProtectionFollowsReload(t *testing.T) {
	h, policy := protected(t, nil, config())
	for _, trusted := range []string{stranger, page} {
		cfg := config()
		cfg.AllowOrigins = []string{trusted}
		if err := policy.Reload(cfg); err != nil {
			t.Fatal(err)
		}
		for _, origin := range []string{page, stranger} {
			if got := passes(t, h, post("POST", origin, "cross-site")); got != (origin == trusted) {
				t.Errorf("Origin %s passes %v, while only %s is trusted", origin, got, trusted)
			}
		}
	}
}

func TestSettingsOfBaseRemainInEffect(t *testing.T) {
	base := http.NewCrossOriginProtection()
	if err := base.AddTrustedOrigin("https://partner.example"); err != nil {
		t.Fatal(err)
	}
	base.AddInsecureBypassPattern("/hook")
	base.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		io.WriteString(w, "not from there")
	}))
	h, _ := protected(t, base, config())
	for origin, want := range map[string]bool{"https://partner.example": true, page: true, stranger: false} {
		if got := passes(t, h, post("POST", origin, "cross-site")); got != want {
			t.Errorf("Origin %s passes %v, want %v", origin, got, want)
		}
	}
	hook := post("POST", stranger, "cross-site")
	hook.URL.Path = "/hook"
	if !passes(t, h, hook) {
		t.Error("a request that matches the bypass pattern of base is rejected")
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, post("POST", stranger, "cross-site"))
	if got := w.Body.String(); got != "not from there" {
		t.Errorf("body %q, want that of the deny handler of base", got)
	}
}

// A page can read the 403 only if CORS is outside the protection.
func TestOrderOfCORSAndProtection(t *testing.T) {
	cfg := config()
	cfg.AllowCredentials = false // the page may read answers, but is not trusted
	policy, err := core.NewPolicy(cfg)
	if err != nil {
		t.Fatal(err)
	}
	withCORS, protection := nethttp.Middleware(policy), nethttp.CrossOriginProtection(policy, nil)
	inside, outside := withCORS(protection(text("saved"))), protection(withCORS(text("saved")))
	request := browser.Request{Method: "POST", URL: "/", Body: browser.Text("x"), Credentials: browser.Omit}
	open(t, inside).Reads(request, http.StatusForbidden)
	open(t, outside).Blocked(request, browser.StepResponse)
	request.Method = "PUT" // CrossOriginProtection passes its preflight
	open(t, inside).Reads(request, http.StatusForbidden)
	open(t, outside).Blocked(request, browser.StepResponse)

	trusting, _ := protected(t, nil, config())
	open(t, trusting).Reads(browser.Request{Method: "PUT", URL: "/"}, http.StatusOK)
}

// An observer receives each request once, from CORS. The origin function is called a
// second time for a request that base rejects.
func TestProtectionIsNotObserved(t *testing.T) {
	observed, called := 0, 0
	h, _ := protected(t, nil, config(),
		core.WithObserver(func(context.Context, core.Verdict) { observed++ }),
		core.WithOriginFunc(func(context.Context, core.Origin, core.Target) (bool, error) {
			called++
			return false, nil
		}))
	for _, method := range []string{"POST", "GET"} {
		passes(t, h, post(method, page, "cross-site"))
		passes(t, h, post(method, stranger, "cross-site"))
	}
	if observed != 4 || called != 3 {
		t.Errorf("%d calls of the observer and %d of the origin function, want 4 and 3", observed, called)
	}
}

// One list decides which pages may read answers, and which may send a POST with the
// cookies of the user.
func ExampleCrossOriginProtection() {
	policy, err := core.NewPolicy(core.Config{
		AllowOrigins:     []string{"https://*.example.com"},
		AllowCredentials: true,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /posts", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "saved") })
	handler := nethttp.Middleware(policy)(nethttp.CrossOriginProtection(policy, nil)(mux))

	for _, origin := range []string{"https://app.example.com", "https://evil.example", ""} {
		r := httptest.NewRequest("POST", "https://api.example.com/posts", nil)
		if origin != "" { // a request from a browser
			r.Header.Set("Origin", origin)
			r.Header.Set("Sec-Fetch-Site", "cross-site")
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		fmt.Printf("%q: %d\n", origin, w.Code)
	}
	// Output:
	// "https://app.example.com": 200
	// "https://evil.example": 403
	// "": 200
}
