package fiberadapter_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/corstest"
	"github.com/corsuite/corsuite/fiberadapter"
	"github.com/gofiber/fiber/v2"
)

func TestInstall(t *testing.T) {
	for _, way := range []string{"Group", "Mount"} {
		t.Run(way, func(t *testing.T) {
			corstest.RunInstall(t, func(site corstest.Site) corstest.Server {
				app := newApp(fiber.Config{})
				fiberadapter.Install(app, site.Policy)
				app.Use(around(site.Inner))
				for _, g := range site.Groups {
					sub := newApp(fiber.Config{})
					var r fiber.Router = sub
					if way == "Group" {
						r = app.Group(g.Prefix)
					}
					if g.Policy != nil {
						r.Use(fiberadapter.Middleware(g.Policy))
					}
					for _, route := range g.Routes {
						handlers := []fiber.Handler{func(c *fiber.Ctx) error {
							site.Handle(header{c})
							c.Status(site.Status)
							return nil
						}}
						if route.Policy != nil {
							handlers = append([]fiber.Handler{fiberadapter.Middleware(route.Policy)}, handlers...)
						}
						r.Add(route.Method, route.Path, handlers...)
					}
					if way == "Mount" {
						app.Mount(g.Prefix, sub)
					}
				}
				return server(app)
			})
		})
	}
}

// newInstalled returns an app on which Install was called. policy may be nil.
func newInstalled(cfg fiber.Config, policy *core.Policy) *fiber.App {
	app := newApp(cfg)
	fiberadapter.Install(app, policy)
	return app
}

// named returns a policy whose answers show its name.
func named(name string) fiber.Handler { return fiberadapter.Middleware(namedPolicy(name)) }

func namedPolicy(name string) *core.Policy {
	policy, err := core.NewPolicy(core.Config{
		AllowOrigins: []string{page}, AllowMethods: []string{"*"}, AllowHeaders: []string{name}, ExposeHeaders: []string{name},
	})
	if err != nil {
		panic(err)
	}
	return policy
}

// ask sends a preflight in process. It returns the status, followed by the name of the
// policy if one approves.
func ask(t *testing.T, app *fiber.App, method, path string) string {
	t.Helper()
	r := httptest.NewRequest("OPTIONS", path, nil)
	r.Header.Set("Access-Control-Request-Method", method)
	res := send(t, app, r)
	return strings.TrimSpace(fmt.Sprint(res.StatusCode, " ", res.Header.Get("Access-Control-Allow-Headers")))
}

// read sends the actual request and returns the name of the policy that its answer shows.
func read(t *testing.T, app *fiber.App, method, path string) string {
	t.Helper()
	return send(t, app, httptest.NewRequest(method, path, nil)).Header.Get("Access-Control-Expose-Headers")
}

func send(t *testing.T, app *fiber.App, r *http.Request) *http.Response {
	t.Helper()
	r.Header.Set("Origin", page)
	res, err := app.Test(r, -1)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	return res
}

// request is an actual request. policy is the name of the policy that answers it and its
// preflight, or empty.
type request struct{ method, path, policy string }

func agree(t *testing.T, app *fiber.App, requests ...request) {
	t.Helper()
	for _, want := range requests {
		asked := ask(t, app, want.method, want.path)
		if _, got, _ := strings.Cut(asked, " "); got != want.policy {
			t.Errorf("the preflight for %s %s was answered by %s, want policy %q", want.method, want.path, asked, want.policy)
		}
		if got := read(t, app, want.method, want.path); got != want.policy {
			t.Errorf("%s %s was answered by %q, want %q", want.method, want.path, got, want.policy)
		}
	}
}

// handler returns a handler that answers with 200. The test fails if a preflight reaches it.
func handler(t *testing.T) fiber.Handler {
	t.Helper()
	return func(c *fiber.Ctx) error {
		if c.Get("Access-Control-Request-Method") != "" {
			t.Errorf("a preflight for %s reached a handler", c.Path())
		}
		return nil
	}
}

