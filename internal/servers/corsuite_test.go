package servers

import (
	"net/http"
	"net/http/httputil"
	"net/url"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/ginadapter"
)

// corsuite is the library of this repository, with gin.
func corsuite() server {
	policy := func(t *testing.T, s *site, cfg core.Config) *core.Policy {
		t.Helper()
		p, err := core.NewPolicy(configured(t, s, cfg), core.WithLogger(nil))
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	use := func(cfg func(s *site) core.Config) func(*testing.T, *site) {
		return onGin(func(t *testing.T, s *site, r *gin.Engine) {
			t.Helper()
			r.Use(ginadapter.Middleware(policy(t, s, cfg(s))))
		})
	}
	puts := func(origin string) core.Config {
		return core.Config{AllowOrigins: []string{origin}, AllowMethods: []string{"PUT"}, AllowHeaders: []string{"Content-Type"}}
	}
	return library("corsuite",
		mistake{
			name: "https instead of http", report: "nelmio/NelmioCorsBundle#2", cause: "allow-origin-missing", call: put(),
			serve: use(func(s *site) core.Config { return puts("https://localhost:" + s.PagePort) }),
		},
		mistake{
			name: "the host of the page differs", report: "sogrim/technion-sogrim#272", cause: "allow-origin-missing", page: "http://app.localhost:PORT", call: get(),
			serve: use(func(s *site) core.Config { return puts("http://localhost:" + s.PagePort) }),
		},
		mistake{
			name: "a header is not listed", report: "sourcenetwork/defradb#3177", cause: "header-missing", call: with(put(), "X-Request-Id", "1"),
			serve: use(func(s *site) core.Config { return puts(s.Page) }),
		},
		mistake{
			name: "the default methods", report: "gin-contrib/cors#33", cause: "method-missing", call: put(),
			serve: use(func(s *site) core.Config {
				return core.Config{AllowOrigins: []string{s.Page}, AllowHeaders: []string{"Content-Type"}}
			}),
		},
		mistake{
			name: "no credentials", report: "azugo/azugo#6", cause: "allow-credentials-missing", call: credentialed(get()),
			serve: use(func(s *site) core.Config { return core.Config{AllowOrigins: []string{s.Page}} }),
		},
		mistake{
			name: "authentication before CORS", report: "kdeps/kdeps#468", cause: "preflight-unauthorized", call: authorized(),
			serve: onGin(func(t *testing.T, s *site, r *gin.Engine) {
				t.Helper()
				p := policy(t, s, core.Config{AllowOrigins: []string{s.Page}, AllowHeaders: []string{"Authorization"}})
				if s.Fix != "" {
					ginadapter.Install(r, p)
				}
				r.Use(func(c *gin.Context) {
					if c.GetHeader("Authorization") == "" {
						c.AbortWithStatus(http.StatusUnauthorized)
					}
				})
				if s.Fix == "" {
					r.Use(ginadapter.Middleware(p))
				}
			}),
		},
		mistake{
			name: "the handler is a proxy to an application with CORS", report: "labstack/echo#2853", cause: "allow-origin-multiple", page: "http://127.0.0.1:PORT", call: at("/cors", get()),
			serve: onGin(func(t *testing.T, s *site, r *gin.Engine) {
				t.Helper()
				p, err := core.NewPolicy(core.Config{AllowOrigins: []string{s.Page}}, core.WithLogger(nil))
				if err != nil {
					t.Fatal(err)
				}
				r.Use(ginadapter.Middleware(p))
				if s.Fix != "" {
					r.Use(ginadapter.KeepCORS)
				}
				r.GET("/cors", gin.WrapH(proxyTo(s.App)))
			}),
		},
	)
}

// proxyTo is a proxy to the application, which sends CORS headers itself.
func proxyTo(app string) http.Handler {
	return httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: app})
}
