package ginadapter_test

import (
	"net/http"
	"reflect"
	"testing"

	"github.com/corsuite/corsuite/ginadapter"
	"github.com/gin-gonic/gin"
)

// Install finds the same route as gin, with every setting of gin that affects routing.
func TestInstallRoutesLikeGin(t *testing.T) {
	for name, set := range map[string]func(*gin.Engine){
		"defaults":               func(*gin.Engine) {},
		"HandleMethodNotAllowed": func(r *gin.Engine) { r.HandleMethodNotAllowed = true },
		"UseRawPath":             func(r *gin.Engine) { r.UseRawPath = true },
		"UseRawPath, escaped":    func(r *gin.Engine) { r.UseRawPath, r.UnescapePathValues = true, false },
		"UseEscapedPath": func(r *gin.Engine) {
			if field := reflect.ValueOf(r).Elem().FieldByName("UseEscapedPath"); field.IsValid() { // since gin 1.12
				field.SetBool(true)
			}
		},
		"RemoveExtraSlash":          func(r *gin.Engine) { r.RemoveExtraSlash = true },
		"RedirectFixedPath":         func(r *gin.Engine) { r.RedirectFixedPath = true },
		"RedirectTrailingSlash off": func(r *gin.Engine) { r.RedirectTrailingSlash = false },
	} {
		t.Run(name, func(t *testing.T) {
			r := gin.New()
			cors := ginadapter.Install(r, nil)
			cors.Group(r.Group("/users"), named(t, "user"), func(g *gin.RouterGroup) { g.PUT("/:id", text("user")) })
			cors.Group(r.Group("/users"), named(t, "files"), func(g *gin.RouterGroup) { g.PUT("/:id/*path", text("files")) })
			r.PUT("/users/me", text("me"))
			set(r) // settings may change until gin serves
			for _, path := range []string{
				"/users/1", "/users/me", "/users/ME", "/USERS/1", "/users/1/a", "/users/1/", "/users/", "/users",
				"/users//1", "//users/1", "/users/1%2Fa", "/users/%6De", "/users/a%20b", "/users/%2F", "/users/./1",
				"/users/../users/1", "/users/me/..", "/users/%2E%2E/1", "/users/1;a=b", "/users/1?a=b", "/users/ä", "/",
			} {
				if got, ok := tryAsk(r, actual("PUT", path)); ok {
					agree(t, r, "PUT", path, got.policy)
				}
			}
		})
	}
}

// The policy of the engine answers preflights if gin redirects, or has a 404 or 405.
func TestPreflightsWithoutRoute(t *testing.T) {
	for _, set := range []func(*gin.Engine){
		func(*gin.Engine) {},
		func(r *gin.Engine) { r.HandleMethodNotAllowed = true },
		func(r *gin.Engine) { r.RedirectFixedPath = true },
	} {
		r := gin.New()
		cors := ginadapter.Install(r, named(t, "app"))
		cors.Group(&r.RouterGroup, named(t, "group"), func(g *gin.RouterGroup) { g.PUT("/posts", text("posts")) })
		r.NoRoute(unreachable(t))
		r.NoMethod(unreachable(t))
		set(r)
		agree(t, r, "PUT", "/posts", "group")
		agree(t, r, "DELETE", "/posts", "app")
		agree(t, r, "PUT", "/none", "app")
		for _, path := range []string{"/posts/", "/POSTS"} {
			if got := ask(r, preflight("PUT", path)); got.policy != "app" {
				t.Errorf("%s: got %+v", path, got)
			}
		}
	}
}

// gin redirects OPTIONS requests without middleware, so Install does not answer them.
func TestRedirectedPreflight(t *testing.T) {
	r := gin.New()
	cors := ginadapter.Install(r, nil)
	r.OPTIONS("/posts/", text("options"))
	cors.Group(&r.RouterGroup, named(t, "posts"), func(g *gin.RouterGroup) { g.PUT("/posts", text("posts")) })
	if got := ask(r, preflight("PUT", "/posts")); got.status != http.StatusTemporaryRedirect || got.policy != "" {
		t.Errorf("got %+v", got)
	}
	r.RedirectTrailingSlash = false
	agree(t, r, "PUT", "/posts", "posts")
}

