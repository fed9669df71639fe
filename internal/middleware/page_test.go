// Package middleware tests echoadapter and echov5adapter with the middleware of echo. Their
// modules cannot have these tests, since they would add a module to their requirements.
package middleware

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/browser"
)

const (
	app   = "https://app.example.com"   // the origin that config allows
	other = "https://other.example.com" // an origin that config denies
)

func config() core.Config {
	return core.Config{
		AllowOrigins:     []string{app},
		AllowMethods:     []string{"PUT"},
		AllowHeaders:     []string{"Content-Type", "Authorization"},
		AllowCredentials: true,
	}
}

// visit serves h, and sends r as a fetch() of a page, with credentials. The URL of r is a
// path. The page is on app if r has no Origin.
func visit(t *testing.T, h http.Handler, r browser.Request) browser.Outcome {
	t.Helper()
	server := httptest.NewServer(h)
	defer server.Close()
	if r.Origin == "" {
		r.Origin = app
	}
	r.URL, r.Credentials = server.URL+r.URL, browser.Include
	b := &browser.Browser{Transport: server.Client().Transport}
	outcome, err := b.Fetch(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return outcome
}

// reads requires that the page can read the answer, and that it has this status.
func reads(t *testing.T, outcome browser.Outcome, status int) {
	t.Helper()
	if !outcome.Allowed || outcome.Response.Status != status {
		t.Errorf("got %+v (%s), want status %d", outcome.Response, outcome.Reason, status)
	}
}

// readsNothing requires that the browser blocks the page at this step.
func readsNothing(t *testing.T, outcome browser.Outcome, step browser.Step) {
	t.Helper()
	if outcome.Allowed || outcome.Step != step {
		t.Errorf("got %+v, %v (%s), want the page blocked at %v", outcome.Response, outcome.Step, outcome.Reason, step)
	}
}
