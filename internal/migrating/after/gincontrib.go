package after

import (
	"net/http"
	"time"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/ginadapter"
	"github.com/gin-gonic/gin"
)

// GinContrib returns the application's router.
func GinContrib() *gin.Engine {
	r := gin.New()
	r.Use(ginadapter.New(core.Config{
		AllowOrigins:        []string{"https://app.example.com"},
		AllowMethods:        []string{"GET", "POST", "PUT"},
		AllowHeaders:        []string{"Content-Type", "Authorization"},
		ExposeHeaders:       []string{"X-Total"},
		AllowCredentials:    true,
		MaxAge:              12 * time.Hour,
		RejectDeniedOrigins: true, // gin-contrib/cors answers 403 to pages that are not allowed
	}))
	r.GET("/posts", func(c *gin.Context) { c.String(http.StatusOK, "posts") })
	r.POST("/posts", func(c *gin.Context) { c.Status(http.StatusCreated) })
	r.PUT("/posts", func(c *gin.Context) { c.Status(http.StatusOK) })
	return r
}
