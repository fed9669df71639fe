package echoadapter_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/fstest"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/browser"
	"github.com/corsuite/corsuite/core/corstest"
	"github.com/corsuite/corsuite/echoadapter"
	"github.com/labstack/echo/v4"
)

// cors returns middleware with the policy that corstest expects.
func cors(t *testing.T) echo.MiddlewareFunc {
	t.Helper()
	return echoadapter.Middleware(corstest.Policy(t))
}

func open(t *testing.T, h http.Handler) *corstest.Client {
	t.Helper()
	return corstest.Open(t, corstest.HTTP(h))
}

// text returns a handler that answers with line.
func text(line string) echo.HandlerFunc {
	return func(c echo.Context) error { return c.String(http.StatusOK, line) }
}

// first returns middleware that calls do and then the next handler.
func first(do func(echo.Context)) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			do(c)
			return next(c)
		}
	}
}

func nothing(echo.Context) {}

// recovery passes a panic to the error handler, as echo's Recover does. Recover itself
// would add a module to the requirements of echoadapter.
func recovery(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			if v := recover(); v != nil {
				c.Error(fmt.Errorf("%v", v))
			}
		}()
		return next(c)
	}
}

// config returns a Config whose answers show its name.
func config(name string) core.Config {
	return core.Config{
		AllowOrigins: []string{corstest.Page}, AllowMethods: []string{"*"}, AllowHeaders: []string{name}, ExposeHeaders: []string{name},
	}
}

func named(name string) echo.MiddlewareFunc { return echoadapter.New(config(name)) }

// install returns an Echo after Install. If policy is empty, Install has no policy.
func install(t *testing.T, policy string) *echo.Echo {
	t.Helper()
	e := echo.New()
	if policy == "" {
		echoadapter.Install(e, nil)
		return e
	}
	p, err := core.NewPolicy(config(policy))
	if err != nil {
		t.Fatal(err)
	}
	echoadapter.Install(e, p)
	return e
}

// actual and preflight return requests as a browser sends them for a page.
func actual(method, target string) *http.Request {
	r := httptest.NewRequest(method, target, nil)
	r.URL.Scheme, r.URL.Host = "", "" // as in a request that a server has read
	r.Header.Set("Origin", corstest.Page)
	return r
}

func preflight(method, target string) *http.Request {
	r := actual("OPTIONS", target)
	r.Header.Set("Access-Control-Request-Method", method)
	return r
}

// The results of a preflight that no policy approves.
const (
	rejected  = "rejected" // with 403
	continues = "continues to echo"
)

// ask sends a request and returns the name of the policy that its answer shows.
func ask(h http.Handler, r *http.Request) string {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	approved := w.Header().Get("Access-Control-Allow-Headers")
	switch {
	case r.Header.Get("Access-Control-Request-Method") == "":
		return w.Header().Get("Access-Control-Expose-Headers")
	case approved != "":
		return approved
	case w.Code == http.StatusForbidden:
		return rejected
	default:
		return continues
	}
}

func TestConformance(t *testing.T) {
	around := func(do func(h corstest.Header, next func())) echo.MiddlewareFunc {
		return func(next echo.HandlerFunc) echo.HandlerFunc {
			return func(c echo.Context) (err error) {
				do(c.Response().Header(), func() { err = next(c) })
				return err
			}
		}
	}
	corstest.Run(t, func(app corstest.App) corstest.Server {
		e := echo.New()
		e.Use(around(app.Outer))
		for _, policy := range app.Policies {
			e.Use(echoadapter.Middleware(policy))
		}
		if app.Keep {
			e.Use(echoadapter.KeepCORS)
		}
		e.Use(around(app.Inner))
		for _, method := range app.Methods {
			e.Add(method, app.Path, func(c echo.Context) error {
				app.Handle(c.Response().Header())
				return c.NoContent(app.Status)
			})
		}
		return corstest.HTTP(e)
	})
}

func TestNative(t *testing.T) {
	corstest.RunHTTP(t, func(policy *core.Policy, h http.Handler) http.Handler {
		e := echo.New()
		e.Use(echoadapter.Middleware(policy))
		e.Any("/items", echo.WrapHandler(h))
		return e
	})
}

func TestKeepCORS(t *testing.T) {
	build := func(policy *core.Policy, h http.Handler) http.Handler {
		e := echo.New()
		e.Use(echoadapter.Middleware(policy), echoadapter.KeepCORS)
		e.Any("/items", echo.WrapHandler(h))
		return e
	}
	corstest.RunHTTP(t, build)
	corstest.RunKeepCORS(t, build)
}

// One allocation is for the header values. The other is in echo, which calls each
// MiddlewareFunc again for every request. Install allocates no more, even for a preflight.
func TestAllocations(t *testing.T) {
	server := func(register func(*echo.Echo)) *echo.Echo {
		e := echo.New()
		register(e)
		e.Any("/items", func(c echo.Context) error { return c.NoContent(http.StatusNoContent) })
		return e
	}
	without := server(func(*echo.Echo) {})
	idle := server(func(e *echo.Echo) { e.Use(first(nothing)) })
	use := server(func(e *echo.Echo) { e.Use(cors(t)) })
	install := server(func(e *echo.Echo) { echoadapter.Install(e, corstest.Policy(t)) })
	corstest.Allocations(t, use, without, 2)
	corstest.Allocations(t, use, idle, 1)
	corstest.Allocations(t, install, use, 0)
	corstest.Allocations(t, server(func(e *echo.Echo) { echoadapter.Install(e, nil) }), idle, 0)
}

