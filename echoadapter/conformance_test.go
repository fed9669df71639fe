package echoadapter_test

import (
	"testing"

	"github.com/corsuite/corsuite/core/corstest"
	"github.com/corsuite/corsuite/echoadapter"
	"github.com/labstack/echo/v4"
)

func TestConformance(t *testing.T) {
	corstest.Run(t, func(app corstest.App) corstest.Server {
		e := echo.New()
		e.Use(func(next echo.HandlerFunc) echo.HandlerFunc {
			return func(c echo.Context) (err error) {
				app.Outer(c.Response().Header(), func() { err = next(c) })
				return err
			}
		})
		for _, policy := range app.Policies {
			e.Use(echoadapter.Middleware(policy))
		}
		for _, method := range app.Methods {
			e.Add(method, app.Path, func(c echo.Context) error {
				app.Handle(c.Response().Header())
				return c.NoContent(app.Status)
			})
		}
		return corstest.HTTP(e)
	})
}
