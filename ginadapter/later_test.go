package ginadapter_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/corsuite/corsuite/ginadapter"
	"github.com/gin-gonic/gin"
)

// asks returns the policy that approves a preflight.
func asks(r http.Handler, method, path string) string {
	w := httptest.NewRecorder()
	r.ServeHTTP(w, preflight(path, app, method))
	return policyOf(corsLines(w.Header()))
}

func TestRoutesAddedLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := gin.New()
		cors := ginadapter.Preflights(r)
		group := func(name, pattern string) {
			cors.Group(&r.RouterGroup, named(t, name), func(g *gin.RouterGroup) { g.PUT(pattern, text(name)) })
		}
		group("all", "/posts/:id")
		want := func(path, name string) {
			t.Helper()
			if got := asks(r, "PUT", path); got != name {
				t.Errorf("%s was answered by %q, want %q", path, got, name)
			}
		}
		want("/posts/new", "all")
		want("/late/1", "")

		group("new", "/posts/new")
		group("late", "/late/:id")
		want("/posts/new", "new")
		want("/late/1", "late")

		r.PUT("/posts/plain", text("plain"))
		r.PUT("/posts/:id/plain", text("plain"))
		<-time.After(time.Second)
		want("/posts/plain", "")
		want("/posts/other", "all")
		<-time.After(time.Second)
		want("/posts/plain", "")

		// What a program sets late counts at once, but not for older routes.
		r.Use(ginadapter.Middleware(named(t, "outer")), ginadapter.Middleware(named(t, "inner")))
		want("/posts/plain", "")
		want("/none", "inner")
		want("//posts/1", "inner")
		r.RemoveExtraSlash = true
		want("//posts/1", "all")
	})
}

// Nobody can see beforehand that a route is older than a policy on the engine.
func TestPolicyAfterRoutes(t *testing.T) {
	for _, test := range []struct {
		name     string
		register func(*gin.Engine)
		want     string
	}{
		{"after the route", func(r *gin.Engine) {
			r.PUT("/posts/:id", text("posts"))
			r.Use(ginadapter.Middleware(named(t, "engine")))
		}, ""},
		{"after the group", func(r *gin.Engine) {
			api := r.Group("/posts")
			r.Use(ginadapter.Middleware(named(t, "engine")))
			api.PUT("/:id", text("posts"))
		}, ""},
		{"one before, one after", func(r *gin.Engine) {
			r.Use(ginadapter.Middleware(named(t, "first")))
			r.PUT("/posts/:id", text("posts"))
			r.Use(ginadapter.Middleware(named(t, "second")))
		}, "first"},
		{"before", func(r *gin.Engine) {
			r.Use(ginadapter.Middleware(named(t, "engine")))
			r.PUT("/posts/:id", text("posts"))
		}, "engine"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := gin.New()
			ginadapter.Preflights(r)
			test.register(r)
			r.GET("/posts/:id", text("posts"))
			asks(r, "PUT", "/posts/1")
			for _, request := range []*http.Request{actual("GET", "/posts/1", app), actual("PUT", "/posts/2", app)} {
				r.ServeHTTP(httptest.NewRecorder(), request)
			}
			agree(t, r, "PUT", "/posts/3", test.want)
		})
	}
}

// What a function registers before it panics has the policy, in gin and here.
func TestGroupThatPanics(t *testing.T) {
	r := gin.New()
	cors := ginadapter.Preflights(r)
	cors.Group(&r.RouterGroup, named(t, "first"), func(g *gin.RouterGroup) { g.PUT("/taken", text("first")) })
	func() {
		defer func() {
			if recover() == nil {
				t.Error("gin took a route twice")
			}
		}()
		cors.Group(&r.RouterGroup, named(t, "second"), func(g *gin.RouterGroup) {
			g.PUT("/before", text("second"))
			cors.Group(g, named(t, "inner"), func(g *gin.RouterGroup) {
				g.PUT("/inner", text("inner"))
				g.PUT("/taken", text("inner"))
			})
		})
	}()
	r.PUT("/after", text("after"))
	for path, want := range map[string]string{"/taken": "first", "/before": "second", "/inner": "inner", "/after": ""} {
		agree(t, r, "PUT", path, want)
	}
}

// What is seen to be registered beside the policy of a Group does not get it.
func TestRoutesBesideGroup(t *testing.T) {
	r := gin.New()
	cors := ginadapter.Preflights(r)
	cors.Group(r.Group("/api"), named(t, "api"), func(g *gin.RouterGroup) {
		r.PUT("/apiary", text("other group"))
		r.Group("/other").PUT("/posts", text("other group"))
		cors.Group(r.Group("/third"), named(t, "third"), func(g *gin.RouterGroup) { g.PUT("", text("other Group")) })
		g.PUT("", text("api"))
		g.PUT("../above", text("has the policy, but looks as if it had not"))
	})
	cors.Group(r.Group("/two"), named(t, "first"), func(g *gin.RouterGroup) {
		g.PUT("/first", text("first"))
		g.Use(ginadapter.Middleware(named(t, "second")))
		g.PUT("/second", text("second"))
	})
	for path, want := range map[string]string{"/apiary": "", "/other/posts": "", "/third": "third", "/api": "api"} {
		agree(t, r, "PUT", path, want)
	}
	for _, path := range []string{"/above", "/two/first", "/two/second"} {
		if got := asks(r, "PUT", path); got != "" {
			t.Errorf("the preflight for %s was answered by %q", path, got)
		}
	}
}

// What is not seen shows when it is requested.
func TestRoutesOnTheWrongGroup(t *testing.T) {
	for _, engine := range []bool{false, true} {
		t.Run(fmt.Sprint("with a policy on the engine: ", engine), func(t *testing.T) {
			log := logged(t)
			r := gin.New()
			cors := ginadapter.Preflights(r)
			if engine {
				r.Use(ginadapter.Middleware(named(t, "engine")))
			}
			api := r.Group("/posts")
			cors.Group(api, named(t, "api"), func(g *gin.RouterGroup) {
				g.GET("/:id", text("right"))
				api.PUT("/:id", text("wrong"))
			})
			asks(r, "PUT", "/posts/1")
			r.ServeHTTP(httptest.NewRecorder(), actual("PUT", "/posts/1", app))
			for range 2 {
				if got := ask(t, r, preflight("/posts/1", app, "PUT")); got.status == http.StatusNoContent {
					t.Errorf("got %+v", got)
				}
			}
			agree(t, r, "GET", "/posts/1", "api")
			if log.String() != elsewhere {
				t.Errorf("logged\n%s\nwant\n%s", log, elsewhere)
			}
		})
	}
}

// Nothing is shared between preflights but what is read.
func TestPreflightsConcurrently(t *testing.T) {
	r := gin.New()
	cors := ginadapter.Preflights(r)
	r.GET("/late", text("late"))
	r.Use(ginadapter.Middleware(named(t, "engine")))
	cors.Group(r.Group("/api"), named(t, "api"), func(g *gin.RouterGroup) { g.PUT("/posts/:id", text("posts")) })
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for _, path := range []string{"/late", "/api/posts/1", "/none"} {
				for _, method := range []string{"GET", "PUT"} {
					asks(r, method, path)
					r.ServeHTTP(httptest.NewRecorder(), actual(method, path, app))
				}
			}
		})
	}
	wg.Wait()
}
