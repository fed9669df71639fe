// Package middleware shows what becomes of CORS beside middleware that an adapter's
// own module may not require: echo's, which needs one more module.
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
	other = "https://other.example.com" // an origin that it denies
)

func config() core.Config {
	return core.Config{
		AllowOrigins:     []string{app},
		AllowMethods:     []string{"PUT"},
		AllowHeaders:     []string{"Content-Type", "Authorization"},
		AllowCredentials: true,
	}
}

// visit has a page call fetch() on a real server, with credentials. The request's
// URL is a path, and its page app unless it says otherwise.
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
