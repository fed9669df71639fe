package ginadapter_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/corsuite/corsuite/ginadapter"
	"github.com/gin-gonic/gin"
)

// Whatever a path leads to by gin's settings, the preflight is answered for.
func TestSettings(t *testing.T) {
	for name, set := range map[string]func(*gin.Engine){
		"as they are":               func(*gin.Engine) {},
		"HandleMethodNotAllowed":    func(r *gin.Engine) { r.HandleMethodNotAllowed = true },
		"UseRawPath":                func(r *gin.Engine) { r.UseRawPath = true },
		"UseRawPath, escaped":       func(r *gin.Engine) { r.UseRawPath, r.UnescapePathValues = true, false },
		"UseEscapedPath":            func(r *gin.Engine) { r.UseEscapedPath = true },
		"RemoveExtraSlash":          func(r *gin.Engine) { r.RemoveExtraSlash = true },
		"RedirectFixedPath":         func(r *gin.Engine) { r.RedirectFixedPath = true },
		"RedirectTrailingSlash off": func(r *gin.Engine) { r.RedirectTrailingSlash = false },
	} {
		t.Run(name, func(t *testing.T) {
			r := gin.New()
			cors := ginadapter.Preflights(r)
			cors.Group(r.Group("/users"), named(t, "user"), func(g *gin.RouterGroup) { g.PUT("/:id", text("user")) })
			cors.Group(r.Group("/users"), named(t, "files"), func(g *gin.RouterGroup) { g.PUT("/:id/*path", text("files")) })
			r.PUT("/users/me", text("me"))
			set(r) // as late as a program may
			for _, path := range []string{
				"/users/1", "/users/me", "/users/ME", "/USERS/1", "/users/1/a", "/users/1/", "/users/", "/users",
				"/users//1", "//users/1", "/users/1%2Fa", "/users/%6De", "/users/a%20b", "/users/%2F", "/users/./1",
				"/users/../users/1", "/users/me/..", "/users/%2E%2E/1", "/users/1;a=b", "/users/1?a=b", "/users/ä", "/",
			} {
				agree(t, r, "PUT", path, policyOf(ask(t, r, actual("PUT", path, app)).cors))
			}
		})
	}
}

// A redirect goes without the policies on the engine, and its preflight on to
// them; a 404 has the innermost.
func TestPreflightsOfRedirects(t *testing.T) {
	r := gin.New()
	ginadapter.Preflights(r)
	r.Use(ginadapter.Middleware(named(t, "outer")), ginadapter.Middleware(named(t, "inner")))
	r.PUT("/posts", text("posts"))
	for _, test := range []struct {
		slash, fixed bool
		path, want   string
	}{
		{true, false, "/posts/", "outer"},
		{true, false, "/Posts", "inner"},
		{false, true, "/posts/", "outer"},
		{false, true, "/Posts", "outer"},
		{false, false, "/posts/", "inner"},
		{true, true, "/none", "inner"},
	} {
		r.RedirectTrailingSlash, r.RedirectFixedPath = test.slash, test.fixed
		redirected := ask(t, r, actual("PUT", test.path, app)).status == http.StatusTemporaryRedirect
		if got := asks(r, "PUT", test.path); got != test.want || redirected != (got == "outer") {
			t.Errorf("%+v: answered by %q", test, got)
		}
	}
}

// A path that gin redirects for OPTIONS gets to no middleware.
func TestRedirectedPreflight(t *testing.T) {
	r := gin.New()
	r.OPTIONS("/posts/", text("options"))
	ginadapter.Preflights(r).Group(&r.RouterGroup, policy(t, config()), func(g *gin.RouterGroup) { g.PUT("/posts", text("posts")) })
	check(t, ask(t, r, preflight("/posts", app, "PUT")), http.StatusTemporaryRedirect, "")
	r.RedirectTrailingSlash = false
	check(t, ask(t, r, preflight("/posts", app, "PUT")), http.StatusNoContent, approved)
}

