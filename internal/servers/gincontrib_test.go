package servers

import (
	"net/http"
	"testing"

	"github.com/gin-contrib/cors"
	"github.com/gin-gonic/gin"
)

// ginContrib is gin-contrib/cors.
func ginContrib() server {
	use := func(make func(s *site) cors.Config) func(*testing.T, *site) {
		return onGin(func(t *testing.T, s *site, r *gin.Engine) {
			t.Helper()
			r.Use(cors.New(configured(t, s, make(s))))
		})
	}
	return library("gin-contrib",
		mistake{
			name: "on a group", report: "gin-contrib/cors#12", cause: "preflight-not-found", call: at("/group/items", put()),
			serve: onGin(func(t *testing.T, s *site, r *gin.Engine) {
				t.Helper()
				c := cors.New(configured(t, s, cors.Config{AllowOrigins: []string{s.Page}, AllowMethods: []string{"PUT"}, AllowHeaders: []string{"Content-Type"}}))
				group := r.Group("/group")
				if s.Fix == "" {
					group.Use(c)
				} else {
					r.Use(c)
					group = r.Group("/group")
				}
				group.PUT("/items", gin.WrapF(items))
			}),
		},
		mistake{
			name: "all origins with credentials", report: "gin-contrib/cors#14", cause: "allow-origin-wildcard", call: credentialed(get()),
			serve: use(func(s *site) cors.Config {
				return cors.Config{AllowAllOrigins: s.Fix == "", AllowCredentials: true}
			}),
		},
		mistake{
			name: "the default headers", report: "gin-contrib/cors#118", cause: "header-missing", call: authorized(),
			serve: use(func(s *site) cors.Config {
				cfg := cors.DefaultConfig()
				cfg.AllowOrigins = []string{s.Page}
				return cfg
			}),
		},
		mistake{
			name: "an origin with another port", report: "adonisjs/adonis-cors#10", cause: "allow-origin-missing", call: put(),
			serve: use(func(*site) cors.Config {
				return cors.Config{AllowOrigins: []string{"http://localhost"}, AllowMethods: []string{"PUT"}, AllowHeaders: []string{"Content-Type"}}
			}),
		},
		mistake{
			name: "the handler sends the header too", report: "gin-contrib/cors#154", cause: "allow-origin-multiple", call: at("/own", get()),
			serve: onGin(func(t *testing.T, s *site, r *gin.Engine) {
				t.Helper()
				r.Use(cors.New(cors.Config{AllowOrigins: []string{s.Page}}))
				r.GET("/own", func(c *gin.Context) {
					if s.Fix == "" {
						c.Writer.Header().Add("Access-Control-Allow-Origin", "*")
					}
					c.String(http.StatusOK, "items")
				})
			}),
		},
	)
}

// onGin serves gin with the routes of the calls, and what add adds before them.
func onGin(add func(t *testing.T, s *site, r *gin.Engine)) func(*testing.T, *site) {
	return handled(func(t *testing.T, s *site) http.Handler {
		t.Helper()
		gin.SetMode(gin.ReleaseMode)
		r := gin.New()
		add(t, s, r)
		r.GET("/items", gin.WrapF(items))
		r.PUT("/items", gin.WrapF(items))
		return r
	})
}
