package nethttp_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/nethttp"
)

func TestPreflightMethod(t *testing.T) {
	if method, ok := nethttp.PreflightMethod(preflight("/", app, "PUT")); !ok || method != "PUT" {
		t.Errorf("got %q, %v for a preflight", method, ok)
	}
	plain, get := actual("OPTIONS", "/", app), preflight("/", app, "PUT")
	get.Method = "GET"
	for _, r := range []*http.Request{plain, get} {
		if method, ok := nethttp.PreflightMethod(r); ok {
			t.Errorf("%s is taken for a preflight about %q", r.Method, method)
		}
	}
}

func TestServePreflight(t *testing.T) {
	policy, err := core.NewPolicy(config(), core.WithRouteMethods())
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		serve  func(http.ResponseWriter, *http.Request)
		origin string
		status int
		want   string
	}{
		"answered": {func(w http.ResponseWriter, r *http.Request) {
			nethttp.ServePreflight(policy, w, r, func() []string { return []string{"PUT", "DELETE"} })
		}, app, http.StatusNoContent, approved},
		"denied": {func(w http.ResponseWriter, r *http.Request) {
			nethttp.ServePreflight(policy, w, r, nil)
		}, other, http.StatusForbidden, refused},
		"refused": {func(w http.ResponseWriter, r *http.Request) {
			nethttp.RefusePreflight(policy, w, r)
		}, app, http.StatusForbidden, refused},
	} {
		w := httptest.NewRecorder()
		test.serve(w, preflight("/", test.origin, "PUT"))
		got := read(t, w.Result())
		check(t, got, test.status, test.want)
		if got.body != "" {
			t.Errorf("%s: body %q", name, got.body)
		}
	}
}
