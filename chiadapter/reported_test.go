package chiadapter_test

import (
	"net/http"
	"testing"

	"github.com/corsuite/corsuite/chiadapter"
	"github.com/go-chi/chi/v5"
)

// Set-ups of people whose preflights never reached their policy.
func TestReportedSetUps(t *testing.T) {
	cors := chiadapter.New(config())
	for _, test := range []struct {
		report   string
		register func(chi.Router)
		paths    map[string]string // a method of each path
	}{
		{"go-chi/chi 263: CORS in a group", func(r chi.Router) {
			r.Group(func(r chi.Router) {
				r.Use(cors)
				r.Get("/foo", text("foo"))
				r.Post("/bar", text("bar"))
			})
		}, map[string]string{"/foo": "GET", "/bar": "POST"}},
		{"gorilla/mux 381: CORS on routes with methods", func(r chi.Router) {
			r.With(cors).Post("/g/{o}", text("a"))
			r.With(cors).Put("/g/{o}", text("b"))
			r.With(cors).Get("/g/{o}", text("c"))
			r.With(cors).Post("/g", text("d"))
		}, map[string]string{"/g/asdf": "POST", "/g/bla": "PUT", "/g/orilla": "GET", "/g": "POST"}},
		{"rs/cors 102: two groups, each with its CORS", func(r chi.Router) {
			r.Group(func(r chi.Router) { r.Use(cors); r.Get("/1", text("1")) })
			r.Group(func(r chi.Router) { r.Use(chiadapter.New(config())); r.Put("/2", text("2")) })
		}, map[string]string{"/1": "GET", "/2": "PUT"}},
		{"rs/cors 185: CORS around a pattern with a method", func(r chi.Router) {
			r.Handle("POST /v1/reg", cors(text("registered")))
		}, map[string]string{"/v1/reg": "POST"}},
	} {
		t.Run(test.report, func(t *testing.T) {
			r := chi.NewRouter()
			chiadapter.Preflights(r)
			test.register(r)
			for path, method := range test.paths {
				check(t, ask(t, r, preflight(path, app, method)), http.StatusNoContent, approved)
				check(t, ask(t, r, preflight(path, other, method)), http.StatusForbidden, refused)
				check(t, ask(t, r, actual(method, path, app)), http.StatusOK, allowed)
			}
		})
	}
}
