package servers

import (
	"net/http"
	"testing"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
)

// echoServer is echo v4 with its own middleware.
func echoServer() server {
	on := func(make func(t *testing.T, s *site, e *echo.Echo)) func(*testing.T, *site) {
		return handled(func(t *testing.T, s *site) http.Handler {
			t.Helper()
			e := echo.New()
			make(t, s, e)
			e.GET("/items", echo.WrapHandler(http.HandlerFunc(items)))
			e.PUT("/items", echo.WrapHandler(http.HandlerFunc(items)))
			return e
		})
	}
	use := func(make func(s *site) middleware.CORSConfig) func(*testing.T, *site) {
		return on(func(t *testing.T, s *site, e *echo.Echo) {
			t.Helper()
			e.Use(middleware.CORSWithConfig(configured(t, s, make(s))))
		})
	}
	return library("echo",
		mistake{
			name: "on a route", report: "labstack/echo#2620", cause: "allow-origin-missing", call: at("/route", put()),
			serve: on(func(t *testing.T, s *site, e *echo.Echo) {
				t.Helper()
				cors := middleware.CORSWithConfig(configured(t, s, middleware.CORSConfig{AllowOrigins: []string{s.Page}}))
				handler := echo.WrapHandler(http.HandlerFunc(items))
				if s.Fix == "" {
					e.PUT("/route", handler, cors)
				} else {
					e.Use(cors)
					e.PUT("/route", handler)
				}
			}),
		},
		mistake{
			name: "the defaults with credentials", report: "labstack/echo#2400", cause: "allow-origin-wildcard", call: credentialed(get()),
			serve: use(func(*site) middleware.CORSConfig { return middleware.DefaultCORSConfig }),
		},
		mistake{
			name: "a header is not listed", report: "towns-protocol/towns#1518", cause: "header-missing", call: with(put(), "Authorization", "Bearer t"),
			serve: use(func(s *site) middleware.CORSConfig {
				return middleware.CORSConfig{AllowOrigins: []string{s.Page}, AllowHeaders: []string{"Content-Type"}}
			}),
		},
		mistake{
			name: "a proxy to an application with CORS", report: "labstack/echo#2853", cause: "allow-origin-multiple", call: at("/cors", get()),
			serve: on(func(t *testing.T, s *site, e *echo.Echo) {
				t.Helper()
				if s.Fix == "" {
					e.Use(middleware.CORSWithConfig(middleware.CORSConfig{AllowOrigins: []string{s.Page}}))
				}
				e.GET("/cors", echo.WrapHandler(proxyTo(s.App)))
			}),
		},
		mistake{
			name: "no scheme", report: "digiaonline/lumen-cors#33", cause: "allow-origin-missing", call: get(),
			serve: use(func(s *site) middleware.CORSConfig {
				return middleware.CORSConfig{AllowOrigins: []string{"localhost:" + s.PagePort}}
			}),
		},
	)
}
