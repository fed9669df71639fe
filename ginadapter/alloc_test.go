package ginadapter_test

import (
	"net/http"
	"testing"

	"github.com/corsuite/corsuite/ginadapter"
	"github.com/gin-gonic/gin"
)

// One allocation holds all the values of an answer. It cannot be spared: values
// kept from answer to answer could be changed by any handler.
func TestAllocations(t *testing.T) {
	done := func(c *gin.Context) {
		c.Writer.WriteHeader(http.StatusNoContent)
		c.Writer.WriteHeaderNow()
		c.Abort()
	}
	with, without := gin.New(), gin.New()
	with.Use(ginadapter.New(config()))
	for _, r := range []*gin.Engine{with, without} {
		r.GET("/", done)
		r.OPTIONS("/", done)
	}
	for _, test := range []struct {
		name    string
		request *http.Request
	}{
		{"not CORS", notCORS()},
		{"allowed", actual("GET", "/", app)},
		{"denied", actual("GET", "/", other)},
		{"preflight", preflight("/", app, "PUT")},
		{"refused preflight", preflight("/", other, "PUT")},
	} {
		if more := allocations(with, test.request) - allocations(without, test.request); more != 1 {
			t.Errorf("%s: %v allocations more than without CORS, want 1", test.name, more)
		}
	}
}

// Install allocates no more for actual requests than Use does.
func TestAllocationsOfInstall(t *testing.T) {
	done := func(c *gin.Context) { c.Status(http.StatusNoContent) }
	outer, group := policy(t, config()), policy(t, config())
	with, without := gin.New(), gin.New()
	cors := ginadapter.Install(with, outer)
	without.Use(ginadapter.Middleware(outer))
	cors.Group(&with.RouterGroup, group, func(g *gin.RouterGroup) { g.GET("/posts/:id", done) })
	without.Group("", ginadapter.Middleware(group)).GET("/posts/:id", done)
	for _, r := range []*gin.Engine{with, without} {
		r.GET("/plain/:id", done)
		r.OPTIONS("/plain/:id", done)
	}
	for name, request := range map[string]*http.Request{
		"actual":                    actual("GET", "/plain/1", app),
		"actual, policy of a Group": actual("GET", "/posts/1", app),
		"not CORS":                  notCORS(),
		"404":                       actual("GET", "/none", app),
		"OPTIONS":                   actual("OPTIONS", "/plain/1", app),
	} {
		if more := allocations(with, request) - allocations(without, request); more != 0 {
			t.Errorf("%s: %v allocations more than with Use, want none", name, more)
		}
	}
}

func notCORS() *http.Request {
	r := actual("GET", "/", app)
	r.Header.Del("Origin")
	return r
}

// allocations takes the least of many requests: a pool that happens to be empty
// is no fault of what is measured.
func allocations(h http.Handler, r *http.Request) float64 {
	w := &writer{header: make(http.Header)}
	request := func() {
		clear(w.header)
		h.ServeHTTP(w, r)
	}
	least := testing.AllocsPerRun(1, request)
	for range 100 {
		least = min(least, testing.AllocsPerRun(1, request))
	}
	return least
}

// writer keeps its header, whose growth is no fault of what is measured either.
type writer struct{ header http.Header }

func (w *writer) Header() http.Header         { return w.header }
func (w *writer) Write(b []byte) (int, error) { return len(b), nil }
func (w *writer) WriteHeader(int)             {}