// logged replaces slog's default logger until the test ends. It returns the log, with
// only the attributes route and fix.
func logged(t *testing.T) *bytes.Buffer {
	t.Helper()
	var lines bytes.Buffer
	before := slog.Default()
	t.Cleanup(func() { slog.SetDefault(before) })
	slog.SetDefault(slog.New(slog.NewTextHandler(&lines, &slog.HandlerOptions{
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key != "route" && a.Key != "fix" {
				return slog.Attr{}
			}
			return a
		},
	})))
	return &lines
}

const (
	noPolicy = `route="%s" fix="if pages on other origins need the route, put a policy on it or pass one to Install"` + "\n"
	unclear  = `route="%s" fix="pass the policy before the other handlers"` + "\n"
)

// Policies may be on the app, groups, mounted apps and routes.
func TestInstallOnEveryLevel(t *testing.T) {
	for outermost, policy := range map[string]*core.Policy{"": nil, "app": namedPolicy("app")} {
		logged(t)
		h, app := handler(t), newInstalled(fiber.Config{}, policy)
		app.Use(pass)
		app.Get("/plain", h)
		app.Put("/route", named("route"), pass, h)
		app.Get("/both", named("get"), h)
		app.Put("/both", named("outer"), named("put"), h)
		app.All("/all/*", named("all"), h)
		app.Get("/open", h)
		app.Use("/open", named("late"))
		group := app.Group("/group", pass, named("group"))
		group.Get("/:id", h)
		group.Delete("/:key", named("inner"), pass, h)
		nested := group.Group("/nested/:a", named("nested"))
		nested.Use(pass)
		nested.Patch("/:b?", h)
		nested.Patch("/own/*", named("own"), pass, h)
		app.Use("/api", named("api"))
		app.Get("/apiary", h)
		sub, inner := newApp(fiber.Config{}, named("sub")), newApp(fiber.Config{})
		sub.Get("/", h)
		sub.Put("/", named("put"), pass, h)
		sub.Mount("/:user/files", inner)
		inner.Get("/+", h)
		inner.Put("/+", named("files"), h)
		app.Mount("/api/v1", sub)
		app.Use(named("rest"))
		app.Get("/rest", h)
		agree(t, app, []request{
			{"GET", "/plain", outermost},
			{"HEAD", "/plain", outermost},
			{"PUT", "/route", "route"},
			{"GET", "/both", "get"},
			{"HEAD", "/both", "get"},
			{"PUT", "/both", "put"},
			{"PATCH", "/all/x", "all"},
			{"OPTIONS", "/all/x", "all"},
			{"GET", "/open", outermost},
			{"GET", "/group/1", "group"},
			{"DELETE", "/group/1", "inner"},
			{"PATCH", "/group/nested/1/2", "nested"},
			{"PATCH", "/group/nested/1", "nested"},
			{"PATCH", "/group/nested/1/own/x/y", "own"},
			{"GET", "/apiary", "api"}, // Use("/api") also matches /apiary
			{"GET", "/api/v1", "sub"},
			{"PUT", "/api/v1/", "put"},
			{"GET", "/api/v1/ann/files/a/b", "sub"},
			{"PUT", "/api/v1/ann/files/a/b", "files"},
			{"GET", "/rest", "rest"},
		}...)
	}
}

