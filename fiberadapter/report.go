package fiberadapter

import (
	"fmt"
	"log/slog"
	"slices"

	"github.com/gofiber/fiber/v2"
)

func report(problem, route, fix string) {
	slog.Default().Warn("cors: "+problem, "route", route, "fix", fix)
}

// reportOnce reports no route twice.
func (h *hook) reportOnce(problem, route, fix string) {
	if _, reported := h.reported.LoadOrStore(route, true); !reported {
		report(problem, route, fix)
	}
}

// reportFallThrough reports a route whose preflight no policy answered.
func (h *hook) reportFallThrough(t *table, asked *entry, method, path string) {
	if _, reported := h.reported.Load(asked.name); reported {
		return
	}
	if asked.unclear {
		h.reportOnce("a policy stands behind another handler on a route that Preflights did not see", asked.name,
			"call fiberadapter.Preflights on the app that has the route, before the route, or pass the policy first")
		return
	}
	trace := t.trace(method, path)
	for _, e := range trace[slices.Index(trace, asked)+1:] {
		if e.covering() {
			h.reportOnce(tooLate, asked.name, before(e))
			return
		}
	}
	h.reportOnce("a preflight asks about a route that has no policy", asked.name,
		"pass fiberadapter.New(cfg) to the route or, before it, to its group or to app.Use")
}

const tooLate = "a policy stands after a route that it should cover"

func before(e *entry) string {
	return fmt.Sprintf("call Use(%q, fiberadapter.New(cfg)) before the route", e.path)
}

// reportPlaces reports the policies that stand where they cannot do their work.
func (h *hook) reportPlaces(t *table) {
	for _, e := range t.stack[0] {
		if e.use && e.early || e.covering() && !e.hooked {
			h.reportOnce("a policy stands before Preflights, and answers every preflight itself", e.name,
				"call fiberadapter.Preflights(app) before app.Use(fiberadapter.New(cfg))")
		}
		if e.hooked {
			break
		}
	}
	for _, m := range t.misplaced() {
		h.reportOnce(tooLate, m.route.name, before(m.use))
	}
}

// misplacement is a policy, and a route that it does not cover.
type misplacement struct{ use, route *entry }

// misplaced returns the policies of Use that have routes before them, but behind
// them nothing that they could cover.
func (t *table) misplaced() (all []misplacement) {
	type place struct {
		policy *middleware
		path   string
	}
	settled := make(map[place]bool)
	for i, entries := range t.stack {
		for j, u := range entries {
			if p := (place{u.last, u.path}); u.covering() && !settled[p] {
				settled[p] = u.after || slices.ContainsFunc(entries[j+1:], func(e *entry) bool {
					return e.foreign && t.covers(t.methods[i], u, e)
				})
			}
		}
	}
	for i, entries := range t.stack {
		for j, u := range entries {
			p := place{u.last, u.path}
			if !u.covering() || settled[p] {
				continue
			}
			k := slices.IndexFunc(entries[:j], func(e *entry) bool {
				return (!e.use || e.serves) && t.covers(t.methods[i], u, e)
			})
			if k >= 0 {
				settled[p] = true
				all = append(all, misplacement{u, entries[k]})
			}
		}
	}
	return all
}

// covering reports whether a policy stands here that other entries can be under.
func (e *entry) covering() bool { return e.use && e.last != nil }

// covers reports whether u matches what e does. It takes a pattern for a path.
func (t *table) covers(method string, u, e *entry) bool {
	trace := t.trace(method, e.path)
	return slices.Contains(trace, u) && slices.Contains(trace, e)
}

// place reports, once, a policy that preflights never reach.
func (m *middleware) place(c *fiber.Ctx) {
	route := c.Route()
	if !slices.ContainsFunc(route.Handlers, isPolicy) || m.placed.Swap(true) {
		return // or called from elsewhere, by a probe or an error handler
	}
	read := newReader()
	if read.isUse(route) {
		return
	}
	for _, routes := range c.App().Stack() {
		for _, r := range routes {
			reached := r.Method == fiber.MethodOptions && r.Path == route.Path && !read.isUse(r)
			if slices.ContainsFunc(r.Handlers, isHook) || reached && slices.ContainsFunc(r.Handlers, isPolicy) {
				return
			}
		}
	}
	report("preflights never reach a policy on a single route", route.Method+" "+route.Path,
		"call fiberadapter.Preflights(app) before anything else")
}
