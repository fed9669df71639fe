package nethttp_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/corstest"
	"github.com/corsuite/corsuite/core/nethttp"
)

const (
	page     = corstest.Page     // the policies of the tests allow this origin
	stranger = corstest.Stranger // and deny this one
)

// config returns a config that allows page with credentials.
func config() core.Config {
	return core.Config{AllowOrigins: []string{page}, AllowMethods: []string{"PUT"}, AllowCredentials: true}
}

// cors returns the middleware for corstest.Policy.
func cors(t *testing.T) func(http.Handler) http.Handler {
	t.Helper()
	return nethttp.Middleware(corstest.Policy(t))
}

func open(t *testing.T, h http.Handler) *corstest.Client {
	t.Helper()
	return corstest.Open(t, corstest.HTTP(h))
}

// text returns a handler that answers every request with line.
func text(line string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, line) }
}

func TestConformance(t *testing.T) {
	corstest.Run(t, func(app corstest.App) corstest.Server {
		mux := http.NewServeMux()
		for _, method := range app.Methods {
			mux.HandleFunc(method+" "+app.Path, func(w http.ResponseWriter, _ *http.Request) {
				app.Handle(w.Header())
				w.WriteHeader(app.Status)
			})
		}
		h := corstest.Around(app.Inner, mux)
		if app.Keep {
			h = nethttp.KeepCORS(h)
		}
		for _, policy := range slices.Backward(app.Policies) {
			h = nethttp.Middleware(policy)(h)
		}
		return corstest.HTTP(corstest.Around(app.Outer, h))
	})
}

func TestConformanceHTTP(t *testing.T) {
	corstest.RunHTTP(t, func(policy *core.Policy, h http.Handler) http.Handler {
		mux := http.NewServeMux()
		mux.Handle("/items", h)
		return nethttp.Middleware(policy)(mux)
	})
}

func TestKeepCORS(t *testing.T) {
	corstest.RunHTTP(t, func(policy *core.Policy, h http.Handler) http.Handler {
		mux := http.NewServeMux()
		mux.Handle("/items", nethttp.KeepCORS(h))
		return nethttp.Middleware(policy)(mux)
	})
}

// One allocation holds all header values of an answer. Values without an allocation
// would be shared between answers, and a handler could change them.
func TestAllocations(t *testing.T) {
	done := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	corstest.Allocations(t, cors(t)(done), done, 1)
}

// The table "Where to register" of the package documentation.
func TestWhereToRegister(t *testing.T) {
	around := http.NewServeMux()
	around.Handle("GET /api/posts", text("posts"))
	pattern := http.NewServeMux()
	pattern.Handle("GET /api/posts", cors(t)(text("posts")))
	pattern.Handle("PUT /api/posts", cors(t)(text("posts")))
	subtree := http.NewServeMux()
	subtree.Handle("/api/", cors(t)(around))
	all := []string{"preflight", "preflight 404", "actual", "404", "405"}
	corstest.CheckPlaces(t, []corstest.Place{
		{Name: "around the mux", Server: corstest.HTTP(cors(t)(around)), Covers: all},
		{Name: "on a pattern without a method", Server: corstest.HTTP(subtree), Covers: all},
		{Name: "on a pattern with a method", Server: corstest.HTTP(pattern), Covers: []string{"actual"}},
		{Name: "on a pattern with a method, and Install", Server: corstest.HTTP(nethttp.Install(pattern, nil)(pattern)), Covers: []string{"actual", "preflight"}},
	})
}

func TestAnswersOfMuxHaveHeaders(t *testing.T) {
	mux := http.NewServeMux()
	mux.Handle("GET /posts", text("posts"))
	mux.HandleFunc("GET /error", func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "out of posts", http.StatusServiceUnavailable)
	})
	open(t, cors(t)(mux)).Answers(map[string]corstest.Answer{
		"GET /posts":    {Status: 200, Body: "posts"},
		"HEAD /posts":   {Status: 200},
		"DELETE /posts": {Status: 405, Body: "Method Not Allowed\n"},
		"GET /none":     {Status: 404, Body: "404 page not found\n"},
		"GET /error":    {Status: 503, Body: "out of posts\n"},
	})
}

// The handler receives the ResponseWriter of the server, so that it keeps all its
// interfaces.
func TestResponseWriterIsNotWrapped(t *testing.T) {
	w := httptest.NewRecorder()
	cors(t)(http.HandlerFunc(func(got http.ResponseWriter, _ *http.Request) {
		if got != w {
			t.Errorf("the handler got a %T, want the ResponseWriter of the server", got)
		}
	})).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
}

// Other middleware may share its slice of Vary values between answers, so nethttp must
// not append to that slice in place.
func TestVaryOfOuterMiddlewareIsCopied(t *testing.T) {
	shared := append(make([]string, 0, 2), "Accept-Encoding")
	w := httptest.NewRecorder()
	w.Header()["Vary"] = shared
	cors(t)(text("posts")).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	if rest := shared[:2][1]; rest != "" {
		t.Errorf("nethttp wrote %q into the slice of other middleware", rest)
	}
}

func TestLaterRequestsDoNotChangeEarlierAnswers(t *testing.T) {
	handler := cors(t)(text("posts"))
	ask := func(method, origin string) http.Header {
		r := httptest.NewRequest(method, "/", nil)
		r.Header.Set("Origin", origin)
		r.Header.Set("Access-Control-Request-Method", "PUT")
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		return w.Header()
	}
	first := ask("GET", page)
	before := first.Clone()
	for _, origin := range []string{page, stranger} {
		ask("GET", origin)
		ask("OPTIONS", origin)
	}
	for name, values := range before {
		if !slices.Equal(values, first[name]) {
			t.Errorf("later requests changed %s from %q to %q", name, values, first[name])
		}
	}
}

func TestNewPanicsOnBadConfig(t *testing.T) {
	defer func() {
		err, ok := recover().(*core.ConfigError)
		if !ok || len(err.Problems) != 2 {
			t.Errorf("panicked with %v, want a *core.ConfigError with both problems", err)
		}
	}()
	nethttp.New(nethttp.Config{AllowOrigins: []string{"https://example.com/"}, PreflightStatus: 404})
	t.Error("New accepted a bad config")
}

// recovery is middleware that answers a panic with 500.
func recovery(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if recover() != nil {
				w.WriteHeader(http.StatusInternalServerError)
			}
		}()
		next.ServeHTTP(w, r)
	})
}
