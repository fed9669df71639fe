package corstest

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/corsuite/corsuite/core"
)

// Site is an application to build with an adapter's Install.
type Site struct {
	// Policy is the argument of Install. It may be nil.
	Policy *core.Policy
	// Inner is middleware for the whole application, registered after Install.
	Inner func(h Header, next func())
	// Groups are groups of routes.
	Groups []Group
	// Handle and Status are for every route, as in [App].
	Handle func(Header)
	Status int
}

// Group is a group of routes. If Policy is not nil, it is registered for the group.
type Group struct {
	Prefix string
	Policy *core.Policy
	Routes []Route
}

// Route is one route. Path follows the prefix of the group and has no parameters. If
// Policy is not nil, it is registered for the route, inside that of the group.
type Route struct {
	Method, Path string
	Policy       *core.Policy
}

// RunInstall runs the suite for an adapter's Install as subtests of t. It calls
// [slog.SetDefault] and restores the default at the end of t, so it must not run in
// parallel with other tests.
func RunInstall(t *testing.T, build func(Site) Server) {
	before := slog.Default()
	t.Cleanup(func() { slog.SetDefault(before) })
	slog.SetDefault(slog.New(slog.DiscardHandler))
	for _, c := range installCases() {
		t.Run(c.name, func(t *testing.T) {
			for _, way := range ways() {
				if err := c.check(t.Context(), build, way); err != nil {
					t.Errorf("%s: %v", way.name, err)
				}
			}
		})
	}
	t.Run("rejections are logged once for each route", func(t *testing.T) { logsRejections(t, build) })
}

// installCase is a site and its requests. The site's policies are given by their names.
type installCase struct {
	name   string
	policy string // the argument of Install; empty for nil
	groups []namedGroup
	steps  []step
}

type namedGroup struct {
	prefix, policy string
	routes         []namedRoute
}

type namedRoute struct{ method, path, policy string }

func (c installCase) check(ctx context.Context, build func(Site) Server, w way) error {
	var ran runs
	policies := make(map[string]*core.Policy)
	policy := func(name string) *core.Policy {
		if policies[name] == nil && name != "" {
			policies[name] = mark(name)
		}
		return policies[name]
	}
	site := Site{Policy: policy(c.policy), Inner: ran.inner, Status: handled, Handle: func(Header) { ran.handler.Add(1) }}
	for _, g := range c.groups {
		group := Group{Prefix: g.prefix, Policy: policy(g.policy)}
		for _, r := range g.routes {
			group.Routes = append(group.Routes, Route{r.method, r.path, policy(r.policy)})
		}
		site.Groups = append(site.Groups, group)
	}
	return ran.ask(ctx, build(site), w, c.steps)
}

// mark returns a policy whose answers contain its name.
func mark(name string) *core.Policy {
	policy, err := core.NewPolicy(core.Config{
		AllowOrigins:  []string{app},
		AllowMethods:  []string{"PUT", "DELETE"},
		AllowHeaders:  []string{"X-A", "X-" + name},
		ExposeHeaders: []string{"X-" + name},
	})
	if err != nil {
		panic(err) // the Config above is constant
	}
	return policy
}

func asks(method, path, origin string) string {
	return "OPTIONS " + path + "\nOrigin: " + origin + "\nAccess-Control-Request-Method: " + method
}

// approved is a preflight that the named policy answers for one method.
func approved(method, path, policy string) step {
	s := denied(method, path)
	s.request, s.status = asks(method, path, app), 204
	s.want = append(s.want, "Allow-Origin: "+app, "Allow-Headers: X-A, X-"+policy, "Max-Age: 600")
	if method == "PUT" || method == "DELETE" {
		s.want = append(s.want, "Allow-Methods: "+method)
	}
	return s
}

// denied is a preflight from a page that no policy allows.
func denied(method, path string) step {
	return step{request: asks(method, path, evil), status: 403, want: []string{varyOptions}}
}

// rejected is a preflight for a route without a policy.
func rejected(method, path string) step { return step{request: asks(method, path, app), status: 403} }

// goesOn is a preflight that continues to the router, which has no route for it.
func goesOn(method, path string) step { return step{request: asks(method, path, app), status: passed} }

// reads is an actual request whose answer has the headers of the named policy, or no
// headers if policy is empty.
func reads(method, path, policy string) step {
	s := step{request: method + " " + path + "\nContent-Length: 0\nOrigin: " + app, status: handled}
	if policy != "" {
		s.want = []string{"Allow-Origin: " + app, "Expose-Headers: X-" + policy, varyOrigin}
	}
	return s
}

// handles is a preflight that continues to the user's OPTIONS route.
func handles(method, path string) step {
	return step{request: asks(method, path, app), status: handled}
}

