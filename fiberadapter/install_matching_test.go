package fiberadapter_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/fiberadapter"
	"github.com/gofiber/fiber/v2"
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

// Whatever the path and the settings, the policy on the answer to the actual request
// answers the preflight.
func TestInstallMatching(t *testing.T) {
	logged(t) // a line for each route without a policy
	answered := make(map[string]int)
	for i := range 16 {
		cfg := fiber.Config{CaseSensitive: i&1 != 0, StrictRouting: i&2 != 0, UnescapePath: i&4 != 0, Immutable: i&8 != 0}
		app := everyPattern(cfg)
		for _, path := range paths() {
			for _, method := range []string{"GET", "HEAD", "PUT", "DELETE", "PATCH"} {
				_, asked, _ := strings.Cut(ask(t, app, method, path), " ")
				got := read(t, app, method, path)
				if asked != got {
					t.Errorf("%s %s: the preflight is answered by %q, the request by %q, with CaseSensitive %v, StrictRouting %v, UnescapePath %v",
						method, path, asked, got, cfg.CaseSensitive, cfg.StrictRouting, cfg.UnescapePath)
				}
				answered[got]++
			}
		}
	}
	for i, pattern := range patterns() {
		for _, place := range []string{"app", "group", "mount"} {
			if name := fmt.Sprint(place, i); answered[name] == 0 && (place == "app" || pattern == "/short") {
				t.Errorf("no request reached %s of the %s", pattern, place)
			}
		}
	}
}

// everyPattern has the patterns on the app, in groups and in mounted apps, each
// with a policy for GET and without one for DELETE. PUT has other routes.
func everyPattern(cfg fiber.Config) *fiber.App {
	app := newInstalled(cfg, nil)
	app.Use("/static", named("static"))
	app.Static("/static", ".")
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
		app.Mount(prefix, sub)
	}
	register(app, "app")
	app.Use("/sh", named("short"))
	app.Put("/:any/*", text("put"))
	app.Put("/*", text("put"))
	return app
}

// fiber joins routes that are registered for one method and path in a row, and runs
// the handlers of the second only if the first goes on.
func TestInstallRegisteredTwice(t *testing.T) {
	h := handler(t)
	for _, test := range []struct {
		name, policy string
		rejected     bool // since a policy is behind another handler
		register     func(r fiber.Router)
	}{
		{"policy second", "", true, func(r fiber.Router) { r.Put("/x", h).Put("/x", named("second"), h) }},
		{"both", "first", true, func(r fiber.Router) { r.Put("/x", named("first"), h).Put("/x", named("second"), h) }},
		{"not in a row", "first", false, func(r fiber.Router) { r.Put("/x", named("first"), h).Put("/y", h).Put("/x", named("second"), h) }},
		{"the policy, then the handler", "first", false, func(r fiber.Router) { r.Put("/x", named("first")).Put("/x", h) }},
		{"the policy, then another", "second", false, func(r fiber.Router) { r.Put("/x", named("first")).Put("/x", named("second"), h) }},
		{"the policy, no handler", "first", false, func(r fiber.Router) { r.Put("/x", named("first")) }},
		{"the policy, the handler elsewhere", "second", false, func(r fiber.Router) { r.Put("/x", named("first")).Put("/:x", named("second"), h) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			app, sub := newInstalled(fiber.Config{}, nil), newApp(fiber.Config{})
			test.register(app)
			test.register(app.Group("/group"))
			test.register(sub)
			app.Mount("/mount", sub)
			for _, path := range []string{"/x", "/group/x", "/mount/x"} {
				if !test.rejected {
					agree(t, app, request{"PUT", path, test.policy})
					continue
				}
				if asked, got := ask(t, app, "PUT", path), read(t, app, "PUT", path); asked != "403" || got != test.policy {
					t.Errorf("the preflight for PUT %s was answered %s, the request by %q", path, asked, got)
				}
			}
		})
	}
}

// The files of Static have the policies before it.
func TestInstallStatic(t *testing.T) {
	app, sub := newInstalled(fiber.Config{}, namedPolicy("app")), newApp(fiber.Config{})
	app.Group("/group", named("group")).Static("/", ".") // joined to the group's policy
	app.Use("/files", pass, named("files"))
	app.Static("/files", ".")
	app.Static("/late", ".")
	app.Use("/late", named("late"))
	sub.Use(named("sub"))
	sub.Static("/files", ".")
	app.Mount("/mount", sub)
	agree(t, app, request{"GET", "/group/go.mod", "group"}, request{"HEAD", "/group/go.mod", "group"}, request{"GET", "/mount/files/go.mod", "sub"})
	for path, policy := range map[string]string{"/files/go.mod": "files", "/late/go.mod": "app"} {
		if asked, got := ask(t, app, "GET", path), read(t, app, "GET", path); asked != "403" || got != policy { // pass and Static might be servers
			t.Errorf("the preflight for GET %s was answered %s, the request by %q", path, asked, got)
		}
	}
}

