package ginadapter_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/nethttp"
	"github.com/corsuite/corsuite/ginadapter"
	"github.com/gin-gonic/gin"
)

func ExampleNew() {
	r := gin.New()
	r.Use(ginadapter.New(core.Config{
		AllowOrigins: []string{"https://app.example.com"},
		AllowMethods: []string{"PUT"},
	}))
	r.PUT("/posts/:id", func(c *gin.Context) { c.String(http.StatusOK, "saved %s\n", c.Param("id")) })

	// A page on another origin sends a PUT, so its browser first sends a preflight.
	req := httptest.NewRequest("OPTIONS", "/posts/1", nil)
	req.Header.Set("Origin", "https://app.example.com")
	req.Header.Set("Access-Control-Request-Method", "PUT")
	w := httptest.NewRecorder()
	r.ServeHTTP(w, req)
	fmt.Println("preflight:", w.Code, w.Header().Get("Access-Control-Allow-Methods"))

	req = httptest.NewRequest("PUT", "/posts/1", nil)
	req.Header.Set("Origin", "https://app.example.com")
	w = httptest.NewRecorder()
	r.ServeHTTP(w, req)
	fmt.Println("actual:", w.Code, w.Header().Get("Access-Control-Allow-Origin"))
	fmt.Print(w.Body)
	// Output:
	// preflight: 204 PUT
	// actual: 200 https://app.example.com
	// saved 1
}

// A preflight does not reach a policy on a group: gin runs the middleware of a group
// only if a route matches, and no route has the method OPTIONS. Register the policy on
// the engine, before the routes and groups:
//
//	r.Use(ginadapter.New(cfg))
//
// Or call [Install], and register the routes with [Groups.Group].
func ExampleNew_incorrect() {
	r := gin.New()
	api := r.Group("/api")
	api.Use(ginadapter.New(core.Config{AllowOrigins: []string{"https://app.example.com"}, AllowMethods: []string{"PUT"}}))
	api.PUT("/posts/:id", func(c *gin.Context) {})

	req := httptest.NewRequest("OPTIONS", "/api/posts/1", nil)
	req.Header.Set("Origin", "https://app.example.com")
	req.Header.Set("Access-Control-Request-Method", "PUT")
	w := httptest.NewRecorder()
	r.ServeHTTP(w, req)
	fmt.Printf("preflight: %d, Access-Control-Allow-Origin: %q\n", w.Code, w.Header().Get("Access-Control-Allow-Origin"))
	// Output:
	// preflight: 404, Access-Control-Allow-Origin: ""
}

