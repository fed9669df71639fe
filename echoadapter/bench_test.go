package echoadapter_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/corsuite/corsuite/core/corstest"
	"github.com/corsuite/corsuite/echoadapter"
	"github.com/labstack/echo/v4"
)

// BenchmarkInstall compares Install with Use, where the Echo has so many routes: for
// actual requests, and for preflights that the policy of the Echo, of a route or of a
// group answers.
func BenchmarkInstall(b *testing.B) {
	policy, h := corstest.Policy(b), text("saved")
	for _, routes := range []int{10, 1_000, 10_000} {
		for name, register := range map[string]func(*echo.Echo){
			"Use":     func(e *echo.Echo) { e.Use(echoadapter.Middleware(policy)) },
			"Install": func(e *echo.Echo) { echoadapter.Install(e, policy) },
		} {
			e := echo.New()
			register(e)
			for i := range routes {
				e.PUT(fmt.Sprintf("/posts%d/:id", i), h)
			}
			e.PUT("/strict/:id", h, echoadapter.Middleware(policy))
			e.Group("/api", echoadapter.Middleware(policy))
			for kind, r := range map[string]*http.Request{
				"actual":                     actual("PUT", "/posts5/1"),
				"preflight":                  preflight("PUT", "/posts5/1"),
				"preflight of a route":       preflight("PUT", "/strict/1"),
				"preflight of a group's 404": preflight("PUT", "/api/none"),
				"preflight of the 405":       preflight("POST", "/posts5/1"),
			} {
				b.Run(fmt.Sprintf("%s/%d/%s", kind, routes, name), func(b *testing.B) {
					w := httptest.NewRecorder()
					b.ReportAllocs()
					for b.Loop() {
						clear(w.Header())
						w.Body.Reset()
						e.ServeHTTP(w, r)
					}
				})
			}
		}
	}
}
