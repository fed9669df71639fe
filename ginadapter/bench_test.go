package ginadapter_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/corsuite/corsuite/ginadapter"
	"github.com/gin-gonic/gin"
)

func BenchmarkInstall(b *testing.B) {
	empty := func(*gin.Context) {}
	for _, routes := range []int{10, 1_000, 10_000} {
		use, install := gin.New(), gin.New()
		use.Use(ginadapter.New(config()))
		cors := ginadapter.Install(install, policy(b, config()))
		register := func(g *gin.RouterGroup) {
			for i := range routes / 2 {
				g.GET(fmt.Sprintf("/posts%d/:id", i), empty)
				g.PUT(fmt.Sprintf("/posts%d/:id", i), empty)
			}
		}
		register(&use.RouterGroup)
		register(&install.RouterGroup)
		cors.Group(&install.RouterGroup, policy(b, config()), func(g *gin.RouterGroup) { g.PUT("/group/:id", empty) })
		for _, bench := range []struct {
			name    string
			engine  *gin.Engine
			request *http.Request
		}{
			{"actual/Use", use, actual("GET", "/posts3/1", app)},
			{"actual/Install", install, actual("GET", "/posts3/1", app)},
			{"preflight/Use", use, preflight("/posts3/1", app, "PUT")},
			{"preflight/Install", install, preflight("/posts3/1", app, "PUT")},
			{"preflight/Group", install, preflight("/group/1", app, "PUT")},
			{"preflight/404", install, preflight("/none", app, "PUT")},
		} {
			b.Run(fmt.Sprintf("%s/%d routes", bench.name, routes), func(b *testing.B) {
				w := &writer{header: make(http.Header)}
				bench.engine.ServeHTTP(w, bench.request) // the first preflight copies the routes
				b.ReportAllocs()
				for b.Loop() {
					clear(w.header)
					bench.engine.ServeHTTP(w, bench.request)
				}
			})
		}
	}
}

// gin can only list all routes, which Group does twice.
func BenchmarkGroup(b *testing.B) {
	p := policy(b, config())
	for _, groups := range []int{10, 100, 1_000} {
		b.Run(fmt.Sprintf("%d groups of 10 routes", groups), func(b *testing.B) {
			for b.Loop() {
				r := gin.New()
				cors := ginadapter.Install(r, nil)
				for i := range groups {
					cors.Group(r.Group(fmt.Sprintf("/g%d", i)), p, func(g *gin.RouterGroup) {
						for j := range 10 {
							g.GET(fmt.Sprintf("/posts%d/:id", j), func(*gin.Context) {})
						}
					})
				}
			}
		})
	}
}
