package bench

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/corsuite/corsuite/chiadapter"
	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/nethttp"
	"github.com/corsuite/corsuite/echoadapter"
	"github.com/corsuite/corsuite/fiberadapter"
	"github.com/corsuite/corsuite/ginadapter"
	"github.com/gin-gonic/gin"
	"github.com/go-chi/chi/v5"
	"github.com/gofiber/fiber/v2"
	"github.com/labstack/echo/v4"
)

// installs returns functions that make a router, register a policy by Install or by
// Use, and then the routes.
func installs() map[string]func(policy *core.Policy, install bool, routes int) app {
	pattern := func(i int, format string) string { return fmt.Sprintf(format, i) }
	return map[string]func(*core.Policy, bool, int) app{
		"nethttp": func(policy *core.Policy, install bool, routes int) app {
			mux := http.NewServeMux()
			for i := range routes {
				mux.HandleFunc(pattern(i, "PUT /api/%d/posts/{id}"), func(http.ResponseWriter, *http.Request) {})
			}
			if install {
				return onHTTP(nethttp.Install(mux, policy)(mux))
			}
			return onHTTP(nethttp.Middleware(policy)(mux))
		},
		"chi": func(policy *core.Policy, install bool, routes int) app {
			r := chi.NewRouter()
			if install {
				chiadapter.Install(r, policy)
			} else {
				r.Use(chiadapter.Middleware(policy))
			}
			for i := range routes {
				r.Put(pattern(i, "/api/%d/posts/{id}"), func(http.ResponseWriter, *http.Request) {})
			}
			return onHTTP(r)
		},
		"gin": func(policy *core.Policy, install bool, routes int) app {
			r := gin.New()
			if install {
				ginadapter.Install(r, policy)
			} else {
				r.Use(ginadapter.Middleware(policy))
			}
			for i := range routes {
				r.PUT(pattern(i, "/api/%d/posts/:id"), func(*gin.Context) {})
			}
			return onHTTP(r)
		},
		"echo": func(policy *core.Policy, install bool, routes int) app {
			e := echo.New()
			if install {
				echoadapter.Install(e, policy)
			} else {
				e.Use(echoadapter.Middleware(policy))
			}
			for i := range routes {
				e.PUT(pattern(i, "/api/%d/posts/:id"), func(echo.Context) error { return nil })
			}
			return onHTTP(e)
		},
		"fiber": func(policy *core.Policy, install bool, routes int) app {
			app := fiber.New(fiber.Config{DisableStartupMessage: true})
			if install {
				fiberadapter.Install(app, policy)
			} else {
				app.Use(fiberadapter.Middleware(policy))
			}
			for i := range routes {
				app.Put(pattern(i, "/api/%d/posts/:id"), func(*fiber.Ctx) error { return nil })
			}
			return onFasthttp(app)
		},
	}
}

// BenchmarkInstall compares a preflight through Install with one through Use, by the
// number of routes. It also reports the longest time of one. The first preflight is
// left out: adapters may read the routes then.
func BenchmarkInstall(b *testing.B) {
	policy, err := core.NewPolicy(core.Config{AllowOrigins: []string{"https://app.example.com"}, AllowMethods: []string{"PUT"}})
	if err != nil {
		b.Fatal(err)
	}
	ask := preflight("https://app.example.com", "PUT")
	ask.path = "/api/5/posts/1"
	for _, r := range routers() {
		build := installs()[r.name]
		for _, routes := range []int{10, 1_000, 10_000} {
			for _, by := range []string{"Use", "Install"} {
				b.Run(fmt.Sprintf("router=%s/routes=%d/by=%s", r.name, routes, by), func(b *testing.B) {
					srv := build(policy, by == "Install", routes)(&ask)
					srv.serve()
					longest := time.Duration(0)
					b.ReportAllocs()
					for b.Loop() {
						began := time.Now()
						srv.serve()
						longest = max(longest, time.Since(began))
					}
					b.ReportMetric(float64(longest.Microseconds()), "longest-µs")
				})
			}
		}
	}
}
