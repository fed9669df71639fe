package before

import (
	"net/http"

	"github.com/labstack/echo/v5"
	"github.com/labstack/echo/v5/middleware"
)

// EchoV5 returns the application's router.
func EchoV5() *echo.Echo {
	e := echo.New()
	e.Use(middleware.CORSWithConfig(middleware.CORSConfig{
		AllowOrigins:     []string{"https://app.example.com"},
		AllowMethods:     []string{"GET", "POST", "PUT"},
		AllowHeaders:     []string{echo.HeaderOrigin, echo.HeaderContentType, echo.HeaderAuthorization},
		ExposeHeaders:    []string{"X-Total"},
		AllowCredentials: true,
		MaxAge:           3600,
	}))
	e.GET("/posts", func(c *echo.Context) error { return c.String(http.StatusOK, "posts") })
	e.POST("/posts", func(c *echo.Context) error { return c.NoContent(http.StatusCreated) })
	e.PUT("/posts", func(c *echo.Context) error { return c.NoContent(http.StatusOK) })
	return e
}
