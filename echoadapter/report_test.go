package echoadapter_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/echoadapter"
	"github.com/labstack/echo/v4"
)

// reports collects what slog.Default says while a test runs.
func reports(t *testing.T) *bytes.Buffer {
	t.Helper()
	var b bytes.Buffer
	before := slog.Default()
	t.Cleanup(func() { slog.SetDefault(before) })
	slog.SetDefault(slog.New(slog.NewTextHandler(&b, &slog.HandlerOptions{
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		},
	})))
	return &b
}

const (
	noPolicy = `level=WARN msg="cors: a preflight asks about a route that has no policy" route="`
	withNew  = `" fix="pass echoadapter.New(cfg) to the route, to its group or to e.Use"`
)

// Each mistake is reported once, however often it shows.
func TestReports(t *testing.T) {
	cors := func() echo.MiddlewareFunc { return echoadapter.New(config()) }
	handle := text("posts")
	before := `level=WARN msg="cors: routes were added before Preflights, which does not find their policies" route="PUT /posts" routes=`
	beforeFix := ` fix="call echoadapter.Preflights(e) before any group or route"`
	for _, test := range []struct {
		name     string
		register func(*echo.Echo)
		requests []*http.Request
		want     []string
	}{
		{"no mistake", func(e *echo.Echo) {
			echoadapter.Preflights(e)
			echoadapter.Preflights(e)
			e.Use(cors())
			e.PUT("/posts", handle)
			e.Group("/api", cors()).PUT("/posts", handle)
			echoadapter.Preflights(e)
		}, []*http.Request{
			preflight("/posts", app, "PUT"), preflight("/posts", other, "PUT"), preflight("/api/posts", app, "PUT"),
			preflight("/api/none", app, "PUT"), preflight("/none", app, "PUT"), actual("PUT", "/posts", app),
			actual("PUT", "/api/posts", app), actual("OPTIONS", "/posts", app),
		}, nil},
		{"routes without a policy", func(e *echo.Echo) {
			echoadapter.Preflights(e)
			e.PUT("/posts/:id", handle)
			e.POST("/posts/:id", handle)
			e.Host("api.test").PUT("/posts", handle)
			e.Group("/auth", first(func(echo.Context) {}))
		}, []*http.Request{
			preflight("/auth/none", app, "PUT"), preflight("/auth/none", app, echo.RouteNotFound),
			preflight("/posts/1", app, "PUT"), preflight("/posts/2", other, "PUT"), preflight("/posts/1", app, "POST"),
			preflight("http://api.test/posts", app, "PUT"),
			preflight("/posts/1", app, "DELETE"), preflight("/none", app, "PUT"), actual("PUT", "/posts/1", app),
		}, []string{
			noPolicy + "PUT /posts/:id" + withNew,
			noPolicy + "POST /posts/:id" + withNew,
			noPolicy + "PUT api.test/posts" + withNew,
		}},
		{"a neighbour's policy", func(e *echo.Echo) {
			echoadapter.Preflights(e)
			e.Group("/api", cors()).PUT("/posts", handle)
			e.PUT("/api/private", handle)
		}, []*http.Request{preflight("/api/private", app, "PUT")}, []string{noPolicy + "PUT /api/private" + withNew}},
		{"g.Use after the routes", func(e *echo.Echo) {
			echoadapter.Preflights(e)
			g := e.Group("/api")
			g.PUT("/posts", handle)
			g.Use(cors())
		}, []*http.Request{preflight("/api/posts", app, "PUT")}, []string{
			`level=WARN msg="cors: a group's policy was registered after a route, and does not stand on it" route="PUT /api/posts" fix="register g.Use(echoadapter.New(cfg)) before the group's routes"`,
		}},
		{"routes before the line", func(e *echo.Echo) {
			e.PUT("/posts", handle, cors())
			e.Host("api.test", cors()).PUT("/posts", handle)
			echoadapter.Preflights(e)
		}, []*http.Request{preflight("/posts", app, "PUT")}, []string{
			before + "1" + beforeFix,
			strings.Replace(before, "PUT /posts", "PUT api.test/posts", 1) + "3" + beforeFix,
			noPolicy + `PUT /posts"` + beforeFix,
		}},
		{"routes before the line, with a policy on the Echo", func(e *echo.Echo) {
			e.PUT("/posts", handle)
			echoadapter.Preflights(e)
			e.Use(cors())
		}, []*http.Request{preflight("/posts", app, "PUT")}, []string{before + "1" + beforeFix}},
		{"a function that takes the place of Preflights'", func(e *echo.Echo) {
			echoadapter.Preflights(e)
			e.OnAddRouteHandler = func(string, echo.Route, echo.HandlerFunc, []echo.MiddlewareFunc) {}
			e.PUT("/posts", handle, cors())
		}, []*http.Request{preflight("/posts", app, "PUT")}, []string{
			`level=WARN msg="cors: routes were added while e.OnAddRouteHandler did not call Preflights', which does not find their policies" route="PUT /posts" routes=1 fix="let the function that you set call the one that e.OnAddRouteHandler held before"`,
			noPolicy + `PUT /posts" fix="let the function that you set call the one that e.OnAddRouteHandler held before"`,
		}},
		{"a route of the Router", func(e *echo.Echo) {
			echoadapter.Preflights(e)
			e.Router().Add("PUT", "/posts", handle)
			e.Router().Add("POST", "/posts", handle)
		}, []*http.Request{preflight("/posts", app, "PUT"), preflight("/posts", app, "POST")}, []string{
			strings.TrimSuffix(noPolicy, `"`) + `/posts fix="add it with e.Add instead of e.Router().Add"`,
		}},
		{"a policy before the line", func(e *echo.Echo) {
			e.Use(cors())
			echoadapter.Preflights(e)
			e.PUT("/posts", handle, cors())
		}, []*http.Request{actual("PUT", "/posts", app), preflight("/posts", app, "PUT")}, []string{
			`level=WARN msg="cors: a policy stands before Preflights, and answers every preflight itself" fix="call echoadapter.Preflights(e) before e.Use(echoadapter.New(cfg)), and not e.Pre"`,
		}},
		{"no line", func(e *echo.Echo) {
			e.Use(cors())
			e.PUT("/posts", handle, cors())
		}, []*http.Request{preflight("/posts", app, "PUT"), actual("PUT", "/posts", app)}, []string{
			`level=WARN msg="cors: preflights never reach the policy of a route" route="PUT /posts" fix="call echoadapter.Preflights(e) before anything else"`,
		}},
		{"no line, and none needed", func(e *echo.Echo) {
			e.Use(cors())
			e.PUT("/posts", handle)
			e.Group("/api", cors()).PUT("/posts", handle)
			e.Any("/any", handle, cors())
		}, []*http.Request{
			actual("PUT", "/posts", app), actual("PUT", "/api/posts", app), actual("PUT", "/any", app), actual("PUT", "/none", app),
		}, nil},
		{"a request that middleware has changed", func(e *echo.Echo) {
			e.Use(first(func(c echo.Context) { c.Request().URL.Path = "/elsewhere" }))
			e.Any("/posts", handle, cors())
		}, []*http.Request{actual("PUT", "/posts", app)}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			said := reports(t)
			e := echo.New()
			test.register(e)
			for range 2 {
				for _, r := range test.requests {
					ask(t, e, r.Clone(t.Context())) // twice
				}
			}
			if got := strings.TrimSuffix(said.String(), "\n"); got != strings.Join(test.want, "\n") {
				t.Errorf("said\n%s\nwant\n%s", got, strings.Join(test.want, "\n"))
			}
		})
	}
}
