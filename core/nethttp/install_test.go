package nethttp_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/corstest"
	"github.com/corsuite/corsuite/core/nethttp"
)

func TestInstall(t *testing.T) {
	corstest.RunInstall(t, func(site corstest.Site) corstest.Server {
		mux := http.NewServeMux()
		for _, g := range site.Groups {
			for _, r := range g.Routes {
				var h http.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					site.Handle(w.Header())
					w.WriteHeader(site.Status)
				})
				for _, policy := range slices.Backward([]*core.Policy{g.Policy, r.Policy}) {
					if policy != nil {
						h = nethttp.Middleware(policy)(h)
					}
				}
				mux.Handle(r.Method+" "+g.Prefix+r.Path, h)
			}
		}
		return corstest.HTTP(nethttp.Install(mux, site.Policy)(corstest.Around(site.Inner, mux)))
	})
}

func ask(method, path string) string {
	return "OPTIONS " + path + "\nOrigin: " + page + "\nAccess-Control-Request-Method: " + method
}

// Install finds policies on all kinds of patterns, but not inside other functions.
func TestInstallFindsPoliciesOnPatterns(t *testing.T) {
	authenticated := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { next.ServeHTTP(w, r) })
	}
	behind, handler := cors(t), text("posts")
	mux := http.NewServeMux()
	mux.Handle("PUT /posts/{id}", behind(handler))
	mux.Handle("PUT /posts/me", handler)
	mux.Handle("/any/", behind(handler))
	mux.Handle("PUT /any/{id}", handler)
	mux.Handle("PUT api.example/host", behind(handler))
	mux.Handle("PUT /host", handler)
	mux.Handle("PUT /tree/{id}/", behind(handler))
	mux.Handle("PUT /hidden", authenticated(behind(handler)))
	mux.Handle("PUT /open/{$}", behind(authenticated(handler)))
	below := http.NewServeMux()
	below.Handle("PUT /below/posts", behind(handler))
	mux.Handle("/below/", below)
	c := open(t, nethttp.Install(mux, nil)(mux))
	approved, rejected := corstest.Answer{Status: 204, CORS: corstest.Approved}, corstest.Answer{Status: 403}
	for head, want := range map[string]corstest.Answer{
		ask("PUT", "/posts/1"):     approved,
		ask("PUT", "/posts/me"):    rejected, // this pattern has no policy
		ask("PUT", "/any/1/2"):     approved,
		ask("PUT", "/any/1"):       rejected,
		ask("PUT", "/host"):        approved, // the pattern with the host
		ask("PUT", "/tree/1/x"):    approved,
		ask("PUT", "/open/"):       approved,
		ask("PUT", "/hidden"):      rejected,      // the policy is not the outermost wrapper
		ask("PUT", "/below/posts"): {Status: 405}, // the pattern /below/ matches OPTIONS too
	} {
		c.Want(head, want)
	}
}

// The policy of Install answers preflights for a route whose own policy is hidden
// inside a function.
func TestInstallAnswersForHiddenPolicies(t *testing.T) {
	strict, err := core.NewPolicy(core.Config{AllowOrigins: []string{stranger}})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	hidden := nethttp.Middleware(strict)(text("posts"))
	mux.HandleFunc("PUT /hidden", func(w http.ResponseWriter, r *http.Request) { hidden.ServeHTTP(w, r) })
	c := open(t, nethttp.Install(mux, corstest.Policy(t))(mux))
	c.Want(ask("PUT", "/hidden"), corstest.Answer{Status: 204, CORS: corstest.Approved})
	c.Want("PUT /hidden\nContent-Length: 0\nOrigin: "+page, corstest.Answer{Status: 200, CORS: corstest.Denied})
}

// Install without a policy inside a policy does not hide that policy from an outer
// Install.
func TestInstallInsidePolicy(t *testing.T) {
	below := http.NewServeMux()
	below.Handle("PUT /posts", text("posts"))
	mux := http.NewServeMux()
	mux.Handle("PUT /", cors(t)(nethttp.Install(below, nil)(below)))
	open(t, nethttp.Install(mux, nil)(mux)).Want(ask("PUT", "/posts"), corstest.Answer{Status: 204, CORS: corstest.Approved})
}

// The mux reports the path of the request as the pattern of a redirect. Install must
// not log or store it: the number of such paths has no bound.
func TestInstallLogsNoPathsOfRequests(t *testing.T) {
	var log bytes.Buffer
	before := slog.Default()
	t.Cleanup(func() { slog.SetDefault(before) })
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	mux := http.NewServeMux()
	mux.Handle("/tree/{id}/", text("tree"))
	mux.Handle("PUT /posts/{id}", text("posts"))
	c := open(t, nethttp.Install(mux, nil)(mux))
	for _, path := range []string{"/tree/1", "/tree/2", "/x/../tree/3/"} {
		if got := c.Ask(ask("PUT", path)); got.Status/100 != 3 || got.CORS != "" {
			t.Errorf("%s: %+v", path, got)
		}
	}
	for _, path := range []string{"/posts/1", "/posts/2", "/posts/3"} {
		c.Want(ask("PUT", path), corstest.Answer{Status: 403})
	}
	if got := log.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, `route="PUT /posts/{id}"`) {
		t.Errorf("logged\n%s", got)
	}
}

