package main

import (
	"crypto/subtle"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/corsuite/corsuite/examples/internal/posts"
	"github.com/corsuite/corsuite/examples/internal/rules"
	"github.com/corsuite/corsuite/fiberadapter"
	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/keyauth"
	"github.com/gofiber/fiber/v2/middleware/logger"
	recoverer "github.com/gofiber/fiber/v2/middleware/recover"
	"github.com/gofiber/fiber/v2/middleware/requestid"
)

const maxBody = 64 << 10

// newApp has one policy on the app, before the routes, so that errors have its headers
// too. A group and two single routes have others. fiber runs the middleware of a single
// route for its method only, so Install finds the policy for a preflight.
func newApp(policies rules.Policies, store *posts.Store, token string) *fiber.App {
	app := fiber.New(fiber.Config{
		ErrorHandler:          handleError,
		StrictRouting:         true,
		ReadTimeout:           10 * time.Second,
		WriteTimeout:          15 * time.Second,
		IdleTimeout:           time.Minute,
		DisableStartupMessage: true,
	})
	app.Use(requestid.New(), logger.New(), recoverer.New())
	fiberadapter.Install(app, policies.Readers)
	app.Use(limitBody)

	b := blog{store}
	author := requireToken(token)
	app.Get("/posts", b.list)
	app.Get("/posts/:id<int>", b.read)
	authors := fiberadapter.Middleware(policies.Authors)
	app.Post("/posts", authors, author, b.create)
	app.Delete("/posts/:id<int>", authors, author, b.remove)
	feed := app.Group("/feed", fiberadapter.Middleware(policies.Feed))
	feed.Get("", b.list)
	feed.Get("/:id<int>", b.read)
	return app
}

type blog struct{ store *posts.Store }

func (b blog) list(c *fiber.Ctx) error {
	query := struct {
		Page int `query:"page"`
	}{Page: 1}
	if err := c.QueryParser(&query); err != nil || query.Page < 1 {
		return fiber.NewError(fiber.StatusBadRequest, "page is a number from 1")
	}
	page, total := b.store.List(query.Page)
	c.Set("X-Total-Count", strconv.Itoa(total))
	return c.JSON(page)
}

func (b blog) read(c *fiber.Ctx) error {
	id, err := c.ParamsInt("id")
	if err != nil {
		return fiber.ErrNotFound
	}
	post, ok := b.store.Get(id)
	if !ok {
		return fiber.NewError(fiber.StatusNotFound, "there is no such post")
	}
	return c.JSON(post)
}

func (b blog) create(c *fiber.Ctx) error {
	// BodyParser reads forms too, and leaves them in memory that fiber reuses.
	if !c.Is("json") {
		return fiber.ErrUnsupportedMediaType
	}
	var draft posts.Draft
	if err := c.BodyParser(&draft); err != nil {
		return fiber.NewError(fiber.StatusBadRequest, "the body is no draft in JSON")
	}
	if err := draft.Validate(); err != nil {
		return err
	}
	post := b.store.Create(draft)
	c.Location(fmt.Sprintf("/posts/%d", post.ID))
	return c.Status(fiber.StatusCreated).JSON(post)
}

func (b blog) remove(c *fiber.Ctx) error {
	id, err := c.ParamsInt("id")
	if err != nil {
		return fiber.ErrNotFound
	}
	if !b.store.Delete(id) {
		return fiber.NewError(fiber.StatusNotFound, "there is no such post")
	}
	return c.SendStatus(fiber.StatusNoContent)
}

func requireToken(token string) fiber.Handler {
	return keyauth.New(keyauth.Config{
		Validator: func(_ *fiber.Ctx, got string) (bool, error) {
			return subtle.ConstantTimeCompare([]byte(got), []byte(token)) == 1, nil
		},
		ErrorHandler: func(c *fiber.Ctx, _ error) error {
			c.Set(fiber.HeaderWWWAuthenticate, "Bearer")
			return fiber.NewError(fiber.StatusUnauthorized, "this needs an author's token")
		},
	})
}

// limitBody refuses a body where CORS headers are set already. Beyond fiber's
// own BodyLimit, no middleware runs, so no page could read that refusal. A
// packed body is refused too, for nothing limits what it unpacks to.
func limitBody(c *fiber.Ctx) error {
	if c.Get(fiber.HeaderContentEncoding) != "" {
		return fiber.ErrUnsupportedMediaType
	}
	if len(c.Request().Body()) > maxBody {
		return fiber.ErrRequestEntityTooLarge
	}
	return c.Next()
}

// handleError answers every error of a handler, a middleware or the router. It
// keeps the headers that are set, those of CORS among them.
func handleError(c *fiber.Ctx, err error) error {
	var invalid posts.DraftError
	var known *fiber.Error
	switch {
	case errors.As(err, &invalid):
		return c.Status(fiber.StatusUnprocessableEntity).JSON(fiber.Map{"error": err.Error(), "fields": invalid})
	case errors.As(err, &known):
		return c.Status(known.Code).JSON(fiber.Map{"error": known.Message})
	}
	return c.Status(fiber.StatusInternalServerError).JSON(fiber.Map{"error": "something went wrong"})
}
