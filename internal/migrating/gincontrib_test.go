package migrating

import (
	"net/http"
	"slices"
	"strings"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/browser"
	"github.com/corsuite/corsuite/ginadapter"
	"github.com/corsuite/corsuite/internal/migrating/after"
	"github.com/corsuite/corsuite/internal/migrating/before"
	"github.com/gin-contrib/cors"
	"github.com/gin-gonic/gin"
)

func ginContrib() page {
	router := func(mw gin.HandlerFunc) http.Handler {
		r := gin.New()
		r.Use(mw)
		for _, method := range []string{"GET", "POST", "PUT", "DELETE"} {
			r.Handle(method, "/posts", func(c *gin.Context) { c.Status(http.StatusOK) })
		}
		return r
	}
	theirs := func(cfg cors.Config) []variant {
		return []variant{handled(cfg, func() http.Handler { return router(cors.New(cfg)) })}
	}
	ours := func(cfg core.Config, options ...core.Option) []variant {
		return []variant{{config: cfg, extra: extra(options), build: func() (server, error) {
			p, err := policy(cfg, options...)
			if err != nil {
				return nil, err
			}
			return browser.Handler(router(ginadapter.Middleware(p))), nil
		}}}
	}
	listed := []string{app}
	defaults := cors.DefaultConfig()
	defaults.AllowOrigins = listed
	everyone := cors.DefaultConfig()
	everyone.AllowAllOrigins = true
	wild := func(origins ...string) []variant {
		return theirs(cors.Config{AllowOrigins: origins, AllowWildcard: true})
	}
	return page{
		name: "gin-contrib-cors.md", library: "gin-contrib/cors", modules: []string{"github.com/gin-contrib/cors"},
		blocks: []string{"before/gincontrib.go", "after/gincontrib.go"},
		fields: fieldsOf(cors.Config{}),
		before: []variant{handled(nil, func() http.Handler { return before.GinContrib() })},
		after:  []variant{handled(nil, func() http.Handler { return after.GinContrib() })},
		requests: append(usual(), request{
			label: "POST from the server's own page", raw: true, method: "POST", origin: api,
		}),
		settings: []setting{
			{get(), theirs(cors.Config{}), ours(core.Config{})},
			{put(), theirs(cors.Config{AllowOrigins: listed}), ours(core.Config{AllowOrigins: listed})},
			{postJSON(), theirs(cors.Config{AllowOrigins: listed}), ours(core.Config{AllowOrigins: listed})},
			{postJSON(), theirs(defaults), ours(core.Config{
				AllowOrigins: listed, AllowMethods: []string{"PUT", "PATCH", "DELETE"}, AllowHeaders: []string{"Content-Type"},
			})},
			{withToken(), theirs(everyone), ours(core.Config{AllowOrigins: []string{"*"}, AllowHeaders: []string{"Content-Type"}})},
			{put(), theirs(cors.Config{AllowOrigins: listed, AllowMethods: []string{"PUT"}, MaxAge: -1}), ours(core.Config{AllowOrigins: listed, AllowMethods: []string{"PUT"}, MaxAge: -1})},
			{put(), theirs(cors.Config{AllowOrigins: listed, AllowMethods: []string{"put"}}), ours(core.Config{AllowOrigins: listed, AllowMethods: []string{"put"}})},
			{put(), theirs(cors.Config{AllowOrigins: listed, AllowMethods: []string{"PUT"}, MaxAge: 300}), ours(core.Config{AllowOrigins: listed, AllowMethods: []string{"PUT"}, MaxAge: 300})},
			{put(), theirs(cors.Config{AllowOrigins: listed, AllowMethods: []string{"*"}}), ours(core.Config{AllowOrigins: listed, AllowMethods: []string{"*"}})},
			{put().withCookies(), theirs(cors.Config{AllowOrigins: listed, AllowMethods: []string{"*"}, AllowCredentials: true}), ours(core.Config{AllowOrigins: listed, AllowMethods: []string{"*"}, AllowCredentials: true})},
			{withToken().withCookies(), theirs(cors.Config{AllowOrigins: listed, AllowHeaders: []string{"*"}, AllowCredentials: true}), ours(core.Config{AllowOrigins: listed, AllowHeaders: []string{"*", "Authorization"}, AllowCredentials: true})},
			{get(), theirs(cors.Config{AllowAllOrigins: true, AllowCredentials: true}), ours(core.Config{AllowOrigins: []string{"*"}})},
			{get().withCookies(), theirs(cors.Config{AllowAllOrigins: true, AllowCredentials: true}), ours(core.Config{AllowOrigins: []string{"*"}, AllowCredentials: true})},
			{get().withCookies().from("GET from http://192.168.1.7, with cookies", "http://192.168.1.7"), theirs(cors.Config{AllowOrigins: []string{"http://192.168.1.7"}, AllowCredentials: true}), ours(core.Config{AllowOrigins: []string{"http://192.168.1.7"}, AllowCredentials: true})},
			{get().withCookies().from("GET from http://192.168.1.7, with cookies", "http://192.168.1.7"), theirs(cors.Config{AllowOrigins: []string{"http://192.168.1.7"}, AllowCredentials: true}), ours(core.Config{AllowOrigins: []string{"http://192.168.1.7"}, AllowCredentials: true, DangerouslyAllowInsecureOrigins: true})},
		},
		lists: []list{
			{wild("https://*.example.com"), ours(core.Config{AllowOrigins: []string{"https://*.example.com"}}), []string{
				"https://a.example.com", "https://a.b.example.com",
			}},
			{wild("http://localhost*"), ours(core.Config{AllowOrigins: []string{"http://localhost:*"}}), []string{
				"http://localhost", "http://localhost:3000", "http://localhost.evil.example",
			}},
			{wild("http://localhost:*"), ours(core.Config{AllowOrigins: []string{"http://localhost:*"}}), []string{
				"http://localhost:3000",
			}},
			{wild("https://*example.com"), ours(core.Config{AllowOrigins: []string{"https://example.com", "https://*.example.com"}}), []string{
				"https://example.com", "https://a.example.com", "https://evilexample.com",
			}},
			{wild("*.example.com"), ours(core.Config{AllowOrigins: []string{"https://*.example.com", "http://*.example.com"}}), []string{
				"https://a.example.com", "http://a.example.com",
			}},
			{wild("https://app.*"), ours(core.Config{AllowOrigins: []string{"https://app.example.com", "https://app.example.org"}}), []string{
				"https://app.example.com", "https://app.example.org", "https://app.evil.example",
			}},
			{wild("https://preview-*.example.com"), ours(core.Config{AllowOrigins: []string{"https://preview-*.example.com"}}), []string{
				"https://preview-7.example.com", "https://preview-7.evil.example.com",
			}},
			{theirs(cors.Config{AllowOrigins: []string{`/https://.*\.example\.com/`}}), ours(core.Config{AllowOrigins: []string{"https://*.example.com"}}), []string{
				"https://a.example.com", "https://a.example.com.evil.example",
			}},
			{theirs(cors.Config{AllowOrigins: []string{"https://App.example.com"}}), ours(core.Config{AllowOrigins: listed}), listed},
			{theirs(cors.Config{AllowOrigins: []string{"chrome-extension://*"}, AllowWildcard: true, AllowBrowserExtensions: true}), ours(core.Config{AllowOrigins: []string{"chrome-extension://*"}}), []string{
				"chrome-extension://aapbdbdomjkkjkaonfhkkikfgjllcleb",
			}},
			{theirs(cors.Config{AllowOrigins: []string{"tauri://localhost"}, CustomSchemas: []string{"tauri://"}}), ours(core.Config{AllowOrigins: []string{"tauri://localhost"}}), []string{"tauri://localhost"}},
			{theirs(cors.Config{AllowOrigins: []string{"wss://app.example.com"}, AllowWebSockets: true}), ours(core.Config{AllowOrigins: listed}), []string{"wss://app.example.com"}},
			{theirs(cors.Config{AllowOrigins: []string{"file://"}, AllowFiles: true}), ours(core.Config{}, originFunc(func(o string) bool { return o == "file://" })), []string{"file://", "null"}},
			{theirs(cors.Config{AllowOriginFunc: func(o string) bool { return strings.HasSuffix(o, ".example.com") || o == "null" }}), ours(core.Config{}, originFunc(func(o string) bool { return strings.HasSuffix(o, ".example.com") || o == "null" })), []string{
				"https://a.example.com", "null",
			}},
			{theirs(cors.Config{AllowAllOrigins: true}), ours(core.Config{AllowOrigins: []string{"*"}}), slices.Concat(listed, []string{stranger, "null", "file://"})},
		},
	}
}
