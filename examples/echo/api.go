package main

import (
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/corsuite/corsuite/echoadapter"
	"github.com/corsuite/corsuite/examples/internal/posts"
	"github.com/corsuite/corsuite/examples/internal/rules"
	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
)

// newEcho has one policy on the Echo and others on a group and on two routes. The
// authors' policy is on each route, like the token: a group's middleware would also
// answer for paths and methods without a route, with 404 in place of 405.
func newEcho(policies rules.Policies, store *posts.Store, token string) *echo.Echo {
	e := echo.New()
	e.HTTPErrorHandler = handleError
	e.Validator = validator{}
	e.Use(middleware.RequestID(), middleware.RequestLogger(), middleware.Recover())
	echoadapter.Install(e, policies.Readers)
	e.Use(middleware.BodyLimit("64K"))

	b := blog{store}
	author := requireToken(token)
	e.GET("/posts", b.list)
	e.GET("/posts/:id", b.read)
	authors := echoadapter.Middleware(policies.Authors)
	group := e.Group("/posts")
	group.POST("", b.create, authors, author)
	group.DELETE("/:id", b.remove, authors, author)
	feed := e.Group("/feed", echoadapter.Middleware(policies.Feed))
	feed.GET("", b.list)
	feed.GET("/:id", b.read)
	return e
}

type blog struct{ store *posts.Store }

func (b blog) list(c echo.Context) error {
	number := 1
	if err := echo.QueryParamsBinder(c).Int("page", &number).BindError(); err != nil || number < 1 {
		return echo.NewHTTPError(http.StatusBadRequest, "page is a number from 1")
	}
	page, total := b.store.List(number)
	c.Response().Header().Set("X-Total-Count", strconv.Itoa(total))
	return c.JSON(http.StatusOK, page)
}

func (b blog) read(c echo.Context) error {
	post, ok := b.store.Get(postID(c))
	if !ok {
		return echo.NewHTTPError(http.StatusNotFound, "there is no such post")
	}
	return c.JSON(http.StatusOK, post)
}

func (b blog) create(c echo.Context) error {
	var draft posts.Draft
	if err := c.Bind(&draft); err != nil {
		return err
	}
	if err := c.Validate(draft); err != nil {
		return err
	}
	post := b.store.Create(draft)
	c.Response().Header().Set(echo.HeaderLocation, fmt.Sprintf("/posts/%d", post.ID))
	return c.JSON(http.StatusCreated, post)
}

func (b blog) remove(c echo.Context) error {
	if !b.store.Delete(postID(c)) {
		return echo.NewHTTPError(http.StatusNotFound, "there is no such post")
	}
	return c.NoContent(http.StatusNoContent)
}

// postID returns 0, which no post has, for what is no number.
func postID(c echo.Context) int {
	id, err := strconv.Atoi(c.Param("id"))
	if err != nil {
		return 0
	}
	return id
}

func requireToken(token string) echo.MiddlewareFunc {
	return middleware.KeyAuthWithConfig(middleware.KeyAuthConfig{
		Validator: func(got string, _ echo.Context) (bool, error) {
			return subtle.ConstantTimeCompare([]byte(got), []byte(token)) == 1, nil
		},
		ErrorHandler: func(_ error, c echo.Context) error {
			c.Response().Header().Set(echo.HeaderWWWAuthenticate, "Bearer")
			return echo.NewHTTPError(http.StatusUnauthorized, "this needs an author's token")
		},
	})
}

// validator lets what is bound judge itself.
type validator struct{}

func (validator) Validate(v any) error {
	if v, ok := v.(interface{ Validate() error }); ok {
		return v.Validate()
	}
	return nil
}

// handleError answers every error of a handler, a middleware or the router. It
// keeps the headers that are set, those of CORS among them.
func handleError(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	status, answer := http.StatusInternalServerError, echo.Map{"error": "something went wrong"}
	var invalid posts.DraftError
	var known *echo.HTTPError
	switch {
	case errors.As(err, &invalid):
		status, answer = http.StatusUnprocessableEntity, echo.Map{"error": err.Error(), "fields": invalid}
	case errors.As(err, &known):
		status, answer = known.Code, echo.Map{"error": fmt.Sprint(known.Message)}
	}
	if err := c.JSON(status, answer); err != nil {
		c.Logger().Error(err)
	}
}