// The policy for the path of the request answers, not the policy for the path that a
// handler passes to HandleContext.
func TestHandleContext(t *testing.T) {
	r := gin.New()
	cors := ginadapter.Install(r, nil)
	forward := func(c *gin.Context) {
		c.Request.URL.Path = "/new"
		r.HandleContext(c)
	}
	cors.Group(&r.RouterGroup, named(t, "new"), func(g *gin.RouterGroup) { g.PUT("/new", text("new")) })
	cors.Group(&r.RouterGroup, named(t, "old"), func(g *gin.RouterGroup) { g.PUT("/old", forward) })
	r.PUT("/plain", forward)
	for path, want := range map[string]string{"/old": "old", "/plain": ""} {
		if got := ask(r, preflight("PUT", path)).policy; got != want {
			t.Errorf("the preflight for %s was answered by %q, want %q", path, got, want)
		}
	}
}

// gin lists "\:" in a pattern as ":" once it serves. Install finds the route anyway.
func TestEscapedColons(t *testing.T) {
	func() {
		defer func() {
			if recover() != nil {
				t.Skip("gin before 1.11 takes the second \"\\:\" below one prefix for a conflicting parameter") //nolint:forbidigo // it runs with the newest gin
			}
		}()
		old := gin.New()
		old.PUT(`/a\:b`, text(""))
		old.PUT(`/a\:c`, text(""))
	}()
	r := gin.New()
	cors := ginadapter.Install(r, nil)
	r.PUT(`/plain\:early`, text("early"))
	cors.Group(&r.RouterGroup, named(t, "all"), func(g *gin.RouterGroup) {
		g.PUT("/:all", text("all"))
		g.PUT("/:all/last", text("all"))
		g.GET(`/:all/things\:new`, text("new"))
		g.GET(`/:all/things:name`, text("name"))
	})
	cors.Group(r.Group(`/users\:x`), named(t, "verb"), func(g *gin.RouterGroup) {
		g.PUT("", text("verb"))
		g.PUT("/deep", text("verb"))
	})
	cors.Group(&r.RouterGroup, named(t, "outer"), func(g *gin.RouterGroup) {
		cors.Group(g, named(t, "inner"), func(g *gin.RouterGroup) {
			g.PUT(`/both\:x`, text("inner"))
			g.PUT(`/twice\:x`, text("inner"))
		})
		g.PUT("/both:x", text("outer"))
	})
	for _, pattern := range []string{`/posts\:one`, `/posts\:two`, `/posts\:three/:id`, `/twice:x`, `/@:user`, `/\:all`, `/rooms\:first/one`, `/rooms\:last/last`, `/rooms\:third/:id`} {
		r.PUT(pattern, text("plain"))
	}
	for path, want := range map[string]string{
		"/plain:early": "", "/plain:earlier": "all", "/plain": "all",
		"/users:x": "verb", "/users:y": "all", "/users:x/deep": "verb",
		"/both:x": "inner", "/bothx": "outer",
		"/twice:x": "inner", "/twicey": "", "/twice": "all",
		"/posts:one": "", "/posts:two": "", "/posts:three/1": "", "/posts": "all", "/@bob": "",
		"/rooms:last/last": "", "/rooms:third/last": "", "/room/last": "all",
	} {
		agree(t, r, "PUT", path, want)
	}
	agree(t, r, "GET", "/a/things:new", "all")
	agree(t, r, "GET", "/a/thingsmade", "all")
	if got := ask(r, preflight("PUT", "/postsmade")).policy; got != "" {
		t.Errorf("the preflight for /postsmade was answered by %q, want no policy", got)
	}
	// While gin serves, it does not replace "\:" in a new pattern.
	cors.Group(&r.RouterGroup, named(t, "late"), func(g *gin.RouterGroup) { g.DELETE(`/late\:x`, text("late")) })
	agree(t, r, "DELETE", "/late:x", "")
	agree(t, r, "PUT", "/rooms:last/last", "")
}

// For some patterns gin allocates too few parameters and panics. Install must not panic.
func TestLookupDoesNotPanic(t *testing.T) {
	r := gin.New()
	ginadapter.Install(r, nil).Group(&r.RouterGroup, named(t, "all"), func(g *gin.RouterGroup) {
		for _, pattern := range []string{"/:x", "/a:y", "/ab:z", "/abc"} {
			g.GET(pattern, text(pattern))
		}
	})
	agree(t, r, "GET", "/b", "all")
	if got := ask(r, preflight("GET", "/abcd")); got.status != http.StatusNotFound || got.policy != "" {
		t.Errorf("got %+v", got)
	}
}

// tryAsk reports whether gin serves the request. Before 1.11, gin panics for some paths with
// RedirectFixedPath.
func tryAsk(h http.Handler, r *http.Request) (got answer, ok bool) {
	defer func() { ok = recover() == nil }()
	return ask(h, r), true
}
