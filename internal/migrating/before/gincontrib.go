package before

import (
	"net/http"
	"time"

	"github.com/gin-contrib/cors"
	"github.com/gin-gonic/gin"
)

// GinContrib returns the application's router.
func GinContrib() *gin.Engine {
	r := gin.New()
	r.Use(cors.New(cors.Config{
		AllowOrigins:     []string{"https://app.example.com"},
		AllowMethods:     []string{"GET", "POST", "PUT"},
		AllowHeaders:     []string{"Origin", "Content-Type", "Authorization"},
		ExposeHeaders:    []string{"X-Total"},
		AllowCredentials: true,
		MaxAge:           12 * time.Hour,
	}))
	r.GET("/posts", func(c *gin.Context) { c.String(http.StatusOK, "posts") })
	r.POST("/posts", func(c *gin.Context) { c.Status(http.StatusCreated) })
	r.PUT("/posts", func(c *gin.Context) { c.Status(http.StatusOK) })
	return r
}
