package echoadapter_test

import (
	"net/http"
	"testing"

	"github.com/corsuite/corsuite/echoadapter"
	"github.com/labstack/echo/v4"
)

// One allocation holds all the values of an answer. It cannot be spared: values
// kept from answer to answer could be changed by any handler. The other is
// echo's: it calls each MiddlewareFunc anew for every request, so even one that
// does nothing costs the function it returns.
func TestAllocations(t *testing.T) {
	server := func(middleware ...echo.MiddlewareFunc) *echo.Echo {
		e := echo.New()
		e.Use(middleware...)
		e.Any("/", func(c echo.Context) error { return c.NoContent(http.StatusNoContent) })
		return e
	}
	with := server(echoadapter.New(config()))
	without := server()
	nothing := server(first(func(echo.Context) {}))
	for _, test := range []struct {
		name    string
		request *http.Request
	}{
		{"not CORS", notCORS()},
		{"allowed", actual("GET", "/", app)},
		{"denied", actual("GET", "/", other)},
		{"preflight", preflight("/", app, "PUT")},
		{"refused preflight", preflight("/", other, "PUT")},
	} {
		cors := allocations(with, test.request)
		if more := cors - allocations(without, test.request); more != 2 {
			t.Errorf("%s: %v allocations more than without middleware, want 2", test.name, more)
		}
		if more := cors - allocations(nothing, test.request); more != 1 {
			t.Errorf("%s: %v allocations more than with middleware that does nothing, want 1", test.name, more)
		}
	}
}

// Preflights costs what middleware that does nothing costs, on all requests that
// are no preflights.
func TestPreflightsAllocations(t *testing.T) {
	server := func(register func(*echo.Echo)) *echo.Echo {
		e := echo.New()
		register(e)
		e.Any("/", func(c echo.Context) error { return c.NoContent(http.StatusNoContent) }, echoadapter.New(config()))
		return e
	}
	with := server(echoadapter.Preflights)
	nothing := server(func(e *echo.Echo) { e.Use(first(func(echo.Context) {})) })
	for name, r := range map[string]*http.Request{
		"not CORS":    notCORS(),
		"allowed":     actual("PUT", "/", app),
		"denied":      actual("PUT", "/", other),
		"404":         actual("PUT", "/none", app),
		"own OPTIONS": actual("OPTIONS", "/", app),
	} {
		if more := allocations(with, r) - allocations(nothing, r); more != 0 {
			t.Errorf("%s: %v allocations more than with middleware that does nothing, want 0", name, more)
		}
	}
}

func notCORS() *http.Request {
	r := actual("GET", "/", app)
	r.Header.Del("Origin")
	return r
}

// allocations takes the least of many requests: a pool that happens to be empty
// is no fault of what is measured.
func allocations(h http.Handler, r *http.Request) float64 {
	w := &writer{header: make(http.Header)}
	request := func() {
		clear(w.header)
		h.ServeHTTP(w, r)
	}
	least := testing.AllocsPerRun(1, request)
	for range 100 {
		least = min(least, testing.AllocsPerRun(1, request))
	}
	return least
}

// writer keeps its header, whose growth is no fault of what is measured either.
type writer struct{ header http.Header }

func (w *writer) Header() http.Header         { return w.header }
func (w *writer) Write(b []byte) (int, error) { return len(b), nil }
func (w *writer) WriteHeader(int)             {}
