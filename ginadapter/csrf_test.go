package ginadapter_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/browser"
	"github.com/corsuite/corsuite/core/nethttp"
	"github.com/corsuite/corsuite/ginadapter"
	"github.com/gin-gonic/gin"
)

// wrap makes gin middleware of net/http middleware that answers or goes on.
func wrap(middleware func(http.Handler) http.Handler) gin.HandlerFunc {
	return func(c *gin.Context) {
		goesOn := false
		middleware(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
			goesOn = true
		})).ServeHTTP(c.Writer, c.Request)
		if !goesOn {
			c.Abort()
		}
	}
}

func TestCrossOriginProtection(t *testing.T) {
	for credentials, status := range map[bool]int{true: http.StatusOK, false: http.StatusForbidden} {
		cfg := config()
		cfg.AllowCredentials = credentials
		p := policy(t, cfg)
		ran := 0
		r := gin.New()
		r.Use(ginadapter.Middleware(p), wrap(nethttp.CrossOriginProtection(p, nil)))
		r.PUT("/posts", func(*gin.Context) { ran++ })
		mode := browser.Include
		if !credentials {
			mode = browser.Omit
		}
		reads(t, visit(t, r, browser.Request{Method: "PUT", URL: "/posts", Credentials: mode}), status)
		if (ran != 0) != credentials {
			t.Errorf("credentials %v: the handler ran %d times", credentials, ran)
		}
	}
}

// Middleware of net/http, such as the protection against CSRF by the policy's own
// list, runs in gin with a few lines around it.
func ExampleMiddleware_crossOriginProtection() {
	policy, err := core.NewPolicy(core.Config{AllowOrigins: []string{"https://app.example.com"}, AllowCredentials: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	protection := nethttp.CrossOriginProtection(policy, nil)
	r := gin.New()
	r.Use(ginadapter.Middleware(policy), func(c *gin.Context) {
		goesOn := false
		protection(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
			goesOn = true
		})).ServeHTTP(c.Writer, c.Request)
		if !goesOn {
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