func TestHandleContext(t *testing.T) {
	r := gin.New()
	cors := ginadapter.Preflights(r)
	forward := func(c *gin.Context) {
		c.Request.URL.Path = "/new"
		r.HandleContext(c)
	}
	cors.Group(&r.RouterGroup, named(t, "new"), func(g *gin.RouterGroup) { g.PUT("/new", text("new")) })
	cors.Group(&r.RouterGroup, named(t, "old"), func(g *gin.RouterGroup) { g.PUT("/old", forward) })
	r.PUT("/plain", forward)
	r.NoRoute(func(c *gin.Context) {
		if c.Request.URL.Path == "/none" {
			forward(c)
		}
	})
	agree(t, r, "PUT", "/none", "new")
	for path, want := range map[string]string{"/old": "old", "/plain": ""} {
		if got := policyOf(ask(t, r, preflight(path, app, "PUT")).cors); got != want {
			t.Errorf("the preflight for %s, sent on to /new, was answered by %q, want %q", path, got, want)
		}
	}
}

// gin shows "\:" until it serves, and a parameter's colon from then on.
func TestColons(t *testing.T) {
	r := gin.New()
	cors := ginadapter.Preflights(r)
	r.PUT(`/plain\:early`, text("early"))
	cors.Group(&r.RouterGroup, named(t, "all"), func(g *gin.RouterGroup) {
		g.PUT("/:all", text("all"))
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
	for _, pattern := range []string{`/posts\:one`, `/posts\:two`, `/posts\:three/:id`, `/twice:x`} {
		r.PUT(pattern, text("plain"))
	}
	for path, want := range map[string]string{
		"/plain:early": "", "/plain:earlier": "all", "/plain": "all",
		"/users:x": "verb", "/users:y": "all", "/users:x/deep": "verb",
		"/posts:one": "", "/posts:two": "", "/posts:three/1": "", "/posts": "all",
		"/twice": "all", "/twicey": "",
	} {
		agree(t, r, "PUT", path, want)
	}
	agree(t, r, "GET", "/a/things:new", "all")
	agree(t, r, "GET", "/a/thingsmade", "all")

	// A policy is lost where one route could be taken for another.
	for _, path := range []string{"/posts:oner", "/twice:x", "/both:x", "/bothx"} {
		if got := asks(r, "PUT", path); got != "" {
			t.Errorf("%s was answered by %q", path, got)
		}
	}
	// While it serves, gin takes them as they stand.
	cors.Group(&r.RouterGroup, named(t, "late"), func(g *gin.RouterGroup) { g.DELETE(`/late\:x`, text("late")) })
	agree(t, r, "DELETE", "/late:x", "")
}

// A method is given up whose routes cannot be told apart; looking at them before
// gin serves helps.
func TestUnclearColons(t *testing.T) {
	for _, again := range []bool{false, true} {
		t.Run(fmt.Sprint(again), func(t *testing.T) {
			r := gin.New()
			cors := ginadapter.Preflights(r)
			cors.Group(&r.RouterGroup, named(t, "posts"), func(g *gin.RouterGroup) {
				g.GET("/posts", text("posts"))
				g.PUT("/posts", text("posts"))
			})
			r.PUT(`/\:one`, text("one"))
			r.PUT(`/\:two`, text("two"))
			if again && ginadapter.Preflights(r) != cors {
				t.Error("the second call returned another Resolver")
			}
			agree(t, r, "GET", "/posts", "posts")
			if again {
				agree(t, r, "PUT", "/posts", "posts")
				agree(t, r, "PUT", "/:one", "")
			} else {
				check(t, ask(t, r, preflight("/posts", app, "PUT")), http.StatusNotFound, "")
			}
		})
	}
}

// gin makes room for fewer parameters side by side than it may meet, and panics.
// A preflight must not.
func TestParametersSideBySide(t *testing.T) {
	r := gin.New()
	ginadapter.Preflights(r).Group(&r.RouterGroup, named(t, "all"), func(g *gin.RouterGroup) {
		for _, pattern := range []string{"/:x", "/a:y", "/ab:z", "/abc"} {
			g.GET(pattern, text(pattern))
		}
	})
	agree(t, r, "GET", "/b", "all")
	w := httptest.NewRecorder()
	r.ServeHTTP(w, preflight("/abcd", app, "GET"))
	check(t, read(t, w.Result()), http.StatusNotFound, "")
}