// This test proves the table "Where to register" of the package documentation. It tests
// each place with a plain route, and with a wildcard without OPTIONS, like that of Static.
func TestWhereToRegister(t *testing.T) {
	type routes = func(*echo.Group, ...echo.MiddlewareFunc)
	type covers struct{ alone, withInstall []string }
	all := []string{"preflight", "preflight 404", "actual", "404", "405"}
	answered := covers{all, all}
	onEcho := covers{all, []string{"preflight 404", "actual", "404", "405"}}
	onGroup := answered
	onGroupBelow := covers{[]string{"preflight 404", "actual", "404"}, []string{"preflight", "preflight 404", "actual", "404"}}
	late := covers{[]string{"preflight", "preflight 404", "404", "405"}, []string{"preflight 404", "404", "405"}}
	lateBelow := covers{[]string{"preflight 404", "404"}, []string{"preflight 404", "404"}}
	onRoute := covers{[]string{"actual"}, []string{"preflight", "actual"}}
	var places []corstest.Place
	for _, place := range []struct {
		name          string
		register      func(*echo.Echo, routes)
		covers, below covers // below is for routes with the wildcard
	}{
		{"e.Use", func(e *echo.Echo, add routes) {
			e.Use(cors(t))
			add(e.Group("/api"))
		}, onEcho, onEcho},
		{"e.Use after the routes", func(e *echo.Echo, add routes) {
			add(e.Group("/api"))
			e.Use(cors(t))
		}, onEcho, onEcho},
		{"e.Pre", func(e *echo.Echo, add routes) {
			add(e.Group("/api"))
			e.Pre(cors(t))
		}, answered, answered},
		{"Group", func(e *echo.Echo, add routes) { add(e.Group("/api", cors(t))) }, onGroup, onGroupBelow},
		{"Group, nested", func(e *echo.Echo, add routes) { add(e.Group("", cors(t)).Group("/api")) }, onGroup, onGroupBelow},
		{"Host", func(e *echo.Echo, add routes) { add(e.Host("api.example", cors(t)).Group("/api")) }, onGroup, onGroupBelow},
		{"Use on a group before its routes", func(e *echo.Echo, add routes) {
			g := e.Group("/api")
			g.Use(cors(t))
			add(g)
		}, onGroup, onGroupBelow},
		{"Use on a group after them", func(e *echo.Echo, add routes) {
			g := e.Group("/api")
			add(g)
			g.Use(cors(t))
		}, late, lateBelow},
		{"another group with the same prefix", func(e *echo.Echo, add routes) {
			add(e.Group("/api"))
			e.Group("/api", cors(t))
		}, late, lateBelow},
		{"one route", func(e *echo.Echo, add routes) { add(e.Group("/api"), cors(t)) }, onRoute, onRoute},
	} {
		for pattern, covers := range map[string]covers{"/posts": place.covers, "/posts*": place.below} {
			add := func(g *echo.Group, middleware ...echo.MiddlewareFunc) {
				g.GET(pattern, text("posts"), middleware...)
				g.PUT(pattern, text("posts"), middleware...)
			}
			without, with := echo.New(), echo.New()
			place.register(without, add)
			echoadapter.Install(with, nil)
			place.register(with, add)
			places = append(places,
				corstest.Place{Name: place.name + ", " + pattern, Server: corstest.HTTP(without), Covers: covers.alone},
				corstest.Place{Name: place.name + ", " + pattern + ", with Install", Server: corstest.HTTP(with), Covers: covers.withInstall})
		}
	}
	corstest.CheckPlaces(t, places)
}

