package fiberadapter_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/corsuite/corsuite/fiberadapter"
	"github.com/gofiber/fiber/v2"
)

// A client writes names in any case, and one name on several lines.
func TestFieldLines(t *testing.T) {
	const put = "access-control-request-method: PUT"
	for _, cfg := range []fiber.Config{{}, {DisableHeaderNormalizing: true}, {Immutable: true}} {
		app := newApp(cfg)
		app.Use(fiberadapter.New(config()))
		app.Get("/", text("posts"))
		conn := serve(t, app).dial(t)
		for _, test := range []struct {
			name, method string
			lines        []string
			status       int
			cors         string
		}{
			{"canonical", "GET", []string{"Origin: " + page}, http.StatusOK, allowed},
			{"lower case", "GET", []string{"origin: " + page}, http.StatusOK, allowed},
			{"upper case", "GET", []string{"ORIGIN: " + page}, http.StatusOK, allowed},
			{"lower case, denied", "GET", []string{"origin: " + other}, http.StatusOK, denied},
			{"none", "GET", []string{"X-Origin: " + page}, http.StatusOK, "Vary: Origin"},
			{"empty", "GET", []string{"Origin:"}, http.StatusOK, denied},
			{"twice", "GET", []string{"Origin: " + page, "Origin: " + page}, http.StatusOK, denied},
			{"twice, the second denied", "GET", []string{"Origin: " + page, "Origin: " + other}, http.StatusOK, denied},
			{"twice, in another case", "GET", []string{"Origin: " + page, "origin: " + page}, http.StatusOK, denied},
			{"preflight", "OPTIONS", []string{"Origin: " + page, "Access-Control-Request-Method: PUT"}, http.StatusNoContent, approved},
			{"preflight in lower case", "OPTIONS", []string{"origin: " + page, put}, http.StatusNoContent, approved},
			{"preflight with Origin twice", "OPTIONS", []string{"Origin: " + page, "Origin: " + page, put}, http.StatusForbidden, refused},
			{"preflight with Origin twice, in another case", "OPTIONS", []string{"Origin: " + page, "ORIGIN: " + page, put}, http.StatusForbidden, refused},
		} {
			t.Run(fmt.Sprintf("%s, normalizing %v, immutable %v", test.name, !cfg.DisableHeaderNormalizing, cfg.Immutable), func(t *testing.T) {
				check(t, conn.ask(t, test.method, test.lines...), test.status, test.cors)
			})
		}
	}
}
