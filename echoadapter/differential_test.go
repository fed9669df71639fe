package echoadapter_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/echoadapter"
	"github.com/labstack/echo/v4"
)

// FuzzAgreement compares, on random route sets, the policy that answers a
// preflight with the policy on the actual response.
func FuzzAgreement(f *testing.F) {
	for seed := range uint64(60) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		steps := randomSteps(rand.New(rand.NewPCG(seed, 0)))
		complaint := disagreement(steps, seed)
		if complaint == "" {
			return
		}
		// The smallest set of routes that still fails is the easiest to read.
		for i := 0; i < len(steps); {
			fewer := slices.Delete(slices.Clone(steps), i, i+1)
			if c := disagreement(fewer, seed); c != "" {
				steps, complaint, i = fewer, c, 0
			} else {
				i++
			}
		}
		t.Errorf("%s, with\n%s", complaint, strings.Trim(fmt.Sprintf("%+v", steps), "[]"))
	})
}

// step is one registration. A group is the number of an earlier one.
type step struct {
	kind   string // group, host, use, route, any or notFound
	group  int
	method string
	path   string
	chain  string // of letters: P for a policy, A for authentication
}

func (s step) String() string {
	return fmt.Sprintf("\t%s of group %d: %s %q with %q\n", s.kind, s.group, s.method, s.path, s.chain)
}

func randomSteps(r *rand.Rand) (steps []step) {
	pick := func(values ...string) string { return values[r.IntN(len(values))] }
	if r.IntN(3) == 0 {
		steps = append(steps, step{kind: "app", chain: pick("P", "PA")})
	}
	for range 3 + r.IntN(12) {
		s := step{
			kind:   pick("group", "host", "use", "route", "route", "route", "route", "any", "notFound"),
			group:  r.IntN(6),
			method: pick("GET", "PUT", "PUT", "POST", "OPTIONS", "HEAD", "QUERY"),
			chain:  pick("", "", "", "P", "P", "A", "AP", "PA", "PP"),
		}
		for range r.IntN(4) {
			s.path += pick("/a", "/a", "/b", "/:id", "/:name", "/*", "/", "", "*", "/A", "/a%2Fb")
		}
		steps = append(steps, s)
	}
	return steps
}

// world is an Echo that was made of steps.
type world struct {
	*echo.Echo

	ran int // handlers and authentication
}

func build(steps []step) *world {
	w := &world{Echo: echo.New()}
	echoadapter.Preflights(w.Echo)
	groups := []*echo.Group{w.Group("")}
	policies := 0
	for _, s := range steps {
		var chain []echo.MiddlewareFunc
		for _, letter := range s.chain {
			if letter == 'A' {
				chain = append(chain, w.auth)
				continue
			}
			name := "app"
			if s.kind != "app" {
				policies++
				name = fmt.Sprintf("P%d", policies)
			}
			chain = append(chain, named(name))
		}
		g := groups[s.group%len(groups)]
		switch s.kind {
		case "app":
			w.Use(chain...)
		case "group":
			groups = append(groups, g.Group(s.path, chain...))
		case "host":
			groups = append(groups, w.Host("h", chain...))
		case "use":
			g.Use(chain...)
		case "route":
			g.Add(s.method, s.path, w.handle, chain...)
		case "any":
			g.Any(s.path, w.handle, chain...)
		case "notFound":
			g.RouteNotFound(s.path, w.handle, chain...)
		}
	}
	return w
}

func (w *world) handle(c echo.Context) error {
	w.ran++
	return c.NoContent(http.StatusOK)
}

func (w *world) auth(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		w.ran++
		if c.Request().Header.Get("Authorization") == "" {
			return echo.ErrUnauthorized
		}
		return next(c)
	}
}

// named returns a policy that can be told from others by its answers.
func named(name string, opts ...core.Option) echo.MiddlewareFunc {
	return echoadapter.New(core.Config{
		AllowOrigins:  []string{app},
		AllowMethods:  []string{"*"},
		AllowHeaders:  []string{name},
		ExposeHeaders: []string{name},
	}, opts...)
}

// ask returns the policy that approves a preflight, whether the preflight ran
// more than policies, and the policy that stands on the actual response to
// somebody who is signed in.
func (w *world) ask(method, target string) (preflights string, ran bool, actually string) {
	w.ran = 0
	answer := httptest.NewRecorder()
	w.ServeHTTP(answer, preflight(target, app, method))
	preflights, ran = answer.Header().Get("Access-Control-Allow-Headers"), w.ran != 0
	r := actual(method, target, app)
	r.Header.Set("Authorization", "secret")
	answer = httptest.NewRecorder()
	w.ServeHTTP(answer, r)
	return preflights, ran, answer.Header().Get("Access-Control-Expose-Headers")
}

// disagreement builds an Echo and asks it about random paths.
func disagreement(steps []step, seed uint64) string {
	w := build(steps)
	r := rand.New(rand.NewPCG(seed, 1))
	pick := func(values ...string) string { return values[r.IntN(len(values))] }
	for range 100 {
		method := pick("GET", "PUT", "POST", "HEAD", "OPTIONS", "QUERY", "NONE", "PROPFIND", echo.RouteNotFound)
		target := pick("", "", "http://h", "http://other")
		for range 1 + r.IntN(4) {
			target += pick("/a", "/a", "/b", "/1", "/", "/..", "/A", "/a%2Fb", "/%61")
		}
		preflights, ran, actually := w.ask(method, target)
		switch own := w.ownOptions(target); {
		case own && (actually == "" || actually == "app"):
			// It may say what it likes, if no policy stands on the other route.
		case preflights != actually:
			return fmt.Sprintf("%s %s: the preflight has %q, the response %q", method, target, preflights, actually)
		case preflights != "" && ran:
			return fmt.Sprintf("%s %s: the preflight ran a handler or authentication", method, target)
		}
	}
	return ""
}

// ownOptions reports whether the target has a route for OPTIONS.
func (w *world) ownOptions(target string) bool {
	r := httptest.NewRequest("OPTIONS", target, nil)
	router := w.Router()
	if host := w.Routers()[r.Host]; host != nil {
		router = host
	}
	c := w.NewContext(r, nil)
	router.Find(r.Method, echo.GetPath(r), c)
	return slices.ContainsFunc(router.Routes(), func(at *echo.Route) bool {
		return at.Method == r.Method && at.Path == c.Path()
	})
}
