package main

import (
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/corsuite/corsuite/examples/internal/posts"
	"github.com/corsuite/corsuite/examples/internal/rules"
	"github.com/corsuite/corsuite/ginadapter"
	"github.com/gin-gonic/gin"
	"github.com/go-playground/validator/v10"
)

const maxBody = 64 << 10

// newRouter has one policy on the engine, before every route, so that errors have its
// headers too. Two groups have others. gin does not expose the middleware of a group,
// so their routes are registered through Install's Group.
func newRouter(policies rules.Policies, store *posts.Store, token string) *gin.Engine {
	r := gin.New()
	r.HandleMethodNotAllowed = true
	r.RedirectTrailingSlash = false // gin's redirects carry no CORS headers
	r.ForwardedByClientIP = false   // no proxy tells the client's address
	r.Use(gin.Logger(), gin.CustomRecovery(recovered))
	cors := ginadapter.Install(r, policies.Readers)
	r.Use(limitBody)
	r.NoRoute(func(c *gin.Context) { fail(c, http.StatusNotFound, "there is nothing here") })
	r.NoMethod(func(c *gin.Context) { fail(c, http.StatusMethodNotAllowed, "this method is not allowed here") })

	b := blog{store}
	r.GET("/posts", b.list)
	r.GET("/posts/:id", b.read)
	cors.Group(r.Group("/posts"), policies.Authors, func(g *gin.RouterGroup) {
		g.Use(requireToken(token))
		g.POST("", b.create)
		g.DELETE("/:id", b.remove)
	})
	cors.Group(r.Group("/feed"), policies.Feed, func(g *gin.RouterGroup) {
		g.GET("", b.list)
		g.GET("/:id", b.read)
	})
	return r
}

type blog struct{ store *posts.Store }

func (b blog) list(c *gin.Context) {
	var query struct {
		Page int `form:"page,default=1" binding:"min=1"`
	}
	if err := c.ShouldBindQuery(&query); err != nil {
		fail(c, http.StatusBadRequest, "page is a number from 1")
		return
	}
	page, total := b.store.List(query.Page)
	c.Header("X-Total-Count", strconv.Itoa(total))
	c.JSON(http.StatusOK, page)
}

func (b blog) read(c *gin.Context) {
	post, ok := b.store.Get(postID(c))
	if !ok {
		fail(c, http.StatusNotFound, "there is no such post")
		return
	}
	c.JSON(http.StatusOK, post)
}

func (b blog) create(c *gin.Context) {
	var draft struct {
		Title string `json:"title" binding:"required,max=200"`
		Text  string `json:"text" binding:"required"`
	}
	if err := c.ShouldBindJSON(&draft); err != nil {
		refuse(c, err)
		return
	}
	post := b.store.Create(posts.Draft(draft))
	c.Header("Location", fmt.Sprintf("/posts/%d", post.ID))
	c.JSON(http.StatusCreated, post)
}

func (b blog) remove(c *gin.Context) {
	if !b.store.Delete(postID(c)) {
		fail(c, http.StatusNotFound, "there is no such post")
		return
	}
	c.Status(http.StatusNoContent)
}

// postID returns 0, which no post has, for what is no number.
func postID(c *gin.Context) int {
	id, err := strconv.Atoi(c.Param("id"))
	if err != nil {
		return 0
	}
	return id
}

func requireToken(token string) gin.HandlerFunc {
	return func(c *gin.Context) {
		got, ok := strings.CutPrefix(c.GetHeader("Authorization"), "Bearer ")
		if !ok || subtle.ConstantTimeCompare([]byte(got), []byte(token)) == 0 {
			c.Header("WWW-Authenticate", "Bearer")
			fail(c, http.StatusUnauthorized, "this needs an author's token")
		}
	}
}

func limitBody(c *gin.Context) {
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, maxBody)
}

func recovered(c *gin.Context, _ any) {
	fail(c, http.StatusInternalServerError, "something went wrong")
}

// refuse says why a body was not bound.
func refuse(c *gin.Context, err error) {
	var invalid validator.ValidationErrors
	switch {
	case errors.As(err, &invalid):
		fields := make(gin.H)
		for _, f := range invalid {
			fields[strings.ToLower(f.Field())] = "must satisfy " + f.Tag()
		}
		c.JSON(http.StatusUnprocessableEntity, gin.H{"error": "the draft cannot be published", "fields": fields})
	case errors.As(err, new(*http.MaxBytesError)):
		fail(c, http.StatusRequestEntityTooLarge, "the body is too large")
	default:
		fail(c, http.StatusBadRequest, "the body is no draft in JSON")
	}
}

func fail(c *gin.Context, status int, message string) {
	c.AbortWithStatusJSON(status, gin.H{"error": message})
}
