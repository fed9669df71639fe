package chiadapter_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/corsuite/corsuite/core/browser"
	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
)

// A page can read an error if the policy is outside the code that answers.
func TestPagesCanReadErrors(t *testing.T) {
	type middlewares = []func(http.Handler) http.Handler
	cors, accounts := cors(t), middleware.BasicAuth("posts", nil)
	expired, quietly := middleware.Timeout(0), middleware.RequestLogger(quiet{})
	posts := text("posts")
	get, put := browser.Request{URL: "/posts"}, browser.Request{Method: "PUT", URL: "/posts"}
	large := browser.Request{Method: "POST", URL: "/posts", Body: browser.Text("12345")}
	for _, test := range []struct {
		name    string
		request browser.Request
		handler http.HandlerFunc
		status  int
		right   middlewares
		wrong   middlewares  // with the policy at a wrong place, or nil
		stops   browser.Step // the step at which the browser blocks the page with wrong
	}{
		{"Recoverer inside the policy", get, broken, 500, middlewares{quietly, cors, middleware.Recoverer}, nil, 0},
		{"Timeout", get, waits, 504, middlewares{cors, expired}, nil, 0},
		{"Timeout outside the policy", get, waits, 504, middlewares{expired, cors}, nil, 0},
		{"RequestSize", large, readAll, 413, middlewares{cors, middleware.RequestSize(4)}, nil, 0},
		{"RequestSize outside the policy", large, readAll, 413, middlewares{middleware.RequestSize(4), cors}, nil, 0},
		{"AllowContentType", large, posts, 415, middlewares{cors, middleware.AllowContentType("application/json")}, middlewares{middleware.AllowContentType("application/json"), cors}, browser.StepResponse},
		{"BasicAuth", get, posts, 401, middlewares{cors, accounts}, middlewares{accounts, cors}, browser.StepResponse},
		{"BasicAuth after a preflight", put, posts, 401, middlewares{cors, accounts}, middlewares{accounts, cors}, browser.StepPreflight},
		{"RedirectSlashes", at(get, "/posts/"), posts, 200, middlewares{cors, middleware.RedirectSlashes}, middlewares{middleware.RedirectSlashes, cors}, browser.StepResponse},
		{"RedirectSlashes after a preflight", at(put, "/posts/"), posts, 200, middlewares{cors, middleware.RedirectSlashes}, middlewares{middleware.RedirectSlashes, cors}, browser.StepPreflight},
		{"StripSlashes", at(put, "/posts/"), posts, 200, middlewares{cors, middleware.StripSlashes}, nil, 0},
		{"StripSlashes outside the policy", at(put, "/posts/"), posts, 200, middlewares{middleware.StripSlashes, cors}, nil, 0},
		{"Compress", at(put, "/none"), posts, 404, middlewares{cors, middleware.Compress(5)}, nil, 0},
		{"Compress outside the policy", at(put, "/none"), posts, 404, middlewares{middleware.Compress(5), cors}, nil, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			right := routerOf(test.handler, test.right...)
			open(t, right).Reads(test.request, test.status)
			if test.wrong != nil {
				open(t, routerOf(test.handler, test.wrong...)).Blocked(test.request, test.stops)
			}
		})
	}
}

// SupressNotFound also answers OPTIONS requests without a route. Outside the policy, it
// keeps all preflights from the policy.
func TestSupressNotFound(t *testing.T) {
	cors, none, put := cors(t), browser.Request{URL: "/none"}, browser.Request{Method: "PUT", URL: "/posts"}
	for _, first := range []bool{true, false} {
		r := chi.NewRouter()
		if first {
			r.Use(cors, middleware.SupressNotFound(r))
		} else {
			r.Use(middleware.SupressNotFound(r), cors)
		}
		r.Put("/posts", text("posts"))
		if first {
			open(t, r).Reads(none, http.StatusNotFound)
			open(t, r).Reads(put, http.StatusOK)
		} else {
			open(t, r).Blocked(none, browser.StepResponse)
			open(t, r).Blocked(put, browser.StepPreflight)
		}
	}
}

// http.TimeoutHandler must be outside the router: after a timeout, a handler still uses
// its request, and chi reuses the context of the request. The policy must be outside both.
func TestTimeoutHandler(t *testing.T) {
	cors := cors(t)
	done := make(chan struct{})
	t.Cleanup(func() { close(done) })
	never := func(http.ResponseWriter, *http.Request) { <-done }
	tooLate := func(h http.Handler) http.Handler { return http.TimeoutHandler(h, 0, "too late") }
	for method, step := range map[string]browser.Step{"GET": browser.StepResponse, "PUT": browser.StepPreflight} {
		request := browser.Request{Method: method, URL: "/posts"}
		open(t, cors(tooLate(routerOf(never)))).Reads(request, http.StatusServiceUnavailable)
		open(t, tooLate(routerOf(never, cors))).Blocked(request, step)
	}
}

// http.TimeoutHandler replaces header fields that were set outside it, so a Vary of the
// handler replaces that of the policy. A second policy inside keeps both.
func TestTimeoutHandlerReplacesVary(t *testing.T) {
	cors, compress := cors(t), middleware.Compress(5)
	timeout := func(h http.Handler) http.Handler { return http.TimeoutHandler(h, time.Hour, "") }
	page := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		io.WriteString(w, "posts")
	}
	for _, test := range []struct {
		handler http.Handler
		want    string
	}{
		{cors(timeout(routerOf(page))), "Origin"},
		{cors(timeout(routerOf(page, compress))), "Accept-Encoding"},
		{cors(timeout(routerOf(page, cors, compress))), "Origin, Accept-Encoding"},
	} {
		r := httptest.NewRequest("GET", "/posts", nil)
		r.Header.Set("Accept-Encoding", "gzip")
		w := httptest.NewRecorder()
		test.handler.ServeHTTP(w, r)
		if got := strings.Join(w.Header()["Vary"], ", "); got != test.want {
			t.Errorf("Vary is %q, want %q", got, test.want)
		}
	}
}

// routerOf returns a router with one route for each method that the tests use.
func routerOf(handler http.HandlerFunc, middlewares ...func(http.Handler) http.Handler) *chi.Mux {
	r := chi.NewRouter()
	r.Use(middlewares...)
	r.Get("/posts", handler)
	r.Post("/posts", handler)
	r.Put("/posts", handler)
	return r
}

func at(r browser.Request, path string) browser.Request {
	r.URL = path
	return r
}

func waits(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

func broken(http.ResponseWriter, *http.Request) { panic("a bug") }

func readAll(w http.ResponseWriter, r *http.Request) {
	if _, err := io.ReadAll(r.Body); err != nil {
		http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
	}
}
