package echov5adapter_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/fstest"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/corstest"
	"github.com/corsuite/corsuite/echov5adapter"
	"github.com/labstack/echo/v5"
)

// cors returns middleware with the policy that corstest expects.
func cors(t *testing.T) echo.MiddlewareFunc {
	t.Helper()
	return echov5adapter.Middleware(corstest.Policy(t))
}

func open(t *testing.T, h http.Handler) *corstest.Client {
	t.Helper()
	return corstest.Open(t, corstest.HTTP(h))
}

// text returns a handler that answers with line.
func text(line string) echo.HandlerFunc {
	return func(c *echo.Context) error { return c.String(http.StatusOK, line) }
}

// first returns middleware that calls do and then the next handler.
func first(do func(*echo.Context)) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c *echo.Context) error {
			do(c)
			return next(c)
		}
	}
}

func nothing(*echo.Context) {}

// recovery turns a panic into an error, as echo's Recover does. Recover itself would add a
// module to the requirements of echov5adapter.
func recovery(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c *echo.Context) (err error) {
		defer func() {
			if v := recover(); v != nil {
				err = fmt.Errorf("%v", v)
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

func named(name string) echo.MiddlewareFunc { return echov5adapter.New(config(name)) }

// policyOf returns the policy that is named, or nil if name is empty.
func policyOf(t *testing.T, name string) *core.Policy {
	t.Helper()
	if name == "" {
		return nil
	}
	p, err := core.NewPolicy(config(name))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// install returns an Echo after Install. If policy is empty, Install has no policy.
func install(t *testing.T, policy string) *echo.Echo {
	t.Helper()
	e := echo.New()
	echov5adapter.Install(e, policyOf(t, policy))
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
			return func(c *echo.Context) (err error) {
				do(c.Response().Header(), func() { err = next(c) })
				return err
			}
		}
	}
	corstest.Run(t, func(app corstest.App) corstest.Server {
		e := echo.New()
		e.Use(around(app.Outer))
		for _, policy := range app.Policies {
			e.Use(echov5adapter.Middleware(policy))
		}
		if app.Keep {
			e.Use(echov5adapter.KeepCORS)
		}
		e.Use(around(app.Inner))
		for _, method := range app.Methods {
			e.Add(method, app.Path, func(c *echo.Context) error {
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
		e.Use(echov5adapter.Middleware(policy))
		e.Any("/items", echo.WrapHandler(h))
		return e
	})
}

func TestKeepCORS(t *testing.T) {
	build := func(policy *core.Policy, h http.Handler) http.Handler {
		e := echo.New()
		e.Use(echov5adapter.Middleware(policy), echov5adapter.KeepCORS)
		e.Any("/items", echo.WrapHandler(h))
		return e
	}
	corstest.RunHTTP(t, build)
	corstest.RunKeepCORS(t, build)
}

// The allocation is for the header values. echo calls each MiddlewareFunc once, so other
// middleware costs none.
func TestAllocations(t *testing.T) {
	server := func(register func(*echo.Echo)) *echo.Echo {
		e := echo.New()
		register(e)
		e.Any("/items", func(c *echo.Context) error { return c.NoContent(http.StatusNoContent) })
		return e
	}
	without := server(func(*echo.Echo) {})
	idle := server(func(e *echo.Echo) { e.Use(first(nothing)) })
	use := server(func(e *echo.Echo) { e.Use(cors(t)) })
	corstest.Allocations(t, use, without, 1)
	corstest.Allocations(t, idle, without, 0)
	install := server(func(e *echo.Echo) { echov5adapter.Install(e, corstest.Policy(t)) })
	for _, test := range []struct {
		request *http.Request
		more    float64 // with Install
	}{
		{actual("GET", "/items"), 0},
		{httptest.NewRequest("OPTIONS", "/items", nil), 0},
		// The copy of the request, the name of the route, and 3 for a look at e.Use.
		{preflight("PUT", "/items"), 5},
	} {
		allocations := func(h http.Handler) float64 { // the minimum, since a pool is sometimes empty
			least := math.Inf(1)
			for range 100 {
				least = min(least, testing.AllocsPerRun(1, func() { h.ServeHTTP(httptest.NewRecorder(), test.request) }))
			}
			return least
		}
		if got := allocations(install) - allocations(use); got != test.more {
			t.Errorf("%s %v: Install costs %v allocations more than Use, want %v", test.request.Method, test.request.Header, got, test.more)
		}
	}
}

// This test proves the table "Where to register" of the package documentation. It tests
// each place with a plain route, and with a wildcard without OPTIONS, like that of Static.
func TestWhereToRegister(t *testing.T) {
	type routes = func(*echo.Group, ...echo.MiddlewareFunc)
	type covers struct{ alone, withInstall []string }
	all := []string{"preflight", "preflight 404", "actual", "404", "405"}
	answered := covers{all, all}
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
		}, answered, answered},
		{"e.Use after the routes", func(e *echo.Echo, add routes) {
			add(e.Group("/api"))
			e.Use(cors(t))
		}, answered, answered},
		{"e.Pre", func(e *echo.Echo, add routes) {
			add(e.Group("/api"))
			e.Pre(cors(t))
		}, answered, answered},
		{"Group", func(e *echo.Echo, add routes) { add(e.Group("/api", cors(t))) }, onGroup, onGroupBelow},
		{"Group, nested", func(e *echo.Echo, add routes) { add(e.Group("", cors(t)).Group("/api")) }, onGroup, onGroupBelow},
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
			echov5adapter.Install(with, nil)
			place.register(with, add)
			places = append(places,
				corstest.Place{Name: place.name + ", " + pattern, Server: corstest.HTTP(without), Covers: covers.alone},
				corstest.Place{Name: place.name + ", " + pattern + ", with Install", Server: corstest.HTTP(with), Covers: covers.withInstall})
		}
	}
	corstest.CheckPlaces(t, places)
}

// With NoGroupAutoRegister404Routes, echo runs the middleware of a group for its routes only.
func TestGroupWithout404(t *testing.T) {
	server := func(install bool) corstest.Server {
		e := echo.NewWithConfig(echo.Config{NoGroupAutoRegister404Routes: true})
		if install {
			echov5adapter.Install(e, nil)
		}
		g := e.Group("/api", cors(t))
		g.GET("/posts", text("posts"))
		g.PUT("/posts", text("posts"))
		return corstest.HTTP(e)
	}
	corstest.CheckPlaces(t, []corstest.Place{
		{Name: "Group", Server: server(false), Covers: []string{"actual"}},
		{Name: "Group, with Install", Server: server(true), Covers: []string{"preflight", "actual"}},
	})
}

// NewVirtualHostHandler returns an Echo that runs no middleware for its hosts.
func TestVirtualHosts(t *testing.T) {
	for name, register := range map[string]func(*echo.Echo, string){
		"Use":     func(e *echo.Echo, policy string) { e.Use(named(policy)) },
		"Install": func(e *echo.Echo, policy string) { echov5adapter.Install(e, policyOf(t, policy)) },
	} {
		admin, open := echo.New(), echo.New()
		others := echo.NewVirtualHostHandler(map[string]*echo.Echo{"admin.test": admin, "open.test": open})
		register(others, "others")
		register(admin, "admin")
		for _, e := range []*echo.Echo{others, admin, open} {
			e.PUT("/posts", text("saved"))
		}
		for host, want := range map[string][2]string{"admin.test": {"admin", "admin"}, "open.test": {continues, ""}, "api.test": {"others", "others"}, "admin.test:80": {"others", "others"}} {
			got := [2]string{ask(others, preflight("PUT", "http://"+host+"/posts")), ask(others, actual("PUT", "http://"+host+"/posts"))}
			if got != want {
				t.Errorf("%s, host %s: got the policies %q for preflight and request, want %q", name, host, got, want)
			}
		}
	}
}

// Answers have CORS headers, whichever way an echo program sends them.
func TestAnswers(t *testing.T) {
	e := echo.New()
	e.Use(recovery, cors(t))
	e.GET("/posts", text("posts"))
	e.HEAD("/posts", text("posts"))
	e.GET("/nothing", func(c *echo.Context) error { return c.NoContent(http.StatusNoContent) })
	e.GET("/httperror", func(*echo.Context) error { return echo.NewHTTPError(http.StatusConflict, "taken") })
	e.GET("/error", func(*echo.Context) error { return errors.New("out of posts") })
	e.GET("/panic", func(*echo.Context) error { panic("a bug") })
	e.GET("/redirect", func(c *echo.Context) error { return c.Redirect(http.StatusFound, "/posts") })
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

	e.HTTPErrorHandler = func(c *echo.Context, err error) { c.String(http.StatusTeapot, err.Error()) }
	open(t, e).Answers(map[string]corstest.Answer{
		"GET /error":    {Status: 418, Body: "out of posts"},
		"GET /panic":    {Status: 418, Body: "a bug"},
		"GET /none":     {Status: 418, Body: "Not Found"},
		"DELETE /posts": {Status: 418, Body: "Method Not Allowed"},
	})
}

// statusWriter is the ResponseWriter of middleware outside the policy, such as a logger.
type statusWriter struct {
	http.ResponseWriter

	status int
}

func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Middleware outside the policy sees the status of every answer, in echo's Response and in a
// ResponseWriter that it has set. The handler has the same ResponseWriter.
func TestOuterMiddlewareSeesResponse(t *testing.T) {
	var outer *statusWriter
	var got *echo.Response
	e := echo.New()
	e.Use(func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c *echo.Context) error {
			outer = &statusWriter{ResponseWriter: c.Response()}
			c.SetResponse(outer)
			err := next(c)
			if err != nil {
				t.Error(err)
			}
			got, _ = echo.ResolveResponseStatus(c.Response(), err)
			return nil
		}
	}, cors(t))
	e.GET("/posts", func(c *echo.Context) error {
		if c.Response() != outer {
			t.Error("the handler received a different ResponseWriter from the outer middleware")
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
		if !got.Committed || got.Status != test.status || outer.status != test.status {
			t.Errorf("%s %s: got committed %v, status %d and %d; want true, %d", test.request.Method, test.request.URL, got.Committed, got.Status, outer.status, test.status)
		}
	}
}

// New passes its options to the policy. An origin function receives the context of the
// request.
func TestOriginFuncGetsContext(t *testing.T) {
	type tenant struct{}
	e := echo.New()
	e.Use(first(func(c *echo.Context) {
		c.SetRequest(c.Request().WithContext(context.WithValue(t.Context(), tenant{}, c.Request().Host)))
	}), echov5adapter.New(echov5adapter.Config{ExposeHeaders: []string{"allowed"}}, core.WithOriginFunc(
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

// echo refuses a route without a handler. A router of the user may accept it. Then the
// request is answered with 500, and nothing panics.
func TestRouteWithoutHandler(t *testing.T) {
	e := echo.New()
	e.GET("/", func(c *echo.Context) error { return cors(t)(nil)(c) })
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
		echov5adapter.New(echov5adapter.Config{AllowOrigins: []string{"https://example.com/"}, PreflightStatus: 404})
		t.Error("New accepted a bad config")
	}()
	defer func() {
		if got := recover(); got != "echov5adapter: Middleware needs a policy" {
			t.Errorf("panicked with %v", got)
		}
	}()
	echov5adapter.Middleware(nil)
}

// The error handler of echo answers after KeepCORS has returned, and after a denied
// request has been looked at. KeepCORS also covers that answer, and the one after a panic.
func TestKeepCORSWithErrors(t *testing.T) {
	e := echo.New()
	e.HTTPErrorHandler = func(c *echo.Context, err error) {
		c.Response().Header().Set("Access-Control-Allow-Headers", "of-the-error-handler")
		c.String(http.StatusTeapot, err.Error())
	}
	e.Use(recovery, echov5adapter.Middleware(corstest.Policy(t)), echov5adapter.KeepCORS)
	for path, end := range map[string]func() error{
		"/error": func() error { return echo.ErrBadRequest },
		"/panic": func() error { panic("a bug") },
	} {
		e.GET(path, func(c *echo.Context) error {
			c.Response().Header().Set("Access-Control-Allow-Origin", "*")
			return end()
		})
	}
	open(t, e).Answers(map[string]corstest.Answer{
		"GET /error": {Status: 418, Body: "Bad Request"},
		"GET /panic": {Status: 418, Body: "a bug"},
	})
}
