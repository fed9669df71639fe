package echoadapter

import (
	"log/slog"
	"net/http"

	"github.com/corsuite/corsuite/core/nethttp"
	"github.com/labstack/echo/v4"
)

// What to change.
const (
	beforePreflights = "call echoadapter.Preflights(e) before any group or route"
	displaced        = "let the function that you set call the one that e.OnAddRouteHandler held before"
)

func report(problem, fix string, attrs ...any) {
	slog.Default().Warn("cors: "+problem, append(attrs, "fix", fix)...)
}

// reportFallThrough reports a route whose preflight no policy answered. It led
// to options, which is nil if echo answered.
func reportFallThrough(asked, options *route) {
	problem := "a preflight asks about a route that has no policy"
	fix := "pass echoadapter.New(cfg) to the route, to its group or to e.Use"
	switch {
	case asked.unknown != "":
		fix = asked.unknown
	case options.policy() != nil && options.order > asked.order:
		problem = "a group's policy was registered after a route, and does not stand on it"
		fix = "register g.Use(echoadapter.New(cfg)) before the group's routes"
	}
	report(problem, fix, "route", asked.name)
}

// stops looks at an OPTIONS request before the policy does, and reports whether
// the policy is not to see it.
func (m *middleware) stops(c echo.Context) bool {
	if p, ok := c.(*probe); ok {
		p.found = m
		return true
	}
	passed, ok := c.Get(passageKey).(*passage)
	switch {
	case !ok:
		if c.Echo().OnAddRouteHandler == nil || m.early.Load() {
			break
		}
		if _, ok := nethttp.PreflightMethod(c.Request()); ok && hooked(c.Echo()) && !m.early.Swap(true) {
			report("a policy stands before Preflights, and answers every preflight itself",
				"call echoadapter.Preflights(e) before e.Use(echoadapter.New(cfg)), and not e.Pre")
		}
	case passed.refuses(m, c):
		nethttp.RefusePreflight(m.policy, c.Response(), c.Request())
		return true
	default:
		passed.answered.Store(true)
	}
	return false
}

// place reports a policy that preflights never reach. It looks at the first
// request that is not OPTIONS, and says nothing where it cannot be certain.
func (m *middleware) place(c echo.Context) {
	if m.placed.Swap(true) || c.Echo().OnAddRouteHandler != nil || !begun(c) {
		return
	}
	e, r := c.Echo(), c.Request()
	router, path := routerOf(e, r.Host), echo.GetPath(r)
	if pattern, _ := match(e, router, r.Method, path); pattern != c.Path() {
		return // something has changed the request since
	}
	if pattern, _ := match(e, router, http.MethodOptions, path); pattern == "" {
		report("preflights never reach the policy of a route",
			"call echoadapter.Preflights(e) before anything else", "route", r.Method+" "+c.Path())
	}
}