// NewPolicy returns an error for an invalid config, and Reload changes the config while
// the server runs.
func ExampleMiddleware() {
	policy, err := core.NewPolicy(core.Config{AllowOrigins: []string{"https://app.example.com"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	r := gin.New()
	r.Use(ginadapter.Middleware(policy))

	ask := func(origin string) {
		req := httptest.NewRequest("GET", "/", nil)
		req.Header.Set("Origin", origin)
		w := httptest.NewRecorder()
		r.ServeHTTP(w, req)
		fmt.Printf("%s: %q\n", origin, w.Header().Get("Access-Control-Allow-Origin"))
	}
	ask("https://new.example.com")

	if err := policy.Reload(core.Config{AllowOrigins: []string{"https://app.example.com", "https://new.example.com"}}); err != nil {
		fmt.Println(err)
	}
	ask("https://new.example.com")

	// An invalid config changes nothing.
	err = policy.Reload(core.Config{AllowOrigins: []string{"https://app.example.com/"}})
	var bad *core.ConfigError
	if errors.As(err, &bad) {
		fmt.Println(bad.Problems[0])
	}
	ask("https://new.example.com")
	// Output:
	// https://new.example.com: ""
	// https://new.example.com: "https://new.example.com"
	// AllowOrigins[0] "https://app.example.com/": an origin has no path; use "https://app.example.com"
	// https://new.example.com: "https://new.example.com"
}

// The routes of a group have a different policy from the rest. It also answers their
// preflights.
func ExampleInstall() {
	readers, err := core.NewPolicy(core.Config{AllowOrigins: []string{"*"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	authors, err := core.NewPolicy(core.Config{
		AllowOrigins: []string{"https://admin.example.com"},
		AllowMethods: []string{"PUT"},
		AllowHeaders: []string{"Authorization"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}

	r := gin.New()
	cors := ginadapter.Install(r, readers)
	r.GET("/posts/:id", func(c *gin.Context) { c.String(http.StatusOK, "read") })
	cors.Group(r.Group("/posts"), authors, func(g *gin.RouterGroup) {
		g.Use(func(c *gin.Context) {
			if c.GetHeader("Authorization") == "" {
				c.AbortWithStatus(http.StatusUnauthorized)
			}
		})
		g.PUT("/:id", func(c *gin.Context) { c.String(http.StatusOK, "saved") })
	})

	for _, method := range []string{"GET", "PUT"} {
		for _, origin := range []string{"https://admin.example.com", "https://news.example.com"} {
			req := httptest.NewRequest("OPTIONS", "/posts/1", nil)
			req.Header.Set("Origin", origin)
			req.Header.Set("Access-Control-Request-Method", method)
			w := httptest.NewRecorder()
			r.ServeHTTP(w, req)
			fmt.Printf("%s from %s: %d %s\n", method, origin, w.Code, w.Header().Get("Access-Control-Allow-Origin"))
		}
	}
	// Output:
	// GET from https://admin.example.com: 204 *
	// GET from https://news.example.com: 204 *
	// PUT from https://admin.example.com: 204 https://admin.example.com
	// PUT from https://news.example.com: 403
}

// A Group may have a single route. Install has no policy here, so all other routes have
// no policy.
func ExampleGroups_Group() {
	policy, err := core.NewPolicy(core.Config{AllowOrigins: []string{"https://app.example.com"}, AllowMethods: []string{"DELETE"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	r := gin.New()
	cors := ginadapter.Install(r, nil)
	cors.Group(&r.RouterGroup, policy, func(g *gin.RouterGroup) {
		g.DELETE("/posts/:id", func(c *gin.Context) {})
	})

	req := httptest.NewRequest("OPTIONS", "/posts/1", nil)
	req.Header.Set("Origin", "https://app.example.com")
	req.Header.Set("Access-Control-Request-Method", "DELETE")
	w := httptest.NewRecorder()
	r.ServeHTTP(w, req)
	fmt.Println(w.Code, w.Header().Get("Access-Control-Allow-Methods"))
	// Output:
	// 204 DELETE
}

// A few lines adapt middleware of net/http to gin, such as the CSRF protection that
// trusts the origins of the policy.
func ExampleMiddleware_crossOriginProtection() {
	policy, err := core.NewPolicy(core.Config{AllowOrigins: []string{"https://app.example.com"}, AllowCredentials: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	protection := nethttp.CrossOriginProtection(policy, nil)
	r := gin.New()
	r.Use(ginadapter.Middleware(policy), func(c *gin.Context) {
		passed := false
		protection(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
			passed = true
		})).ServeHTTP(c.Writer, c.Request)
		if !passed {
			c.Abort()
		}
	})
	r.POST("/posts", func(c *gin.Context) { c.String(http.StatusOK, "saved") })

	for _, origin := range []string{"https://app.example.com", "https://evil.example"} {
		req := httptest.NewRequest("POST", "/posts", nil)
		req.Header.Set("Origin", origin)
		req.Header.Set("Sec-Fetch-Site", "cross-site")
		w := httptest.NewRecorder()
		r.ServeHTTP(w, req)
		fmt.Printf("%s: %d\n", origin, w.Code)
	}
	// Output:
	// https://app.example.com: 200
	// https://evil.example: 403
}
