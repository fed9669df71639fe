package fiberv3adapter_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/fiberv3adapter"
	"github.com/gofiber/fiber/v3"
	"github.com/gofiber/fiber/v3/middleware/static"
)

func patterns() []string {
	return []string{
		"/", "/api", "/apiary/", "/Upper/Case", "/n/:id<int>", "/n/:name", "/n/:id/:opt?", "/plus/+", "/files/*", "/flights/:from-:to",
		"/v1/some/resource\\:act", "/:a/posts/*/by/:b", "/deep/:x/*", "/short", "/é", "/sp ace", "/x/y", "/date/:d<regex(\\d{4})>", "/:tenant",
	}
}

func paths() []string {
	return []string{
		"/", "//", "/api", "/API", "/api/", "/api//", "//api", "/apiar", "/apiary", "/apiary/", "/apiaryx", "/upper/case", "/Upper/Case", "/Upper/Case/",
		"/n/1", "/n/x", "/n/1/", "/n/1/2", "/n/1/2/", "/n/1/2/3", "/n/", "/n", "/plus", "/plus/", "/plus/a/b", "/files", "/files/", "/files/a%2Fb", "/files/../api",
		"/flights/a-b", "/flights/a", "/flights/a-b-c", "/v1/some/resource:act", "/v1/some/resource", "/v1/some/resource%3Aact", "/t/posts/x/by/y", "/t/posts/x/y/by/z",
		"/deep/a%2Fb/c", "/deep/a/b/c", "/deep//c", "/short", "/shor", "/%73hort", "/%2573hort", "/%C3%A9", "/sp%20ace", "/x%2Fy", "/x/y", "/x/./y", "/x/../x/y", "/x/y?z=/short",
		"/date/2026", "/date/20x6", "/tenant", "/te%2Fnant", "/sh", "/s", "/short;a", "/group/short", "/groupshort", "/group", "/mount/short", "/mount", "/mount/",
		"/m/acme/short", "/m/acme/n/1", "/m/acme", "/static/x", "/statics",
	}
}

// For every path and setting, the same policy answers the preflight and the actual
// request.
func TestInstallRoutesLikeFiber(t *testing.T) {
	logged(t) // discards a line for each route without a policy
	answered := make(map[string]int)
	for i := range 16 {
		cfg := fiber.Config{CaseSensitive: i&1 != 0, StrictRouting: i&2 != 0, UnescapePath: i&4 != 0, Immutable: i&8 != 0}
		app := everyPattern(cfg)
		for _, path := range paths() {
			for _, method := range []string{"GET", "HEAD", "PUT", "DELETE", "PATCH"} {
				_, asked, _ := strings.Cut(ask(t, app, method, path), " ")
				got := read(t, app, method, path)
				if asked != got {
					t.Errorf("%s %s: the preflight was answered by %q, the request by %q, with CaseSensitive %v, StrictRouting %v, UnescapePath %v",
						method, path, asked, got, cfg.CaseSensitive, cfg.StrictRouting, cfg.UnescapePath)
				}
				answered[got]++
			}
		}
	}
	for i, pattern := range patterns() {
		for _, place := range []string{"app", "group", "mount"} {
			if name := fmt.Sprint(place, i); answered[name] == 0 && (place == "app" || pattern == "/short") {
				t.Errorf("no request reached the pattern %s of the %s", pattern, place)
			}
		}
	}
}

// everyPattern returns an app with the patterns on the app, in groups and in mounted
// apps. Routes for GET have a policy, and routes for DELETE have none. PUT has other
// routes.
func everyPattern(cfg fiber.Config) *fiber.App {
	app := newInstalled(cfg, nil)
	app.Use("/static", named("static"))
	app.Use("/static", static.New("."))
	register := func(r fiber.Router, place string) {
		for i, pattern := range patterns() {
			r.Get(pattern, named(fmt.Sprint(place, i)), text("get"))
			r.Delete(pattern, text("delete"))
		}
	}
	register(app.Group("/group"), "group")
	register(app.Group("/g/:id", named("inner")), "inner")
	for _, prefix := range []string{"/mount", "/m/:tenant"} {
		sub := newApp(cfg)
		sub.Use("/n", named("below"))
		register(sub, "mount")
		app.Use(prefix, sub)
	}
	register(app, "app")
	app.Use("/sh", named("short"))
	app.Put("/:any/*", text("put"))
	app.Put("/*", text("put"))
	return app
}