// Requests with a method that RequestMethods lacks reach no middleware.
func TestInstallRequestMethods(t *testing.T) {
	app := newInstalled(fiber.Config{RequestMethods: []string{"QUERY", "GET", "HEAD", "OPTIONS"}}, namedPolicy("app"))
	app.Get("/", named("get"), text("get"))
	app.Add("QUERY", "/", named("query"), text("query"))
	agree(t, app, request{"GET", "/", "get"}, request{"QUERY", "/", "query"})
	deaf := newInstalled(fiber.Config{RequestMethods: []string{"GET", "HEAD"}}, nil)
	deaf.Get("/", named("get"), text("get"))
	alone := newInstalled(fiber.Config{}, nil)
	alone.Put("/", named("put"), text("put"))
	for _, test := range []struct {
		app          *fiber.App
		method, want string
	}{{app, "PUT", "204 app"}, {alone, "BREW", "405"}, {alone, "put", "405"}, {deaf, "GET", "400"}} { // as with Use
		if got := ask(t, test.app, test.method, "/"); got != test.want {
			t.Errorf("%s: got %s, want %s", test.method, got, test.want)
		}
	}
}

// Routes that are added after the first preflight count like the others.
func TestInstallRoutesAddedLater(t *testing.T) {
	h := handler(t)
	app := newInstalled(fiber.Config{}, nil)
	app.Put("/first", named("first"), h)
	agree(t, app, request{"PUT", "/first", "first"}, request{"PUT", "/later", ""})

	app.Put("/later", named("later"), h)
	agree(t, app, request{"PUT", "/first", "first"}, request{"PUT", "/later", "later"})

	group := app.Group("/group", named("group")) // one entry more for each method
	agree(t, app, request{"PUT", "/group/x", "group"})
	group.Put("/x", named("x"), h)
	agree(t, app, request{"PUT", "/group/x", "x"})

	app.Put("/joined", named("first"))
	agree(t, app, request{"PUT", "/joined", "first"})
	app.Put("/joined", named("second"), h)
	agree(t, app, request{"PUT", "/joined", "second"})
}

// So do those of an app that is mounted later, even if fiber counts as many handlers
// as before: it stops counting those of Static if GET is not the first method.
func TestInstallAppMountedLater(t *testing.T) {
	cfg := fiber.Config{RequestMethods: []string{"PUT", "GET", "HEAD", "OPTIONS"}}
	app := newInstalled(cfg, nil)
	app.Static("/a", ".")
	app.Static("/b", ".")
	agree(t, app, request{"PUT", "/mount/x", ""})
	sub := newApp(cfg)
	sub.Put("/x", named("sub"), handler(t))
	before := app.HandlersCount()
	app.Mount("/mount", sub)
	agree(t, app, request{"PUT", "/mount/x", "sub"})
	if after := app.HandlersCount(); after != before {
		t.Errorf("fiber counts %d handlers, and %d before", after, before)
	}
}

// Middleware that changes the path is registered before Install. If fiber searches
// for another path or method than the request has, preflights are rejected.
func TestInstallChangedPath(t *testing.T) {
	log, app := logged(t), newApp(fiber.Config{})
	app.Use("/old", func(c *fiber.Ctx) error {
		c.Path("/new" + strings.TrimPrefix(c.Path(), "/old"))
		return c.RestartRouting()
	}, pass)
	app.Use("/uri", func(c *fiber.Ctx) error {
		c.Request().URI().SetPath("/new/x")
		return c.Next()
	})
	app.Use("/get", func(c *fiber.Ctx) error {
		if c.Method() == fiber.MethodGet { // so that it is a preflight
			c.Method(fiber.MethodOptions)
		}
		return c.Next()
	})
	fiberadapter.Install(app, namedPolicy("app"))
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
	if want := `route="" fix="before Install, change no method, and the path by c.Path alone"` + "\n"; log.String() != want {
		t.Errorf("logged\n%s", log)
	}
}

// A mounted app may have an Install, too, whether the other app has one or not.
func TestInstallMounted(t *testing.T) {
	sub := newInstalled(fiber.Config{}, namedPolicy("sub"))
	sub.Put("/x", named("x"), handler(t))
	sub.Put("/none", handler(t))
	one, two, installed := newApp(fiber.Config{}), newApp(fiber.Config{}), newInstalled(fiber.Config{}, nil)
	one.Mount("/one", sub)
	two.Mount("/two", sub)
	installed.Mount("/", sub)
	for range 2 { // the paths differ
		agree(t, one, request{"PUT", "/one/x", "x"}, request{"PUT", "/one/none", "sub"}, request{"PUT", "/one/404", "sub"})
		agree(t, two, request{"PUT", "/two/x", "x"}, request{"PUT", "/two/none", "sub"})
		agree(t, installed, request{"PUT", "/x", "x"}, request{"PUT", "/none", "sub"})
	}
}