// In these issues of several routers, preflights did not reach the same policy as the
// actual request. With Install they do.
func TestSetupsFromIssues(t *testing.T) {
	logged(t)
	h, app := handler(t), newInstalled(fiber.Config{}, nil)
	app.Get("/hello", h) // gofiber/fiber 2233: middleware after a mounted app
	sub := newApp(fiber.Config{})
	sub.Get("/world", named("sub"), h)
	app.Mount("/", sub)
	auth, others := app.Group("/auth"), app.Group("/others") // labstack/echo 228, 1040: Use on one group
	auth.Use(named("auth"))
	auth.Post("/authenticate", h)
	others.Post("/", h)
	app.Group("/1").Use(named("first")).Get("/1", h) // rs/cors 102: two groups with two policies
	app.Group("/2").Use(named("second")).Get("/2", h)
	app.Group("").Post("/bar", named("group"), h) // go-chi/chi 263: a group without a prefix
	app.Post("/v1/reg", named("route"), h)        // rs/cors 185: one route, for POST
	app.Get("/g/:o", named("get"), h)             // gorilla/mux 381: several methods of one path
	app.Post("/g/:o", named("post"), h)
	app.Put("/g/:o", h)
	g := app.Group("/") // gin-contrib/cors 35: a group at /
	g.Use(named("all"))
	g.Get("/", h)
	app.Get("/abc", h) // gofiber/fiber 396: routes from other files
	app.Group("/api").Get("/abc", h)
	app.Use(func(c *fiber.Ctx) error { return c.SendStatus(http.StatusNotFound) })
	agree(t, app, []request{
		{"GET", "/hello", ""},
		{"GET", "/world", "sub"},
		{"POST", "/auth/authenticate", "auth"},
		{"POST", "/others", ""},
		{"GET", "/1/1", "first"},
		{"GET", "/2/2", "second"},
		{"POST", "/bar", "group"},
		{"POST", "/v1/reg", "route"},
		{"GET", "/g/asdf", "get"},
		{"POST", "/g/asdf", "post"},
		{"PUT", "/g/bla", ""},
		{"GET", "/", "all"},
		{"GET", "/abc", "all"},
		{"GET", "/api/abc", "all"},
	}...)
}

// If neither the app nor a route has a policy, no other policy approves the preflights for
// the route. The log has one line for each route.
func TestInstallRouteWithoutPolicy(t *testing.T) {
	const path = "/admin/:id"
	h, wrapped := handler(t), named("wrapped")
	for name, test := range map[string]struct {
		register func(app *fiber.App)
		want     string
		log      string
	}{
		"another route for all methods": {func(app *fiber.App) { app.Delete(path, h).All("/*", named("all"), h) }, "403", noPolicy},
		"a route for all methods first": {func(app *fiber.App) { app.All("/*", named("all"), h).Delete(path, h) }, "204 all", ""},
		"Use after the route":           {func(app *fiber.App) { app.Delete(path, h).Use("/admin", named("late")) }, "403", noPolicy},
		"a policy inside a function":    {func(app *fiber.App) { app.Delete(path, func(c *fiber.Ctx) error { return wrapped(c) }, h) }, "403", noPolicy},
		"OPTIONS after a policy":        {func(app *fiber.App) { app.Delete(path, h).Use("/admin", named("late")).Options(path, h) }, "403", noPolicy},
		"a policy after a handler":      {func(app *fiber.App) { app.Delete(path, pass, named("behind"), h) }, "403", unclear},
	} {
		t.Run(name, func(t *testing.T) {
			log, app := logged(t), newInstalled(fiber.Config{}, nil)
			test.register(app)
			for _, id := range []string{"1", "2"} {
				if got := ask(t, app, "DELETE", "/admin/"+id); got != test.want {
					t.Errorf("got %s, want %s", got, test.want)
				}
			}
			if test.log != "" {
				test.log = fmt.Sprintf(test.log, "DELETE "+path)
			}
			if log.String() != test.log {
				t.Errorf("logged\n%s\nwant\n%s", log, test.log)
			}
		})
	}
}

// The policy of the app does not answer preflights for a route if another policy is after
// a handler of the route.
func TestInstallWithPolicyAfterHandler(t *testing.T) {
	log, app := logged(t), newInstalled(fiber.Config{}, namedPolicy("app"))
	app.Put("/behind", pass, named("behind"), handler(t))
	for range 2 {
		if got := ask(t, app, "PUT", "/behind"); got != "403" {
			t.Errorf("got %s, want 403", got)
		}
	}
	if want := fmt.Sprintf(unclear, "PUT /behind"); log.String() != want {
		t.Errorf("logged\n%s\nwant\n%s", log, want)
	}
}

