package bench

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/corsuite/corsuite/chiadapter"
	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/nethttp"
	"github.com/corsuite/corsuite/echoadapter"
	"github.com/corsuite/corsuite/echov5adapter"
	"github.com/corsuite/corsuite/fiberadapter"
	"github.com/corsuite/corsuite/ginadapter"
	"github.com/gin-gonic/gin"
	"github.com/go-chi/chi/v5"
	"github.com/gofiber/fiber/v2"
	"github.com/labstack/echo/v4"
	echov5 "github.com/labstack/echo/v5"
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
		"echov5": func(policy *core.Policy, install bool, routes int) app {
			e := echov5.New()
			if install {
				echov5adapter.Install(e, policy)
			} else {
				e.Use(echov5adapter.Middleware(policy))
			}
			for i := range routes {
				e.PUT(pattern(i, "/api/%d/posts/:id"), func(*echov5.Context) error { return nil })
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
			return onFasthttp(app.Handler())
		},
		"fiberv3": fiberv3Install,
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

// BenchmarkLongPath sends preflights to paths of 6,000 and of 60,000 bytes. If the time is
// linear, ns/byte is the same for both.
func BenchmarkLongPath(b *testing.B) {
	policy, err := core.NewPolicy(core.Config{AllowOrigins: []string{page}, AllowMethods: []string{"PUT"}})
	if err != nil {
		b.Fatal(err)
	}
	for _, r := range routers() {
		build := installs()[r.name]
		for _, part := range []string{"/a", "//", "/..", "%61"} {
			for _, n := range []int{6_000, 60_000} {
				for _, by := range []string{"Use", "Install"} {
					b.Run(fmt.Sprintf("router=%s/part=%s/bytes=%d/by=%s", r.name, part[1:], n, by), func(b *testing.B) {
						ask := preflight(page, "PUT")
						ask.path = "/api/5/" + strings.Repeat(part, n/len(part))
						app := build(policy, by == "Install", 10)
						for b.Loop() {
							app(&ask).serve()
						}
						b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(n), "ns/byte")
					})
				}
			}
		}
	}
}

// BenchmarkGroups registers groups of ten routes, each with a policy, and sends the first
// preflight. If the time is linear, ns/route is the same for all numbers. It is not for gin:
// each Group reads the whole list of routes twice, since gin shows no single route. Nor is
// it for echo v5, whose router compares a new route with all others.
func BenchmarkGroups(b *testing.B) {
	policy, err := core.NewPolicy(core.Config{AllowOrigins: []string{page}, AllowMethods: []string{"PUT"}})
	if err != nil {
		b.Fatal(err)
	}
	ask := preflight(page, "PUT")
	ask.path = "/5/posts/1"
	const routes = 10
	for name, build := range map[string]func(groups int) app{
		"nethttp": func(groups int) app {
			mux, cors := http.NewServeMux(), nethttp.Middleware(policy)
			for i := range groups {
				for j := range routes {
					mux.Handle(fmt.Sprintf("PUT /%d/posts%.0d/{id}", i, j), cors(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})))
				}
			}
			return onHTTP(nethttp.Install(mux, nil)(mux))
		},
		"gin": func(groups int) app {
			r := gin.New()
			cors := ginadapter.Install(r, nil)
			for i := range groups {
				cors.Group(r.Group(fmt.Sprint("/", i)), policy, func(g *gin.RouterGroup) {
					for j := range routes {
						g.PUT(fmt.Sprintf("/posts%.0d/:id", j), func(*gin.Context) {})
					}
				})
			}
			return onHTTP(r)
		},
		"echo": func(groups int) app {
			e := echo.New()
			echoadapter.Install(e, nil)
			for i := range groups {
				g := e.Group(fmt.Sprint("/", i), echoadapter.Middleware(policy))
				for j := range routes {
					g.PUT(fmt.Sprintf("/posts%.0d/:id", j), func(echo.Context) error { return nil })
				}
			}
			return onHTTP(e)
		},
		"echov5": func(groups int) app {
			e := echov5.New()
			echov5adapter.Install(e, nil)
			for i := range groups {
				g := e.Group(fmt.Sprint("/", i), echov5adapter.Middleware(policy))
				for j := range routes {
					g.PUT(fmt.Sprintf("/posts%.0d/:id", j), func(*echov5.Context) error { return nil })
				}
			}
			return onHTTP(e)
		},
		"chi": func(groups int) app {
			r := chi.NewRouter()
			chiadapter.Install(r, nil)
			for i := range groups {
				r.Route(fmt.Sprint("/", i), func(r chi.Router) {
					r.Use(chiadapter.Middleware(policy))
					for j := range routes {
						r.Put(fmt.Sprintf("/posts%.0d/{id}", j), func(http.ResponseWriter, *http.Request) {})
					}
				})
			}
			return onHTTP(r)
		},
		"fiber": func(groups int) app {
			app := fiber.New(fiber.Config{DisableStartupMessage: true})
			fiberadapter.Install(app, nil)
			for i := range groups {
				g := app.Group(fmt.Sprint("/", i), fiberadapter.Middleware(policy))
				for j := range routes {
					g.Put(fmt.Sprintf("/posts%.0d/:id", j), func(*fiber.Ctx) error { return nil })
				}
			}
			return onFasthttp(app.Handler())
		},
		"fiberv3": fiberv3Groups(policy, routes),
	} {
		for _, groups := range []int{100, 1_000} {
			b.Run(fmt.Sprintf("router=%s/groups=%d", name, groups), func(b *testing.B) {
				for b.Loop() {
					srv := build(groups)(&ask)
					srv.serve()
					if got := srv.answer(); got.status != 204 {
						b.Fatal(got)
					}
				}
				b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(groups*routes), "ns/route")
			})
		}
	}
}
