package fiberadapter_test

import (
	"net/http"
	"testing"

	"github.com/corsuite/corsuite/fiberadapter"
	"github.com/gofiber/fiber/v2"
)

// The table "Where to register" of the package documentation, cell by cell.
func TestWhereToRegister(t *testing.T) {
	cors := fiberadapter.New(config())
	for _, test := range []struct {
		name              string
		register          func(*fiber.App)
		preflight, actual bool // answered
		notFound          bool // 404 and 405 answered
	}{
		{"app.Use before the routes", func(app *fiber.App) {
			app.Use(cors)
			routes(app.Group("/api"))
		}, true, true, true},
		{"Group", func(app *fiber.App) {
			routes(app.Group("/api", cors))
		}, true, true, true},
		{"Group, nested", func(app *fiber.App) {
			routes(app.Group("/", cors).Group("/api"))
		}, true, true, true},
		{"group.Use", func(app *fiber.App) {
			g := app.Group("/api")
			g.Use(cors)
			routes(g)
		}, true, true, true},
		{"Use(prefix)", func(app *fiber.App) {
			app.Use("/api", cors)
			routes(app.Group("/api"))
		}, true, true, true},
		{"Mount of an app with Use", func(app *fiber.App) {
			sub := newApp(fiber.Config{})
			sub.Use(cors)
			routes(sub)
			app.Mount("/api", sub)
		}, true, true, true},
		{"app.Use after the routes", func(app *fiber.App) {
			routes(app.Group("/api"))
			app.Use(cors)
		}, true, false, true},
		{"group.Use after the routes", func(app *fiber.App) {
			g := app.Group("/api")
			routes(g)
			g.Use(cors)
		}, true, false, true},
		{"on one route", func(app *fiber.App) {
			routes(app.Group("/api"), cors)
		}, false, true, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			app := newApp(fiber.Config{})
			test.register(app)
			api := serve(t, app)
			for path, missed := range map[string]int{
				"/api/posts": http.StatusMethodNotAllowed, "/api/posts/1": http.StatusMethodNotAllowed, "/api/none": http.StatusNotFound,
			} {
				got := api.ask(t, preflight(path, page, "PUT"))
				if test.preflight {
					check(t, got, http.StatusNoContent, approved)
				} else {
					check(t, got, missed, "")
				}
			}
			for method, path := range map[string]string{"GET": "/api/posts", "HEAD": "/api/posts/1"} {
				check(t, api.ask(t, actual(method, path, page)), http.StatusOK, linesIf(test.actual))
			}
			check(t, api.ask(t, actual("GET", "/api/none", page)), http.StatusNotFound, linesIf(test.notFound))
			check(t, api.ask(t, actual("DELETE", "/api/posts", page)), http.StatusMethodNotAllowed, linesIf(test.notFound))
		})
	}
}

func routes(r fiber.Router, middleware ...fiber.Handler) {
	r.Get("/posts", append(middleware[:len(middleware):len(middleware)], text("posts"))...)
	r.Get("/posts/:id", append(middleware[:len(middleware):len(middleware)], text("post"))...)
}

func linesIf(answered bool) string {
	if answered {
		return allowed
	}
	return ""
}
