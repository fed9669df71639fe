package ginadapter_test

import (
	"net/http"
	"testing"

	"github.com/corsuite/corsuite/core/browser"
)

// visit has a page call fetch() on a real server. The request's URL is a path; it
// comes from app, with credentials, unless it says otherwise.
func visit(t *testing.T, h http.Handler, r browser.Request) browser.Outcome {
	t.Helper()
	server := serve(t, h)
	if r.Origin == "" {
		r.Origin = app
	}
	if r.Credentials == browser.SameOriginCredentials {
		r.Credentials = browser.Include
	}
	r.URL = server.URL + r.URL
	b := &browser.Browser{Transport: server.Client().Transport}
	outcome, err := b.Fetch(t.Context(), r)
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
