package ginadapter_test

import (
	"errors"
	"log/slog"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"testing/fstest"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/browser"
	"github.com/corsuite/corsuite/core/corstest"
	"github.com/corsuite/corsuite/ginadapter"
	"github.com/gin-gonic/gin"
)

// TestMain turns off gin's list of routes, which would break the output of examples, and
// the log of the mistakes that tests make on purpose.
func TestMain(m *testing.M) {
	gin.SetMode(gin.TestMode)
	slog.SetDefault(slog.New(slog.DiscardHandler))
	os.Exit(m.Run())
}

// cors returns middleware with the policy that corstest expects.
func cors(t *testing.T) gin.HandlerFunc {
	t.Helper()
	return ginadapter.Middleware(corstest.Policy(t))
}

func open(t *testing.T, h http.Handler) *corstest.Client {
	t.Helper()
	return corstest.Open(t, corstest.HTTP(h))
}

// named returns a policy whose answers show its name.
func named(t *testing.T, name string, opts ...core.Option) *core.Policy {
	t.Helper()
	policy, err := core.NewPolicy(core.Config{
		AllowOrigins: []string{corstest.Page}, AllowMethods: []string{"*"}, AllowHeaders: []string{name}, ExposeHeaders: []string{name},
	}, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return policy
}

// actual and preflight return requests as a browser sends them for a page.
func actual(method, path string) *http.Request {
	r := httptest.NewRequest(method, path, nil)
	r.Header.Set("Origin", corstest.Page)
	return r
}

func preflight(method, path string) *http.Request {
	r := actual(http.MethodOptions, path)
	r.Header.Set("Access-Control-Request-Method", method)
	return r
}

// answer is a response, and the name of the policy that it shows.
type answer struct {
	status int
	policy string
	body   string
}

func ask(h http.Handler, r *http.Request) answer {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	policy := w.Header().Get("Access-Control-Allow-Headers") + w.Header().Get("Access-Control-Expose-Headers")
	return answer{w.Code, policy, w.Body.String()}
}

// agree requires that the policy with the name want answers both a preflight and the
// actual request. If want is empty, no policy may answer them.
func agree(t *testing.T, h http.Handler, method, path, want string) {
	t.Helper()
	if got := ask(h, preflight(method, path)); got.policy != want || (got.status == http.StatusNoContent) != (want != "") {
		t.Errorf("the preflight for %s %s was answered by %+v; want %q", method, path, got, want)
	}
	if got := ask(h, actual(method, path)); got.policy != want {
		t.Errorf("%s %s was answered by %+v; want %q", method, path, got, want)
	}
}

// unreachable returns a handler that fails the test if it receives a preflight.
func unreachable(t *testing.T) gin.HandlerFunc {
	t.Helper()
	return func(c *gin.Context) {
		if c.GetHeader("Access-Control-Request-Method") != "" {
			t.Errorf("a preflight for %s reached a handler", c.Request.URL)
		}
	}
}

// text returns a handler that answers with line.
func text(line string) gin.HandlerFunc {
	return func(c *gin.Context) { c.String(http.StatusOK, line) }
}

func TestConformance(t *testing.T) {
	corstest.Run(t, func(app corstest.App) corstest.Server {
		r := gin.New()
		r.Use(func(c *gin.Context) { app.Outer(c.Writer.Header(), c.Next) })
		for _, policy := range app.Policies {
			r.Use(ginadapter.Middleware(policy))
		}
		if app.Keep {
			r.Use(ginadapter.KeepCORS)
		}
		r.Use(func(c *gin.Context) { app.Inner(c.Writer.Header(), c.Next) })
		for _, method := range app.Methods {
			r.Handle(method, app.Path, func(c *gin.Context) {
				app.Handle(c.Writer.Header())
				c.Status(app.Status)
			})
		}
		return corstest.HTTP(r)
	})
}

func TestNative(t *testing.T) {
	corstest.RunHTTP(t, func(policy *core.Policy, h http.Handler) http.Handler {
		r := gin.New()
		r.Use(ginadapter.Middleware(policy))
		r.Any("/items", gin.WrapH(h))
		return r
	})
}

func TestKeepCORS(t *testing.T) {
	build := func(policy *core.Policy, h http.Handler) http.Handler {
		r := gin.New()
		r.Use(ginadapter.Middleware(policy), ginadapter.KeepCORS)
		r.Any("/items", gin.WrapH(h))
		return r
	}
	corstest.RunHTTP(t, build)
	corstest.RunKeepCORS(t, build)
}

func TestResponseWriterIsNotWrapped(t *testing.T) {
	var outside gin.ResponseWriter
	r := gin.New()
	r.Use(func(c *gin.Context) { outside = c.Writer }, cors(t))
	r.GET("/", func(c *gin.Context) {
		if c.Writer != outside {
			t.Errorf("the handler got a %T, the middleware a %T", c.Writer, outside)
		}
	})
	r.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
}

func TestAllocations(t *testing.T) {
	done := func(c *gin.Context) {
		c.Writer.WriteHeader(http.StatusNoContent)
		c.Writer.WriteHeaderNow()
		c.Abort()
	}
	engine := func(register func(*gin.Engine)) *gin.Engine {
		r := gin.New()
		register(r)
		r.GET("/items", done)
		r.OPTIONS("/items", done)
		return r
	}
	without := engine(func(*gin.Engine) {})
	use := engine(func(r *gin.Engine) { r.Use(cors(t)) })
	corstest.Allocations(t, use, without, 1)
	// For other requests than preflights, Install allocates no more than Use.
	install := engine(func(r *gin.Engine) { ginadapter.Install(r, corstest.Policy(t)) })
	for _, r := range []*http.Request{actual("GET", "/items"), httptest.NewRequest("OPTIONS", "/items", nil)} {
		allocations := func(h http.Handler) float64 { // the minimum, since a pool is sometimes empty
			least := math.Inf(1)
			for range 100 {
				least = min(least, testing.AllocsPerRun(1, func() { h.ServeHTTP(httptest.NewRecorder(), r) }))
			}
			return least
		}
		if got, want := allocations(install), allocations(use); got != want {
			t.Errorf("%s: %v allocations with Install, %v with Use", r.Method, got, want)
		}
	}
}

// This test proves the table "Where to register" of the package documentation.
func TestWhereToRegister(t *testing.T) {
	posts := func(g gin.IRoutes, before ...gin.HandlerFunc) {
		g.GET("/posts", append(before, text("get"))...)
		g.PUT("/posts", append(before, text("put"))...)
	}
	all := []string{"preflight", "preflight 404", "actual", "404", "405"}
	late, route, resolved := []string{"preflight", "preflight 404", "404", "405"}, []string{"actual"}, []string{"actual", "preflight"}
	var places []corstest.Place
	for _, place := range []struct {
		name     string
		register func(*gin.Engine)
		covers   []string
	}{
		{"engine.Use before the routes", func(r *gin.Engine) { r.Use(cors(t)); posts(r.Group("/api")) }, all},
		{"engine.Use after the routes", func(r *gin.Engine) { posts(r.Group("/api")); r.Use(cors(t)) }, late},
		{"engine.Use after the group", func(r *gin.Engine) { api := r.Group("/api"); r.Use(cors(t)); posts(api) }, late},
		{"group.Use", func(r *gin.Engine) { api := r.Group("/api"); api.Use(cors(t)); posts(api) }, route},
		{"Group(prefix, cors)", func(r *gin.Engine) { posts(r.Group("/api", cors(t))) }, route},
		{"group.Use after Install", func(r *gin.Engine) { ginadapter.Install(r, nil); posts(r.Group("/api", cors(t))) }, route},
		{"on one route", func(r *gin.Engine) { posts(r.Group("/api"), cors(t)) }, route},
		{"Group of Install", func(r *gin.Engine) {
			ginadapter.Install(r, nil).Group(r.Group("/api"), corstest.Policy(t), func(g *gin.RouterGroup) { posts(g) })
		}, resolved},
		{"Group of Install, one route each", func(r *gin.Engine) {
			cors := ginadapter.Install(r, nil)
			for _, method := range []string{"GET", "PUT"} {
				cors.Group(&r.RouterGroup, corstest.Policy(t), func(g *gin.RouterGroup) { g.Handle(method, "/api/posts", text(method)) })
			}
		}, resolved},
		{"Install", func(r *gin.Engine) { ginadapter.Install(r, corstest.Policy(t)); posts(r.Group("/api")) }, all},
		{"Install after the group", func(r *gin.Engine) {
			api := r.Group("/api")
			ginadapter.Install(r, corstest.Policy(t))
			posts(api)
		}, late},
	} {
		for _, methodNotAllowed := range []bool{false, true} {
			r := gin.New()
			r.HandleMethodNotAllowed = methodNotAllowed
			place.register(r)
			places = append(places, corstest.Place{Name: place.name, Server: corstest.HTTP(r), Covers: place.covers})
		}
	}
	corstest.CheckPlaces(t, places)
}

// Answers have CORS headers, whichever way a gin program sends them.
func TestAnswers(t *testing.T) {
	r := gin.New()
	r.HandleMethodNotAllowed = true
	r.Use(gin.CustomRecoveryWithWriter(nil, func(c *gin.Context, _ any) { c.AbortWithStatus(http.StatusInternalServerError) }), cors(t))
	r.Use(func(c *gin.Context) { // sends the last error that a handler has added to the context
		c.Next()
		if err := c.Errors.Last(); err != nil {
			c.String(http.StatusServiceUnavailable, err.Error())
		}
	})
	r.GET("/posts", text("posts"))
	r.HEAD("/posts", text("posts"))
	r.GET("/nothing", func(c *gin.Context) { c.Status(http.StatusNoContent) })
	r.GET("/error", func(c *gin.Context) { c.Error(errors.New("out of posts")) })
	r.GET("/abort", func(c *gin.Context) { c.AbortWithStatusJSON(http.StatusForbidden, gin.H{}) })
	r.GET("/panic", func(*gin.Context) { panic("a bug") })
	r.GET("/redirect", func(c *gin.Context) { c.Redirect(http.StatusFound, "/posts") })
	r.StaticFS("/static", http.FS(fstest.MapFS{"logo.svg": {Data: []byte("<svg/>")}}))
	open(t, r).Answers(map[string]corstest.Answer{
		"GET /posts":            {Status: 200, Body: "posts"},
		"HEAD /posts":           {Status: 200},
		"GET /nothing":          {Status: 204},
		"GET /none":             {Status: 404, Body: "404 page not found"},
		"DELETE /posts":         {Status: 405, Body: "405 method not allowed"},
		"GET /error":            {Status: 503, Body: "out of posts"},
		"GET /abort":            {Status: 403, Body: "{}"},
		"GET /panic":            {Status: 500},
		"GET /redirect":         {Status: 302, Body: "<a href=\"/posts\">Found</a>.\n\n"},
		"GET /static/logo.svg":  {Status: 200, Body: "<svg/>"},
		"HEAD /static/logo.svg": {Status: 200},
		"GET /static/none.svg":  {Status: 404},
	})
}

// gin runs no middleware for its redirects, so they have no CORS headers.
func TestRedirectsOfGin(t *testing.T) {
	r := gin.New()
	r.RedirectFixedPath = true
	r.Use(cors(t))
	r.GET("/posts", text("posts"))
	for _, path := range []string{"/posts/", "/POSTS"} {
		open(t, r).Want("GET "+path+"\nOrigin: "+corstest.Page, corstest.Answer{Status: http.StatusMovedPermanently})
	}
}

// Middleware outside the policy, such as a logger, sees the answer to a preflight.
func TestOuterMiddlewareSeesPreflight(t *testing.T) {
	var status, size int
	var written bool
	r := gin.New()
	r.Use(func(c *gin.Context) {
		c.Next()
		status, size, written = c.Writer.Status(), c.Writer.Size(), c.Writer.Written()
	}, cors(t))
	r.ServeHTTP(httptest.NewRecorder(), preflight("PUT", "/"))
	if status != http.StatusNoContent || size != 0 || !written {
		t.Errorf("got status %d, size %d, written %v; want 204, 0, true", status, size, written)
	}
}

func TestNewPanicsOnBadConfig(t *testing.T) {
	defer func() {
		err, ok := recover().(*core.ConfigError)
		if !ok || len(err.Problems) != 2 {
			t.Errorf("panicked with %v, want a *core.ConfigError with both problems", err)
		}
	}()
	ginadapter.New(ginadapter.Config{AllowOrigins: []string{"https://example.com/"}, PreflightStatus: 404})
	t.Error("New accepted a bad config")
}

// A handler that aborts writes the header of the answer at that moment.
func TestKeepCORSBeforeAbort(t *testing.T) {
	r := gin.New()
	r.Use(cors(t), ginadapter.KeepCORS)
	r.GET("/", func(c *gin.Context) {
		c.Header("Access-Control-Allow-Origin", "*")
		c.AbortWithStatus(http.StatusTeapot)
	})
	c := open(t, r)
	c.Reads(browser.Request{URL: "/"}, http.StatusTeapot)
}
