package fiberadapter_test

import (
	"net/http"
	"testing"

	"github.com/corsuite/corsuite/core/corstest"
	"github.com/corsuite/corsuite/fiberadapter"
	"github.com/gofiber/fiber/v2"
)

func TestConformance(t *testing.T) {
	corstest.Run(t, func(app corstest.App) corstest.Server {
		f := fiber.New(fiber.Config{DisableStartupMessage: true, ReadBufferSize: 64 << 10})
		f.Use(func(c *fiber.Ctx) (err error) {
			app.Outer(answerHeader{c}, func() { err = c.Next() })
			return err
		})
		for _, policy := range app.Policies {
			f.Use(fiberadapter.Middleware(policy))
		}
		for _, method := range app.Methods {
			f.Add(method, app.Path, func(c *fiber.Ctx) error {
				app.Handle(answerHeader{c})
				c.Status(app.Status)
				return nil
			})
		}
		return corstest.Server{Transport: inProcess{f}, Serve: f.Listener, Shutdown: f.ShutdownWithContext}
	})
}

// answerHeader is the answer's headers as the suite wants them.
type answerHeader struct{ c *fiber.Ctx }

func (h answerHeader) Add(name, value string) { h.c.Response().Header.Add(name, value) }
func (h answerHeader) Set(name, value string) { h.c.Response().Header.Set(name, value) }
func (h answerHeader) Values(name string) (values []string) {
	for _, value := range h.c.Response().Header.PeekAll(name) {
		values = append(values, string(value))
	}
	return values
}

type inProcess struct{ app *fiber.App }

func (t inProcess) RoundTrip(r *http.Request) (*http.Response, error) { return t.app.Test(r) }