// If two consecutive routes have the same method and path, fiber joins them. It runs the
// handlers of the second route only if the first calls Next.
func TestInstallWithJoinedRoutes(t *testing.T) {
	h := handler(t)
	for _, test := range []struct {
		name, policy string
		rejected     bool // because a policy is after another handler
		register     func(r fiber.Router)
	}{
		{"a policy on the second route", "", true, func(r fiber.Router) { r.Put("/x", h).Put("/x", named("second"), h) }},
		{"policies on both routes", "first", true, func(r fiber.Router) { r.Put("/x", named("first"), h).Put("/x", named("second"), h) }},
		{"not consecutive", "first", false, func(r fiber.Router) { r.Put("/x", named("first"), h).Put("/y", h).Put("/x", named("second"), h) }},
		{"a policy, then a handler", "first", false, func(r fiber.Router) { r.Put("/x", named("first")).Put("/x", h) }},
		{"a policy, then another policy and a handler", "second", false, func(r fiber.Router) { r.Put("/x", named("first")).Put("/x", named("second"), h) }},
		{"a policy without a handler", "first", false, func(r fiber.Router) { r.Put("/x", named("first")) }},
		{"a policy, and a handler on another pattern", "second", false, func(r fiber.Router) { r.Put("/x", named("first")).Put("/:x", named("second"), h) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			app, sub := newInstalled(fiber.Config{}, nil), newApp(fiber.Config{})
			test.register(app)
			test.register(app.Group("/group"))
			test.register(sub)
			app.Use("/mount", sub)
			for _, path := range []string{"/x", "/group/x", "/mount/x"} {
				if !test.rejected {
					agree(t, app, request{"PUT", path, test.policy})
					continue
				}
				if asked, got := ask(t, app, "PUT", path), read(t, app, "PUT", path); asked != "403" || got != test.policy {
					t.Errorf("the preflight for PUT %s was answered by %s, the request by %q", path, asked, got)
				}
			}
		})
	}
}

// The policies before Static answer the preflights for its files.
func TestInstallWithStatic(t *testing.T) {
	app, sub := newInstalled(fiber.Config{}, namedPolicy("app")), newApp(fiber.Config{})
	app.Group("/group", named("group")).Use("/", static.New(".")) // fiber joins it to the policy of the group
	app.Use("/files", pass, named("files"))
	app.Use("/files", static.New("."))
	app.Use("/late", static.New("."))
	app.Use("/late", named("late"))
	sub.Use(named("sub"))
	sub.Use("/files", static.New("."))
	app.Use("/mount", sub)
	agree(t, app, request{"GET", "/group/go.mod", "group"}, request{"HEAD", "/group/go.mod", "group"}, request{"GET", "/mount/files/go.mod", "sub"})
	for path, policy := range map[string]string{"/files/go.mod": "files", "/late/go.mod": "app"} {
		if asked, got := ask(t, app, "GET", path), read(t, app, "GET", path); asked != "403" || got != policy { // pass and Static may answer before the policy
			t.Errorf("the preflight for GET %s was answered by %s, the request by %q", path, asked, got)
		}
	}
}

// If a method is not in RequestMethods, its requests reach no middleware, and Install
// finds no routes for it.
func TestInstallWithRequestMethods(t *testing.T) {
	app := newInstalled(fiber.Config{RequestMethods: []string{"QUERY", "query", "GET", "HEAD", "OPTIONS"}}, namedPolicy("app"))
	app.Get("/", named("get"), text("get"))
	add(app, "QUERY", "/", named("query"), text("query"))
	agree(t, app, request{"GET", "/", "get"}, request{"QUERY", "/", "query"}, request{"query", "/", "app"}) // "query" has no routes
	deaf := newInstalled(fiber.Config{RequestMethods: []string{"GET", "HEAD"}}, nil)
	deaf.Get("/", named("get"), text("get"))
	alone := newInstalled(fiber.Config{}, nil)
	alone.Put("/", named("put"), text("put"))
	for _, test := range []struct {
		app          *fiber.App
		method, want string
	}{{app, "PUT", "204 app"}, {alone, "BREW", "405"}, {alone, "put", "405"}, {deaf, "GET", "501"}} { // as with Use
		if got := ask(t, test.app, test.method, "/"); got != test.want {
			t.Errorf("%s: got %s, want %s", test.method, got, test.want)
		}
	}
}

// Install finds routes that are added after the first preflight.
func TestInstallFindsLaterRoutes(t *testing.T) {
	h := handler(t)
	app := newInstalled(fiber.Config{}, nil)
	app.Put("/first", named("first"), h)
	agree(t, app, request{"PUT", "/first", "first"}, request{"PUT", "/later", ""})

	app.Put("/later", named("later"), h)
	agree(t, app, request{"PUT", "/first", "first"}, request{"PUT", "/later", "later"})

	group := app.Group("/group", named("group")) // adds one entry for each method
	agree(t, app, request{"PUT", "/group/x", "group"})
	group.Put("/x", named("x"), h)
	agree(t, app, request{"PUT", "/group/x", "x"})

	app.Put("/joined", named("first"))
	agree(t, app, request{"PUT", "/joined", "first"})
	app.Put("/joined", named("second"), h)
	agree(t, app, request{"PUT", "/joined", "second"})
}

