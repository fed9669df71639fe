package migrating

import (
	"net/http"
	"strings"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/fiberadapter"
	"github.com/corsuite/corsuite/fiberv3adapter"
	"github.com/corsuite/corsuite/internal/migrating/after"
	"github.com/corsuite/corsuite/internal/migrating/before"
	fiberv2 "github.com/gofiber/fiber/v2"
	corsv2 "github.com/gofiber/fiber/v2/middleware/cors"
	fiberv3 "github.com/gofiber/fiber/v3"
	corsv3 "github.com/gofiber/fiber/v3/middleware/cors"
)

// inFiberV2 and inFiberV3 send requests to an application in process.
type (
	inFiberV2 struct{ app *fiberv2.App }
	inFiberV3 struct{ app *fiberv3.App }
)

func (f inFiberV2) RoundTrip(r *http.Request) (*http.Response, error) { return f.app.Test(r) }
func (f inFiberV3) RoundTrip(r *http.Request) (*http.Response, error) { return f.app.Test(r) }

func fiberPage() page {
	routerV2 := func(mw fiberv2.Handler) server {
		a := fiberv2.New()
		a.Use(mw)
		for _, method := range []string{"GET", "POST", "PUT", "DELETE"} {
			a.Add(method, "/posts", func(c *fiberv2.Ctx) error { return c.SendStatus(http.StatusOK) })
		}
		return inFiberV2{a}
	}
	routerV3 := func(mw fiberv3.Handler) server {
		a := fiberv3.New()
		a.Use(mw)
		a.Add([]string{"GET", "POST", "PUT", "DELETE"}, "/posts", func(c fiberv3.Ctx) error { return c.SendStatus(http.StatusOK) })
		return inFiberV3{a}
	}
	v2 := func(cfg corsv2.Config) variant {
		return variant{"v2", cfg, "", func() (server, error) { return routerV2(corsv2.New(cfg)), nil }}
	}
	v3 := func(cfg corsv3.Config) variant {
		return variant{"v3", cfg, "", func() (server, error) { return routerV3(corsv3.New(cfg)), nil }}
	}
	split := func(list string) []string {
		if list == "" {
			return nil
		}
		return strings.Split(list, ",")
	}
	theirs := func(cfg corsv2.Config) []variant {
		return []variant{v2(cfg), v3(corsv3.Config{
			AllowOrigins: split(cfg.AllowOrigins), AllowMethods: split(cfg.AllowMethods), AllowHeaders: split(cfg.AllowHeaders),
			AllowOriginsFunc: cfg.AllowOriginsFunc, AllowCredentials: cfg.AllowCredentials, MaxAge: cfg.MaxAge,
		})}
	}
	ours := func(cfg core.Config, options ...core.Option) []variant {
		build := func(router func(*core.Policy) server) func() (server, error) {
			return func() (server, error) {
				p, err := policy(cfg, options...)
				if err != nil {
					return nil, err
				}
				return router(p), nil
			}
		}
		return []variant{
			{"v2", cfg, extra(options), build(func(p *core.Policy) server { return routerV2(fiberadapter.Middleware(p)) })},
			{"v3", cfg, extra(options), build(func(p *core.Policy) server { return routerV3(fiberv3adapter.Middleware(p)) })},
		}
	}
	versions := func(two *fiberv2.App, three *fiberv3.App) []variant {
		return []variant{
			{"v2", nil, "", func() (server, error) { return inFiberV2{two}, nil }},
			{"v3", nil, "", func() (server, error) { return inFiberV3{three}, nil }},
		}
	}
	listed, everyone := []string{app}, []string{"*"}
	subdomainOrNull := func(o string) bool { return strings.HasSuffix(o, ".example.com") || o == "null" }
	return page{
		name: "fiber.md", library: "fiber's cors", modules: []string{"github.com/gofiber/fiber/v2", "github.com/gofiber/fiber/v3"},
		blocks: []string{"before/fiberv2.go", "after/fiberv2.go", "before/fiberv3.go", "after/fiberv3.go"},
		fields: fieldsOf(corsv2.Config{}, corsv3.Config{}),
		before: versions(before.FiberV2(), before.FiberV3()), after: versions(after.FiberV2(), after.FiberV3()),
		requests: usual(),
		settings: []setting{
			{get(), theirs(corsv2.Config{}), ours(core.Config{})},
			{put(), theirs(corsv2.Config{AllowOrigins: app}), ours(core.Config{AllowOrigins: listed})},
			{put(), theirs(corsv2.Config{AllowOrigins: app}), ours(core.Config{AllowOrigins: listed, AllowMethods: []string{"PUT", "DELETE", "PATCH"}})},
			{postJSON(), theirs(corsv2.Config{AllowOrigins: app}), ours(core.Config{AllowOrigins: listed})},
			{postJSON(), theirs(corsv2.Config{AllowOrigins: app}), ours(core.Config{AllowOrigins: listed, AllowHeaders: everyone})},
			{withToken(), theirs(corsv2.Config{AllowOrigins: app}), ours(core.Config{AllowOrigins: listed, AllowHeaders: []string{"*", "Authorization"}})},
			{get(), theirs(corsv2.Config{AllowOrigins: app, MaxAge: 3600}), ours(core.Config{AllowOrigins: listed, MaxAge: 3600e9})},
			{put(), theirs(corsv2.Config{AllowOrigins: app, AllowMethods: "PUT", MaxAge: -1}), ours(core.Config{AllowOrigins: listed, AllowMethods: []string{"PUT"}, MaxAge: -1})},
			{put().withCookies(), theirs(corsv2.Config{AllowOrigins: app, AllowMethods: "*", AllowCredentials: true}), ours(core.Config{AllowOrigins: listed, AllowMethods: everyone, AllowCredentials: true})},
			{withToken().withCookies(), theirs(corsv2.Config{AllowOrigins: app, AllowHeaders: "*", AllowCredentials: true}), ours(core.Config{AllowOrigins: listed, AllowHeaders: []string{"*", "Authorization"}, AllowCredentials: true})},
			{get().withCookies(), theirs(corsv2.Config{AllowOrigins: "*", AllowCredentials: true}), ours(core.Config{AllowOrigins: everyone, AllowCredentials: true})},
			{get().withCookies().from("GET from http://192.168.1.7, with cookies", "http://192.168.1.7"), theirs(corsv2.Config{AllowOrigins: "http://192.168.1.7", AllowCredentials: true}), ours(core.Config{AllowOrigins: []string{"http://192.168.1.7"}, AllowCredentials: true})},
			{get().withCookies().from("GET from http://192.168.1.7, with cookies", "http://192.168.1.7"), theirs(corsv2.Config{AllowOrigins: "http://192.168.1.7", AllowCredentials: true}), ours(core.Config{AllowOrigins: []string{"http://192.168.1.7"}, AllowCredentials: true, DangerouslyAllowInsecureOrigins: true})},
		},
		lists: []list{
			{theirs(corsv2.Config{AllowOrigins: "https://*.example.com"}), ours(core.Config{AllowOrigins: []string{"https://*.example.com"}}), []string{
				"https://a.example.com", "https://a.b.example.com",
			}},
			{theirs(corsv2.Config{AllowOrigins: "https://App.example.com/"}), ours(core.Config{AllowOrigins: listed}), []string{app, "https://APP.example.com"}},
			{theirs(corsv2.Config{AllowOriginsFunc: subdomainOrNull}), ours(core.Config{}, originFunc(subdomainOrNull)), []string{"https://a.example.com", "null"}},
			{theirs(corsv2.Config{AllowOrigins: "*"}), ours(core.Config{AllowOrigins: everyone}), []string{app, stranger, "null"}},
		},
	}
}
