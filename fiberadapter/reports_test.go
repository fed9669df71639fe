package fiberadapter_test

import (
	"strings"
	"testing"

	"github.com/corsuite/corsuite/fiberadapter"
	"github.com/gofiber/fiber/v2"
)

const (
	noPolicy = `level=WARN msg="cors: a preflight asks about a route that has no policy" route="PUT /posts/:id" fix="pass fiberadapter.New(cfg) to the route or, before it, to its group or to app.Use"
`
	tooLate = `level=WARN msg="cors: a policy stands after a route that it should cover" route="PUT /posts/:id" fix="call Use(\"/posts\", fiberadapter.New(cfg)) before the route"
`
	tooEarly = `level=WARN msg="cors: a policy stands before Preflights, and answers every preflight itself" route="Use /" fix="call fiberadapter.Preflights(app) before app.Use(fiberadapter.New(cfg))"
`
	unseen = `level=WARN msg="cors: a policy stands behind another handler on a route that Preflights did not see" route="PUT /posts/:id" fix="call fiberadapter.Preflights on the app that has the route, before the route, or pass the policy first"
`
	unreached = `level=WARN msg="cors: preflights never reach a policy on a single route" route="PUT /posts/:id" fix="call fiberadapter.Preflights(app) before anything else"
`
)

func TestReports(t *testing.T) {
	const path = "/posts/:id"
	pass := func(c *fiber.Ctx) error { return c.Next() }
	put := text("put")
	for _, test := range []struct {
		name     string
		register func(*fiber.App)
		start    string // reported at start-up
		later    string // by the requests that follow
	}{
		{"route without a policy", func(app *fiber.App) {
			fiberadapter.Preflights(app)
			app.Put(path, put)
		}, "", noPolicy},
		{"wrapped policy", func(app *fiber.App) {
			cors := named("wrapped")
			fiberadapter.Preflights(app)
			app.Put(path, func(c *fiber.Ctx) error { return cors(c) }, put)
		}, "", noPolicy},
		{"policy on the app", func(app *fiber.App) {
			fiberadapter.Preflights(app)
			app.Use(named("app"))
			app.Put(path, put)
		}, "", ""},
		{"route of the user's own for OPTIONS", func(app *fiber.App) {
			fiberadapter.Preflights(app)
			app.All(path, put)
		}, "", ""},
		{"Use after the route", func(app *fiber.App) {
			fiberadapter.Preflights(app)
			app.Put(path, put)
			app.Use("/posts", named("late"))
		}, tooLate, ""},
		{"two policies after two routes", func(app *fiber.App) {
			fiberadapter.Preflights(app)
			app.Put(path, put)
			app.Delete(path, put)
			app.Use("/posts", named("late"))
			app.Use("/posts/x", named("later"))
		}, tooLate, ""},
		{"Use after Static", func(app *fiber.App) {
			fiberadapter.Preflights(app)
			app.Static("/posts/files", ".")
			app.Use("/posts", named("late"))
		}, strings.Replace(tooLate, "PUT /posts/:id", "GET /posts/files", 1), ""},
		{"Use after the route, and another's before", func(app *fiber.App) {
			fiberadapter.Preflights(app)
			app.Use(named("app"))
			app.Put(path, put)
			app.Use("/posts", named("late"))
		}, tooLate, ""},
		{"group.Use after the route, other routes behind", func(app *fiber.App) {
			fiberadapter.Preflights(app)
			posts := app.Group("/posts")
			posts.Put("/:id", put)
			posts.Use(named("late"))
			app.Use(pass)
			app.Put("/users", named("users"), put)
		}, tooLate, ""},
		{"Use between routes", func(app *fiber.App) {
			fiberadapter.Preflights(app)
			app.Put(path, put)
			app.Use("/posts", named("posts"))
			app.Put("/posts/:id/comments", put)
		}, "", tooLate},
		{"Use before what might be a server", func(app *fiber.App) {
			fiberadapter.Preflights(app)
			app.Put(path, put)
			app.Use("/posts", named("posts"), pass)
		}, "", tooLate},
		{"policy before Preflights", func(app *fiber.App) {
			app.Use(named("app"))
			fiberadapter.Preflights(app)
			app.Put(path, named("route"), put)
		}, tooEarly, ""},
		{"policy for a prefix before Preflights", func(app *fiber.App) {
			app.Use("/posts", named("posts"))
			fiberadapter.Preflights(app)
			app.Put(path, put)
		}, strings.Replace(tooEarly, "Use /", "Use /posts", 1), ""},
		{"middleware before a policy that covers nothing", func(app *fiber.App) {
			fiberadapter.Preflights(app)
			app.Use("/posts/x", pass)
			app.Use("/posts", named("posts"))
			app.Put("/users", named("users"), put)
		}, "", ""},
		{"middleware and routes before Preflights", func(app *fiber.App) {
			app.Get("/early", named("early"), put)
			app.Use(pass)
			fiberadapter.Preflights(app)
			app.Put(path, named("route"), put)
		}, "", ""},
		{"policy behind another handler of a mounted app", func(app *fiber.App) {
			fiberadapter.Preflights(app)
			sub := newApp(fiber.Config{})
			sub.Put("/:id", pass, named("route"), put)
			app.Mount("/posts", sub)
		}, "", unseen},
		{"no Preflights", func(app *fiber.App) { app.Put(path, named("route"), put) }, "", unreached},
		{"no Preflights, with a group", func(app *fiber.App) {
			app.Group("/posts", named("group")).Put("/:id", put)
		}, "", ""},
		{"no Preflights, with a route for OPTIONS", func(app *fiber.App) { app.All(path, named("route"), put) }, "", ""},
		{"no Preflights, wrapped", func(app *fiber.App) {
			cors := named("wrapped")
			app.Put(path, func(c *fiber.Ctx) error { return cors(c) }, put)
		}, "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			log := logged(t)
			app := newApp(fiber.Config{})
			test.register(app)
			listen(t, app)
			if got := log.String(); got != test.start {
				t.Errorf("at start-up logged\n%s\nwant\n%s", got, test.start)
			}
			log.Reset()
			for range 3 {
				ask(t, app, actual("PUT", "/posts/1", page))
				ask(t, app, preflight("/posts/1", page, "PUT"))
				ask(t, app, preflight("/posts/2", other, "PUT"))
				app.Get("/more", put) // everything is read anew
			}
			if got := log.String(); got != test.later {
				t.Errorf("later logged\n%s\nwant\n%s", got, test.later)
			}
		})
	}
}
