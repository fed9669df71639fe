package migrating

import (
	"errors"
	"net/http"
	"strings"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/browser"
	"github.com/corsuite/corsuite/echoadapter"
	"github.com/corsuite/corsuite/echov5adapter"
	"github.com/corsuite/corsuite/internal/migrating/after"
	"github.com/corsuite/corsuite/internal/migrating/before"
	echov4 "github.com/labstack/echo/v4"
	middlewarev4 "github.com/labstack/echo/v4/middleware"
	echov5 "github.com/labstack/echo/v5"
	middlewarev5 "github.com/labstack/echo/v5/middleware"
)

func echo() page {
	routerV4 := func(mw echov4.MiddlewareFunc) http.Handler {
		e := echov4.New()
		e.Use(mw)
		for _, method := range []string{"GET", "POST", "PUT", "DELETE"} {
			e.Add(method, "/posts", func(c echov4.Context) error { return c.NoContent(http.StatusOK) })
		}
		return e
	}
	routerV5 := func(mw echov5.MiddlewareFunc) http.Handler {
		e := echov5.New()
		e.Use(mw)
		for _, method := range []string{"GET", "POST", "PUT", "DELETE"} {
			e.Add(method, "/posts", func(c *echov5.Context) error { return c.NoContent(http.StatusOK) })
		}
		return e
	}
	v4 := func(cfg middlewarev4.CORSConfig) variant {
		v := handled(cfg, func() http.Handler { return routerV4(middlewarev4.CORSWithConfig(cfg)) })
		v.version = "v4"
		return v
	}
	v5 := func(cfg middlewarev5.CORSConfig) variant {
		v := handled(cfg, func() http.Handler { return routerV5(middlewarev5.CORSWithConfig(cfg)) })
		v.version = "v5"
		return v
	}
	theirs := func(cfg middlewarev4.CORSConfig) []variant {
		return []variant{v4(cfg), v5(middlewarev5.CORSConfig{
			AllowOrigins: cfg.AllowOrigins, AllowMethods: cfg.AllowMethods, AllowHeaders: cfg.AllowHeaders,
			AllowCredentials: cfg.AllowCredentials, ExposeHeaders: cfg.ExposeHeaders, MaxAge: cfg.MaxAge,
		})}
	}
	ours := func(cfg core.Config, options ...core.Option) []variant {
		build := func(router func(*core.Policy) http.Handler) func() (server, error) {
			return func() (server, error) {
				p, err := policy(cfg, options...)
				if err != nil {
					return nil, err
				}
				return browser.Handler(router(p)), nil
			}
		}
		return []variant{
			{"v4", cfg, extra(options), build(func(p *core.Policy) http.Handler { return routerV4(echoadapter.Middleware(p)) })},
			{"v5", cfg, extra(options), build(func(p *core.Policy) http.Handler { return routerV5(echov5adapter.Middleware(p)) })},
		}
	}
	versions := func(v4, v5 http.Handler) []variant {
		one, two := handled(nil, func() http.Handler { return v4 }), handled(nil, func() http.Handler { return v5 })
		one.version, two.version = "v4", "v5"
		return []variant{one, two}
	}
	subdomain := func(o string) bool { return strings.HasSuffix(o, ".example.com") }
	functions := []variant{
		v4(middlewarev4.CORSConfig{AllowOriginFunc: func(o string) (bool, error) { return subdomain(o) || o == "null", nil }}),
		v5(middlewarev5.CORSConfig{UnsafeAllowOriginFunc: func(_ *echov5.Context, o string) (string, bool, error) {
			return o, subdomain(o) || o == "null", nil
		}}),
	}
	broken := errors.New("no database")
	brokenFunctions := []variant{
		v4(middlewarev4.CORSConfig{AllowOriginFunc: func(string) (bool, error) { return true, broken }}),
		v5(middlewarev5.CORSConfig{UnsafeAllowOriginFunc: func(*echov5.Context, string) (string, bool, error) { return app, true, broken }}),
	}
	listed, everyone := []string{app}, []string{"*"}
	return page{
		name: "echo.md", library: "echo", modules: []string{"github.com/labstack/echo/v4", "github.com/labstack/echo/v5"},
		blocks: []string{"before/echov4.go", "after/echov4.go", "before/echov5.go", "after/echov5.go"},
		fields: fieldsOf(middlewarev4.CORSConfig{}, middlewarev5.CORSConfig{}),
		before: versions(before.EchoV4(), before.EchoV5()), after: versions(after.EchoV4(), after.EchoV5()),
		requests: usual(),
		settings: []setting{
			{get(), theirs(middlewarev4.CORSConfig{}), ours(core.Config{})},
			{put(), theirs(middlewarev4.CORSConfig{AllowOrigins: listed}), ours(core.Config{AllowOrigins: listed})},
			{postJSON(), theirs(middlewarev4.CORSConfig{AllowOrigins: listed}), ours(core.Config{AllowOrigins: listed})},
			{postJSON(), theirs(middlewarev4.CORSConfig{AllowOrigins: listed}), ours(core.Config{AllowOrigins: listed, AllowHeaders: everyone})},
			{withToken(), theirs(middlewarev4.CORSConfig{AllowOrigins: listed}), ours(core.Config{AllowOrigins: listed, AllowHeaders: []string{"*", "Authorization"}})},
			{put(), theirs(middlewarev4.CORSConfig{AllowOrigins: listed, AllowMethods: []string{"PUT"}, MaxAge: -1}), ours(core.Config{AllowOrigins: listed, AllowMethods: []string{"PUT"}, MaxAge: -1})},
			{put().withCookies(), theirs(middlewarev4.CORSConfig{AllowOrigins: listed, AllowMethods: everyone, AllowCredentials: true}), ours(core.Config{AllowOrigins: listed, AllowMethods: everyone, AllowCredentials: true})},
			{withToken().withCookies(), theirs(middlewarev4.CORSConfig{AllowOrigins: listed, AllowHeaders: everyone, AllowCredentials: true}), ours(core.Config{AllowOrigins: listed, AllowHeaders: []string{"*", "Authorization"}, AllowCredentials: true})},
			{get(), []variant{v4(middlewarev4.CORSConfig{AllowOrigins: everyone, AllowCredentials: true})}, ours(core.Config{AllowOrigins: everyone})},
			{get().withCookies(), theirs(middlewarev4.CORSConfig{AllowOrigins: everyone, AllowCredentials: true}), ours(core.Config{AllowOrigins: everyone, AllowCredentials: true})},
			{get().withCookies().from("GET from evil, with cookies", stranger), []variant{v4(middlewarev4.CORSConfig{AllowOrigins: everyone, AllowCredentials: true, UnsafeWildcardOriginWithAllowCredentials: true})}, ours(core.Config{AllowOrigins: everyone, AllowCredentials: true})},
			{get(), brokenFunctions, ours(core.Config{}, core.WithOriginFunc(brokenFunc))},
			{get().withCookies().from("GET from http://192.168.1.7, with cookies", "http://192.168.1.7"), theirs(middlewarev4.CORSConfig{AllowOrigins: []string{"http://192.168.1.7"}, AllowCredentials: true}), ours(core.Config{AllowOrigins: []string{"http://192.168.1.7"}, AllowCredentials: true})},
			{get().withCookies().from("GET from http://192.168.1.7, with cookies", "http://192.168.1.7"), theirs(middlewarev4.CORSConfig{AllowOrigins: []string{"http://192.168.1.7"}, AllowCredentials: true}), ours(core.Config{AllowOrigins: []string{"http://192.168.1.7"}, AllowCredentials: true, DangerouslyAllowInsecureOrigins: true})},
		},
		lists: []list{
			{[]variant{v4(middlewarev4.CORSConfig{AllowOrigins: []string{"https://*.example.com"}})}, ours(core.Config{AllowOrigins: []string{"https://*.example.com"}}), []string{
				"https://a.example.com", "https://a.b.example.com",
			}},
			{[]variant{v4(middlewarev4.CORSConfig{AllowOrigins: []string{"http://localhost*"}})}, ours(core.Config{AllowOrigins: []string{"http://localhost:*"}}), []string{
				"http://localhost", "http://localhost:3000", "http://localhost.evil.example",
			}},
			{[]variant{v4(middlewarev4.CORSConfig{AllowOrigins: []string{"http://localhost:*"}})}, ours(core.Config{AllowOrigins: []string{"http://localhost:*"}}), []string{
				"http://localhost:3000",
			}},
			{[]variant{v4(middlewarev4.CORSConfig{AllowOrigins: []string{"https://*example.com"}})}, ours(core.Config{AllowOrigins: []string{"https://example.com", "https://*.example.com"}}), []string{
				"https://example.com", "https://a.example.com", "https://evilexample.com",
			}},
			{[]variant{v4(middlewarev4.CORSConfig{AllowOrigins: []string{"https://app-??.example.com"}})}, ours(core.Config{AllowOrigins: []string{"https://app-*.example.com"}}), []string{
				"https://app-eu.example.com",
			}},
			{[]variant{v4(middlewarev4.CORSConfig{AllowOrigins: []string{"https://*"}})}, ours(core.Config{AllowOrigins: []string{"https://*:*"}}), []string{
				stranger, "https://evil.example:8443",
			}},
			{[]variant{v4(middlewarev4.CORSConfig{AllowOrigins: []string{"null"}})}, ours(core.Config{AllowOrigins: listed}), []string{"null"}},
			{functions, ours(core.Config{}, originFunc(func(o string) bool { return subdomain(o) || o == "null" })), []string{"https://a.example.com", "null"}},
			{theirs(middlewarev4.CORSConfig{AllowOrigins: everyone}), ours(core.Config{AllowOrigins: everyone}), []string{app, stranger, "null"}},
		},
	}
}