// Preflights for a route with Fix set are rejected. The logger of Registration.Policy
// logs only the first.
func TestResolveRejectsRoutesWithFix(t *testing.T) {
	var log bytes.Buffer
	policy, err := core.NewPolicy(core.Config{AllowOrigins: []string{page}}, core.WithName("api"), core.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
	if err != nil {
		t.Fatal(err)
	}
	reg := &nethttp.Registration{Policy: policy}
	for range 3 {
		got, next := reg.Resolve("PUT", func(string) nethttp.Route { return nethttp.Route{Name: "PUT /posts", Fix: "move it"} })
		if got != nil || next {
			t.Errorf("resolved to %v, %v", got, next)
		}
	}
	if got := log.String(); strings.Count(got, "\n") != 1 ||
		!strings.Contains(got, `policy=api route="PUT /posts" why="Install cannot tell which policy is on the route" fix="move it"`) {
		t.Errorf("logged\n%s", got)
	}
}

// A preflight does not continue to an OPTIONS route with Fix set.
func TestResolveRejectsOptionsRoutesWithFix(t *testing.T) {
	var log bytes.Buffer
	before := slog.Default()
	t.Cleanup(func() { slog.SetDefault(before) })
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	reg := new(nethttp.Registration)
	got, next := reg.Resolve("PUT", func(method string) nethttp.Route {
		if method == "OPTIONS" {
			return nethttp.Route{Name: "OPTIONS /posts", Fix: "move it"}
		}
		return nethttp.Route{}
	})
	if got != nil || next || !strings.Contains(log.String(), `route="OPTIONS /posts"`) {
		t.Errorf("resolved to %v, %v, logged %s", got, next, log.String())
	}
}

// A preflight continues to an OPTIONS route whose policy is off.
func TestResolvePassesOptionsRoutesThatAreOff(t *testing.T) {
	off := corstest.Policy(t)
	off.Enable(false)
	reg := &nethttp.Registration{Policy: off}
	got, next := reg.Resolve("PUT", func(method string) nethttp.Route { return nethttp.Route{Policy: off, Name: method + " /posts"} })
	if got != nil || !next {
		t.Errorf("resolved to %v, %v", got, next)
	}
}

func TestNilArgumentsPanic(t *testing.T) {
	for want, register := range map[string]func(){
		"nethttp: Install needs a mux":       func() { nethttp.Install(nil, corstest.Policy(t)) },
		"nethttp: Middleware needs a policy": func() { nethttp.Middleware(nil) },
	} {
		func() {
			defer func() {
				if got := recover(); got != want {
					t.Errorf("panicked with %v, want %s", got, want)
				}
			}()
			register()
		}()
	}
}

// RegistrationOf returns nil for other middleware, and does not call it.
func TestRegistrationOf(t *testing.T) {
	policy := corstest.Policy(t)
	if reg := nethttp.RegistrationOf(nethttp.Middleware(policy)); reg == nil || reg.Policy != policy {
		t.Errorf("got %v", reg)
	}
	if reg := nethttp.RegistrationOf(func(http.Handler) http.Handler { t.Error("RegistrationOf called other middleware"); return nil }); reg != nil {
		t.Errorf("got %v for other middleware, want nil", reg)
	}
}

// A policy that is off counts as none: the policy of the application answers, and without
// one the preflight is rejected.
func TestInstallWithPoliciesThatAreOff(t *testing.T) {
	policies := make(map[string]*core.Policy)
	for name, cfg := range map[string]core.Config{
		"app":   {AllowOrigins: []string{page}, AllowMethods: []string{"PUT"}, AllowHeaders: []string{"App"}},
		"route": {AllowOrigins: []string{page}, AllowMethods: []string{"PUT"}, AllowHeaders: []string{"Route"}},
	} {
		policy, err := core.NewPolicy(cfg)
		if err != nil {
			t.Fatal(err)
		}
		policies[name] = policy
	}
	mux := http.NewServeMux()
	mux.Handle("PUT /posts", nethttp.Middleware(policies["route"])(text("posts")))
	mux.Handle("OPTIONS /options", text("options"))
	mux.Handle("PUT /options", text("options"))
	mux.Handle("OPTIONS /behind", nethttp.Middleware(policies["route"])(text("behind")))
	c := open(t, nethttp.Install(mux, policies["app"])(mux))
	approved := func(header string) corstest.Answer {
		return corstest.Answer{Status: 204, CORS: "Allow-Headers: " + header + "\nAllow-Methods: PUT\nAllow-Origin: " + page + "\nMax-Age: 600\nVary: Origin, Access-Control-Request-Method"}
	}
	for _, tt := range []struct {
		app, route bool
		want       corstest.Answer
	}{
		{true, true, approved("Route")},
		{true, false, approved("App")},
		{false, true, approved("Route")},
		{false, false, corstest.Answer{Status: 403}},
	} {
		policies["app"].Enable(tt.app)
		policies["route"].Enable(tt.route)
		c.Want(ask("PUT", "/posts"), tt.want)
	}
	c.Want(ask("PUT", "/options"), corstest.Answer{Status: 200, Body: "options"})
	c.Want(ask("PUT", "/behind"), corstest.Answer{Status: 200, Body: "behind"})
}
