package migrating

import (
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/browser"
	"github.com/corsuite/corsuite/internal/migrating/after"
	"github.com/corsuite/corsuite/internal/migrating/before"
	chicors "github.com/go-chi/cors"
	"github.com/gorilla/handlers"
	jub0bscors "github.com/jub0bs/cors"
	rscors "github.com/rs/cors"
)

func goChi() page {
	theirs := func(cfg chicors.Options) []variant {
		return []variant{handled(cfg, func() http.Handler { return chicors.Handler(cfg)(posts()) })}
	}
	listed, everyone := []string{app}, []string{"*"}
	subdomainOrNull := func(o string) bool { return strings.HasSuffix(o, ".example.com") || o == "null" }
	return page{
		name: "go-chi-cors.md", library: "go-chi/cors", modules: []string{"github.com/go-chi/cors"},
		blocks: []string{"before/gochi.go", "after/gochi.go"},
		fields: fieldsOf(chicors.Options{}),
		before: []variant{handled(nil, before.GoChi)}, after: []variant{handled(nil, after.GoChi)},
		requests: usual(),
		settings: []setting{
			{get(), theirs(chicors.Options{}), onNetHTTP(core.Config{})},
			{put(), theirs(chicors.Options{AllowedOrigins: listed}), onNetHTTP(core.Config{AllowOrigins: listed})},
			{get(), theirs(chicors.Options{AllowedOrigins: listed, AllowedMethods: []string{"PUT"}}), onNetHTTP(core.Config{AllowOrigins: listed, AllowMethods: []string{"PUT"}})},
			{postJSON(), theirs(chicors.Options{AllowedOrigins: listed}), onNetHTTP(core.Config{AllowOrigins: listed})},
			{postJSON(), theirs(chicors.Options{AllowedOrigins: listed}), onNetHTTP(core.Config{AllowOrigins: listed, AllowHeaders: []string{"Content-Type"}})},
			{withToken(), theirs(chicors.Options{AllowedOrigins: listed, AllowedHeaders: everyone}), onNetHTTP(core.Config{AllowOrigins: listed, AllowHeaders: everyone})},
			{withToken(), theirs(chicors.Options{AllowedOrigins: listed, AllowedHeaders: everyone}), onNetHTTP(core.Config{AllowOrigins: listed, AllowHeaders: []string{"*", "Authorization"}})},
			{put(), theirs(chicors.Options{AllowedOrigins: listed, AllowedMethods: []string{"PUT"}, MaxAge: -1}), onNetHTTP(core.Config{AllowOrigins: listed, AllowMethods: []string{"PUT"}, MaxAge: -1})},
			{put(), theirs(chicors.Options{AllowedOrigins: listed, AllowedMethods: everyone}), onNetHTTP(core.Config{AllowOrigins: listed, AllowMethods: everyone})},
			{get(), theirs(chicors.Options{AllowedOrigins: everyone, AllowCredentials: true}), onNetHTTP(core.Config{AllowOrigins: everyone})},
			{get().withCookies(), theirs(chicors.Options{AllowedOrigins: everyone, AllowCredentials: true}), onNetHTTP(core.Config{AllowOrigins: everyone, AllowCredentials: true})},
			{get().withCookies().from("GET from evil, with cookies", stranger), theirs(chicors.Options{AllowedOrigins: []string{"https://*", "http://*"}, AllowCredentials: true}), onNetHTTP(core.Config{AllowOrigins: []string{"https://*", "http://*"}, AllowCredentials: true})},
			{get().withCookies().from("GET from http://192.168.1.7, with cookies", "http://192.168.1.7"), theirs(chicors.Options{AllowedOrigins: []string{"http://192.168.1.7"}, AllowCredentials: true}), onNetHTTP(core.Config{AllowOrigins: []string{"http://192.168.1.7"}, AllowCredentials: true})},
			{get().withCookies().from("GET from http://192.168.1.7, with cookies", "http://192.168.1.7"), theirs(chicors.Options{AllowedOrigins: []string{"http://192.168.1.7"}, AllowCredentials: true}), onNetHTTP(core.Config{AllowOrigins: []string{"http://192.168.1.7"}, AllowCredentials: true, DangerouslyAllowInsecureOrigins: true})},
		},
		lists: []list{
			{theirs(chicors.Options{AllowedOrigins: []string{"https://*", "http://*"}}), onNetHTTP(core.Config{AllowOrigins: []string{"https://*", "http://*"}}), []string{stranger, "http://localhost:3000"}},
			{theirs(chicors.Options{AllowedOrigins: []string{"https://*", "http://*"}}), onNetHTTP(core.Config{AllowOrigins: []string{"https://*:*", "http://*:*"}}), []string{stranger, "http://localhost:3000"}},
			{theirs(chicors.Options{AllowedOrigins: []string{"http://*.example.com"}}), onNetHTTP(core.Config{AllowOrigins: []string{"http://*.example.com"}}), []string{
				"http://a.example.com", "http://a.b.example.com",
			}},
			{theirs(chicors.Options{AllowedOrigins: []string{"http://localhost*"}}), onNetHTTP(core.Config{AllowOrigins: []string{"http://localhost:*"}}), []string{
				"http://localhost", "http://localhost:3000", "http://localhost.evil.example",
			}},
			{theirs(chicors.Options{AllowedOrigins: []string{"http://localhost:*"}}), onNetHTTP(core.Config{AllowOrigins: []string{"http://localhost:*"}}), []string{
				"http://localhost:3000",
			}},
			{theirs(chicors.Options{AllowedOrigins: []string{"https://*example.com"}}), onNetHTTP(core.Config{AllowOrigins: []string{"https://example.com", "https://*.example.com"}}), []string{
				"https://example.com", "https://a.example.com", "https://evilexample.com",
			}},
			{theirs(chicors.Options{AllowedOrigins: []string{"https://App.example.com"}}), onNetHTTP(core.Config{AllowOrigins: listed}), []string{app}},
			{theirs(chicors.Options{AllowedOrigins: []string{"null"}}), onNetHTTP(core.Config{AllowOrigins: listed}), []string{"null"}},
			{theirs(chicors.Options{AllowOriginFunc: func(_ *http.Request, o string) bool { return subdomainOrNull(o) }}), onNetHTTP(core.Config{}, originFunc(subdomainOrNull)), []string{"https://a.example.com", "null"}},
		},
	}
}