func installCases() []installCase {
	routes := func(prefix, policy string, routes ...namedRoute) namedGroup {
		return namedGroup{prefix, policy, routes}
	}
	posts := routes("/api", "Group", namedRoute{"GET", "/posts", ""}, namedRoute{"PUT", "/posts", ""}, namedRoute{"DELETE", "/posts", "Route"})
	plain := routes("/plain", "", namedRoute{"PUT", "/posts", ""}, namedRoute{"PUT", "/alone", "Alone"})
	admin := routes("/admin", "", namedRoute{"DELETE", "/users", ""})
	return []installCase{
		{"a policy on the application", "App", []namedGroup{plain, admin}, []step{
			approved("PUT", "/plain/posts", "App"), approved("DELETE", "/admin/users", "App"),
			approved("PUT", "/plain/alone", "Alone"), denied("PUT", "/plain/posts"), denied("PUT", "/plain/alone"),
			reads("PUT", "/plain/posts", "App"), reads("PUT", "/plain/alone", "Alone"),
		}},
		{"a policy on a group and one on its route", "App", []namedGroup{posts, admin}, []step{
			approved("PUT", "/api/posts", "Group"), approved("GET", "/api/posts", "Group"), approved("DELETE", "/api/posts", "Route"),
			approved("DELETE", "/admin/users", "App"), denied("PUT", "/api/posts"), denied("DELETE", "/api/posts"),
			reads("PUT", "/api/posts", "Group"), reads("DELETE", "/api/posts", "Route"), reads("DELETE", "/admin/users", "App"),
		}},
		{"no policy on the application", "", []namedGroup{posts, plain, admin}, []step{
			approved("PUT", "/api/posts", "Group"), approved("DELETE", "/api/posts", "Route"), approved("PUT", "/plain/alone", "Alone"),
			rejected("PUT", "/plain/posts"), rejected("DELETE", "/admin/users"),
			reads("PUT", "/api/posts", "Group"), reads("PUT", "/plain/posts", ""),
		}},
		{"no route", "App", []namedGroup{plain}, []step{
			approved("PUT", "/none", "App"), approved("DELETE", "/plain/posts", "App"), approved("DELETE", "/plain/alone", "App"), denied("PUT", "/none"),
		}},
		{"no route and no policy on the application", "", []namedGroup{plain}, []step{
			goesOn("PUT", "/none"), goesOn("DELETE", "/plain/posts"), goesOn("DELETE", "/plain/alone"),
		}},
		{"an OPTIONS route of the user", "", []namedGroup{
			routes("/a", "", namedRoute{"PUT", "/posts", ""}, namedRoute{"OPTIONS", "/posts", ""}),
			routes("/b", "", namedRoute{"PUT", "/posts", "Put"}, namedRoute{"OPTIONS", "/posts", ""}),
			routes("/c", "", namedRoute{"PUT", "/posts", ""}, namedRoute{"OPTIONS", "/posts", "Options"}),
			routes("/d", "", namedRoute{"OPTIONS", "/posts", "Options"}),
		}, []step{
			handles("PUT", "/a/posts"), handles("DELETE", "/a/posts"),
			approved("PUT", "/b/posts", "Put"), handles("DELETE", "/b/posts"),
			rejected("PUT", "/c/posts"), rejected("PUT", "/d/posts"),
			approved("OPTIONS", "/c/posts", "Options"),
		}},
		{"an OPTIONS route of the user behind a policy on the application", "App", []namedGroup{
			routes("/a", "", namedRoute{"PUT", "/posts", ""}, namedRoute{"OPTIONS", "/posts", ""}),
		}, []step{
			approved("PUT", "/a/posts", "App"),
			{request: "OPTIONS /a/posts\nOrigin: " + app, status: handled, want: []string{"Allow-Origin: " + app, "Expose-Headers: X-App", varyOptions}},
			{request: "OPTIONS /a/posts", status: handled, want: []string{varyOptions}},
		}},
		{"requests that are not preflights", "", []namedGroup{
			routes("/a", "", namedRoute{"PUT", "/posts", "Put"}, namedRoute{"OPTIONS", "/posts", ""}),
		}, []step{
			{request: "OPTIONS /a/posts", status: handled},
			{request: "OPTIONS /a/posts\nOrigin: " + app, status: handled},
			{request: "OPTIONS /a/posts\nAccess-Control-Request-Method: PUT", status: handled},
			{request: asks("P(T", "/a/posts", app), status: handled},
			{request: asks("PUT", "/a/posts", app) + "\nAccess-Control-Request-Method: PUT", status: handled},
		}},
	}
}

// logsRejections requires one log line for each route without a policy, even if several
// preflights ask for that route.
func logsRejections(t *testing.T, build func(Site) Server) {
	t.Helper()
	var log lockedBuffer
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	c := installCase{groups: []namedGroup{{"/admin", "", []namedRoute{{"DELETE", "/users", ""}, {"PUT", "/users", ""}}}}}
	for range 3 {
		c.steps = append(c.steps, rejected("DELETE", "/admin/users"), rejected("PUT", "/admin/users"), goesOn("PATCH", "/none"))
	}
	if err := c.check(t.Context(), build, way{"in process", inProcess}); err != nil {
		t.Error(err)
	}
	got := log.String()
	if n := strings.Count(got, "\n"); n != 2 || strings.Count(got, "no policy is on the route") != 2 ||
		strings.Count(got, "DELETE") != 1 || strings.Count(got, "PUT") != 1 || strings.Count(got, "/admin/users") != 2 {
		t.Errorf("the adapter has to log one line for each of the routes DELETE /admin/users and PUT /admin/users, "+
			"with the reason \"no policy is on the route\"; it logged\n%s", got)
	}
}

type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}
