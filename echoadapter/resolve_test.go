package echoadapter_test

import (
	"net/http"
	"testing"

	"github.com/corsuite/corsuite/echoadapter"
	"github.com/labstack/echo/v4"
)

// never is what a preflight must not run.
type never struct{ t *testing.T }

func (n never) handle(echo.Context) error {
	n.t.Error("a handler ran")
	return nil
}

func (n never) auth(echo.HandlerFunc) echo.HandlerFunc {
	return func(echo.Context) error {
		n.t.Error("authentication ran")
		return echo.ErrUnauthorized
	}
}

// closure is a user's function around a policy.
func closure(mw echo.MiddlewareFunc) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc { return mw(next) }
}

// around is a closure that runs with every request.
func around(mw echo.MiddlewareFunc) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		h := mw(next)
		return func(c echo.Context) error { return h(c) }
	}
}

func TestPreflights(t *testing.T) {
	cors := func() echo.MiddlewareFunc { return echoadapter.New(config()) }
	unauthorized := func(echo.HandlerFunc) echo.HandlerFunc {
		return func(echo.Context) error { return echo.ErrUnauthorized }
	}
	for _, test := range []struct {
		name     string
		register func(*echo.Echo, never)
		path     string
		status   int
		cors     string
	}{
		{"a route", func(e *echo.Echo, n never) {
			e.PUT("/posts/:id", n.handle, cors())
		}, "/posts/1", http.StatusNoContent, approved},
		{"a group", func(e *echo.Echo, n never) {
			e.Group("/api", cors()).PUT("/posts", n.handle)
		}, "/api/posts", http.StatusNoContent, approved},
		{"a nested group", func(e *echo.Echo, n never) {
			e.Group("/api", cors()).Group("/v1").PUT("/posts", n.handle)
		}, "/api/v1/posts", http.StatusNoContent, approved},
		{"a host", func(e *echo.Echo, n never) {
			e.Host("api.test:8080", cors()).PUT("/posts", n.handle)
		}, "http://api.test:8080/posts", http.StatusNoContent, approved},
		{"a route of another host", func(e *echo.Echo, n never) {
			e.Host("api.test").PUT("/posts", n.handle, cors())
			e.PUT("/posts", n.handle)
		}, "/posts", http.StatusNoContent, ""},
		{"behind authentication", func(e *echo.Echo, n never) {
			e.Group("/api", n.auth, cors()).PUT("/posts", n.handle, n.auth)
		}, "/api/posts", http.StatusNoContent, approved},
		{"authentication of a later group with the same prefix", func(e *echo.Echo, n never) {
			e.Group("/api", cors()).PUT("/posts", n.handle)
			e.Group("/api", n.auth).PUT("/private", n.handle)
		}, "/api/posts", http.StatusNoContent, approved},
		{"its neighbour", func(e *echo.Echo, n never) {
			e.Group("/api", cors()).PUT("/posts", n.handle)
			e.Group("/api", unauthorized).PUT("/private", n.handle)
		}, "/api/private", http.StatusUnauthorized, ""},
		{"an earlier group with the same prefix and no policy", func(e *echo.Echo, n never) {
			e.Group("/api").PUT("/private", n.handle)
			e.Group("/api", cors()).PUT("/posts", n.handle)
		}, "/api/private", http.StatusForbidden, refused},
		{"a route outside a group of the whole root", func(e *echo.Echo, n never) {
			e.Group("", cors()).PUT("/posts", n.handle)
			e.PUT("/private", n.handle)
		}, "/private", http.StatusForbidden, refused},
		{"a route that was registered before g.Use", func(e *echo.Echo, n never) {
			g := e.Group("/api")
			g.PUT("/posts", n.handle)
			g.Use(cors())
		}, "/api/posts", http.StatusForbidden, refused},
		{"the same route, registered again after g.Use", func(e *echo.Echo, n never) {
			g := e.Group("/api")
			g.PUT("/posts", n.handle)
			g.Use(cors())
			g.PUT("/posts", n.handle)
		}, "/api/posts", http.StatusNoContent, approved},
		{"a route that was registered again without its policy", func(e *echo.Echo, n never) {
			e.PUT("/posts", n.handle, cors())
			e.PUT("/posts", n.handle)
		}, "/posts", http.StatusNoContent, ""},
		{"what a group does not find", func(e *echo.Echo, n never) {
			e.Group("/api", n.auth, cors()).GET("/posts", n.handle)
		}, "/api/none", http.StatusNoContent, approved},
		{"a method that a group's route lacks", func(e *echo.Echo, n never) {
			e.Group("/api", cors()).GET("/posts", n.handle)
		}, "/api/posts", http.StatusNoContent, approved},
		{"a method that a route lacks", func(e *echo.Echo, n never) {
			e.GET("/posts", n.handle, cors())
		}, "/posts", http.StatusNoContent, ""},
		{"nothing there", func(*echo.Echo, never) {}, "/none", http.StatusNotFound, ""},

		{"an own OPTIONS route beside a policy", func(e *echo.Echo, n never) {
			e.OPTIONS("/posts", n.handle)
			e.PUT("/posts", n.handle, cors())
		}, "/posts", http.StatusNoContent, approved},
		{"an own OPTIONS route and no policy", func(e *echo.Echo, n never) {
			e.OPTIONS("/posts", text("own"))
			e.PUT("/posts", n.handle)
		}, "/posts", http.StatusOK, ""},
		{"an own OPTIONS route with a policy", func(e *echo.Echo, n never) {
			e.OPTIONS("/posts", n.handle, cors())
			e.PUT("/posts", n.handle)
		}, "/posts", http.StatusNoContent, approved},
		{"Any with a policy", func(e *echo.Echo, n never) {
			e.Any("/posts", n.handle, cors())
		}, "/posts", http.StatusNoContent, approved},
		{"Any without a policy", func(e *echo.Echo, _ never) {
			e.Any("/posts", text("own"))
		}, "/posts", http.StatusOK, ""},

		{"a policy on the Echo", func(e *echo.Echo, n never) {
			e.Use(cors(), n.auth)
			e.PUT("/posts", n.handle)
		}, "/posts", http.StatusNoContent, approved},
		{"a policy on the Echo, and a group that is no concern of the route", func(e *echo.Echo, n never) {
			e.Use(cors())
			e.Group("", echoadapter.New(echoadapter.Config{AllowOrigins: []string{other}})).PUT("/posts", n.handle)
			e.PUT("/open", n.handle)
		}, "/open", http.StatusNoContent, approved},
		{"a policy on the Echo, and a stricter one on the route", func(e *echo.Echo, n never) {
			e.Use(cors())
			e.PUT("/posts", n.handle, echoadapter.New(echoadapter.Config{AllowOrigins: []string{other}}))
		}, "/posts", http.StatusForbidden, refused},
		{"a policy on the Echo that stands on a neighbour's group too", func(e *echo.Echo, n never) {
			mw := cors()
			e.Use(mw)
			e.Group("/api", mw).PUT("/posts", n.handle)
			e.PUT("/api/open", n.handle)
		}, "/api/open", http.StatusForbidden, refused},

		{"a function around the policy of a route", func(e *echo.Echo, n never) {
			e.PUT("/posts", n.handle, closure(cors()))
		}, "/posts", http.StatusNoContent, ""},
		{"a function around the policy of a group", func(e *echo.Echo, n never) {
			e.Group("/api", closure(cors())).PUT("/posts", n.handle)
		}, "/api/posts", http.StatusForbidden, refused},
		{"functions around functions around the policy of a group", func(e *echo.Echo, n never) {
			mw := cors()
			for range 100 {
				mw = around(mw)
			}
			e.Group("/api", mw).PUT("/posts", n.handle)
		}, "/api/posts", http.StatusForbidden, refused},
		{"a function around the policy of a group, 404", func(e *echo.Echo, _ never) {
			e.Group("/api", closure(cors()))
		}, "/api/none", http.StatusNoContent, approved},
		{"a function around the policy of the Echo", func(e *echo.Echo, n never) {
			e.Use(closure(cors()))
			e.Group("", first(func(echo.Context) {}))
			e.PUT("/posts", n.handle)
		}, "/posts", http.StatusNoContent, approved},
		{"an Echo in an Echo", func(e *echo.Echo, n never) {
			inner := echo.New()
			echoadapter.Preflights(inner)
			inner.Use(cors())
			inner.Group("", first(func(echo.Context) {}))
			inner.PUT("/posts", n.handle)
			e.Any("/*", echo.WrapHandler(inner))
		}, "/posts", http.StatusNoContent, approved},
		{"a route of the Router below a group", func(e *echo.Echo, n never) {
			e.Group("/api", cors())
			e.Router().Add("PUT", "/api/*", n.handle)
		}, "/api/posts", http.StatusForbidden, refused},
		{"a route of the Router that replaces one with a policy", func(e *echo.Echo, n never) {
			e.PUT("/posts", n.handle, cors())
			e.Router().Add("PUT", "/posts", n.handle)
		}, "/posts", http.StatusNoContent, ""},
		{"a group's own handler for what it does not find, with a policy inside", func(e *echo.Echo, n never) {
			e.RouteNotFound("/api/*", cors()(n.handle))
			e.PUT("/api/posts", n.handle)
		}, "/api/posts", http.StatusForbidden, refused},
		{"a route that Preflights was not told of, at a group's pattern", func(e *echo.Echo, n never) {
			e.Group("/api", cors())
			e.OnAddRouteHandler = nil
			e.PUT("/api/*", n.handle)
		}, "/api/posts", http.StatusForbidden, refused},
		{"a second call", func(e *echo.Echo, n never) {
			e.PUT("/posts", n.handle, cors())
			echoadapter.Preflights(e)
		}, "/posts", http.StatusNoContent, approved},
		{"no middleware at all", func(e *echo.Echo, n never) {
			e.PUT("/posts", n.handle, nil, cors()) // it panics when it runs, which a preflight does not
		}, "/posts", http.StatusNoContent, approved},
	} {
		t.Run(test.name, func(t *testing.T) {
			e := echo.New()
			echoadapter.Preflights(e)
			test.register(e, never{t})
			check(t, ask(t, e, preflight(test.path, app, "PUT")), test.status, test.cors)
		})
	}
}