func rsPage() page {
	theirs := func(cfg rscors.Options) []variant {
		return []variant{handled(cfg, func() http.Handler { return rscors.New(cfg).Handler(posts()) })}
	}
	listed, everyone := []string{app}, []string{"*"}
	subdomainOrNull := func(o string) bool { return strings.HasSuffix(o, ".example.com") || o == "null" }
	return page{
		name: "rs-cors.md", library: "rs/cors", modules: []string{"github.com/rs/cors"},
		blocks: []string{"before/rs.go", "after/rs.go"},
		fields: fieldsOf(rscors.Options{}),
		before: []variant{handled(nil, before.RS)}, after: []variant{handled(nil, after.RS)},
		requests: usual(),
		settings: []setting{
			{get(), theirs(rscors.Options{}), onNetHTTP(core.Config{})},
			{put(), theirs(rscors.Options{AllowedOrigins: listed}), onNetHTTP(core.Config{AllowOrigins: listed})},
			{get(), theirs(rscors.Options{AllowedOrigins: listed, AllowedMethods: []string{"PUT"}}), onNetHTTP(core.Config{AllowOrigins: listed, AllowMethods: []string{"PUT"}})},
			{put(), theirs(rscors.Options{AllowedOrigins: listed, AllowedMethods: []string{"put"}}), onNetHTTP(core.Config{AllowOrigins: listed, AllowMethods: []string{"put"}})},
			{postJSON(), theirs(rscors.Options{AllowedOrigins: listed}), onNetHTTP(core.Config{AllowOrigins: listed})},
			{postJSON(), theirs(rscors.Options{AllowedOrigins: listed}), onNetHTTP(core.Config{AllowOrigins: listed, AllowHeaders: []string{"Accept", "Content-Type", "X-Requested-With"}})},
			{withToken(), theirs(rscors.Options{AllowedOrigins: listed, AllowedHeaders: everyone}), onNetHTTP(core.Config{AllowOrigins: listed, AllowHeaders: everyone})},
			{withToken(), theirs(rscors.Options{AllowedOrigins: listed, AllowedHeaders: everyone}), onNetHTTP(core.Config{AllowOrigins: listed, AllowHeaders: []string{"*", "Authorization"}})},
			{put(), theirs(rscors.Options{AllowedOrigins: listed, AllowedMethods: []string{"PUT"}, MaxAge: -1}), onNetHTTP(core.Config{AllowOrigins: listed, AllowMethods: []string{"PUT"}, MaxAge: -1})},
			{put(), theirs(rscors.Options{AllowedOrigins: listed, AllowedMethods: everyone}), onNetHTTP(core.Config{AllowOrigins: listed, AllowMethods: everyone})},
			{get(), theirs(rscors.Options{AllowedOrigins: everyone, AllowCredentials: true}), onNetHTTP(core.Config{AllowOrigins: everyone})},
			{get().withCookies(), theirs(rscors.Options{AllowedOrigins: everyone, AllowCredentials: true}), onNetHTTP(core.Config{AllowOrigins: everyone, AllowCredentials: true})},
			{get().withCookies().from("GET from http://192.168.1.7, with cookies", "http://192.168.1.7"), theirs(rscors.Options{AllowedOrigins: []string{"http://192.168.1.7"}, AllowCredentials: true}), onNetHTTP(core.Config{AllowOrigins: []string{"http://192.168.1.7"}, AllowCredentials: true})},
			{get().withCookies().from("GET from http://192.168.1.7, with cookies", "http://192.168.1.7"), theirs(rscors.Options{AllowedOrigins: []string{"http://192.168.1.7"}, AllowCredentials: true}), onNetHTTP(core.Config{AllowOrigins: []string{"http://192.168.1.7"}, AllowCredentials: true, DangerouslyAllowInsecureOrigins: true})},
		},
		lists: []list{
			{theirs(rscors.Options{AllowedOrigins: []string{"http://*.example.com"}}), onNetHTTP(core.Config{AllowOrigins: []string{"http://*.example.com"}}), []string{
				"http://a.example.com", "http://a.b.example.com",
			}},
			{theirs(rscors.Options{AllowedOrigins: []string{"http://localhost*"}}), onNetHTTP(core.Config{AllowOrigins: []string{"http://localhost:*"}}), []string{
				"http://localhost", "http://localhost:3000", "http://localhost.evil.example",
			}},
			{theirs(rscors.Options{AllowedOrigins: []string{"http://localhost:*"}}), onNetHTTP(core.Config{AllowOrigins: []string{"http://localhost:*"}}), []string{
				"http://localhost:3000",
			}},
			{theirs(rscors.Options{AllowedOrigins: []string{"http*://example.com"}}), onNetHTTP(core.Config{AllowOrigins: []string{"https://example.com", "http://example.com"}}), []string{
				"https://example.com", "http://example.com",
			}},
			{theirs(rscors.Options{AllowedOrigins: []string{"*.example.com"}}), onNetHTTP(core.Config{AllowOrigins: []string{"https://*.example.com", "http://*.example.com"}}), []string{
				"https://a.example.com", "http://a.example.com",
			}},
			{theirs(rscors.Options{AllowedOrigins: []string{"https://*example.com"}}), onNetHTTP(core.Config{AllowOrigins: []string{"https://example.com", "https://*.example.com"}}), []string{
				"https://example.com", "https://a.example.com", "https://evilexample.com",
			}},
			{theirs(rscors.Options{AllowedOrigins: []string{"h*"}, AllowCredentials: true}), onNetHTTP(core.Config{AllowOrigins: listed, AllowCredentials: true}), []string{app, stranger}},
			{theirs(rscors.Options{AllowedOrigins: []string{"https://App.example.com"}}), onNetHTTP(core.Config{AllowOrigins: listed}), []string{app}},
			{theirs(rscors.Options{AllowedOrigins: []string{"null"}}), onNetHTTP(core.Config{AllowOrigins: listed}), []string{"null"}},
			{theirs(rscors.Options{AllowOriginFunc: subdomainOrNull}), onNetHTTP(core.Config{}, originFunc(subdomainOrNull)), []string{"https://a.example.com", "null"}},
		},
	}
}

