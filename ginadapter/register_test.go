package ginadapter_test

import (
	"net/http"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/ginadapter"
	"github.com/gin-gonic/gin"
)

// The table "Where to register" of the package documentation, cell by cell.
func TestWhereToRegister(t *testing.T) {
	cors := ginadapter.New(config())
	posts := func(g gin.IRoutes, before ...gin.HandlerFunc) {
		for _, path := range []string{"/posts", "/posts/:id"} {
			g.GET(path, append(before, text("get"))...)
			g.PUT(path, append(before, text("put"))...)
		}
	}
	for _, test := range []struct {
		name              string
		routes            func(*gin.Engine)
		preflight, actual bool // answered
		notFound          bool // 404 and 405 answered
	}{
		{"engine.Use before the routes", func(r *gin.Engine) {
			r.Use(cors)
			posts(r.Group("/api"))
		}, true, true, true},
		{"engine.Use after the routes", func(r *gin.Engine) {
			posts(r.Group("/api"))
			r.Use(cors)
		}, true, false, true},
		{"engine.Use after the group", func(r *gin.Engine) {
			api := r.Group("/api")
			r.Use(cors)
			posts(api)
		}, true, false, true},
		{"group.Use", func(r *gin.Engine) {
			api := r.Group("/api")
			api.Use(cors)
			posts(api)
		}, false, true, false},
		{"Group(prefix, cors)", func(r *gin.Engine) { posts(r.Group("/api", cors)) }, false, true, false},
		{"on one route", func(r *gin.Engine) { posts(r.Group("/api"), cors) }, false, true, false},
		{"Group after Install", func(r *gin.Engine) {
			ginadapter.Install(r, nil).Group(r.Group("/api"), policy(t, config()), func(g *gin.RouterGroup) { posts(g) })
		}, true, true, false},
		{"Group after Install, one route", func(r *gin.Engine) {
			cors := ginadapter.Install(r, nil)
			for _, method := range []string{"GET", "PUT"} {
				for _, path := range []string{"/api/posts", "/api/posts/:id"} {
					cors.Group(&r.RouterGroup, policy(t, config()), func(g *gin.RouterGroup) { g.Handle(method, path, text(method)) })
				}
			}
		}, true, true, false},
		{"Install with a policy", func(r *gin.Engine) {
			ginadapter.Install(r, policy(t, config()))
			posts(r.Group("/api"))
		}, true, true, true},
		{"Install with a policy, after the group", func(r *gin.Engine) {
			api := r.Group("/api")
			ginadapter.Install(r, policy(t, config()))
			posts(api)
		}, true, false, true},
	} {
		for _, wrongMethod := range []int{http.StatusNotFound, http.StatusMethodNotAllowed} {
			t.Run(test.name+", "+http.StatusText(wrongMethod), func(t *testing.T) {
				r := gin.New()
				r.HandleMethodNotAllowed = wrongMethod == http.StatusMethodNotAllowed
				test.routes(r)
				for _, path := range []string{"/api/posts", "/api/posts/1"} {
					if got := ask(t, r, preflight(path, app, "PUT")); test.preflight {
						check(t, got, http.StatusNoContent, approved)
					} else {
						check(t, got, wrongMethod, "")
					}
					check(t, ask(t, r, actual("GET", path, app)), http.StatusOK, linesIf(test.actual))
				}
				if got := ask(t, r, preflight("/api/none", app, "PUT")); test.notFound {
					check(t, got, http.StatusNoContent, approved)
				} else {
					check(t, got, http.StatusNotFound, "")
				}
				check(t, ask(t, r, actual("GET", "/api/none", app)), http.StatusNotFound, linesIf(test.notFound))
				check(t, ask(t, r, actual("DELETE", "/api/posts", app)), wrongMethod, linesIf(test.notFound))
			})
		}
	}
}

func linesIf(answered bool) string {
	if answered {
		return allowed
	}
	return ""
}

// gin answers its own redirects without any middleware.
func TestRedirectsOfGin(t *testing.T) {
	r := gin.New()
	r.RedirectFixedPath = true
	r.Use(ginadapter.New(config()))
	r.GET("/posts", text("posts"))
	check(t, ask(t, r, actual("GET", "/posts/", app)), http.StatusMovedPermanently, "")
	check(t, ask(t, r, actual("GET", "/POSTS", app)), http.StatusMovedPermanently, "")
}

func TestPreflightRunsNoHandler(t *testing.T) {
	before := 0
	r := gin.New()
	r.Use(func(*gin.Context) { before++ })
	r.Use(ginadapter.New(config()))
	r.Use(func(c *gin.Context) {
		t.Error("middleware behind CORS ran")
		c.AbortWithStatus(http.StatusUnauthorized)
	})
	r.OPTIONS("/posts", func(*gin.Context) { t.Error("the OPTIONS handler ran") })
	r.PUT("/posts", func(*gin.Context) { t.Error("the PUT handler ran") })
	r.NoRoute(func(*gin.Context) { t.Error("the NoRoute handler ran") })
	for _, path := range []string{"/posts", "/none"} {
		check(t, ask(t, r, preflight(path, app, "PUT")), http.StatusNoContent, approved)
		check(t, ask(t, r, preflight(path, other, "PUT")), http.StatusForbidden, refused)
	}
	if before != 8 {
		t.Errorf("middleware before CORS ran %d times, want 8", before)
	}
}

func TestOptionsThatIsNoPreflight(t *testing.T) {
	r := gin.New()
	r.Use(ginadapter.New(config()))
	r.OPTIONS("/posts", text("options"))
	got := ask(t, r, actual("OPTIONS", "/posts", app))
	check(t, got, http.StatusOK, allowed+", Access-Control-Request-Method")
	if got.body != "options" {
		t.Errorf("body %q, want the handler's", got.body)
	}
}

func TestNewPanicsOnBadConfig(t *testing.T) {
	defer func() {
		err, ok := recover().(*core.ConfigError)
		if !ok || len(err.Problems) != 2 {
			t.Errorf("panicked with %v, want a *core.ConfigError with both problems", err)
		}
	}()
	ginadapter.New(ginadapter.Config{AllowOrigins: []string{"https://example.com/"}, PreflightStatus: 404})
	t.Error("New accepted a bad config")
}
