package main

import (
	"net/http"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/echov5adapter"
	"github.com/labstack/echo/v5"
)

func newEchov5(policy *core.Policy) http.Handler {
	e := echo.New()
	e.Use(echov5adapter.Middleware(policy))

	e.GET("/posts", func(c *echo.Context) error {
		c.Response().Header().Set("X-Total-Count", totalCount)
		c.Response().Header().Set("X-Request-Id", requestID)
		return c.JSON(http.StatusOK, posts())
	})
	save := func(c *echo.Context) error {
		var p post
		if err := c.Bind(&p); err != nil {
			return err
		}
		return c.JSON(http.StatusCreated, saved(p))
	}
	e.POST("/posts", save)
	e.PATCH("/posts/:id", save)
	e.DELETE("/posts/:id", func(c *echo.Context) error {
		if c.Request().Header.Get("Authorization") != demoToken {
			return c.JSON(http.StatusUnauthorized, failure{cannotDelete})
		}
		return c.JSON(http.StatusOK, deletion{c.Param("id")})
	})
	e.OPTIONS("/posts", func(c *echo.Context) error {
		c.Response().Header().Set("Allow", allow)
		return c.String(http.StatusOK, allow)
	})
	e.POST("/login", func(c *echo.Context) error {
		c.SetCookie(sessionCookie())
		return c.JSON(http.StatusOK, user{sessionUser})
	})
	e.GET("/me", func(c *echo.Context) error {
		session, err := c.Cookie(sessionName)
		if err != nil {
			return c.JSON(http.StatusUnauthorized, failure{notSignedIn})
		}
		return c.JSON(http.StatusOK, user{session.Value})
	})
	e.GET("/broken", func(c *echo.Context) error {
		return c.JSON(http.StatusInternalServerError, failure{outOfOrder})
	})
	return e
}
