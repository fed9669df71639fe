package ginadapter_test

import (
	"testing"

	"github.com/corsuite/corsuite/core/corstest"
	"github.com/corsuite/corsuite/ginadapter"
	"github.com/gin-gonic/gin"
)

func TestConformance(t *testing.T) {
	corstest.Run(t, func(app corstest.App) corstest.Server {
		r := gin.New()
		r.Use(func(c *gin.Context) { app.Outer(c.Writer.Header(), c.Next) })
		for _, policy := range app.Policies {
			r.Use(ginadapter.Middleware(policy))
		}
		r.Use(func(c *gin.Context) { app.Inner(c.Writer.Header(), c.Next) })
		for _, method := range app.Methods {
			r.Handle(method, app.Path, func(c *gin.Context) {
				app.Handle(c.Writer.Header())
				c.Status(app.Status)
			})
		}
		return corstest.HTTP(r)
	})
}
