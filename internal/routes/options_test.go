package routes

import (
	"net/http"
	"testing"

	"github.com/corsuite/corsuite/chiadapter"
	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/nethttp"
	"github.com/corsuite/corsuite/echoadapter"
	"github.com/corsuite/corsuite/echov5adapter"
	"github.com/corsuite/corsuite/fiberadapter"
	"github.com/corsuite/corsuite/fiberv3adapter"
	"github.com/corsuite/corsuite/ginadapter"
	"github.com/gin-gonic/gin"
	"github.com/go-chi/chi/v5"
	"github.com/gofiber/fiber/v2"
	fiberv3 "github.com/gofiber/fiber/v3"
	"github.com/labstack/echo/v4"
	echov5 "github.com/labstack/echo/v5"
)

// neighbours returns applications without a policy for Install. A policy is on all methods
// of /pages/... and on OPTIONS /only. DELETE /pages/admin has no policy.
func neighbours(policy *core.Policy, ran *trace) map[string]app {
	site := &site{ran: ran}
	h := site.httpHandler(1)

	c := chi.NewRouter()
	chiadapter.Install(c, nil)
	behind := c.With(chiadapter.Middleware(policy))
	behind.Handle("/pages/*", h)
	behind.Method("OPTIONS", "/only", h)
	c.Method("DELETE", "/pages/admin", h)

	mux := http.NewServeMux()
	mux.Handle("/pages/", nethttp.Middleware(policy)(h))
	mux.Handle("OPTIONS /only", nethttp.Middleware(policy)(h))
	mux.Handle("DELETE /pages/admin", h)

	e := echo.New()
	echoadapter.Install(e, nil)
	e.Any("/pages/*", echo.WrapHandler(h), echoadapter.Middleware(policy))
	e.OPTIONS("/only", echo.WrapHandler(h), echoadapter.Middleware(policy))
	e.DELETE("/pages/admin", echo.WrapHandler(h))

	e5 := echov5.New()
	echov5adapter.Install(e5, nil)
	e5.Any("/pages/*", echov5.WrapHandler(h), echov5adapter.Middleware(policy))
	e5.OPTIONS("/only", echov5.WrapHandler(h), echov5adapter.Middleware(policy))
	e5.DELETE("/pages/admin", echov5.WrapHandler(h))

	g := gin.New()
	cors := ginadapter.Install(g, nil)
	cors.Group(&g.RouterGroup, policy, func(r *gin.RouterGroup) {
		r.Any("/pages/:page", gin.WrapH(h))
		r.OPTIONS("/only", gin.WrapH(h))
	})
	g.DELETE("/pages/admin", gin.WrapH(h))

	f := fiber.New()
	fiberadapter.Install(f, nil)
	sent := func(c *fiber.Ctx) error { return c.SendString(site.handle(1)) }
	f.Delete("/pages/admin", sent)
	f.All("/pages/*", fiberadapter.Middleware(policy), sent)
	f.Options("/only", fiberadapter.Middleware(policy), sent)

	f3 := fiberv3.New()
	fiberv3adapter.Install(f3, nil)
	sent3 := func(c fiberv3.Ctx) error { return c.SendString(site.handle(1)) }
	f3.Delete("/pages/admin", sent3)
	f3.All("/pages/*", fiberv3adapter.Middleware(policy), sent3)
	f3.Options("/only", fiberv3adapter.Middleware(policy), sent3)

	return map[string]app{
		"chi":      serveHTTP(c, ran),
		"ServeMux": serveHTTP(nethttp.Install(mux, nil)(mux), ran),
		"echo":     serveHTTP(e, ran),
		"echov5":   serveHTTP(e5, ran),
		"gin":      serveHTTP(g, ran),
		"fiber":    serveFasthttp(f.Handler(), ran),
		"fiberv3":  serveFasthttp(f3.Handler(), ran),
	}
}

// A preflight for a route without a policy is rejected, even if an OPTIONS route with a
// policy matches its path.
func TestOptionsRouteDoesNotApproveOtherRoutes(t *testing.T) {
	for name, serve := range neighbours(newPolicies(1)[0], new(trace)) {
		t.Run(name, func(t *testing.T) {
			for target, method := range map[string]string{"/pages/admin": "DELETE", "/only": "PUT"} {
				q := probe{method, "api.example.com", target}
				if a := serve(q.actual()); a.shows() != "" || a.ran.handled != (method == "DELETE") {
					t.Errorf("the answer to %v has a policy, or is of the wrong route:\n%v", q, a)
				}
				if a := serve(q.preflight(page)); !a.rejects() || a.ran.behind() {
					t.Errorf("the preflight for %v is not rejected:\n%v", q, a)
				}
			}
			q := probe{"PUT", "api.example.com", "/pages/1"}
			if a := serve(q.preflight(page)); a.approves() != mark(0) || a.ran.behind() {
				t.Errorf("the preflight for %v is not approved:\n%v", q, a)
			}
		})
	}
}