// Answers have CORS headers, whichever way an echo program sends them.
func TestAnswers(t *testing.T) {
	e := echo.New()
	e.Use(recovery, cors(t))
	e.GET("/posts", text("posts"))
	e.HEAD("/posts", text("posts"))
	e.GET("/nothing", func(c echo.Context) error { return c.NoContent(http.StatusNoContent) })
	e.GET("/httperror", func(echo.Context) error { return echo.NewHTTPError(http.StatusConflict, "taken") })
	e.GET("/error", func(echo.Context) error { return errors.New("out of posts") })
	e.GET("/panic", func(echo.Context) error { panic("a bug") })
	e.GET("/redirect", func(c echo.Context) error { return c.Redirect(http.StatusFound, "/posts") })
	e.StaticFS("/static", fstest.MapFS{"logo.svg": {Data: []byte("<svg/>")}})
	open(t, e).Answers(map[string]corstest.Answer{
		"GET /posts":           {Status: 200, Body: "posts"},
		"HEAD /posts":          {Status: 200},
		"GET /nothing":         {Status: 204},
		"GET /none":            {Status: 404, Body: `{"message":"Not Found"}` + "\n"},
		"DELETE /posts":        {Status: 405, Body: `{"message":"Method Not Allowed"}` + "\n"},
		"HEAD /error":          {Status: 405},
		"GET /httperror":       {Status: 409, Body: `{"message":"taken"}` + "\n"},
		"GET /error":           {Status: 500, Body: `{"message":"Internal Server Error"}` + "\n"},
		"GET /panic":           {Status: 500, Body: `{"message":"Internal Server Error"}` + "\n"},
		"GET /redirect":        {Status: 302},
		"GET /static/logo.svg": {Status: 200, Body: "<svg/>"},
		"GET /static/none.svg": {Status: 404, Body: `{"message":"Not Found"}` + "\n"},
	})
	// echo answers OPTIONS itself if a path has routes for other methods only.
	open(t, e).Want("OPTIONS /posts\nOrigin: "+corstest.Page, corstest.Answer{Status: 204, CORS: corstest.Allowed + ", Access-Control-Request-Method"})

	e.HTTPErrorHandler = func(err error, c echo.Context) { c.String(http.StatusTeapot, err.Error()) }
	open(t, e).Answers(map[string]corstest.Answer{
		"GET /error":    {Status: 418, Body: "out of posts"},
		"GET /panic":    {Status: 418, Body: "a bug"},
		"GET /none":     {Status: 418, Body: "code=404, message=Not Found"},
		"DELETE /posts": {Status: 418, Body: "code=405, message=Method Not Allowed"},
	})
}

// Middleware outside the policy, such as a logger, sees the status of every answer.
func TestOuterMiddlewareSeesResponse(t *testing.T) {
	var got *echo.Response
	e := echo.New()
	e.Use(func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			got = c.Response()
			if err := next(c); err != nil {
				t.Error(err)
			}
			return nil
		}
	}, cors(t))
	e.GET("/posts", func(c echo.Context) error {
		if c.Response() != got {
			t.Error("the handler received a different Response from the outer middleware")
		}
		return c.NoContent(http.StatusAccepted)
	})
	for _, test := range []struct {
		request *http.Request
		status  int
	}{
		{actual("GET", "/posts"), http.StatusAccepted},
		{preflight("PUT", "/posts"), http.StatusNoContent},
		{preflight("PUT", "/none"), http.StatusNoContent},
	} {
		ask(e, test.request)
		if !got.Committed || got.Status != test.status {
			t.Errorf("%s %s: got committed %v, status %d; want true, %d", test.request.Method, test.request.URL, got.Committed, got.Status, test.status)
		}
	}
}

// New passes its options to the policy. An origin function receives the context of the
// request.
func TestOriginFuncGetsContext(t *testing.T) {
	type tenant struct{}
	e := echo.New()
	e.Use(first(func(c echo.Context) {
		c.SetRequest(c.Request().WithContext(context.WithValue(t.Context(), tenant{}, c.Request().Host)))
	}), echoadapter.New(echoadapter.Config{ExposeHeaders: []string{"allowed"}}, core.WithOriginFunc(
		func(ctx context.Context, o core.Origin, _ core.Target) (bool, error) {
			return ctx.Value(tenant{}) == "of."+o.Host, nil
		},
	)))
	for host, want := range map[string]string{"http://of.app.example.com/": "allowed", "http://of.evil.example/": ""} {
		if got := ask(e, actual("GET", host)); got != want {
			t.Errorf("%s: got %q, want %q", host, got, want)
		}
	}
}

// A request for a route without a handler is answered with 500. It does not panic.
func TestRouteWithoutHandler(t *testing.T) {
	e := echo.New()
	e.GET("/", nil, cors(t))
	open(t, e).Want("GET /\nOrigin: "+corstest.Page, corstest.Answer{Status: 500})
}

func TestPanicsOnBadPolicy(t *testing.T) {
	func() {
		defer func() {
			err, ok := recover().(*core.ConfigError)
			if !ok || len(err.Problems) != 2 {
				t.Errorf("panicked with %v, want a *core.ConfigError with both problems", err)
			}
		}()
		echoadapter.New(echoadapter.Config{AllowOrigins: []string{"https://example.com/"}, PreflightStatus: 404})
		t.Error("New accepted a bad config")
	}()
	defer func() {
		if got := recover(); got != "echoadapter: Middleware needs a policy" {
			t.Errorf("panicked with %v", got)
		}
	}()
	echoadapter.Middleware(nil)
}

// The error handler of echo answers after KeepCORS has returned, and after a denied
// request has been looked at.
func TestKeepCORSWithErrors(t *testing.T) {
	e := echo.New()
	e.Use(echoadapter.Middleware(corstest.Policy(t)), echoadapter.KeepCORS)
	e.GET("/", func(c echo.Context) error {
		c.Response().Header().Set("Access-Control-Allow-Origin", "*")
		return echo.ErrTeapot
	})
	c := open(t, e)
	c.Reads(browser.Request{URL: "/"}, http.StatusTeapot)
}
