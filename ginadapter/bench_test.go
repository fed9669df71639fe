package ginadapter_test

import (
	"net/http"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/ginadapter"
	"github.com/gin-gonic/gin"
)

func BenchmarkPreflights(b *testing.B) {
	empty := func(*gin.Context) {}
	cors := ginadapter.New(config())
	for _, bench := range []struct {
		name    string
		line    bool
		use     gin.HandlersChain
		request *http.Request
	}{
		{"actual/nothing", false, nil, actual("GET", "/plain", app)},
		{"actual/empty middleware", false, gin.HandlersChain{empty}, actual("GET", "/plain", app)},
		{"actual/Preflights", true, nil, actual("GET", "/plain", app)},
		{"preflight/policy on the engine", false, gin.HandlersChain{cors}, preflight("/plain", app, "GET")},
		{"preflight/policy on the engine, resolved", true, gin.HandlersChain{cors}, preflight("/plain", app, "GET")},
		{"preflight/policy of a group, resolved", true, nil, preflight("/api/posts/1", app, "PUT")},
		{"preflight/no policy", true, nil, preflight("/plain", app, "GET")},
	} {
		b.Run(bench.name, func(b *testing.B) {
			r := gin.New()
			group := func(g *gin.RouterGroup, _ *core.Policy, routes func(*gin.RouterGroup)) { routes(g) }
			if bench.line {
				group = ginadapter.Preflights(r).Group
			}
			r.Use(bench.use...)
			r.GET("/plain", empty)
			group(r.Group("/api"), policy(b, config()), func(g *gin.RouterGroup) {
				for _, path := range []string{"/posts", "/posts/:id", "/posts/:id/comments", "/authors", "/authors/:name"} {
					g.GET(path, empty)
					g.PUT(path, empty)
				}
			})
			w := &writer{header: make(http.Header)}
			b.ReportAllocs()
			for b.Loop() {
				clear(w.header)
				r.ServeHTTP(w, bench.request)
			}
		})
	}
}
