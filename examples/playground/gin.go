package main

import (
	"net/http"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/ginadapter"
	"github.com/gin-gonic/gin"
)

func newGin(policy *core.Policy) http.Handler {
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	r.Use(ginadapter.Middleware(policy))

	r.GET("/posts", func(c *gin.Context) {
		c.Header("X-Total-Count", totalCount)
		c.Header("X-Request-Id", requestID)
		c.JSON(http.StatusOK, posts())
	})
	save := func(c *gin.Context) {
		var p post
		if err := c.ShouldBindJSON(&p); err != nil {
			c.JSON(http.StatusBadRequest, failure{err.Error()})
			return
		}
		c.JSON(http.StatusCreated, saved(p))
	}
	r.POST("/posts", save)
	r.PATCH("/posts/:id", save)
	r.DELETE("/posts/:id", func(c *gin.Context) {
		if c.GetHeader("Authorization") != demoToken {
			c.JSON(http.StatusUnauthorized, failure{cannotDelete})
			return
		}
		c.JSON(http.StatusOK, deletion{c.Param("id")})
	})
	r.OPTIONS("/posts", func(c *gin.Context) {
		c.Header("Allow", allow)
		c.String(http.StatusOK, allow)
	})
	r.POST("/login", func(c *gin.Context) {
		http.SetCookie(c.Writer, sessionCookie())
		c.JSON(http.StatusOK, user{sessionUser})
	})
	r.GET("/me", func(c *gin.Context) {
		session, err := c.Cookie(sessionName)
		if err != nil {
			c.JSON(http.StatusUnauthorized, failure{notSignedIn})
			return
		}
		c.JSON(http.StatusOK, user{session})
	})
	r.GET("/broken", func(c *gin.Context) {
		c.JSON(http.StatusInternalServerError, failure{outOfOrder})
	})
	return r
}
