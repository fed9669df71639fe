package after

import (
	"net/http"
	"time"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/echoadapter"
	"github.com/labstack/echo/v4"
)

// EchoV4 returns the application's router.
func EchoV4() *echo.Echo {
	e := echo.New()
	e.Use(echoadapter.New(core.Config{
		AllowOrigins:     []string{"https://app.example.com"},
		AllowMethods:     []string{"GET", "POST", "PUT"},
		AllowHeaders:     []string{echo.HeaderContentType, echo.HeaderAuthorization},
		ExposeHeaders:    []string{"X-Total"},
		AllowCredentials: true,
		MaxAge:           time.Hour,
	}))
	e.GET("/posts", func(c echo.Context) error { return c.String(http.StatusOK, "posts") })
	e.POST("/posts", func(c echo.Context) error { return c.NoContent(http.StatusCreated) })
	e.PUT("/posts", func(c echo.Context) error { return c.NoContent(http.StatusOK) })
	return e
}
