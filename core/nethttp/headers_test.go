package nethttp_test

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/corsuite/corsuite/core/nethttp"
)

// The policy next to the handler decides alone, whatever the outer one says.
func TestNestedPolicies(t *testing.T) {
	for _, test := range []struct {
		name         string
		outer, inner []string
		credentials  bool // of the inner policy
		want         string
	}{
		{"outer allows, inner denies", []string{app}, []string{other}, true, denied},
		{"outer denies, inner allows", []string{other}, []string{app}, true, allowed},
		{"both allow, inner without credentials", []string{app}, []string{app}, false, `Access-Control-Allow-Origin: https://app.example.com
Access-Control-Expose-Headers: X-Total
Vary: Origin`},
		{"outer lists the origin, inner allows all", []string{app}, []string{"*"}, false, `Access-Control-Allow-Origin: *
Access-Control-Expose-Headers: X-Total
Vary: Origin`},
	} {
		t.Run(test.name, func(t *testing.T) {
			outer, inner := config(), config()
			outer.AllowOrigins = test.outer
			inner.AllowOrigins, inner.AllowCredentials = test.inner, test.credentials
			handler := nethttp.New(outer)(nethttp.New(inner)(text("posts")))
			check(t, ask(t, handler, actual("GET", "/", app)), http.StatusOK, test.want)
		})
	}
}

// A preflight goes no further than the first policy.
func TestNestedPoliciesAndPreflights(t *testing.T) {
	inner := config()
	inner.AllowOrigins = []string{other}
	handler := nethttp.New(config())(nethttp.New(inner)(text("posts")))
	check(t, ask(t, handler, preflight("/", app, "PUT")), http.StatusNoContent, approved)
	check(t, ask(t, handler, preflight("/", other, "PUT")), http.StatusForbidden, refused)
}

func TestHeadersFurtherOutAreReplaced(t *testing.T) {
	cors := nethttp.New(config())(text("posts"))
	behind := func(outer http.Header) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			maps.Copy(w.Header(), outer)
			cors.ServeHTTP(w, r)
		})
	}
	handler := behind(http.Header{
		"Access-Control-Allow-Origin":      {"*", app},
		"Access-Control-Allow-Credentials": {"true", "true"},
		"Access-Control-Max-Age":           {"5"},
	})
	check(t, ask(t, handler, actual("GET", "/", app)), http.StatusOK, allowed)
	check(t, ask(t, handler, actual("GET", "/", other)), http.StatusOK, denied)
	check(t, ask(t, handler, preflight("/", app, "PUT")), http.StatusNoContent, approved)
	check(t, ask(t, handler, preflight("/", other, "PUT")), http.StatusForbidden, refused)

	handler = behind(http.Header{"Access-Control-Expose-Headers": {"X-Outer"}})
	check(t, ask(t, handler, actual("GET", "/", app)), http.StatusOK, allowed)
}

// A handler may do what it likes with the values of its own response.
func TestValuesAreNotShared(t *testing.T) {
	handler := nethttp.New(config())(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/spoil" {
			return
		}
		for _, values := range w.Header() {
			_ = append(values, "appended")
		}
		if got := corsLines(w.Header()); got != allowed {
			t.Errorf("appending to each value changed others:\n%s", got)
		}
		for _, values := range w.Header() {
			values[0] = "spoilt"
		}
	}))
	for range 2 {
		ask(t, handler, actual("GET", "/spoil", app))
		check(t, ask(t, handler, actual("GET", "/", app)), http.StatusOK, allowed)
	}
}

func TestAnswersDoNotChangeLater(t *testing.T) {
	handler := nethttp.New(config())(text("posts"))
	first := httptest.NewRecorder()
	handler.ServeHTTP(first, actual("GET", "/", app))
	for _, r := range []*http.Request{actual("GET", "/", other), preflight("/", app, "PUT"), preflight("/", other, "PUT")} {
		handler.ServeHTTP(httptest.NewRecorder(), r)
	}
	if got := corsLines(first.Header()); got != allowed {
		t.Errorf("after other requests, the first answer is\n%s", got)
	}
}