// Install finds the routes of an app that is mounted later.
func TestInstallFindsAppsMountedLater(t *testing.T) {
	app, sub := newInstalled(fiber.Config{}, nil), newApp(fiber.Config{})
	agree(t, app, request{"PUT", "/mount/x", ""})
	sub.Put("/x", named("sub"), handler(t))
	app.Use("/mount", sub)
	agree(t, app, request{"PUT", "/mount/x", "sub"})
}

// Install finds routes that replace others, even if neither the number of routes nor that of
// handlers changes.
func TestInstallFindsReplacedRoutes(t *testing.T) {
	h := handler(t)
	app := newInstalled(fiber.Config{}, nil)
	app.Put("/old", named("old"), h)
	app.Put("/last", named("last"))
	agree(t, app, request{"PUT", "/old", "old"}, request{"PUT", "/last", "last"}, request{"PUT", "/new", ""})
	before := app.HandlersCount()
	replaced := func() {
		t.Helper()
		app.RebuildTree()
		if after := app.HandlersCount(); after != before {
			t.Errorf("HandlersCount was %d and is %d; this test needs it to stay the same", before, after)
		}
	}

	app.RemoveRoute("/old", "PUT")
	app.Put("/new", named("new"), h)
	replaced()
	agree(t, app, request{"PUT", "/old", ""}, request{"PUT", "/last", "last"}, request{"PUT", "/new", "new"})

	app.RemoveRoute("/last", "PUT")
	app.Put("/new", h) // fiber joins it to the last route
	replaced()
	agree(t, app, request{"PUT", "/last", ""}, request{"PUT", "/new", "new"})
}

// If a call of Use on a group has no handlers, fiber ends the request there.
func TestInstallAfterUseWithoutHandlers(t *testing.T) {
	app := newInstalled(fiber.Config{}, namedPolicy("app"))
	app.Group("/end").Use("/")
	app.Group("/end", named("late")).Put("/x", handler(t))
	agree(t, app, request{"PUT", "/end/x", "app"})
}

// Middleware before Install may change the path with c.Path. Install rejects preflights if
// the path or method that fiber routes by is not that of the request.
func TestInstallAfterChangedPath(t *testing.T) {
	log, app := logged(t), newApp(fiber.Config{})
	app.Use("/old", func(c fiber.Ctx) error {
		c.Path("/new" + strings.TrimPrefix(c.Path(), "/old"))
		return c.RestartRouting()
	}, pass)
	app.Use("/uri", func(c fiber.Ctx) error {
		c.Request().URI().SetPath("/new/x")
		return c.Next()
	})
	app.Use("/get", func(c fiber.Ctx) error {
		if c.Method() == fiber.MethodGet { // makes the request a preflight
			c.Method(fiber.MethodOptions)
		}
		return c.Next()
	})
	fiberv3adapter.Install(app, namedPolicy("app"))
	app.Put("/new/x", named("new"), text("new"))
	app.Put("/uri/x", named("uri"), text("uri"))
	agree(t, app, request{"PUT", "/old/x", "new"}, request{"PUT", "/new/x", "new"})
	if got := ask(t, app, "PUT", "/uri/x"); got != "403" {
		t.Errorf("with a changed path: got %s", got)
	}
	overridden := httptest.NewRequest("GET", "/get", nil)
	overridden.Header.Set("Access-Control-Request-Method", "PUT")
	if res := send(t, app, overridden); res.StatusCode != http.StatusForbidden {
		t.Errorf("with a changed method: got %d", res.StatusCode)
	}
	if want := `route="" fix="in middleware before Install, do not change the method, and change the path only with c.Path"` + "\n"; log.String() != want {
		t.Errorf("logged\n%s\nwant\n%s", log, want)
	}
}

// A mounted app may have an Install, and so may the app that mounts it.
func TestInstallOnMountedApp(t *testing.T) {
	sub := newInstalled(fiber.Config{}, namedPolicy("sub"))
	sub.Put("/x", named("x"), handler(t))
	sub.Put("/none", handler(t))
	one, two, installed := newApp(fiber.Config{}), newApp(fiber.Config{}), newInstalled(fiber.Config{}, nil)
	one.Use("/one", sub)
	two.Use("/two", sub)
	installed.Use("/", sub)
	for range 2 { // one mounted app has several paths in turn
		agree(t, one, request{"PUT", "/one/x", "x"}, request{"PUT", "/one/none", "sub"}, request{"PUT", "/one/404", "sub"})
		agree(t, two, request{"PUT", "/two/x", "x"}, request{"PUT", "/two/none", "sub"})
		agree(t, installed, request{"PUT", "/x", "x"}, request{"PUT", "/none", "sub"})
	}
}
