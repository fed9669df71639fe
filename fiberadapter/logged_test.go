package fiberadapter_test

import (
	"bytes"
	"log/slog"
	"net"
	"testing"

	"github.com/gofiber/fiber/v2"
)

// logged returns what is said to slog's default logger until the test ends.
func logged(t *testing.T) *bytes.Buffer {
	t.Helper()
	var lines bytes.Buffer
	before := slog.Default()
	t.Cleanup(func() { slog.SetDefault(before) })
	slog.SetDefault(slog.New(slog.NewTextHandler(&lines, &slog.HandlerOptions{
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		},
	})))
	return &lines
}

// listen lets an app listen and ends it at once.
func listen(t *testing.T, app *fiber.App) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ln.Close()
	if err := app.Listener(ln); err != nil {
		t.Fatal(err)
	}
}

// What start-up has not shown, because something else serves the app, the first
// preflight shows.
func TestReportsWithoutListening(t *testing.T) {
	log := logged(t)
	app := newLine(fiber.Config{})
	app.Put("/posts/:id", text("put"))
	app.Use("/posts", named("late"))
	for range 2 {
		ask(t, app, preflight("/none", page, "PUT"))
		ask(t, app, preflight("/posts/1", page, "PUT"))
	}
	if got := log.String(); got != tooLate {
		t.Errorf("logged\n%s\nwant\n%s", got, tooLate)
	}
}

// A route of a mounted app is reported by one Preflights.
func TestReportsOfTwo(t *testing.T) {
	log := logged(t)
	sub := newLine(fiber.Config{})
	sub.Put("/:id", text("put"))
	app := newLine(fiber.Config{})
	app.Mount("/posts", sub)
	for range 2 {
		ask(t, app, preflight("/posts/1", page, "PUT"))
	}
	if got := log.String(); got != noPolicy {
		t.Errorf("logged\n%s\nwant\n%s", got, noPolicy)
	}
}

// Each route is reported, and each middleware.
func TestReportsOfEach(t *testing.T) {
	log := logged(t)
	app := newLine(fiber.Config{})
	app.Get("/a", text("a"))
	app.Put("/a", text("a"))
	for range 2 {
		for _, method := range []string{"GET", "HEAD", "PUT"} {
			ask(t, app, preflight("/a", page, method))
		}
	}
	without := newApp(fiber.Config{})
	without.Get("/a", named("one"), text("a"))
	without.Get("/b", named("two"), text("b"))
	for range 2 {
		ask(t, without, actual("GET", "/a", page))
		ask(t, without, actual("GET", "/b", page))
	}
	if got := bytes.Count(log.Bytes(), []byte("\n")); got != 5 {
		t.Errorf("logged %d lines, want 5:\n%s", got, log)
	}
}
