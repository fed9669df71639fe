package ginadapter_test

import (
	"net/http"
	"testing"

	"github.com/corsuite/corsuite/core/browser"
	"github.com/corsuite/corsuite/core/corstest"
	"github.com/corsuite/corsuite/core/nethttp"
	"github.com/gin-gonic/gin"
)

// A page can read an error if the policy is outside the code that answers.
func TestPagesCanReadErrors(t *testing.T) {
	cors, around := cors(t), nethttp.Middleware(corstest.Policy(t))
	recovery, accounts := gin.RecoveryWithWriter(nil), gin.BasicAuth(gin.Accounts{"user": "secret"})
	posts, never := text("posts"), endless(t)
	tooLate := func(h http.Handler) http.Handler { return http.TimeoutHandler(h, 0, "too late") }
	get, put := browser.Request{URL: "/posts"}, browser.Request{Method: "PUT", URL: "/posts"}
	large := browser.Request{Method: "POST", URL: "/posts", Body: browser.Text(`{"id":1}`)}
	for _, test := range []struct {
		name    string
		request browser.Request
		status  int
		right   http.Handler
		wrong   http.Handler // with the policy at a wrong place, or nil
		stops   browser.Step // the step at which the browser blocks the page if wrong answers
	}{
		{"panic", get, 500, engineOf(broken, recovery, cors), nil, 0},
		{"panic, recovered inside the policy", get, 500, engineOf(broken, cors, recovery), nil, 0},
		{"401", get, 401, engineOf(posts, cors, accounts), engineOf(posts, accounts, cors), browser.StepResponse},
		{"401 after a preflight", put, 401, engineOf(posts, cors, accounts), engineOf(posts, accounts, cors), browser.StepPreflight},
		{"413", large, 413, http.MaxBytesHandler(engineOf(bind, cors), 4), nil, 0},
		{"timeout", get, 503, around(tooLate(engineOf(never))), tooLate(engineOf(never, cors)), browser.StepResponse},
		{"timeout after a preflight", put, 503, around(tooLate(engineOf(never))), nil, 0}, // the wrong one may answer in time
		{"redirect to the path without a slash", at(get, "/posts/"), 200, around(engineOf(posts)), engineOf(posts, cors), browser.StepResponse},
		{"redirect to the path without a slash, after a preflight", at(put, "/posts/"), 200, around(engineOf(posts)), engineOf(posts, cors), browser.StepResponse},
		{"redirect to another case", at(get, "/POSTS"), 200, around(engineOf(posts)), engineOf(posts, cors), browser.StepResponse},
		{"404 around the engine", at(put, "/none"), 404, around(engineOf(posts)), nil, 0},
		{"401 around the engine", put, 401, around(engineOf(posts, accounts)), nil, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			open(t, test.right).Reads(test.request, test.status)
			if test.wrong != nil {
				open(t, test.wrong).Blocked(test.request, test.stops)
			}
		})
	}
}

// engineOf returns an engine with one route for each method that the tests use.
func engineOf(handler gin.HandlerFunc, middleware ...gin.HandlerFunc) *gin.Engine {
	r := gin.New()
	r.RedirectFixedPath = true
	r.Use(middleware...)
	r.Match([]string{"GET", "POST", "PUT"}, "/posts", handler)
	return r
}

func at(r browser.Request, path string) browser.Request {
	r.URL = path
	return r
}

// endless returns a handler that blocks until the test ends, so it always times out.
func endless(t *testing.T) gin.HandlerFunc {
	done := make(chan struct{})
	t.Cleanup(func() { close(done) })
	return func(*gin.Context) { <-done }
}

func broken(*gin.Context) { panic("a bug") }

func bind(c *gin.Context) {
	var post struct{ ID int }
	if c.ShouldBindJSON(&post) != nil {
		c.AbortWithStatus(http.StatusRequestEntityTooLarge) // BindJSON sends 400 before gin 1.11
	}
}
