package ginadapter_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/ginadapter"
	"github.com/gin-gonic/gin"
)

// logged returns what is said to slog's default logger until the test ends.
func logged(t *testing.T) *bytes.Buffer {
	t.Helper()
	var lines bytes.Buffer
	before := slog.Default()
	t.Cleanup(func() { slog.SetDefault(before) })
	slog.SetDefault(slog.New(slog.NewTextHandler(&lines, &slog.HandlerOptions{
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		},
	})))
	return &lines
}

const (
	noPolicy = `level=WARN msg="cors: a preflight asks about a route that has no policy" route="PUT /posts/:id" fix="register it in cors.Group(group, policy, routes), with cors := ginadapter.Preflights(r)"
`
	afterRoute = `level=WARN msg="cors: a policy was registered after a route, which does not have it" route="PUT /posts/:id" fix="call r.Use(ginadapter.New(cfg)) before the routes and groups"
`
	tooEarly = `level=WARN msg="cors: a policy stands before Preflights, and answers every preflight itself" fix="call ginadapter.Preflights(r) before r.Use(ginadapter.New(cfg))"
`
	unreached = `level=WARN msg="cors: preflights never reach a policy on a group or a single route" route="PUT /posts/:id" fix="call cors := ginadapter.Preflights(r) before anything else, and register the route in cors.Group(group, policy, routes)"
`
	elsewhere = `level=WARN msg="cors: a route was registered inside Group, but on another group" route="PUT /posts/:id" fix="register it on the group that the function gets"
`
	twoPolicies = `level=WARN msg="cors: a policy was added to a group inside Group, which cannot tell whose routes are whose" route=/posts fix="call cors.Group(g, policy, routes) inside instead of g.Use(ginadapter.New(cfg))"
`
	noRoute = `level=WARN msg="cors: no route was registered inside Group" route=/api fix="hand it a group of the engine that Preflights was called with"
`
	colons = `level=WARN msg="cors: gin does not show whether a colon starts a parameter, so this method's preflights are not resolved" route="PUT /:b" fix="call ginadapter.Preflights(r) once more after the routes"
`
)

