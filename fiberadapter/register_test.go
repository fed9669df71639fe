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
		name      string
		register  func(*fiber.App)
		preflight string // the lines of the answer
		resolved  string // and with Preflights
		actual    bool   // answered
		notFound  bool   // 404 and 405 answered
	}{
		{"app.Use before the routes", func(app *fiber.App) {
			app.Use(cors)
			routes(app.Group("/api"))
		}, approved, approved, true, true},
		{"Group", func(app *fiber.App) {
			routes(app.Group("/api", cors))
		}, approved, approved, true, true},
		{"Group, nested", func(app *fiber.App) {
			routes(app.Group("/", cors).Group("/api"))
		}, approved, approved, true, true},
		{"group.Use", func(app *fiber.App) {
			g := app.Group("/api")
			g.Use(cors)
			routes(g)
		}, approved, approved, true, true},
		{"Use(prefix)", func(app *fiber.App) {
			app.Use("/api", cors)
			routes(app.Group("/api"))
		}, approved, approved, true, true},
		{"Mount of an app with Use", func(app *fiber.App) {
			sub := newApp(fiber.Config{})
			sub.Use(cors)
			routes(sub)
			app.Mount("/api", sub)
		}, approved, approved, true, true},
		{"app.Use after the routes", func(app *fiber.App) {
			routes(app.Group("/api"))
			app.Use(cors)
		}, approved, refused, false, true},
		{"group.Use after the routes", func(app *fiber.App) {
			g := app.Group("/api")
			routes(g)
			g.Use(cors)
		}, approved, refused, false, true},
		{"on one route", func(app *fiber.App) {
			routes(app.Group("/api"), cors)
		}, "", approved, true, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			without, with := newApp(fiber.Config{}), newLine(fiber.Config{})
			test.register(without)
			test.register(with)
			for _, path := range []string{"/api/posts", "/api/posts/1"} {
				for _, method := range []string{"GET", "HEAD"} {
					check(t, ask(t, without, preflight(path, page, method)), statusOf(test.preflight), test.preflight)
					check(t, ask(t, with, preflight(path, page, method)), statusOf(test.resolved), test.resolved)
				}
			}
			for _, app := range []*fiber.App{without, with} {
				api := serve(t, app)
				for method, path := range map[string]string{"GET": "/api/posts", "HEAD": "/api/posts/1"} {
					check(t, api.ask(t, actual(method, path, page)), http.StatusOK, linesIf(test.actual, allowed))
				}
				check(t, api.ask(t, actual("GET", "/api/none", page)), http.StatusNotFound, linesIf(test.notFound, allowed))
				check(t, api.ask(t, actual("DELETE", "/api/posts", page)), http.StatusMethodNotAllowed, linesIf(test.notFound, allowed))
				for _, path := range []string{"/api/none", "/api/posts"} {
					got := api.ask(t, preflight(path, page, "DELETE"))
					if got.cors != linesIf(test.notFound, approved) {
						t.Errorf("the preflight for DELETE %s got %d with\n%s", path, got.status, got.cors)
					}
				}
			}
		})
	}
}

// statusOf returns the status that goes with the lines of a preflight's answer.
func statusOf(cors string) int {
	switch cors {
	case approved:
		return http.StatusNoContent
	case refused:
		return http.StatusForbidden
	default:
		return http.StatusMethodNotAllowed
	}
}

func routes(r fiber.Router, middleware ...fiber.Handler) {
	r.Get("/posts", append(middleware[:len(middleware):len(middleware)], text("posts"))...)
	r.Get("/posts/:id", append(middleware[:len(middleware):len(middleware)], text("post"))...)
}

func linesIf(answered bool, lines string) string {
	if answered {
		return lines
	}
	return ""
}
