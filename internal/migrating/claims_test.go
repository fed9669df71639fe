package migrating

import (
	"net/http"
	"slices"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/browser"
	"github.com/corsuite/corsuite/core/nethttp"
	gincors "github.com/gin-contrib/cors"
	"github.com/gin-gonic/gin"
	chicors "github.com/go-chi/cors"
	fiberv2 "github.com/gofiber/fiber/v2"
	corsv2 "github.com/gofiber/fiber/v2/middleware/cors"
	fiberv3 "github.com/gofiber/fiber/v3"
	corsv3 "github.com/gofiber/fiber/v3/middleware/cors"
	"github.com/gorilla/handlers"
	echov4 "github.com/labstack/echo/v4"
	middlewarev4 "github.com/labstack/echo/v4/middleware"
	echov5 "github.com/labstack/echo/v5"
	middlewarev5 "github.com/labstack/echo/v5/middleware"
	rscors "github.com/rs/cors"
)

// TestListBesideFunction measures which libraries ask the list of origins although there
// is an origin function, which here denies everything.
func TestListBesideFunction(t *testing.T) {
	listed := []string{app}
	deny := func(string) bool { return false }
	onGin := func(mw gin.HandlerFunc) server {
		r := gin.New()
		r.Use(mw)
		r.GET("/posts", func(*gin.Context) {})
		return browser.Handler(r)
	}
	for name, test := range map[string]struct {
		app  server
		asks bool
	}{
		"corsuite": {browser.Handler(nethttp.New(core.Config{AllowOrigins: listed}, originFunc(deny), core.WithLogger(nil))(posts())), true},
		"gin":      {onGin(gincors.New(gincors.Config{AllowOrigins: listed, AllowOriginFunc: deny})), true},
		"fiber v2": {func() server {
			a := fiberv2.New()
			a.Use(corsv2.New(corsv2.Config{AllowOrigins: app, AllowOriginsFunc: deny}))
			return inFiberV2{a}
		}(), true},
		"fiber v3": {func() server {
			a := fiberv3.New()
			a.Use(corsv3.New(corsv3.Config{AllowOrigins: listed, AllowOriginsFunc: deny}))
			return inFiberV3{a}
		}(), true},
		"echo v4": {func() server {
			e := echov4.New()
			e.Use(middlewarev4.CORSWithConfig(middlewarev4.CORSConfig{AllowOrigins: listed, AllowOriginFunc: func(string) (bool, error) { return false, nil }}))
			return browser.Handler(e)
		}(), false},
		"echo v5": {func() server {
			e := echov5.New()
			e.Use(middlewarev5.CORSWithConfig(middlewarev5.CORSConfig{AllowOrigins: listed, UnsafeAllowOriginFunc: func(*echov5.Context, string) (string, bool, error) { return "", false, nil }}))
			return browser.Handler(e)
		}(), false},
		"go-chi":  {browser.Handler(chicors.Handler(chicors.Options{AllowedOrigins: listed, AllowOriginFunc: func(*http.Request, string) bool { return false }})(posts())), false},
		"rs":      {browser.Handler(rscors.New(rscors.Options{AllowedOrigins: listed, AllowOriginFunc: deny}).Handler(posts())), false},
		"gorilla": {browser.Handler(handlers.CORS(handlers.AllowedOrigins(listed), handlers.AllowedOriginValidator(deny))(posts())), false},
	} {
		v := variant{build: func() (server, error) { return test.app, nil }}
		if got := allows(t, v, app); got != test.asks {
			t.Errorf("%s asks the list: %v, want %v", name, got, test.asks)
		}
	}
}

// TestVaryOfOthers measures that gin-contrib/cors and gorilla/handlers replace the Vary of
// outer middleware, and corsuite does not.
func TestVaryOfOthers(t *testing.T) {
	listed := []string{app, "https://admin.example.com"}
	r := gin.New()
	r.Use(gincors.New(gincors.Config{AllowOrigins: listed}))
	r.GET("/posts", func(*gin.Context) {})
	for name, test := range map[string]struct {
		app   http.Handler
		keeps bool
	}{
		"gin-contrib/cors": {r, false},
		"gorilla/handlers": {handlers.CORS(handlers.AllowedOrigins(listed))(posts()), false},
		"corsuite":         {nethttp.New(core.Config{AllowOrigins: listed}, core.WithLogger(nil))(posts()), true},
	} {
		v := handled(nil, func() http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Vary", "Accept-Encoding")
				test.app.ServeHTTP(w, r)
			})
		})
		vary := elements(ask(t, v, get()).exchanges[0].header["Vary"])
		if !slices.Contains(vary, "origin") || slices.Contains(vary, "accept-encoding") != test.keeps {
			t.Errorf("%s: Vary %q", name, vary)
		}
	}
}

// TestEntriesWithoutEffect measures that some libraries ignore a wildcard, which corsuite
// does not.
func TestEntriesWithoutEffect(t *testing.T) {
	wildcard := []string{"https://*.example.com"}
	r := gin.New()
	r.Use(gincors.New(gincors.Config{AllowOrigins: wildcard}))
	e := echov5.New()
	e.Use(middlewarev5.CORS(wildcard...))
	for name, test := range map[string]struct {
		app    http.Handler
		allows bool
	}{
		"gin-contrib/cors without AllowWildcard": {r, false},
		"echo v5":                                {e, false},
		"gorilla/handlers":                       {handlers.CORS(handlers.AllowedOrigins(wildcard))(posts()), false},
		"corsuite":                               {nethttp.New(core.Config{AllowOrigins: wildcard}, core.WithLogger(nil))(posts()), true},
	} {
		if got := allows(t, handled(nil, func() http.Handler { return test.app }), app); got != test.allows {
			t.Errorf("%s allows %s: %v, want %v", name, app, got, test.allows)
		}
	}
}
