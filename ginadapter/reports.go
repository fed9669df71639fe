package ginadapter

import (
	"log/slog"
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"
)

func report(problem, fix string, attrs ...any) {
	slog.Default().Warn("cors: "+problem, append(attrs, "fix", fix)...)
}

// reportOnce says that a route has no policy, though one may have been meant.
func (r *route) reportOnce(engine *gin.Engine) {
	switch {
	case r.reported.Swap(true):
	case r.policy != nil:
		r.reportElsewhere()
	case slices.ContainsFunc(engine.Handlers, isPolicy):
		report("a policy was registered after a route, which does not have it",
			"call r.Use(ginadapter.New(cfg)) before the routes and groups", "route", r.String())
	default:
		report("a preflight asks about a route that has no policy",
			"register it in cors.Group(group, policy, routes), with cors := ginadapter.Preflights(r)", "route", r.String())
	}
}

func (r *route) reportElsewhere() {
	report("a route was registered inside Group, but on another group",
		"register it on the group that the function gets", "route", r.String())
}

// place reports, once, a policy that preflights never reach. Only a policy that
// is called by a server's own engine can know that.
func (m *middleware) place(c *gin.Context) {
	if m.placed.Swap(true) {
		return
	}
	server, _ := c.Request.Context().Value(http.ServerContextKey).(*http.Server)
	if server == nil {
		return
	}
	engine, _ := server.Handler.(*gin.Engine)
	if engine == nil || m.reached(engine) {
		return
	}
	routes := engine.Routes()
	if !slices.ContainsFunc(routes, func(info gin.RouteInfo) bool {
		return info.Method == c.Request.Method && info.Path == c.FullPath() && info.Handler == c.HandlerName()
	}) {
		return // the route is another engine's
	}
	if slices.ContainsFunc(routes, func(info gin.RouteInfo) bool {
		return info.Method == http.MethodOptions && (info.Path == c.FullPath() || strings.Contains(info.Path, "/*"))
	}) {
		return // OPTIONS routes may bring preflights here
	}
	report("preflights never reach a policy on a group or a single route",
		"call cors := ginadapter.Preflights(r) before anything else, and register the route in cors.Group(group, policy, routes)",
		"route", c.Request.Method+" "+c.FullPath())
}

// reached reports whether m stands on an engine itself, or at least another
// policy does that answers m's preflights, where Preflights is not used.
func (m *middleware) reached(engine *gin.Engine) bool {
	return slices.ContainsFunc(engine.Handlers, func(h gin.HandlerFunc) bool {
		return isPolicy(h) && (identify(h).middleware == m || !slices.ContainsFunc(engine.Handlers, isHook))
	})
}
