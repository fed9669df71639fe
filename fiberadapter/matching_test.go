package fiberadapter_test

import (
	"fmt"
	"net/http"
	"testing"

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

// Whatever the path and the settings, a preflight is answered by the policy that
// the actual request gets, and by none for a route that has none.
func TestMatching(t *testing.T) {
	answered := make(map[string]int)
	for i := range 16 {
		cfg := fiber.Config{CaseSensitive: i&1 != 0, StrictRouting: i&2 != 0, UnescapePath: i&4 != 0, Immutable: i&8 != 0}
		app := everyPattern(cfg)
		for _, path := range paths() {
			for _, method := range []string{"GET", "HEAD", "PUT", "DELETE"} {
				asked, got := ask(t, app, preflight(path, page, method)), ask(t, app, actual(method, path, page))
				if got.status == http.StatusOK && policyOf(asked) != policyOf(got) {
					t.Errorf("%s %s: the preflight is answered by %q, the request by %q, with CaseSensitive %v, StrictRouting %v, UnescapePath %v",
						method, path, policyOf(asked), policyOf(got), cfg.CaseSensitive, cfg.StrictRouting, cfg.UnescapePath)
				}
				answered[policyOf(got)]++
			}
		}
	}
	for i, pattern := range patterns() {
		for _, place := range []string{"app", "group", "mount"} {
			if name := fmt.Sprint(place, i); answered[name] == 0 && (place == "app" || pattern == "/short") {
				t.Errorf("no request got to %s of the %s", pattern, place)
			}
		}
	}
}

// everyPattern has the patterns on the app, in groups and in mounted apps, each
// with a policy for GET, a route without for DELETE, and none of its own for PUT.
func everyPattern(cfg fiber.Config) *fiber.App {
	app := newLine(cfg)
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
