package ginadapter_test

import (
	"errors"
	"net/http"
	"testing"
	"testing/fstest"

	"github.com/corsuite/corsuite/ginadapter"
	"github.com/gin-gonic/gin"
)

// engine has one route for each way in which gin writes an answer.
func engine() *gin.Engine {
	r := gin.New()
	r.HandleMethodNotAllowed = true
	r.Use(gin.CustomRecoveryWithWriter(nil, func(c *gin.Context, _ any) {
		c.AbortWithStatus(http.StatusInternalServerError)
	}))
	r.Use(ginadapter.New(config()))
	r.Use(errorHandler)
	r.GET("/posts", text("posts"))
	r.HEAD("/posts", text("posts"))
	r.GET("/nothing", func(c *gin.Context) { c.Status(http.StatusNoContent) })
	r.GET("/error", func(c *gin.Context) { c.Error(errors.New("out of posts")) })
	r.GET("/abort", func(c *gin.Context) { c.AbortWithStatusJSON(http.StatusForbidden, gin.H{}) })
	r.GET("/panic", func(*gin.Context) { panic("a bug") })
	r.GET("/redirect", func(c *gin.Context) { c.Redirect(http.StatusFound, "/posts") })
	r.StaticFS("/static", http.FS(fstest.MapFS{"logo.svg": {Data: []byte("<svg/>")}}))
	return r
}

// errorHandler answers the errors that handlers leave in the context.
func errorHandler(c *gin.Context) {
	c.Next()
	if err := c.Errors.Last(); err != nil {
		c.String(http.StatusServiceUnavailable, err.Error())
	}
}

func TestActual(t *testing.T) {
	for _, test := range []struct {
		name, method, path string
		status             int
		body               string
	}{
		{"handler", "GET", "/posts", 200, "posts"},
		{"HEAD", "HEAD", "/posts", 200, ""},
		{"status alone", "GET", "/nothing", 204, ""},
		{"404", "GET", "/none", 404, "404 page not found"},
		{"405", "DELETE", "/posts", 405, "405 method not allowed"},
		{"error", "GET", "/error", 503, "out of posts"},
		{"abort", "GET", "/abort", 403, "{}"},
		{"panic", "GET", "/panic", 500, ""},
		{"redirect", "GET", "/redirect", 302, "<a href=\"/posts\">Found</a>.\n\n"},
		{"static file", "GET", "/static/logo.svg", 200, "<svg/>"},
		{"HEAD of a static file", "HEAD", "/static/logo.svg", 200, ""},
		{"missing static file", "GET", "/static/none.svg", 404, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, page := range []struct{ origin, cors string }{{app, allowed}, {other, denied}} {
				got := ask(t, engine(), actual(test.method, test.path, page.origin))
				check(t, got, test.status, page.cors)
				if got.body != test.body {
					t.Errorf("body %q, want %q", got.body, test.body)
				}
			}
		})
	}
}

func TestNotCORS(t *testing.T) {
	r := actual("GET", "/posts", app)
	r.Header.Del("Origin")
	check(t, ask(t, engine(), r), http.StatusOK, "Vary: Origin")
}

func TestPreflight(t *testing.T) {
	for _, test := range []struct {
		name, path, origin string
		status             int
		cors               string
	}{
		{"allowed", "/posts", app, http.StatusNoContent, approved},
		{"allowed, 404", "/none", app, http.StatusNoContent, approved},
		{"allowed, static file", "/static/logo.svg", app, http.StatusNoContent, approved},
		{"denied", "/posts", other, http.StatusForbidden, refused},
		{"denied, 404", "/none", other, http.StatusForbidden, refused},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := ask(t, engine(), preflight(test.path, test.origin, "PUT"))
			check(t, got, test.status, test.cors)
			if got.body != "" {
				t.Errorf("body %q, want none", got.body)
			}
		})
	}
}

func TestPreflightStatus(t *testing.T) {
	cfg := config()
	cfg.PreflightStatus = http.StatusOK
	r := gin.New()
	r.Use(ginadapter.New(cfg))
	check(t, ask(t, r, preflight("/", app, "PUT")), http.StatusOK, approved)
}

// Middleware around CORS, such as a logger, sees what a preflight was answered.
func TestPreflightIsSeenFurtherOut(t *testing.T) {
	var status, size int
	var written bool
	r := gin.New()
	r.Use(func(c *gin.Context) {
		c.Next()
		status, size, written = c.Writer.Status(), c.Writer.Size(), c.Writer.Written()
	})
	r.Use(ginadapter.New(config()))
	ask(t, r, preflight("/", app, "PUT"))
	if status != http.StatusNoContent || size != 0 || !written {
		t.Errorf("status %d, size %d, written %v; want 204, 0, true", status, size, written)
	}
}