// gorillaConfig has the options of gorilla/handlers by their names.
type gorillaConfig struct {
	AllowedOrigins, AllowedMethods, AllowedHeaders []string
	AllowedOriginValidator                         handlers.OriginValidator
	AllowCredentials                               bool
	MaxAge                                         int
}

func gorilla(t *testing.T) page {
	t.Helper()
	theirs := func(cfg gorillaConfig) []variant {
		return []variant{handled(cfg, func() http.Handler {
			var options []handlers.CORSOption
			if cfg.AllowedOrigins != nil {
				options = append(options, handlers.AllowedOrigins(cfg.AllowedOrigins))
			}
			if cfg.AllowedMethods != nil {
				options = append(options, handlers.AllowedMethods(cfg.AllowedMethods))
			}
			if cfg.AllowedHeaders != nil {
				options = append(options, handlers.AllowedHeaders(cfg.AllowedHeaders))
			}
			if cfg.AllowedOriginValidator != nil {
				options = append(options, handlers.AllowedOriginValidator(cfg.AllowedOriginValidator))
			}
			if cfg.AllowCredentials {
				options = append(options, handlers.AllowCredentials())
			}
			return handlers.CORS(append(options, handlers.MaxAge(cfg.MaxAge))...)(posts())
		})}
	}
	listed, everyone := []string{app}, []string{"*"}
	subdomainOrNull := func(o string) bool { return strings.HasSuffix(o, ".example.com") || o == "null" }
	return page{
		name: "gorilla-handlers.md", library: "gorilla/handlers", modules: []string{"github.com/gorilla/handlers"},
		blocks: []string{"before/gorilla.go", "after/gorilla.go"},
		fields: gorillaOptions(t),
		before: []variant{handled(nil, before.Gorilla)}, after: []variant{handled(nil, after.Gorilla)},
		requests: usual(),
		settings: []setting{
			{get(), theirs(gorillaConfig{}), onNetHTTP(core.Config{})},
			{put(), theirs(gorillaConfig{AllowedOrigins: listed}), onNetHTTP(core.Config{AllowOrigins: listed})},
			{postJSON(), theirs(gorillaConfig{AllowedOrigins: listed}), onNetHTTP(core.Config{AllowOrigins: listed})},
			{withToken(), theirs(gorillaConfig{AllowedOrigins: listed, AllowedHeaders: everyone}), onNetHTTP(core.Config{AllowOrigins: listed, AllowHeaders: []string{"*", "Authorization"}})},
			{put(), theirs(gorillaConfig{AllowedOrigins: listed, AllowedMethods: everyone}), onNetHTTP(core.Config{AllowOrigins: listed, AllowMethods: everyone})},
			{put(), theirs(gorillaConfig{AllowedOrigins: listed, AllowedMethods: []string{"put"}}), onNetHTTP(core.Config{AllowOrigins: listed, AllowMethods: []string{"put"}})},
			{put(), theirs(gorillaConfig{AllowedOrigins: listed, AllowedMethods: []string{"PUT"}, MaxAge: 3600}), onNetHTTP(core.Config{AllowOrigins: listed, AllowMethods: []string{"PUT"}, MaxAge: 3600e9})},
			{get(), theirs(gorillaConfig{AllowedOrigins: everyone, AllowCredentials: true}), onNetHTTP(core.Config{AllowOrigins: everyone})},
			{get().withCookies(), theirs(gorillaConfig{AllowedOrigins: everyone, AllowCredentials: true}), onNetHTTP(core.Config{AllowOrigins: everyone, AllowCredentials: true})},
			{get().withCookies().from("GET from http://192.168.1.7, with cookies", "http://192.168.1.7"), theirs(gorillaConfig{AllowedOrigins: []string{"http://192.168.1.7"}, AllowCredentials: true}), onNetHTTP(core.Config{AllowOrigins: []string{"http://192.168.1.7"}, AllowCredentials: true})},
			{get().withCookies().from("GET from http://192.168.1.7, with cookies", "http://192.168.1.7"), theirs(gorillaConfig{AllowedOrigins: []string{"http://192.168.1.7"}, AllowCredentials: true}), onNetHTTP(core.Config{AllowOrigins: []string{"http://192.168.1.7"}, AllowCredentials: true, DangerouslyAllowInsecureOrigins: true})},
		},
		lists: []list{
			{theirs(gorillaConfig{AllowedOrigins: []string{"https://*.example.com"}}), onNetHTTP(core.Config{AllowOrigins: listed}), []string{"https://a.example.com"}},
			{theirs(gorillaConfig{AllowedOrigins: []string{"null"}}), onNetHTTP(core.Config{AllowOrigins: listed}), []string{"null"}},
			{theirs(gorillaConfig{AllowedOriginValidator: subdomainOrNull}), onNetHTTP(core.Config{}, originFunc(subdomainOrNull)), []string{"https://a.example.com", "null"}},
			{theirs(gorillaConfig{AllowedOrigins: everyone}), onNetHTTP(core.Config{AllowOrigins: everyone}), []string{app, stranger, "null"}},
		},
	}
}

