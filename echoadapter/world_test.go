package echoadapter_test

import (
	"net/http"
	"net/http/httptest"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/echoadapter"
	"github.com/labstack/echo/v4"
)

// world is an Echo whose handlers and authentication count.
type world struct {
	*echo.Echo

	ran int
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
