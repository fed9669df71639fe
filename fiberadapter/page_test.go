package fiberadapter_test

import (
	"net/http"
	"testing"

	"github.com/corsuite/corsuite/core/browser"
	"github.com/gofiber/fiber/v2"
)

// visit has a page call fetch() on a real server, with credentials. The request's
// URL is a path; it comes from page unless it says otherwise.
func visit(t *testing.T, app *fiber.App, r browser.Request) browser.Outcome {
	t.Helper()
	if r.Origin == "" {
		r.Origin = page
	}
	r.URL, r.Credentials = "http://"+serve(t, app).addr.String()+r.URL, browser.Include
	transport := &http.Transport{DisableKeepAlives: true} // a server that ends waits for its connections
	outcome, err := (&browser.Browser{Transport: transport}).Fetch(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return outcome
}

// reads requires that the page can read an answer of that status.
func reads(t *testing.T, outcome browser.Outcome, status int) {
	t.Helper()
	if !outcome.Allowed || outcome.Response.Status != status {
		t.Errorf("%+v: %s; want status %d", outcome.Response, outcome.Reason, status)
	}
}

// readsNothing requires that the browser stops the page there.
func readsNothing(t *testing.T, outcome browser.Outcome, step browser.Step) {
	t.Helper()
	if outcome.Allowed || outcome.Step != step {
		t.Errorf("%+v, %v: %s; want to stop at the %v", outcome.Response, outcome.Step, outcome.Reason, step)
	}
}