// If no route matches, the policy before the 404 answers. A handler of Use below a path
// may answer itself, so Install cannot know whether a policy after it is before the 404.
func TestInstallWithoutRoute(t *testing.T) {
	log, app := logged(t), newInstalled(fiber.Config{}, nil)
	app.Use(pass)
	app.Use("/certain", named("outer"))
	app.Use("/certain/x", named("inner"))
	app.Use("/server", text("server"))
	app.Use("/proxy", text("proxy"))
	app.Use(pass)
	app.Use("/proxy", named("late"))
	app.Use("/before", named("before"), text("server"))
	app.Use("/between", pass)
	app.Use("/betw", named("inner"))
	app.Get("/get", named("get"), text("get"))
	app.Put("/proxy/x", handler(t)) // the policy is before it, since handlers of Use call Next
	for path, want := range map[string]string{
		"/certain/x": "204 inner", "/certain/y": "204 outer", "/server": "200", "/proxy": "403", "/before": "204 before",
		"/between": "403", "/none": "404", "/get": "405", "/proxy/x": "204 late",
	} {
		if got := ask(t, app, "PUT", path); got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
	for _, route := range []string{"Use /proxy", "Use /betw"} {
		if strings.Count(log.String(), fmt.Sprintf(unclear, route)) != 1 || strings.Count(log.String(), "\n") != 2 {
			t.Errorf("logged\n%s\nwant 2 lines, one of them for %s", log, route)
		}
	}
}

// Preflights may be concurrent, even the first ones.
func TestInstallIsSafeForConcurrentUse(t *testing.T) {
	logged(t)
	app := newInstalled(fiber.Config{}, nil)
	app.Get("/a/:id", named("a"), text("a"))
	app.Put("/a/:id", named("a-put"), text("a"))
	app.Group("/b", named("b")).Put("/*", text("b"))
	app.Put("/none", text("none"))
	var wg sync.WaitGroup
	for range 8 {
		for head, want := range map[string]string{"GET /a/1": "a", "PUT /a/2": "a-put", "PUT /b/3/4": "b", "PUT /none": ""} {
			method, path, _ := strings.Cut(head, " ")
			send, field := repeated(app, "OPTIONS "+path+"\nOrigin: "+page+"\nAccess-Control-Request-Method: "+method)
			wg.Go(func() {
				for range 50 {
					send()
					if got := field("Access-Control-Allow-Headers"); got != want {
						t.Errorf("the preflight for %s was answered by %q, want %q", head, got, want)
					}
				}
			})
		}
	}
	wg.Wait()
}

func TestInstallPanics(t *testing.T) {
	const late, twice = "call Install before routes are registered and apps are mounted", "the app has a policy already: call Install once, instead of Use"
	for _, test := range []struct {
		want string
		call func(app *fiber.App)
	}{
		{"Install needs an app", func(*fiber.App) { fiberadapter.Install(nil, nil) }},
		{"Middleware needs a policy", func(*fiber.App) { fiberadapter.Middleware(nil) }},
		{"ErrorHandler needs a policy", func(*fiber.App) { fiberadapter.ErrorHandler(nil, nil) }},
		{late, func(app *fiber.App) { app.Put("/", pass) }},
		{late, func(app *fiber.App) { app.Mount("/", newApp(fiber.Config{})) }},
		{twice, func(app *fiber.App) { app.Group("/api", pass, named("group")) }},
		{twice, func(app *fiber.App) { fiberadapter.Install(app, nil) }},
	} {
		func() {
			defer func() {
				if got := recover(); got != "fiberadapter: "+test.want {
					t.Errorf("panicked with %v, want %q", got, test.want)
				}
			}()
			app := newApp(fiber.Config{}, pass)
			test.call(app)
			fiberadapter.Install(app, nil)
		}()
	}
	if err := named("app")(nil); err == nil {
		t.Error("a handler that was called with nil returned no error")
	}
}

// A preflight that Install rejects has no CORS header, even if other middleware sets some.
func TestInstallRejectsWithoutHeaders(t *testing.T) {
	app := newApp(fiber.Config{}, func(c *fiber.Ctx) error {
		c.Set(fiber.HeaderAccessControlAllowOrigin, "*")
		return c.Next()
	})
	fiberadapter.Install(app, nil)
	app.Put("/posts", func(*fiber.Ctx) error { return nil })
	open(t, app).Want("OPTIONS /posts\nOrigin: "+page+"\nAccess-Control-Request-Method: PUT", corstest.Answer{Status: 403})
}