func TestReports(t *testing.T) {
	put := func(g gin.IRoutes) { g.PUT("/posts/:id", text("post")) }
	group := func(g *gin.RouterGroup) { put(g) }
	cors := func() gin.HandlerFunc { return ginadapter.New(config()) }
	for _, test := range []struct {
		name     string
		register func(*gin.Engine)
		want     string
	}{
		{"route without a policy", func(r *gin.Engine) {
			ginadapter.Preflights(r)
			put(r)
		}, noPolicy},
		{"beside a route with one", func(r *gin.Engine) {
			ginadapter.Preflights(r).Group(r.Group("/posts"), policy(t, config()), func(g *gin.RouterGroup) { g.GET("/:id", text("post")) })
			put(r)
		}, noPolicy},
		{"with a wrapped policy", func(r *gin.Engine) {
			ginadapter.Preflights(r)
			wrapped := cors()
			put(r.Group("", func(c *gin.Context) { wrapped(c) }))
		}, noPolicy + unreached},
		{"with a policy that Group did not make", func(r *gin.Engine) {
			ginadapter.Preflights(r)
			put(r.Group("", cors()))
		}, noPolicy + unreached},
		{"below a policy on the engine", func(r *gin.Engine) {
			ginadapter.Preflights(r)
			r.Use(cors())
			put(r.Group("", cors()))
		}, unreached},
		{"inside one that it did make", func(r *gin.Engine) {
			ginadapter.Preflights(r).Group(&r.RouterGroup, policy(t, config()), func(g *gin.RouterGroup) { put(g.Group("", cors())) })
		}, unreached},
		{"Group", func(r *gin.Engine) {
			ginadapter.Preflights(r).Group(&r.RouterGroup, policy(t, config()), group)
		}, ""},
		{"beside an OPTIONS route", func(r *gin.Engine) {
			ginadapter.Preflights(r)
			put(r)
			r.OPTIONS("/posts/:id", text("options"))
		}, ""},
		{"on the engine", func(r *gin.Engine) {
			ginadapter.Preflights(r)
			r.Use(cors())
			put(r)
		}, ""},
		{"on the engine, no line", func(r *gin.Engine) {
			r.Use(cors())
			put(r)
		}, ""},
		{"on the engine and on a group, no line", func(r *gin.Engine) {
			r.Use(cors())
			put(r.Group("", cors()))
		}, ""},
		{"for missing paths only", func(r *gin.Engine) {
			r.NoRoute(cors())
			put(r)
		}, ""},
		{"before the line", func(r *gin.Engine) {
			r.Use(cors())
			r.Use(cors())
			ginadapter.Preflights(r)
			ginadapter.Preflights(r)
			put(r)
		}, tooEarly},
		{"after a route that the line has seen", func(r *gin.Engine) {
			put(r)
			ginadapter.Preflights(r)
			r.Use(cors())
		}, afterRoute},
		{"after a route", func(r *gin.Engine) {
			ginadapter.Preflights(r)
			put(r)
			r.Use(cors())
		}, afterRoute},
		{"on a group, no line", func(r *gin.Engine) { put(r.Group("", cors())) }, unreached},
		{"on a route, no line", func(r *gin.Engine) { r.PUT("/posts/:id", cors(), text("post")) }, unreached},
		{"on a group with an OPTIONS route, no line", func(r *gin.Engine) {
			g := r.Group("", cors())
			put(g)
			g.OPTIONS("/posts/:id", text("options"))
		}, ""},
		{"on a group with OPTIONS for all, no line", func(r *gin.Engine) {
			g := r.Group("", cors())
			put(g)
			g.OPTIONS("/*all", text("options"))
		}, ""},
		{"on a group of an engine inside another", func(r *gin.Engine) {
			inner := gin.New()
			inner.Use(cors())
			put(inner)
			r.PUT("/posts/:id", gin.WrapH(inner))
		}, ""},
		{"on another group than Group's", func(r *gin.Engine) {
			cors := ginadapter.Preflights(r)
			cors.Group(r.Group("/api"), policy(t, config()), func(g *gin.RouterGroup) {
				cors.Group(g.Group("/inner"), policy(t, config()), func(*gin.RouterGroup) { put(r) })
				g.GET("", text("api"))
			})
		}, elsewhere},
		{"on another engine", func(r *gin.Engine) {
			ginadapter.Preflights(gin.New()).Group(r.Group("/api"), policy(t, config()), func(g *gin.RouterGroup) { g.GET("", text("api")) })
		}, noRoute},
		{"two policies in one Group", func(r *gin.Engine) {
			ginadapter.Preflights(r).Group(r.Group("/posts"), policy(t, config()), func(g *gin.RouterGroup) {
				g.Use(cors())
				g.POST("/:id", text("post"))
			})
		}, twoPolicies},
		{"colons that may be parameters or not", func(r *gin.Engine) {
			ginadapter.Preflights(r)
			r.PUT(`/\:a`, text("a"))
			r.PUT(`/\:b`, text("b"))
		}, colons},
	} {
		for _, first := range []*http.Request{preflight("/posts/1", app, "PUT"), actual("PUT", "/posts/1", app)} {
			t.Run(test.name+", "+first.Method+" first", func(t *testing.T) {
				log := logged(t)
				r := gin.New()
				test.register(r)
				server := serve(t, r)
				read(t, send(t, server, first))
				for range 3 {
					read(t, send(t, server, preflight("/posts/1", app, "PUT")))
					read(t, send(t, server, actual("PUT", "/posts/1", app)))
				}
				if got := log.String(); !slices.Equal(sorted(got), sorted(test.want)) {
					t.Errorf("logged\n%s\nwant\n%s", got, test.want)
				}
			})
		}
	}
}

func sorted(lines string) []string { return slices.Sorted(strings.Lines(lines)) }

// Without a server, or behind another handler, nobody knows where a policy
// stands.
func TestNoReportWithoutServer(t *testing.T) {
	log := logged(t)
	r := gin.New()
	r.Group("", ginadapter.New(config())).PUT("/posts/:id", text("post"))
	ask(t, http.StripPrefix("", r), actual("PUT", "/posts/1", app))
	if log.Len() != 0 {
		t.Errorf("logged %s", log)
	}
}