// gorillaOptions returns the names of the functions that return an option.
func gorillaOptions(t *testing.T) (names []string) {
	t.Helper()
	dir, err := exec.CommandContext(t.Context(), "go", "list", "-f", "{{.Dir}}", "github.com/gorilla/handlers").Output()
	if err != nil {
		t.Fatal(err)
	}
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(strings.TrimSpace(string(dir)), "cors.go"), nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	for _, decl := range file.Decls {
		f, ok := decl.(*ast.FuncDecl)
		if !ok || f.Type.Results == nil {
			continue
		}
		if result, ok := f.Type.Results.List[0].Type.(*ast.Ident); ok && result.Name == "CORSOption" {
			names = append(names, f.Name.Name)
		}
	}
	if names == nil {
		t.Fatal("gorilla/handlers has no options")
	}
	return names
}

func jub0bs() page {
	handler := func(build func() (http.Handler, error)) []variant {
		return []variant{{build: func() (server, error) {
			h, err := build()
			return browser.Handler(h), err
		}}}
	}
	theirs := func(cfg jub0bscors.Config) []variant {
		return []variant{{config: cfg, build: func() (server, error) {
			mw, err := jub0bscors.NewMiddleware(cfg)
			if err != nil {
				return nil, err
			}
			return browser.Handler(mw.Wrap(posts())), nil
		}}}
	}
	listed, everyone := []string{app}, []string{"*"}
	return page{
		name: "jub0bs-cors.md", library: "jub0bs/cors", modules: []string{"github.com/jub0bs/cors"},
		blocks: []string{"before/jub0bs.go", "after/jub0bs.go"},
		fields: append(fieldsOf(jub0bscors.Config{}), "Reconfigure", "Config", "SetDebug", "Wrap"),
		before: handler(before.Jub0bs), after: handler(after.Jub0bs),
		requests: usual(),
		settings: []setting{
			{get(), theirs(jub0bscors.Config{}), onNetHTTP(core.Config{})},
			{put(), theirs(jub0bscors.Config{Origins: listed}), onNetHTTP(core.Config{AllowOrigins: listed})},
			{postJSON(), theirs(jub0bscors.Config{Origins: listed}), onNetHTTP(core.Config{AllowOrigins: listed})},
			{put(), theirs(jub0bscors.Config{Origins: listed, Methods: []string{"put"}}), onNetHTTP(core.Config{AllowOrigins: listed, AllowMethods: []string{"put"}})},
			{put(), theirs(jub0bscors.Config{Origins: listed, Methods: []string{"PUT"}, MaxAgeInSeconds: -1}), onNetHTTP(core.Config{AllowOrigins: listed, AllowMethods: []string{"PUT"}, MaxAge: -1})},
			{put(), theirs(jub0bscors.Config{Origins: listed, Methods: []string{"PUT"}, MaxAgeInSeconds: 172800}), onNetHTTP(core.Config{AllowOrigins: listed, AllowMethods: []string{"PUT"}, MaxAge: 172800e9})},
			{withToken(), theirs(jub0bscors.Config{Origins: listed, RequestHeaders: []string{"Origin", "Authorization"}}), onNetHTTP(core.Config{AllowOrigins: listed, AllowHeaders: []string{"Origin", "Authorization"}})},
			{withToken().withCookies(), theirs(jub0bscors.Config{Origins: listed, RequestHeaders: everyone, Credentialed: true}), onNetHTTP(core.Config{AllowOrigins: listed, AllowHeaders: everyone, AllowCredentials: true})},
			{withToken().withCookies(), theirs(jub0bscors.Config{Origins: listed, RequestHeaders: everyone, Credentialed: true}), onNetHTTP(core.Config{AllowOrigins: listed, AllowHeaders: []string{"*", "Authorization"}, AllowCredentials: true})},
			{get().withCookies(), theirs(jub0bscors.Config{Origins: everyone, Credentialed: true}), onNetHTTP(core.Config{AllowOrigins: everyone, AllowCredentials: true})},
		},
		lists: []list{
			{theirs(jub0bscors.Config{Origins: []string{"https://*.example.com"}}), onNetHTTP(core.Config{AllowOrigins: []string{"https://*.example.com"}}), []string{
				"https://a.example.com", "https://a.b.example.com",
			}},
			{theirs(jub0bscors.Config{Origins: []string{"http://localhost:*"}}), onNetHTTP(core.Config{AllowOrigins: []string{"http://localhost:*"}}), []string{
				"http://localhost:3000",
			}},
			{theirs(jub0bscors.Config{Origins: []string{"connector://localhost"}}), onNetHTTP(core.Config{AllowOrigins: []string{"connector://localhost"}}), []string{"connector://localhost"}},
			{theirs(jub0bscors.Config{Origins: []string{"https://*.amazonaws.com"}, Credentialed: true}), onNetHTTP(core.Config{AllowOrigins: []string{"https://*.amazonaws.com"}, AllowCredentials: true}), []string{
				"https://a.amazonaws.com", "https://s3.amazonaws.com",
			}},
			{theirs(jub0bscors.Config{Origins: everyone}), onNetHTTP(core.Config{AllowOrigins: everyone}), []string{app, stranger, "null"}},
		},
	}
}

func byHand() page {
	requests := usual()
	for i := range requests {
		requests[i].cookies = false
	}
	return page{
		name: "by-hand.md", library: "by hand",
		blocks: []string{"before/byhand.go", "after/byhand.go"},
		before: []variant{handled(nil, before.ByHand)}, after: []variant{handled(nil, after.ByHand)},
		requests: requests,
	}
}
